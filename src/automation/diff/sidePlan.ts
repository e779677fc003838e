import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanFile } from "../../diff/types.js";
import { environmentWhere } from "../../workspace/environment.js";
import { UserError } from "../../workspace/errors.js";
import { cacheFolder } from "../../workspace/paths.js";
import { run } from "../../workspace/run.js";
import type { Checkout } from "./checkout.js";

/**
 * Plans a stack by the program of the checkout itself, in a process of its own, without credentials.
 * @throws UserError with the output of that program.
 */
export async function planSide(checkout: Checkout, stack: string, signal?: AbortSignal): Promise<PlanFile> {
  const scratch = mkdtempSync(join(tmpdir(), "openedx-diff-"));
  try {
    const file = join(scratch, "plan.json");
    const args = ["plan", stack, "--json", file, "--stand-ins"];
    let finished = await program(checkout, args, signal);
    if (finished.code !== 0 && finished.stderr.includes("unknown option '--stand-ins'")) {
      finished = await program(checkout, args.slice(0, -1), signal); // a commit from before there were any
    }
    if (finished.code !== 0) {
      throw new UserError(saidBy(checkout, finished.stderr));
    }
    return JSON.parse(readFileSync(file, "utf8")) as PlanFile;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Checks the types of a checkout's program.
 * @throws UserError with what the compiler found.
 */
export async function checkTypes(checkout: Checkout, signal?: AbortSignal): Promise<void> {
  const compiler = join(checkout.folder, "node_modules/typescript/bin/tsc");
  const finished = await run(process.execPath, [compiler, "--noEmit", "--pretty", "false"], {
    cwd: checkout.folder,
    signal,
  });
  if (finished.code !== 0) {
    const found = (finished.stdout.trim() || finished.stderr.trim()).split("\n");
    const more = found.length > 20 ? `\n… and ${found.length - 20} more lines` : "";
    throw new UserError(
      `The program of ${checkout.ref} does not type-check:\n${found.slice(0, 20).join("\n")}${more}`,
    );
  }
}

function program(checkout: Checkout, args: readonly string[], signal?: AbortSignal): ReturnType<typeof run> {
  return run(
    process.execPath,
    ["--max-semi-space-size=32", "--import", "tsx", "src/automation/cli.ts", ...args],
    {
      cwd: checkout.folder,
      // Renders, environments and tools are shared; no stack's secrets are needed, so that none are handed on.
      env: { ...environmentWhere((name) => !credentials.test(name)), OPENEDX_CACHE: cacheFolder() },
      signal,
    },
  );
}

/** By name: what clouds, the engine, registries of code and their kind are entered with. */
const credentials =
  /^(PULUMI|AWS|AZURE|ARM|GOOGLE|CLOUDSDK|MONGODB_ATLAS|ACTIONS|GITHUB|GITLAB|CI)_|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|API_?KEY/i;

/** Without the lines that only tell how far it came, and with no path of the checkout, which nobody knows. */
function saidBy({ folder, ref }: Checkout, stderr: string): string {
  const lines = stderr
    .replaceAll(`${folder}/`, "")
    .replaceAll(folder, ref)
    .split("\n")
    .filter((line) => !/\(\d+\.\d s\)$|^failed: /.test(line) && line.trim() !== "");
  return lines.slice(-40).join("\n") || "the plan failed without a message";
}
