import type { ExistingKind } from "../../src/config/clouds.js";
import { UserError } from "../../src/workspace/errors.js";

/** Parts of an Azure resource's id, `/subscriptions/…/resourceGroups/GROUP/providers/TYPE/NAME`. */
export interface ResourceId {
  subscription: string;
  group: string;
  name: string;
}

/** @returns undefined when the text is not an id of a resource of that type. */
export function parseResourceId(id: string, type: string): ResourceId | undefined {
  const [provider = "", ...kinds] = type.split("/");
  const path = kinds.map((kind) => `/${kind}/([^/]+)`).join("");
  const match = new RegExp(
    `^/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/${provider}${path}$`,
    "i",
  ).exec(id);
  const [subscription, group] = match?.slice(1) ?? [];
  const name = match?.at(-1);
  return subscription === undefined || group === undefined || name === undefined
    ? undefined
    : { subscription, group, name };
}

/** @throws UserError when the text is not an id of a resource of that type. */
export function resourceId(id: string, type: string): ResourceId {
  const parsed = parseResourceId(id, type);
  if (parsed === undefined) {
    throw new UserError(
      `${id} is not the id of a ${type}. Copy it from \`az resource list --query '[].id'\`.`,
    );
  }
  return parsed;
}

export const privateZoneType = "Microsoft.Network/privateDnsZones";

/** Types of what can be an existing one. */
export const existingTypes: Record<ExistingKind, string> = {
  network: "Microsoft.Network/virtualNetworks",
  subnet: "Microsoft.Network/virtualNetworks/subnets",
  cluster: "Microsoft.ContainerService/managedClusters",
  dnsZone: "Microsoft.Network/dnsZones",
  database: "Microsoft.DBforMySQL/flexibleServers",
};
