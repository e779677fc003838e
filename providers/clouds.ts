import type { CloudRequest } from "../src/cloud/request.js";
import { type Facts, mergeFacts } from "../src/cloud/facts.js";
import type { CloudModule } from "../src/cloud/module.js";
import { atlasSchema, type AtlasRequest } from "./atlas/config.js";
import { atlasFacts } from "./atlas/facts.js";
import { awsAbilities, awsFaults, awsWarnings } from "./aws/abilities.js";
import { type AwsConfig, awsSchema } from "./aws/config.js";
import { awsFacts } from "./aws/facts.js";
import { azureAbilities, azureFaults, azureWarnings } from "./azure/abilities.js";
import { type AzureConfig, azureSchema } from "./azure/config.js";
import { azureFacts } from "./azure/facts.js";
import { existingAbilities } from "./existing/abilities.js";
import { type ExistingConfig, existingSchema } from "./existing/config.js";
import { gcpAbilities, gcpFaults, gcpWarnings } from "./gcp/abilities.js";
import type { GcpConfig } from "./gcp/config.js";
import { gcpSchema } from "./gcp/configFaults.js";
import { gcpFacts } from "./gcp/facts.js";
import { type PlatformStackConfig, platformStackSchema } from "./stack/config.js";

/** What the modules read of a stack's config. */
export type ProviderRequest = CloudRequest & AtlasRequest;

/** Each cloud's own part of the config. */
export interface CloudConfigs {
  existing: ExistingConfig;
  aws: AwsConfig;
  azure: AzureConfig;
  gcp: GcpConfig;
  stack: PlatformStackConfig;
}
export type CloudName = keyof CloudConfigs;

/** Values of `openedx:cloud`. */
export const cloudNames = ["existing", "aws", "azure", "gcp", "stack"] as const satisfies CloudName[];

/** Keys of the config that are the clouds' own. */
export const cloudSchemas = {
  platformStack: platformStackSchema.optional().describe("For `cloud: stack`."),
  existing: existingSchema.prefault({}).describe("For `cloud: existing`."),
  aws: awsSchema.optional().describe("For `cloud: aws`."),
  azure: azureSchema.optional().describe("For `cloud: azure`."),
  gcp: gcpSchema.optional().describe("For `cloud: gcp`."),
  atlas: atlasSchema
    .optional()
    .describe("MongoDB Atlas, for `services.mongodb.mode: managed` on any cloud. Default: none."),
};

/** What is known of all clouds' resources. */
export const facts: Facts = mergeFacts([awsFacts, azureFacts, gcpFacts, atlasFacts]);

/** The one table from a cloud's name to its module. */
export const clouds: { [Name in CloudName]: CloudModule<ProviderRequest, CloudConfigs[Name]> } = {
  existing: {
    abilities: () => existingAbilities,
    scopes: ["all", "platform", "instances"],
    create: async (name, _request, config, opts) => {
      const { existingCluster } = await import("./existing/index.js");
      return existingCluster(name, config, opts);
    },
  },
  aws: {
    abilities: awsAbilities,
    faults: awsFaults,
    warnings: awsWarnings,
    checks: async (...args) => (await import("./aws/doctor/index.js")).awsChecks(...args),
    create: async (...args) => (await import("./aws/index.js")).awsCloud(...args),
  },
  azure: {
    abilities: azureAbilities,
    faults: azureFaults,
    checks: async (...args) => (await import("./azure/doctor.js")).azureChecks(...args),
    warnings: azureWarnings,
    create: async (...args) => (await import("./azure/index.js")).azureCloud(...args),
  },
  gcp: {
    abilities: gcpAbilities,
    faults: gcpFaults,
    warnings: gcpWarnings,
    checks: async (...args) => (await import("./gcp/doctor.js")).gcpChecks(...args),
    create: async (...args) => (await import("./gcp/index.js")).gcpCloud(...args),
  },
  stack: {
    abilities: () => existingAbilities,
    scopes: ["instances"],
    missing: "openedx:platformStack.name: is not set; name the stack that has the platform; docs/fleet.md",
    open: async (request, config) => {
      const { openPlatform } = await import("./stack/index.js");
      return openPlatform(request, config);
    },
    create: () => Promise.reject(new Error("the platform's stack is opened first")),
  },
};
