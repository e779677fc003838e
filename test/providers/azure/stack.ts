import { azureCloud } from "../../../providers/azure/index.js";
import type { ObjectStore } from "../../../src/cloud/services.js";
import type { Cloud, IdentityPurpose } from "../../../src/cloud/types.js";
import type { StackConfig } from "../../../src/config/load.js";
import { configSchema } from "../../../src/config/schema.js";
import { PreviewHandler } from "../../../src/engine/preview.js";
import { runProgram } from "../../../src/engine/run.js";
import type {
  PropertyMap,
  ProgramResult,
  Registered,
  Registration,
  ResourceHandler,
} from "../../../src/engine/types.js";

export const subscription = "11111111-1111-1111-1111-111111111111";
export const administrator = "33333333-3333-3333-3333-333333333333";

export const azureSettings = {
  name: "openedx",
  subscriptionId: subscription,
  tenantId: "22222222-2222-2222-2222-222222222222",
  location: "westeurope",
  administrators: [{ id: administrator }],
  kubernetes: { apiAccess: ["203.0.113.0/24"] },
  dns: { zone: "example.com" },
};

/** A stack's config on Azure, with what the test changes below `azure` and beside it. */
export function azureConfig(
  azure: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): StackConfig {
  const parsed = configSchema.parse({
    cloud: "azure",
    azure: { ...azureSettings, ...azure },
    instances: { campus: {}, academy: {} },
    ...rest,
  });
  return { ...parsed, stack: "production" };
}

/** Purposes that an identity can be asked for, each with its service account. */
export const purposes: IdentityPurpose[] = [
  "cert-manager",
  "external-dns",
  "velero",
  "database-backup",
  { instance: "campus" },
];

/** Asks a cloud for everything that it has, as a stack with all add-ons and two sites would. */
export function askForAll(cloud: Cloud): Record<string, ObjectStore | undefined> {
  cloud.managed.mysql?.();
  cloud.managed.redis?.();
  const stores = ["campus", "academy"].map((instance) => [
    instance,
    cloud.managed.objectStore?.({
      instance,
      account: { namespace: instance, name: instance },
      corsOrigins: [`https://${instance}.example.com`],
      publicMedia: instance === "academy",
    }),
  ]);
  for (const purpose of purposes) {
    const name = typeof purpose === "string" ? purpose : purpose.instance;
    const hasZone = cloud.dns !== undefined || !/cert-manager|external-dns/.test(name);
    if (hasZone) {
      cloud.identity?.(purpose, { namespace: name, name });
    }
  }
  return Object.fromEntries(stores) as Record<string, ObjectStore | undefined>;
}

export interface AzureRun extends ProgramResult {
  cloud: Cloud;
  stores: Record<string, ObjectStore | undefined>;
}

async function run(config: StackConfig, dryRun: boolean, handler: ResourceHandler): Promise<AzureRun> {
  let made: Pick<AzureRun, "cloud" | "stores"> | undefined;
  const result = await runProgram({
    project: "openedx",
    stack: config.stack,
    config: {},
    secretKeys: [],
    dryRun,
    program: () => {
      const cloud = azureCloud("openedx", config, {});
      made = { cloud, stores: askForAll(cloud) };
      return Promise.resolve({ kubeconfig: cloud.kubeconfig });
    },
    handler,
  });
  if (made === undefined) {
    throw new Error("the program did not run");
  }
  return { ...result, ...made };
}

/** A first preview: no output of any resource is known. */
export function preview(config: StackConfig): Promise<AzureRun> {
  return run(config, true, new PreviewHandler());
}

/** What Azure would answer, as far as the module reads it. Ids are names, so that a test can tell them apart. */
class Azure implements ResourceHandler {
  register({ type, name, inputs }: Registration): Promise<Registered> {
    const { resourceName, accountName, registryName, containerName } = inputs;
    const own = containerName ?? accountName ?? registryName ?? resourceName ?? name;
    const outputs: PropertyMap = {
      ...inputs,
      name: own,
      principalId: `${name}-principal`,
      clientId: `${name}-client`,
      ipAddress: "198.51.100.7",
      oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer.example" },
      nameServers: ["ns1.example"],
      fullyQualifiedDomainName: "mysql.example",
      hostName: `${name}.example`,
      hex: "0a1b2c3d",
      result: `${name}-result`,
      loginServer: "registry.example",
      keyUriWithVersion: `https://vault.example/${name}/1`,
    };
    return Promise.resolve({ id: `${type}/${name}`, outputs });
  }

  read(registration: Registration, id: string): Promise<Registered> {
    return Promise.resolve({
      id,
      outputs: {
        name: registration.name,
        nodeResourceGroup: "their-nodes",
        oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer.example" },
        identityProfile: { kubeletidentity: { objectId: "their-kubelet" } },
      },
    });
  }

  invoke(token: string): Promise<PropertyMap> {
    const delivered = {
      clusters: [{ cluster: { server: "https://api.example", "certificate-authority-data": "Y2E=" } }],
      users: [{ user: { token: "never-kept" } }],
    };
    return Promise.resolve<PropertyMap>(
      token.endsWith("listManagedClusterUserCredentials")
        ? {
            kubeconfigs: [{ name: "user", value: Buffer.from(JSON.stringify(delivered)).toString("base64") }],
          }
        : { primaryKey: "redis-key", secondaryKey: "" },
    );
  }
}

/** A deployment, on an Azure that makes everything. */
export function deployment(config: StackConfig): Promise<AzureRun> {
  return run(config, false, new Azure());
}
