import { z } from "zod";
import { cloudNames, cloudSchemas } from "../../providers/clouds.js";
import { scopes } from "../cloud/module.js";
import { chartsSchema, platformSchema } from "../config/platform.js";
import { edgeSchema } from "../config/edge.js";
import { servicesSchema } from "../config/services.js";

/** A name that is also a Kubernetes namespace, a Helm release (`<name>-data` must fit Helm's 53) and a DNS label. */
export const instanceName = z
  .string()
  .max(40, "is longer than 40 characters; Helm releases named after it would not fit")
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    "is not a DNS label: lower-case letters, digits and inner hyphens only",
  );

const stringMap = z.record(z.string(), z.string());

const quotaSchema = z.strictObject({
  pods: z.int().positive().default(200),
  persistentVolumeClaims: z.int().positive().default(20),
  requestsCpu: z.string().optional().describe("Kubernetes quantity, such as 16. Default: no limit."),
  requestsMemory: z.string().optional().describe("Kubernetes quantity, such as 64Gi. Default: no limit."),
});

const instanceSchema = z.strictObject({
  folder: z.string().optional().describe("Folder of the instance. Default: instances/<name>."),
  namespace: instanceName.optional().describe("Default: the instance's name."),
  quota: quotaSchema.prefault({}).describe("ResourceQuota of the instance's namespace."),
  timeouts: z
    .strictObject({
      release: z
        .int()
        .positive()
        .default(900)
        .describe("Seconds until a release that is not ready is rolled back."),
      tasks: z
        .int()
        .positive()
        .default(7200)
        .describe("Seconds that one Job of init or admin tasks may take."),
    })
    .prefault({}),
  rotated: z
    .record(z.string(), z.int().positive())
    .default({})
    .describe(
      "How often a generated secret was made anew, by Tutor's name of it: raise the number to rotate it. Default: 1 each.",
    ),
});

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
export type InstanceConfig = z.output<typeof instanceSchema>;
