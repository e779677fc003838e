import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  createPassword,
  createSecret,
  createServiceRelease,
  type MakeContext,
  serviceChild,
} from "../cluster.js";
import { givenPassword } from "../administered.js";
import { missingCredentials } from "../credentials.js";
import { forInstance, meilisearchName } from "../names.js";
import { type PlanContext, sizeFaults } from "../planning.js";
import type { DataService, Ready } from "../service.js";
import { boundAdmin, boundPlain, boundSecret } from "../types.js";
import { masterKeyName, meilisearchValues } from "./cluster.js";
import { searchFacts } from "./facts.js";

interface MeilisearchShape {
  /** What Meilisearch is reached by from within; `{instance}` stands for the instance's name. */
  url: string;
}

interface Meilisearch {
  masterKey: pulumi.Output<string>;
  /** Of the instance's own key. */
  uid: pulumi.Output<string>;
}

function shapeOnCluster({ services: { namespace } }: PlanContext): MeilisearchShape {
  return { url: `http://${meilisearchName("{instance}")}.${namespace}.svc:${searchFacts.ports[0]}` };
}

function sizeFaultsOf({ services: { search: config } }: PlanContext): string[] {
  return sizeFaults("search", config, { storage: "1Gi", memory: "256Mi" });
}

/** Meilisearch: a server of each instance's own wherever it runs, since its keys do not keep tenants apart. */
export const search: DataService<MeilisearchShape, undefined, Meilisearch> = {
  ...searchFacts,
  offered: shapeOnCluster,
  onCluster: (context) => ({
    shape: shapeOnCluster(context),
    address: undefined,
    faults: sizeFaultsOf(context),
  }),
  elsewhere: (context) => ({
    shape: { url: context.services.search.external.url ?? "" },
    address: undefined,
    faults: externalFaults(context),
  }),
  // MEILISEARCH_PUBLIC_URL stays `meilisearch.<LMS_HOST>`: the plugin has Caddy pass that on to the server.
  settings: ({ shape }, { instance, prefix }) => ({
    settings: {
      RUN_MEILISEARCH: false,
      MEILISEARCH_URL: forInstance(shape.url, instance),
      MEILISEARCH_INDEX_PREFIX: prefix,
      // Django would get it otherwise.
      MEILISEARCH_MASTER_KEY: "",
    },
  }),
  bound: () => ({
    MEILISEARCH_API_KEY_UID: boundPlain(({ uid }) => uid),
    MEILISEARCH_API_KEY: boundSecret(({ masterKey, uid }) =>
      pulumi.all([masterKey, uid]).apply(([master, id]) => meilisearchKey(master, id)),
    ),
    OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY: boundAdmin(({ masterKey }) => masterKey),
  }),
  own: (context, { mode }, { name }) => {
    const server =
      mode === "external"
        ? {
            masterKey: givenPassword(context.config, "search", "masterKey", name),
            ready: [],
          }
        : createMeilisearch(context, name);
    const key = serviceChild(context, `${meilisearchName(name)}-key`);
    return { ...server, uid: new random.RandomUuid(key.name, {}, key.opts).result };
  },
};

/** Keys of Meilisearch do not keep tenants apart, so that two instances can't share a server. */
function externalFaults({ config, services }: PlanContext): string[] {
  const { url } = services.search.external;
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
  return [...shared, ...names.flatMap((name) => missingCredentials(config, "search", ["masterKey"], name))];
}

/** One instance's Meilisearch. What it holds can be built anew, so that it goes when the instance does. */
function createMeilisearch(context: MakeContext, instance: string): Ready<Pick<Meilisearch, "masterKey">> {
  const masterKey = createPassword(context, masterKeyName(instance), { holdsData: false });
  const secret = createSecret(context, masterKeyName(instance), { MEILI_MASTER_KEY: masterKey });
  const release = createServiceRelease(context, {
    chart: "meilisearch",
    name: meilisearchName(instance),
    values: meilisearchValues(instance, context.config.services, context.placement),
    holdsData: false,
    after: [secret],
  });
  return { ready: [release], masterKey };
}

/** The key that Meilisearch makes for a UID: it is known without asking. */
export function meilisearchKey(masterKey: string, uid: string): string {
  return createHmac("sha256", masterKey).update(uid).digest("hex");
}
