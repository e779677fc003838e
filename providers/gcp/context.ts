import { getProjectOutput } from "@pulumi/gcp/organizations/getProject.js";
import { Provider } from "@pulumi/gcp/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "../../src/cloud/request.js";
import { cloudPart, type Context, waiting } from "../part.js";
import { UserError } from "../../src/workspace/errors.js";
import { type Api, type Apis, projectApis } from "./apis.js";
import { type GcpConfig, type GcpSettings, gcpSettings } from "./config.js";
import { gcpGrantSeconds } from "./facts.js";

export interface GcpContext extends Context<GcpSettings> {
  apis: Apis;
  /** The project's id, once Google has told that `projectNumber` is its number. */
  project: pulumi.Output<string>;
  /** A guard of the provider's own, for what holds data: no run deletes it. Google itself knows nothing of it. */
  deletionPolicy: "PREVENT" | "DELETE";
}

/** The component, the providers and the APIs of a stack, and what `make` makes with them. */
export function gcpContext<T>(
  name: string,
  request: CloudRequest,
  config: GcpConfig,
  opts: pulumi.ResourceOptions,
  make: (context: GcpContext) => T,
): T {
  const settings = gcpSettings(config);
  const { project, region } = settings;
  return cloudPart(
    {
      ...{ cloud: "gcp", settings, request, opts },
      grantSeconds: settings.grantSeconds ?? gcpGrantSeconds,
      ...{ name, base: settings.name ?? request.stack },
      // Google counts requests to some APIs, and bills them, by the project that is named for it.
      provider: (providerName, providerOpts) =>
        new Provider(
          providerName,
          { project, region, billingProject: project, userProjectOverride: true },
          providerOpts,
        ),
    },
    (context) => {
      // An API answers some time after it is on, as a right is heeded.
      const apis = projectApis(name, project, context.granting);
      const deletionPolicy = request.disposable ? "DELETE" : "PREVENT";
      return make({ ...context, apis, project: checkedProject(context, apis), deletionPolicy });
    },
  );
}

/** The context of what these APIs are asked for, which are switched on first. */
export function using(context: GcpContext, ...apis: Api[]): GcpContext {
  return waiting(context, apis.map(context.apis));
}

/** With the number of another project, pods and services of that one would get the rights. */
function checkedProject({ settings, opts }: Context<GcpSettings>, apis: Apis): pulumi.Output<string> {
  const { project, projectNumber } = settings;
  // Asked once the APIs are on: their ids are known from then on. The provider reads the billing account along.
  const ids = [apis("cloudresourcemanager").id, apis("cloudbilling").id];
  const projectId = pulumi.all(ids).apply(() => project);
  return getProjectOutput({ projectId }, { parent: opts.parent, provider: opts.provider }).apply(
    ({ number }) => {
      if (number !== projectNumber) {
        throw new UserError(
          `openedx:gcp.projectNumber: is ${projectNumber}, and the number of ${project} is ${number}: set that one`,
        );
      }
      return project;
    },
  );
}

/** Labels of one resource. A stack's name may hold what no label may. */
export function labelsOf({ settings, stack }: GcpContext, instance?: string): Record<string, string> {
  const label = stack.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
  return {
    ...settings.tags,
    "openedx-stack": label.slice(0, 63),
    ...(instance !== undefined && { "openedx-instance": instance }),
  };
}
