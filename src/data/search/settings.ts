import type { AccountNames } from "../names.js";
import { forInstance } from "../names.js";
import { boundPlain, boundSecret, type ServiceSettings } from "../settingNames.js";
import type { LegacySearchPlan, SearchPlan } from "../types.js";

/** MEILISEARCH_PUBLIC_URL stays `meilisearch.<LMS_HOST>`: the plugin has Caddy pass that on to the server. */
export function searchSettings(
  plan: SearchPlan,
  instance: string,
  { indexPrefix }: AccountNames,
): ServiceSettings | undefined {
  if (plan.mode === "bundled") {
    return undefined;
  }
  return {
    settings: {
      RUN_MEILISEARCH: false,
      MEILISEARCH_URL: forInstance(plan.meilisearchUrl, instance),
      MEILISEARCH_INDEX_PREFIX: indexPrefix,
      // Django would get it otherwise.
      MEILISEARCH_MASTER_KEY: "",
    },
    tokens: {
      MEILISEARCH_API_KEY_UID: boundPlain,
      MEILISEARCH_API_KEY: boundSecret,
      OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY: boundSecret,
    },
  };
}

/** Tutor 18 and, from 19 on, discovery; neither sends a password. */
export function legacySearchSettings(plan: LegacySearchPlan, instance: string): ServiceSettings | undefined {
  if (plan.mode === "bundled") {
    return undefined;
  }
  const { port, tls } = plan.shape;
  const scheme = tls === "off" ? "http" : "https";
  const host = plan.mode === "managed" ? undefined : forInstance(plan.host, instance);
  return {
    settings: {
      RUN_ELASTICSEARCH: false,
      ...(host !== undefined && { ELASTICSEARCH_HOST: host, DISCOVERY_ELASTICSEARCH_HOST: host }),
      ELASTICSEARCH_PORT: port,
      ELASTICSEARCH_SCHEME: scheme,
      DISCOVERY_RUN_ELASTICSEARCH: false,
      DISCOVERY_ELASTICSEARCH_PORT: port,
      DISCOVERY_ELASTICSEARCH_SCHEME: scheme,
    },
    tokens:
      host === undefined ? { ELASTICSEARCH_HOST: boundPlain, DISCOVERY_ELASTICSEARCH_HOST: boundPlain } : {},
  };
}
