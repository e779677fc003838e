import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Cloud } from "../../cloud/types.js";
import type { ClusterContext } from "../cluster.js";
import { credential } from "../credentials.js";
import { asked } from "../servers.js";
import type { InstanceServices, InstanceValues } from "../types.js";
import { createMeilisearch, createOpensearch } from "./create.js";

interface SearchUser {
  name: string;
  services: InstanceServices;
}

/** Meilisearch for each instance, and OpenSearch where something still needs it. */
export class Searches {
  private readonly context: ClusterContext;
  /** The cloud's, one for all. */
  private readonly legacyHost?: pulumi.Input<string>;

  constructor(context: ClusterContext, cloud: Cloud) {
    this.context = context;
    if (context.plan.search.legacy.mode === "managed") {
      this.legacyHost = asked("search", cloud.managed.search)().host;
    }
  }

  /** Makes an instance's own servers, unless its config.yml names others. */
  valuesFor({ name, services }: SearchUser): InstanceValues {
    const { plan } = this.context;
    const usesOurs = services.tokens.OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY !== undefined;
    const usesOpensearch =
      plan.search.legacy.mode === "cluster" && services.settings.ELASTICSEARCH_HOST !== undefined;
    const meilisearch = usesOurs ? this.meilisearch(name) : undefined;
    return {
      values: {
        ...meilisearch?.values,
        ...(this.legacyHost !== undefined && {
          ELASTICSEARCH_HOST: this.legacyHost,
          DISCOVERY_ELASTICSEARCH_HOST: this.legacyHost,
        }),
      },
      ready: [...(meilisearch?.ready ?? []), ...(usesOpensearch ? createOpensearch(this.context, name) : [])],
    };
  }

  private meilisearch(instance: string): InstanceValues {
    const { plan, config, parent } = this.context;
    const server =
      plan.search.mode === "external"
        ? {
            adminPassword: pulumi.secret(credential(config, "search", "masterKey", instance) ?? ""),
            ready: [],
          }
        : createMeilisearch(this.context, instance);
    const uid = new random.RandomUuid(`data-${instance}-meilisearch-key`, {}, { parent }).result;
    return {
      values: {
        OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY: server.adminPassword,
        MEILISEARCH_API_KEY_UID: uid,
        MEILISEARCH_API_KEY: pulumi
          .all([server.adminPassword, uid])
          .apply(([key, id]) => meilisearchKey(key, id)),
      },
      ready: server.ready,
    };
  }
}

/** The key that Meilisearch makes for a UID: it is known without asking. */
export function meilisearchKey(masterKey: string, uid: string): string {
  return createHmac("sha256", masterKey).update(uid).digest("hex");
}
