import type * as pulumi from "@pulumi/pulumi";
import type {
  MongoShape,
  MySqlShape,
  ObjectStoreShape,
  RedisShape,
  SearchShape,
  ServiceKind,
} from "../cloud/services.js";
import type { ServiceMode } from "../config/services.js";
import type { Json } from "../kubernetes/objects.js";
import type { SettingToken } from "../tutor/types.js";

/** Where each data service comes from, and its shape unless it is `bundled`. Plain, decided before the first resource. */
export interface ServicesPlan {
  /** Namespace of the shared services, and of the Jobs that know their administrators' passwords. */
  namespace: string;
  mysql: ServicePlan<MySqlShape>;
  mongodb: ServicePlan<MongoShape>;
  redis: ServicePlan<RedisShape>;
  /** Meilisearch, one an instance wherever it runs. */
  search: ServicePlan<SearchPlanShape>;
  objectStore: ServicePlan<ObjectStoreShape>;
}

export type ServicePlan<Shape> =
  { mode: "bundled" } | { mode: Exclude<ServiceMode, "bundled">; shape: Shape };

export interface SearchPlanShape {
  /** What Meilisearch is reached by from within; a template in which `{instance}` stands for the instance's name. */
  meilisearchUrl?: string;
  /** OpenSearch or Elasticsearch beside it, for what still needs it. */
  legacy?: SearchShape;
}

/** What the services mean for one instance: known before it is rendered. */
export interface InstanceServices {
  /** Tutor's settings, and those of this project's own plugin (OPENEDX_PULUMI_…). */
  settings: Record<string, Json>;
  /** Settings whose values come with the resources. */
  tokens: Record<string, SettingToken>;
  /**
   * Settings that make their owner an administrator of a shared service. Tasks that hold one run in the services'
   * namespace; nothing else may hold one.
   */
  adminSettings: readonly string[];
  /** Names on shared servers that no two instances may have both; `where` is a sentence for the operator. */
  claims: { service: ServiceKind; name: string; setting: string }[];
}

/** What the services, once made, give an instance: values for its `bound` tokens, by setting. */
export interface InstanceValues {
  values: Record<string, pulumi.Input<string>>;
  /** What must be there before the instance's first task. */
  ready: pulumi.Resource[];
  serviceAccountAnnotations?: Record<string, pulumi.Input<string>>;
  podLabels?: Record<string, string>;
}
