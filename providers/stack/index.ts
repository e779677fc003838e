import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import * as pulumi from "@pulumi/pulumi";
import { contractSchema, type PlatformContract } from "../../src/cloud/contract.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { AdministeredServer, RedisServers } from "../../src/cloud/services.js";
import type { Cloud, CloudAbilities, OpenCloud } from "../../src/cloud/types.js";
import type { PlatformConfig } from "../../src/config/platform.js";
import { joinFaults, UserError } from "../../src/workspace/errors.js";
import type { PlatformStackConfig } from "./config.js";

/**
 * The platform that another stack deploys: its contract and access, from that stack's outputs.
 * @throws UserError when the other stack has no platform, or one that this release of the program cannot read.
 */
export async function openPlatform(
  request: CloudRequest,
  { name: link }: PlatformStackConfig,
): Promise<OpenCloud> {
  const reference = new pulumi.StackReference("openedx-platform-stack", { name: link });
  const details = await reference.getOutputDetails("contract");
  const contract = readContract((details.value ?? details.secretValue) as unknown, link);
  return {
    decided: decidedBy(contract, request),
    warnings: [],
    abilities: abilitiesOf(contract),
    create: (name, opts) => Promise.resolve(platformCloud(name, reference, contract, link, opts)),
  };
}

function readContract(output: unknown, name: string): PlatformContract {
  if (output === undefined || output === null) {
    throw new UserError(
      `openedx:platformStack.name: the stack ${name} has no output "contract". Deploy it first, with openedx:scope: platform; ` +
        "its name is as `pulumi stack ls --all` shows it.",
    );
  }
  const parsed = contractSchema.safeParse(output);
  if (!parsed.success) {
    throw joinFaults(
      `openedx:platformStack.name: the platform of ${name} was deployed by another release of this program. Deploy both by the same one`,
      parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
    );
  }
  const { edge, issuer } = parsed.data;
  if (edge.mode === "gateway" && issuer === "http01") {
    throw new UserError(
      `openedx:platformStack.name: ${name} has Gateways and certificates by http01, whose challenges only its own Gateways ` +
        "answer. Set openedx:edge.tls.issuer to dns01 there, or openedx:edge.mode to ingress",
    );
  }
  return parsed.data;
}

/**
 * The sites' edge is the platform's. What a stack makes for its sites has namespaces of its own, since a namespace has one
 * owner.
 */
function decidedBy(
  { edge, services, addOns }: PlatformContract,
  { stack, services: given }: CloudRequest,
): OpenCloud["decided"] {
  const own = (namespace: string): string => `${namespace}-${stack}`;
  const { gateway } = edge;
  const existing = Object.entries(addOns).map(([name, namespace]) => [
    name,
    { state: "existing", namespace, values: {} },
  ]);
  return {
    platform: { addons: Object.fromEntries(existing) as PlatformConfig["addons"] },
    edge: {
      ...edge,
      gateway: gateway.name === undefined ? { ...gateway, namespace: own(gateway.namespace) } : gateway,
    },
    services: {
      namespace: given.namespace === services.namespace ? own(services.namespace) : given.namespace,
    },
  };
}

function abilitiesOf(contract: PlatformContract): CloudAbilities {
  const { kubernetesVersion, edgeControllers, loadBalancerCidrs, dns, addOns, services } = contract;
  const { mysql, mongodb, redis } = services;
  return {
    kubernetesVersion,
    edgeControllers,
    ...(loadBalancerCidrs && { loadBalancerCidrs }),
    builtIn: Object.keys(addOns),
    dns,
    workloadIdentity: false,
    backup: false,
    managed: { ...(mysql && { mysql }), ...(mongodb && { mongodb }), ...(redis && { redis }) },
  };
}

function platformCloud(
  name: string,
  reference: pulumi.StackReference,
  { services }: PlatformContract,
  link: string,
  opts: pulumi.ResourceOptions,
): Cloud {
  const at = (...path: string[]): pulumi.Output<string> =>
    pulumi.secret(
      reference.requireOutput("access").apply((access: unknown) => {
        const found = path.reduce<unknown>(
          (value, key) => (value as Record<string, unknown> | undefined)?.[key],
          access,
        );
        return found as string;
      }),
    );
  const kubeconfig = at("kubeconfig");
  const providers = clusterProviders(name, { kubeconfig, clusterIdentifier: link }, opts);
  const server = (...path: string[]): AdministeredServer => ({
    host: pulumi.unsecret(at(...path, "host")),
    adminPassword: at(...path, "adminPassword"),
    ca: pulumi.unsecret(at(...path, "ca")),
  });
  const { mysql, mongodb, redis } = services;
  const storageClass = (mode: string): pulumi.Output<string> => pulumi.unsecret(at("storageClasses", mode));
  return {
    ...providers,
    kubeconfig,
    ready: [],
    storageClasses: {
      readWriteOnce: storageClass("readWriteOnce"),
      readWriteMany: storageClass("readWriteMany"),
    },
    managed: {
      ...(mysql && { mysql: () => withCa(server("mysql"), mysql.privateCa) }),
      ...(mongodb && { mongodb: () => withCa(server("mongodb"), mongodb.privateCa) }),
      ...(redis && {
        redis: (): RedisServers => ({
          broker: withCa(server("redis", "broker"), redis.privateCa),
          cache: withCa(server("redis", "cache"), redis.privateCa),
        }),
      }),
    },
  };
}

function withCa<S extends { ca?: pulumi.Input<string> }>(
  { ca, ...server }: S,
  has?: boolean,
): Omit<S, "ca"> & { ca?: pulumi.Input<string> } {
  return { ...server, ...(has === true && ca !== undefined && { ca }) };
}
