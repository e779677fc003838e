import type { Access } from "../../cloud/facts.js";
import { unchecked, unknown } from "../objects.js";
import type { Finding, PolicyResource, PolicyStack } from "../types.js";
import { hasDatabasePort, isInternet } from "./databases.js";

/** How a cloud's resource lets the internet in to a database, if it does. */
export function databaseNetworkFindings(
  { urn, type, name, inputs }: PolicyResource,
  facts: PolicyStack["facts"],
): Finding[] {
  const kind = `${type.split(":").at(-1)} ${name}`;
  const access = facts.of(type)?.access?.(inputs) ?? [];
  return access.flatMap(opened).map((what): Finding =>
    what.includes(unknown)
      ? unchecked(urn, `${kind}: ${what.replace(unknown, "").trim()}`)
      : {
          urn,
          message: `${kind}: ${what}, so that a database can be reached from the internet. Allow the cluster's network only.`,
        },
  );
}

/** What lets the internet in; with `[unknown]` where that is not known yet. */
function opened(access: Access): string[] {
  if ("path" in access) {
    const { path, on } = access;
    const isOn = on === true || on === "Enabled";
    return on === unknown ? [`${path} ${unknown}`] : isOn ? [`${path} is ${JSON.stringify(on)}`] : [];
  }
  if ("allowed" in access) {
    const { allowed, text } = access;
    return [
      ...allowed.filter(isInternet).map(text),
      ...(allowed.includes(unknown) ? [`who may reach it ${unknown}`] : []),
    ];
  }
  const { rule, sources, ports } = access;
  if (!ports.some(hasDatabasePort)) {
    return [];
  }
  const open = sources.filter(isInternet);
  return [
    ...(open.length > 0 ? [`${rule} lets ${open.join(", ")} in to port ${ports.join(", ")}`] : []),
    ...(sources.includes(unknown) ? [`${rule}: who may reach port ${ports.join(", ")} ${unknown}`] : []),
  ];
}
