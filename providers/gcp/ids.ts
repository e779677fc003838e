import type { ExistingKind } from "../../src/config/clouds.js";

/** Parts of the id of a resource in Google Cloud, `projects/PROJECT/…/NAME`. */
export interface GcpId {
  project: string;
  /** Region, for what is in one. */
  location?: string;
  name: string;
}

/** Forms of the ids of what can be an existing one. */
export const gcpIdForms: Record<ExistingKind, string> = {
  network: "projects/PROJECT/global/networks/NAME",
  subnet: "projects/PROJECT/regions/LOCATION/subnetworks/NAME",
  cluster: "projects/PROJECT/locations/LOCATION/clusters/NAME",
  dnsZone: "projects/PROJECT/managedZones/NAME",
  database: "projects/PROJECT/instances/NAME",
};

/** The parts of an id that the schema has taken. */
export function gcpId(id: string, kind: ExistingKind): GcpId {
  const parsed = parseGcpId(id, kind);
  if (parsed === undefined) {
    throw new Error(`${id} is not an id such as ${gcpIdForms[kind]}`);
  }
  return parsed;
}

/** @returns undefined when the text is not an id of that form. */
export function parseGcpId(id: string, kind: ExistingKind): GcpId | undefined {
  const pattern = gcpIdForms[kind]
    .replace("PROJECT", "(?<project>[a-z][a-z0-9.:-]+)")
    .replace("LOCATION", "(?<location>[a-z0-9-]+)")
    .replace("NAME", "(?<name>[a-z][a-z0-9-]*)");
  const { project, location, name } = new RegExp(`^${pattern}$`).exec(id)?.groups ?? {};
  return project === undefined || name === undefined
    ? undefined
    : { project, name, ...(location !== undefined && { location }) };
}
