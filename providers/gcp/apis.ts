import { Service } from "@pulumi/gcp/projects/service.js";
import type * as pulumi from "@pulumi/pulumi";
import { memo } from "../../src/workspace/concurrency.js";

/** What a stack may ask of Google Cloud, by the names of its APIs. */
export type Api =
  | "artifactregistry"
  | "cloudbilling"
  | "cloudkms"
  | "cloudresourcemanager"
  | "compute"
  | "container"
  | "dns"
  | "file"
  | "iam"
  | "iamcredentials"
  | "logging"
  | "monitoring"
  | "redis"
  | "sqladmin"
  | "storage";

/** Switches an API on when it is first asked for. */
export type Apis = (api: Api) => Service;

/** The project's APIs. They stay on without the stack, since others in the project may use them. */
export function projectApis(name: string, project: string, opts: pulumi.CustomResourceOptions): Apis {
  const made = new Map<Api, Service>();
  return (api) =>
    memo(
      made,
      api,
      () =>
        new Service(
          `${name}-${api}-api`,
          { project, service: `${api}.googleapis.com`, disableOnDestroy: false },
          opts,
        ),
    );
}
