import type * as pulumi from "@pulumi/pulumi";
import type { BackupConfig } from "../cloud/backupStore.js";
import type { ServiceKind } from "../cloud/services.js";
import type { Cloud, CloudAbilities, HelmValues, IdentityPurpose, WorkloadIdentity } from "../cloud/types.js";
import type { AddOnName } from "../config/platform.js";
import type { PodSecurityLevel } from "../kubernetes/conventions.js";
import type { ChartSourceConfig } from "./chartSource.js";
import type { NamedChild } from "../cloud/children.js";
import type { EdgePlan, EdgeStack, Site } from "./edge/types.js";

/** The parts of a stack's config that decide on what its sites share. */
export interface PlatformStack extends EdgeStack, ChartSourceConfig, BackupConfig {
  /** Name of the cloud, for messages. */
  cloud: string;
  /** Nothing stays on destroy. */
  disposable: boolean;
  services: { namespace: string } & Record<ServiceKind, { mode: string }> &
    ChartSourceConfig["services"] &
    BackupConfig["services"];
  /** Default of each `namespace`: the instance's name. */
  instances: Record<string, { namespace?: string }>;
}

/** What decides which add-ons are on: known before any instance is read. */
export interface PlatformFacts {
  config: PlatformStack;
  abilities: CloudAbilities;
  edge: EdgePlan;
}

/** All that is known before the first resource. */
export interface AddOnPlan extends PlatformFacts {
  sites: readonly Site[];
}

/** What an add-on's values and custom resources are made from. */
export interface AddOnContext extends AddOnPlan {
  cloud: Cloud;
  /** Whether another add-on is on the cluster, deployed by this stack or there already. */
  has: (name: AddOnName) => boolean;
  /** Namespace that this add-on is put into. */
  namespace: string;
  /** What its service account and pods get, where it asks for an `identity` and the cloud has one. */
  identity?: WorkloadIdentity;
}

/** One entry of the catalogue: a chart that all sites share, and what it needs beside it. */
export interface AddOn {
  /** Its key in the config, and in the table of charts. */
  name: AddOnName;
  namespace: string;
  /**
   * Whether it is on when the config says nothing: the edge's controller, the issuer's cert-manager. Default: it is off.
   * Pure.
   */
  isNeeded?: (facts: PlatformFacts) => boolean;
  /** Key path of what makes `isNeeded` true, for people. */
  neededBy?: string;
  /** Whether the cluster brings it when the config says nothing. Pure. Default: where the cloud says so. */
  isThere?: (facts: PlatformFacts) => boolean;
  /** Add-ons that it cannot do without: they are on where it is, and ready before it begins. Pure. */
  requires?: (facts: PlatformFacts) => readonly AddOnName[];
  /** Faults in the config that only this add-on knows of; each a sentence with key path and remedy. Pure. */
  faults?: (facts: PlatformFacts) => string[];
  /** Add-ons that, where they are on, are ready before this one begins: CRDs, webhooks. */
  after: readonly AddOnName[];
  /** The chart's values; the config's `values` are put over them. Pure: makes no resource. */
  values: (context: AddOnContext) => HelmValues;
  /** Its workload identity at the cloud, bound to this service account in its namespace. */
  identity?: {
    purpose: IdentityPurpose;
    serviceAccount: string;
    /** Whether anything uses its rights. Pure. Default: it does. */
    isUsed?: (plan: AddOnPlan) => boolean;
  };
  /** Namespaces with another Pod Security level than `baseline`: node agents are `privileged`. */
  podSecurity?: PodSecurityLevel;
  /** What must be there before the chart: Secrets, identities. */
  before?: (context: AddOnContext, at: AddOnPlace) => pulumi.Resource[];
  /** What comes with the chart: issuers, gateways, dashboards. `dependsOn` the release through `at`. */
  beside?: (context: AddOnContext, at: AddOnPlace) => pulumi.Resource[];
  /** Whether `beside` comes with an add-on that the cluster has already, too. Pure. Default: no. */
  besideExisting?: (facts: PlatformFacts) => boolean;
  /**
   * On a cluster where no container runs (the sandbox): values under which no webhook or aggregated API of it blocks the
   * API server, or why it must be left out. Default: it does no harm.
   */
  withoutPods?: { values: HelmValues } | { leaveOut: string };
}

/** Where an add-on's own resources go. */
export interface AddOnPlace {
  namespace: pulumi.Output<string>;
  /** Logical name and options of a resource; see `childOf`. */
  child: (name: string, more?: pulumi.CustomResourceOptions) => NamedChild;
}
