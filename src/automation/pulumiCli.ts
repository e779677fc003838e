import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import semver from "semver";
import { messageOf } from "../workspace/errors.js";
import { cacheSubfolder } from "../workspace/paths.js";
import { type Progress, withStep } from "../workspace/progress.js";

/** The version that the installer is asked for: that of the SDK. */
const version = "3.248.0";
/** How long the decision may take, in milliseconds. */
const decisionTime = 5_000;

/**
 * The Pulumi CLI: the one on the PATH, the one that an earlier call installed, or, where its installer can be reached,
 * a new one in the cache. Undefined where none can be had; that is known within five seconds.
 */
export async function findPulumi(progress: Progress): Promise<PulumiCommand | undefined> {
  const root = cacheSubfolder("pulumi");
  const deadline = AbortSignal.timeout(decisionTime);
  const found =
    (await PulumiCommand.get().catch(() => undefined)) ??
    (await PulumiCommand.get({ root }).catch(() => undefined));
  if (found !== undefined || !(await installerReachable(deadline))) {
    return found;
  }
  try {
    return await withStep(progress, `Installing Pulumi ${version}`, () =>
      PulumiCommand.install({ root, version: new semver.SemVer(version) }),
    );
  } catch (error) {
    progress.note(`Pulumi's installer failed: ${messageOf(error)}`);
    return undefined;
  }
}

async function installerReachable(signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal })).ok;
  } catch {
    return false;
  }
}
