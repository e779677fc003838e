import { z } from "zod";
import { atlasSchema } from "../config/atlas.js";
import { awsSchema } from "../config/aws.js";
import { azureSchema } from "../config/azure.js";
import { chartsSchema, platformSchema } from "../config/platform.js";
import { edgeSchema } from "../config/edge.js";
import { platformStackSchema, scopeSchema } from "../config/fleet.js";
import { gcpSchema } from "../config/gcp.js";
import { instanceName, instanceSchema } from "../config/instances.js";
import { servicesSchema } from "../data/config.js";

const stringMap = z.record(z.string(), z.string());

const existingSchema = z.strictObject({
  kubeconfig: z
    .string()
    .optional()
    .describe(
      "Path of a kubeconfig file, relative to the program. Default: $KUBECONFIG, else ~/.kube/config.",
    ),
  context: z.string().optional().describe("Context in the kubeconfig. Default: its current context."),
  clusterIdentifier: z
    .string()
    .optional()
    .describe(
      "Changes only when the cluster becomes another one, which replaces everything. Default: the stack's name.",
    ),
  storageClasses: z
    .strictObject({
      readWriteOnce: z.string().optional().describe("Default: the cluster's default class."),
      readWriteMany: z.string().optional(),
    })
    .default({}),
});

/** Everything that a stack file can say under `openedx:`, but for the secrets, which never leave the engine's care. */
export const configSchema = z.strictObject({
  cloud: z
    .enum(["existing", "aws", "azure", "gcp", "stack"])
    .describe("Where the cluster comes from: a module of providers/."),
  scope: scopeSchema,
  platformStack: platformStackSchema.optional().describe("For `cloud: stack`."),
  existing: existingSchema.prefault({}).describe("For `cloud: existing`."),
  aws: awsSchema.optional().describe("For `cloud: aws`."),
  azure: azureSchema.optional().describe("For `cloud: azure`."),
  gcp: gcpSchema.optional().describe("For `cloud: gcp`."),
  atlas: atlasSchema
    .optional()
    .describe("MongoDB Atlas, for `services.mongodb.mode: managed` on any cloud. Default: none."),
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
export type ExistingConfig = z.output<typeof existingSchema>;
