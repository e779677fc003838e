import * as pulumi from "@pulumi/pulumi";
import type { AdministeredServer } from "../cloud/services.js";
import type { HelmValues } from "../cloud/types.js";
import { createPassword, createSecret, createServiceRelease, madeFrom, type MakeContext } from "./cluster.js";
import type { ServiceChart, ServicesConfig } from "./config.js";
import { credential } from "./credentials.js";
import type { KeyedStore } from "./operatorBackup.js";
import type { Placement } from "./placement.js";
import { createReadyJob } from "./readiness.js";
import type { DataService, Ready } from "./service.js";
import { boundAdmin, boundPlain, type ServerAddress } from "./types.js";

/** A service of which the server has one administrator, and is made on the cluster by an operator. */
export interface AdministeredService<Shape> {
  /** The settings by which an instance knows the server. */
  settings: { host: string; adminPassword: string; ca: string };
  /** What stands before its host, and is there when the instance is rendered. Default: nothing. */
  scheme?: (shape: Shape) => string;
  charts: { operator: ServiceChart; server: ServiceChart };
  /** Limit of the operator's memory. */
  operatorMemory: string;
  serverValues: (services: ServicesConfig, placement: Placement, store: KeyedStore | undefined) => HelmValues;
  /** Secret with the names and passwords of the server's own users; the operator adds those that are missing. */
  users: { name: string; passwordKey: string; more?: Record<string, string> };
  /** A client of the server, its script that ends when the server serves, and the variables of that. */
  ready: {
    image: { repository: string; tag: string };
    script: string;
    passwordVariable: string;
    env?: Record<string, string>;
  };
}

type Shape = { port: number; adminUser?: string; privateCa?: boolean };

/** What is the same of all such services: servers that the program makes or is told of, and their settings. */
interface Administered<S> {
  server: Pick<
    Required<NonNullable<DataService<S, ServerAddress, AdministeredServer>["server"]>>,
    "cluster" | "external"
  >;
  bound: DataService<S, ServerAddress, AdministeredServer>["bound"];
}

export function administered<S extends Shape>(
  service: "mysql" | "mongodb",
  about: AdministeredService<S>,
): Administered<S> {
  const { settings, scheme = () => "" } = about;
  return {
    server: {
      cluster: (context, plan) => createOperated(context, service, about, plan),
      external: ({ config }, { address }) => ({
        ...address,
        adminPassword: givenPassword(config, service, "adminPassword"),
      }),
    },
    bound: (plan) => {
      const address = plan.mode === "managed" ? undefined : plan.address;
      const before = scheme(plan.shape);
      return {
        ...(address === undefined && {
          [settings.host]: boundPlain(({ host }) => host, before === "" ? undefined : `${before}{}`),
        }),
        ...(plan.shape.adminUser !== undefined && {
          [settings.adminPassword]: boundAdmin(({ adminPassword }) => adminPassword),
        }),
        ...((address?.ca !== undefined || plan.shape.privateCa) && {
          [settings.ca]: boundPlain(({ ca }) => ca),
        }),
      };
    },
  };
}

/** Operator, then the server that it makes, then the wait until it serves. */
function createOperated(
  context: MakeContext,
  service: "mysql" | "mongodb",
  { charts, operatorMemory, serverValues, users, ready }: Omit<AdministeredService<Shape>, "scheme">,
  { shape, address }: { shape: Shape; address: ServerAddress },
): Ready<AdministeredServer> {
  const { config, placement } = context;
  const adminPassword = createPassword(context, `${service}-admin`, { holdsData: true });
  const secret = createSecret(context, users.name, { ...users.more, [users.passwordKey]: adminPassword });
  const operator = createServiceRelease(context, {
    chart: charts.operator,
    name: `${service}-operator`,
    values: operatorValues(`${service}-operator`, operatorMemory, placement),
    holdsData: false,
    after: [],
  });
  const server = createServiceRelease(context, {
    chart: charts.server,
    name: service,
    values: serverValues(config.services, placement, context.store),
    holdsData: true,
    after: [operator, secret, ...context.backupKeys],
  });
  const job = createReadyJob(
    context,
    {
      name: service,
      image: ready.image,
      script: ready.script,
      env: {
        HOST: address.host,
        PORT: String(shape.port),
        ...(shape.adminUser !== undefined && { ADMIN_USER: shape.adminUser }),
        ...ready.env,
      },
      secretEnv: { [ready.passwordVariable]: { secret: users.name, key: users.passwordKey } },
      madeFrom: madeFrom(context, charts.server, config.services[service], config.services.size),
    },
    [server],
  );
  return { ...address, adminPassword, ready: [job] };
}

/** Of Percona's operators. */
export function operatorValues(name: string, memory: string, { scheduling }: Placement): HelmValues {
  return {
    fullnameOverride: name,
    disableTelemetry: true,
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory } },
    ...scheduling,
  };
}

/**
 * Secret. A password that the plan found to be there.
 * @param instance may have its own
 */
export function givenPassword(
  config: MakeContext["config"],
  service: string,
  name: string,
  instance?: string,
): pulumi.Output<string> {
  const value = credential(config, service, name, instance);
  if (value === undefined) {
    throw new Error(`there is no openedx:credentials.${service}.${name}`);
  }
  return pulumi.secret(value);
}
