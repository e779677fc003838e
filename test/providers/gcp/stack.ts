import { gcpCase } from "../../contract/gcp.js";
import { type CloudRun, inputsOf, type Plain, runCloud, stackConfig } from "../../contract/clouds.js";
import type { StackConfig } from "../../../src/stack/load.js";

/** What stands in a stack file for Google Cloud, with changes below `gcp` and beside it. */
export function gcpRaw(
  gcp: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const { gcp: base, ...others } = gcpCase.config;
  return {
    cloud: "gcp",
    ...others,
    ...rest,
    gcp: { ...(base as object), preset: "small", sharedStorage: false, nodes: {}, ...gcp },
  };
}

export function gcpConfig(...args: Parameters<typeof gcpRaw>): StackConfig {
  return stackConfig(gcpRaw(...args));
}

/** The module alone, asked for everything, on a Google Cloud that makes everything. */
export function gcpRun(
  gcp: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
  publicMedia = false,
): Promise<CloudRun> {
  return runCloud({ ...gcpCase, config: gcpRaw(gcp, rest) }, { preview: false, publicMedia });
}

/** Inputs of the resources of a type such as `storage/bucket:Bucket`, by name without the stack's. */
export function resourcesOf(run: CloudRun, type: string): Record<string, Plain> {
  return Object.fromEntries(
    run.registrations
      .filter((each) => each.type === `gcp:${type}`)
      .map((each) => [each.name.replace(/^openedx-/, ""), inputsOf(each)]),
  );
}

/** Inputs of one resource. */
export function resource(run: CloudRun, type: string, name: string): Plain {
  const found = resourcesOf(run, type)[name];
  if (found === undefined) {
    throw new Error(`there is no ${type} ${name}`);
  }
  return found;
}

/** Names of what a resource waits for. */
export function dependenciesOf(run: CloudRun, type: string, name: string): string[] {
  const found = run.registrations.find((each) => each.type === type && each.name === `openedx-${name}`);
  return (found?.dependencies ?? []).map(
    (urn) =>
      urn
        .split("::")
        .pop()
        ?.replace(/^openedx-/, "") ?? "",
  );
}

const ids = "projects/openedx-contract";

/** All that can be there already. */
export const existing = {
  network: {
    id: `${ids}/global/networks/theirs`,
    cidr: "10.1.0.0/16",
    nodeSubnets: [`${ids}/regions/europe-west1/subnetworks/nodes`],
    dataSubnets: [`${ids}/regions/europe-west1/subnetworks/data`],
  },
  cluster: `${ids}/locations/europe-west1/clusters/mine`,
  dnsZone: `${ids}/managedZones/example`,
  database: { id: `${ids}/instances/mine`, adminUser: "root" },
};
