import { z } from "zod";
import { cloudNames, cloudSchemas } from "../../providers/clouds.js";
import { scopes } from "../cloud/request.js";
import { chartsSchema, platformSchema } from "../config/platform.js";
import { edgeSchema } from "../config/edge.js";
import { instanceName, instanceSchema } from "../config/instances.js";
import { servicesSchema } from "../data/config.js";

const stringMap = z.record(z.string(), z.string());

/** Everything that a stack file can say under `openedx:`, but for the secrets, which never leave the engine's care. */
export const configSchema = z.strictObject({
  cloud: z.enum(cloudNames).describe("Where the cluster comes from: a module of providers/."),
  scope: z
    .enum(scopes)
    .default("all")
    .describe(
      "What the stack holds: all; the cluster and what sites share (platform); sites on the platform of another stack " +
        "(instances).",
    ),
  ...cloudSchemas,
  edge: edgeSchema.prefault({}).describe("How people reach the sites."),
  platform: platformSchema.prefault({}).describe("What all sites on the cluster share: community charts."),
  charts: chartsSchema.prefault({}).describe("Where the charts come from."),
  services: servicesSchema.prefault({}).describe("Databases, search and object storage of the sites."),
  disposable: z
    .boolean()
    .default(false)
    .describe("True: data is not protected, and `pulumi destroy` leaves nothing. For sandboxes."),
  instances: z
    .record(instanceName, instanceSchema)
    .default({})
    .describe("The sites, by name; each has a folder in instances/."),
  secrets: z
    .record(z.string(), stringMap)
    .default({})
    .describe(
      "Values for Tutor's secret settings, by instance and setting; only by `pulumi config set --secret --path " +
        "openedx:secrets.NAME.KEY`. What is not given is generated.",
    ),
  credentials: z
    .record(z.string(), stringMap)
    .default({})
    .describe(
      "Passwords and keys of what exists outside the stack, by service and name; only by `pulumi config set --secret " +
        "--path openedx:credentials.SERVICE.NAME`.",
    ),
});

export type Config = z.output<typeof configSchema>;
