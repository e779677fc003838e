import type { Service } from "@pulumi/gcp/projects/service.js";
import { Provider } from "@pulumi/gcp/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "../../src/cloud/request.js";
import { cloudPart, type Context, waiting } from "../part.js";
import { enableApis } from "./apis.js";
import { type GcpConfig, type GcpSettings, gcpSettings } from "./config.js";
import { gcpGrantSeconds } from "./facts.js";

export interface GcpContext extends Context<GcpSettings> {
  /** What must be on before anything is asked of Google. */
  apis: readonly Service[];
  /** Google's own guard, for what holds data: it keeps deletions by whatever way of Pulumi's from being carried out. */
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
      const apis = enableApis(name, settings, context.opts);
      const deletionPolicy = request.disposable ? "DELETE" : "PREVENT";
      return make({ ...waiting(context, apis), apis, deletionPolicy });
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
