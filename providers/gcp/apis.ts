import { Service } from "@pulumi/gcp/projects/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { GcpSettings } from "./config.js";

/** What the stack asks of Google Cloud, by the names of its APIs. */
const apis = [
  "artifactregistry",
  "cloudkms",
  "cloudresourcemanager",
  "compute",
  "container",
  "dns",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "redis",
  "sqladmin",
  "storage",
] as const;

/** Switches the APIs on. They stay on without the stack, since others in the project may use them. */
export function enableApis(
  name: string,
  { project, sharedStorage }: Pick<GcpSettings, "project" | "sharedStorage">,
  opts: pulumi.CustomResourceOptions,
): Service[] {
  return [...apis, ...(sharedStorage ? ["file"] : [])].map(
    (api) =>
      new Service(
        `${name}-${api}-api`,
        { project, service: `${api}.googleapis.com`, disableOnDestroy: false },
        opts,
      ),
  );
}
