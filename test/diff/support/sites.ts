import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { programFolder } from "../../../src/workspace/paths.js";

/** The repository's own pins, so that their environment is there already. */
const requirements = readFileSync(join(programFolder, "instances/campus/requirements.txt"), "utf8");

export interface Site {
  host: string;
  plugins?: readonly string[];
  settings?: Readonly<Record<string, unknown>>;
}

/** The files of an instance. */
export function siteFiles(name: string, { host, plugins = [], settings = {} }: Site): Record<string, string> {
  const config = {
    LMS_HOST: host,
    CMS_HOST: `studio.${host}`,
    CONTACT_EMAIL: `help@${host}`,
    ...settings,
    PLUGINS: ["mfe", ...plugins],
  };
  return {
    [`instances/${name}/requirements.txt`]: requirements,
    [`instances/${name}/config.yml`]: stringify(config),
  };
}

/** The files of an instance that is gone. */
export function noSite(name: string): Record<string, undefined> {
  return { [`instances/${name}`]: undefined };
}

/** The file of a stack; keys are without `openedx:`. */
export function stackFile(name: string, settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`openedx:${key}`, value]),
  );
  return { [`stacks/Pulumi.${name}.yaml`]: stringify({ config }) };
}

/** Two sites on a cluster that is there. Charts come from a folder without any, so that the internet changes nothing. */
export function clusterStack(more: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return stackFile("prod", {
    cloud: "existing",
    edge: { controller: "traefik", https: true, tls: { email: "admin@example.com" } },
    charts: { mirror: "no-charts" },
    platform: { addons: { "cert-manager": { state: "on", version: "v1.20.0" } } },
    instances: { campus: {}, library: {} },
    ...more,
  });
}

/** Two sites on AWS, with AWS's own databases. */
export function awsStack(more: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return stackFile("aws", {
    cloud: "aws",
    aws: {
      account: "123456789012",
      region: "eu-west-1",
      deployer: "arn:aws:iam::123456789012:role/openedx-deployer",
      preset: "small",
      name: "openedx-prod",
      kubernetes: { version: "1.36", apiAccess: ["203.0.113.0/24"] },
      dns: { zone: "example.com" },
      ...more,
    },
    charts: { mirror: "no-charts" },
    edge: { controller: "traefik", tls: { email: "admin@example.com" } },
    services: { mysql: { mode: "managed" }, redis: { mode: "managed" }, objectStore: { mode: "managed" } },
    instances: { campus: {} },
  });
}
