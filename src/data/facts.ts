import type { z } from "zod";
import type { ChartName } from "../platform/charts.js";
import type { AccountNames } from "./names.js";

/** Where a data service comes from. */
export const serviceModes = ["bundled", "cluster", "external", "managed"] as const;
export type ServiceMode = (typeof serviceModes)[number];

/** What a container asks for, as Kubernetes quantities. CPU has no limit: throttling a site helps nobody. */
export interface ContainerSize {
  cpu: string;
  memory: string;
  memoryLimit: string;
}

/** A workload that Tutor or one of its plugins brings. */
export interface Workload {
  /** Of its container, for a site of a small size. Default: that of any container. */
  size?: ContainerSize;
  /** Of a task that runs in its image. Default: that of any task. */
  taskSize?: ContainerSize;
  /** Until it listens: a new or upgraded data directory is worked on first. Default: that of any container. */
  startSeconds?: number;
}

/** How a data service is recognised, whoever brings it: in Tutor's render, in a chart, on a cluster. */
export interface WorkloadFacts {
  /** By the names that Tutor and its plugins give to the workload, its container and its Service. */
  workloads: Readonly<Record<string, Workload>>;
  /** More parts of names by which workloads, Services and charts are recognised. */
  alsoNamed?: readonly string[];
  /** Ports that its kinds of servers listen on; the first is that of a server on the cluster. */
  ports: readonly number[];
  /** How settings with its passwords begin: MYSQL of MYSQL_ROOT_PASSWORD. */
  settingPrefixes?: readonly string[];
  /** API groups of operators that run it, as parts of regular expressions. */
  operatorGroups?: readonly string[];
  /** Charts that make it through an operator, so that no volume shows among their objects. */
  operatorCharts?: readonly string[];
}

/** A setting that names something which no two instances on one server may both have. */
export interface ClaimRule {
  setting: RegExp;
  /** What it names there. */
  kind: "database" | "user" | "prefix" | "bucket";
  /** True: names that differ in case alone are the same on some systems. Default: false. */
  ignoresCase?: boolean;
  /** Why two names that differ are still in each other's way; undefined: they are not. Pure. */
  clash?: (one: string, other: string) => string | undefined;
}

/**
 * All that is plain about a data service which instances can share: it makes nothing, so that policies read it too.
 * `whose` are the names of the instances that use it.
 */
export interface ServiceFacts extends WorkloadFacts {
  /** For people. */
  title: string;
  /** Of its part of the config, below `openedx:services`. Default: its name in the table. */
  key?: string;
  /** Of that part. Default: it is within another service's. */
  schema?: z.ZodType;
  /** Those of `cluster` mode. */
  charts: readonly ChartName[];
  /** Modes that its part of the config knows. Default: all. */
  modes?: readonly ServiceMode[];
  /** What to do where the cloud has none, as the end of a sentence. Default: another mode. */
  notOffered?: string;
  /** Modes in which it is on the cluster. Default: `cluster` alone. */
  clusterModes?: readonly ServiceMode[];
  /**
   * It holds what cannot be made anew. True: it is backed up, as src/data/backupStore.ts says; false: in no way, where it is
   * on the cluster. Default: it holds nothing of that kind.
   */
  isBackedUp?: boolean;
  /** Other stacks can use it: its shape stands in the contract between stacks. Default: false. */
  isInContract?: boolean;
  /** Name of the release and the Service of each instance's own server. Default: instances share the servers. */
  instanceRelease?: (instance: string) => string;
  /**
   * What `openedx:credentials` holds for it. `perInstance`: an instance may have its own, under `SERVICE-INSTANCE`.
   * `quoted`: the values are quoted wherever they go, and so may hold any character.
   */
  credentials?: { names: readonly string[]; perInstance?: boolean; quoted?: boolean };
  /** Keys of an instance's config.yml that give the service's address or switch: the instance has it to itself. */
  ownKeys: RegExp;
  /** Default: nothing on it is named by settings. */
  claims?: readonly ClaimRule[];
  /** Settings with the authorities of its certificates, and the files that the plugin's settings name. */
  authorityFiles?: Readonly<Record<string, string>>;
  /** What goes with its servers. Default: nothing that is missed. */
  loss?: (whose: string) => string;
  /** What stays on its servers when it comes from elsewhere. Default: nothing that is missed. */
  leftBehind?: (whose: string) => string;
  /** What stays on shared servers of an instance that is deployed no longer. Default: nothing. */
  retained?: (names: AccountNames) => string;
}
