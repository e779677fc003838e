import type * as pulumi from "@pulumi/pulumi";
import type { Account } from "../cloud/services.js";
import type { Cloud, WorkloadIdentity } from "../cloud/types.js";
import { type Json, textsOf } from "../kubernetes/objects.js";
import type { SettingToken } from "../tutor/types.js";
import { UserError } from "../workspace/errors.js";
import type { MakeContext } from "./cluster.js";
import type { ServicesConfig } from "./config.js";
import type { Dump } from "./dumps/dump.js";
import type { ServiceFacts, ServiceMode } from "./facts.js";
import type { AccountNames } from "./names.js";
import type { PlanContext } from "./planning.js";
import type { Bound, KnownPlan, ServiceUser, UsedPlan } from "./types.js";

/** Servers whose address is known before they are there, and what is wrong with the config of them. */
export interface Decided<Shape, Address> {
  shape: Shape;
  address: Address;
  faults: string[];
}

/** A server wherever it is, and what must be there before it is used. */
export type Ready<Server> = Server & {
  ready: pulumi.Resource[];
  /** What the pods of the instances that use it get. Default: nothing. */
  identity?: WorkloadIdentity;
};

/**
 * A data service that instances can share: all that the program knows of it. Its shape decides what is rendered (ports,
 * TLS, forms of addresses) and is known before the first resource; the server is what only its making tells.
 *
 * Adding one: its folder with facts and this object, and its row in `serviceFacts` and in `dataServices`.
 */
export interface DataService<Shape = unknown, Address = unknown, Server = unknown> extends ServiceFacts {
  /** The mode, and the key that says it. Pure. Default: `mode` of its part of the config. */
  modeOf?(services: ServicesConfig): { mode: ServiceMode; key: string };
  /** The shape in which the cloud has it; undefined: the cloud has none. Pure. */
  offered(context: PlanContext): Shape | undefined;
  /** Pure. Default: `cluster` is none of its modes. */
  onCluster?(context: PlanContext): Decided<Shape, Address>;
  /** Reads no more than the files that the config names. */
  elsewhere(context: PlanContext): Decided<Shape, Address>;
  /** What an instance's Tutor must be told about it, and the secrets that are made for that instance. Pure. */
  settings(
    plan: UsedPlan<Shape, Address>,
    names: AccountNames,
  ): { settings: Record<string, Json>; made?: Record<string, SettingToken> };
  /** What is wrong with an instance that is to use it, once it is rendered; each a sentence. Pure. Default: nothing. */
  renderedFaults?(plan: UsedPlan<Shape, Address>, rendered: Readonly<Record<string, Json>>): string[];
  /** The settings that come with the server, or with the instance's account on it. Pure. */
  bound(plan: UsedPlan<Shape, Address>): Record<string, Bound<Server & { user?: Account }>>;
  /** How it is dumped. Default: it is not. */
  dump?: Dump<Shape>;
  /** How the server that all instances share is got, by mode. Default: each instance has its `own`. */
  server?: {
    /** The cloud's own, which is made when it is asked for. */
    managed?(cloud: Cloud): (() => Server) | undefined;
    cluster?(context: MakeContext, plan: KnownPlan<Shape, Address>): Ready<Server>;
    external?(context: MakeContext, plan: KnownPlan<Shape, Address>): Server;
  };
  /** Has the cloud make the instance's user, where its shape says so. Default: a task of the instance does, or nobody. */
  account?(cloud: Cloud, plan: UsedPlan<Shape, Address>, user: ServiceUser): Account | undefined;
  /** Makes or finds what one instance has to itself, where `server` has nothing for the mode. Default: nothing. */
  own?(context: MakeContext, plan: UsedPlan<Shape, Address>, user: ServiceUser): Ready<Partial<Server>>;
}

/**
 * A text among an instance's rendered settings.
 * @throws UserError where it has none
 */
export function settingOf(settings: ServiceUser["settings"], key: string): string {
  const [text = ""] = textsOf(settings[key]);
  if (text === "") {
    throw new UserError(
      `${key} has no value, which the instance's account on a shared server takes. Set it in its config.yml`,
    );
  }
  return text;
}

/** An ability of the cloud on which the plan relies. */
export function asked<Make>(service: string, make: Make | undefined): Make {
  if (make === undefined) {
    throw new Error(`the cloud's abilities name ${service}, and the cloud has none`);
  }
  return make;
}
