import type * as pulumi from "@pulumi/pulumi";
import {
  type ClusterContext,
  type ClusterServer,
  createPassword,
  createSecret,
  createServiceRelease,
} from "../cluster.js";
import { meilisearchName, opensearchName } from "../names.js";
import { masterKeyName, meilisearchValues, opensearchValues } from "./cluster.js";

/** One instance's Meilisearch. What it holds can be built anew, so that it goes when the instance does. */
export function createMeilisearch(context: ClusterContext, instance: string): ClusterServer {
  const { config, placement } = context;
  const adminPassword = createPassword(context, masterKeyName(instance), { holdsData: false });
  const masterKey = createSecret(context, masterKeyName(instance), {
    MEILI_MASTER_KEY: adminPassword,
  });
  const release = createServiceRelease(context, {
    chart: "meilisearch",
    name: meilisearchName(instance),
    values: meilisearchValues(instance, config.services, placement),
    holdsData: false,
    after: [masterKey],
  });
  return { ready: [release], adminPassword };
}

/** One instance's OpenSearch. */
export function createOpensearch(context: ClusterContext, instance: string): pulumi.Resource[] {
  const { config, placement } = context;
  return [
    createServiceRelease(context, {
      chart: "opensearch",
      name: opensearchName(instance),
      values: opensearchValues(instance, config.services, placement),
      holdsData: false,
      after: [],
    }),
  ];
}
