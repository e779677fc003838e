import { credential, howToGive } from "../credentials.js";
import {
  needsHost,
  type PlanContext,
  type Planned,
  planManaged,
  replicaFaults,
  sizeFaults,
} from "../planning.js";
import type { LegacySearchPlan, SearchPlan } from "../types.js";

const meilisearchPort = 7700;
const opensearchPort = 9200;

export function planSearch(context: PlanContext): Planned<SearchPlan> {
  const { search, namespace } = context.services;
  const legacy = planLegacy(context);
  switch (search.mode) {
    case "bundled":
      return { plan: { mode: "bundled", legacy: legacy.plan }, faults: legacy.faults };
    // No cloud has Meilisearch.
    case "managed":
    case "cluster":
      return {
        plan: {
          mode: search.mode,
          meilisearchUrl: `http://{instance}-meilisearch.${namespace}.svc:${meilisearchPort}`,
          legacy: legacy.plan,
        },
        faults: [...sizeFaults("search", search, { storage: "1Gi", memory: "256Mi" }), ...legacy.faults],
      };
    case "external": {
      const { url = "" } = search.external;
      return {
        plan: { mode: "external", meilisearchUrl: url, legacy: legacy.plan },
        faults: [...externalFaults(context, search.external.url), ...legacy.faults],
      };
    }
  }
}

/** Keys of Meilisearch do not keep tenants apart, so that two instances can't share a server. */
function externalFaults({ config }: PlanContext, url: string | undefined): string[] {
  const names = Object.keys(config.instances);
  const key = "openedx:services.search.external.url";
  if (url === undefined) {
    return [`${key}: is missing, and openedx:services.search.mode is external`];
  }
  const shared =
    names.length > 1 && !url.includes("{instance}")
      ? [
          `${key}: is one server for ${names.join(", ")}, and Meilisearch does not keep sites apart; write {instance} ` +
            "where the instance's name belongs, and run a server for each",
        ]
      : [];
  return [
    ...shared,
    ...names
      .filter((name) => credential(config, "search", "masterKey", name) === undefined)
      .map(
        (name) =>
          `openedx:credentials.search.masterKey: is missing, and ${name} has none of its own. Give it by ` +
          howToGive("search", "masterKey"),
      ),
  ];
}

function planLegacy(context: PlanContext): Planned<LegacySearchPlan> {
  const { services, abilities } = context;
  const { search, namespace } = services;
  const { legacy } = search;
  switch (legacy.mode ?? (search.mode === "managed" ? "managed" : "bundled")) {
    case "bundled":
      return { plan: { mode: "bundled" }, faults: [] };
    case "managed":
      return planManaged(
        context,
        legacy.mode === undefined ? "search" : "search.legacy",
        abilities.managed.search,
      );
    case "cluster":
      return {
        plan: {
          mode: "cluster",
          shape: { port: opensearchPort, tls: "off", adminUser: "" },
          host: `{instance}-opensearch.${namespace}.svc`,
        },
        faults: [
          ...replicaFaults("search.legacy.replicas", legacy.replicas, 9),
          ...sizeFaults("search.legacy", legacy, { storage: "2Gi", memory: "1Gi" }),
        ],
      };
    case "external": {
      const { host, port, tls } = legacy.external;
      return {
        plan: { mode: "external", shape: { port, tls, adminUser: "" }, host: host ?? "" },
        faults: needsHost("search.legacy.external.host", host),
      };
    }
  }
}
