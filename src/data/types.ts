import type * as pulumi from "@pulumi/pulumi";
import type { Json } from "../kubernetes/objects.js";
import type { ChartSourceConfig } from "../platform/chartSource.js";
import type { SettingToken } from "../tutor/types.js";
import type { ServicesConfig } from "./config.js";

/** The part of a stack's config that the data services are planned and made from. */
export interface ServicesRequest extends ChartSourceConfig {
  /** The stack's name. */
  stack: string;
  /** What the cloud is called in the config. */
  cloud: string;
  /** `platform`: sites of other stacks use the services, too. */
  scope: string;
  services: ServicesConfig;
  credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By name. */
  instances: Readonly<Record<string, { namespace?: string }>>;
  /** True: data is not protected. */
  disposable: boolean;
}

/**
 * Where a data service comes from, and its shape unless it is `bundled`. Plain, decided before the first resource.
 * `Address`: what is known of the servers beforehand, which with `managed` is nothing.
 */
export type ServicePlan<Shape = unknown, Address = unknown> = { mode: "bundled" } | UsedPlan<Shape, Address>;

/** The plan of a service that is not `bundled`. */
export type UsedPlan<Shape, Address> = { mode: "managed"; shape: Shape } | KnownPlan<Shape, Address>;

/** The plan of servers whose address is known beforehand. */
export interface KnownPlan<Shape, Address> {
  mode: "cluster" | "external";
  shape: Shape;
  address: Address;
}

export interface ServerAddress {
  host: string;
  /** PEM. Default: as the shape has it. */
  ca?: string;
}

/** A setting whose value comes with the made server. */
export interface Bound<Server> {
  token: SettingToken;
  /** True: it makes its owner an administrator of a service which instances share. Default: false. */
  isAdmin?: boolean;
  /** Undefined: the server has none, and the setting stays unset. */
  value(this: void, server: Server): pulumi.Input<string> | undefined;
}

const bound = { kind: "bound" } as const;

/**
 * What is not a secret: an address, a certificate.
 * @param template what stands around it when the instance is rendered, `{}` being the value
 */
export function boundPlain<Server>(value: Bound<Server>["value"], template?: string): Bound<Server> {
  return { token: { spec: bound, secret: false, ...(template !== undefined && { template }) }, value };
}

export function boundSecret<Server>(value: Bound<Server>["value"]): Bound<Server> {
  return { token: { spec: bound, secret: true }, value };
}

/** A secret of an administrator. */
export function boundAdmin<Server>(value: Bound<Server>["value"]): Bound<Server> {
  return { ...boundSecret(value), isAdmin: true };
}

/** A secret that is made for the instance alone. */
export const ownPassword: SettingToken = { spec: { kind: "password", length: 32 }, secret: true };

/** What the services mean for one instance: known before it is rendered. */
export interface InstanceServices {
  /** Tutor's settings, and those of this project's own plugin: openedx_pulumi.py has the meaning of each. */
  settings: Record<string, Json>;
  /** Settings whose values come with the resources. */
  tokens: Record<string, SettingToken>;
  /** The services that it uses: neither `bundled` nor its own. */
  uses: readonly string[];
  /**
   * Settings that make their owner an administrator of a shared service. Tasks that hold one run in the services'
   * namespace; nothing else may hold one.
   */
  adminSettings: readonly string[];
}

/** What the services, once made, give an instance: values for its `bound` tokens, by setting. */
export interface InstanceValues {
  values: Record<string, pulumi.Input<string>>;
  /** What must be there before the instance's first task. */
  ready: pulumi.Resource[];
  serviceAccountAnnotations?: Record<string, pulumi.Input<string>>;
  podLabels?: Record<string, string>;
}

/** An instance, as the services know it. */
export interface ServiceUser {
  name: string;
  /** Its pods may reach the services. */
  namespace: string;
  /** Web origins from which browsers read and upload. */
  origins: readonly string[];
  /** What it was told about the services before it was rendered. */
  services: InstanceServices;
  /** Its rendered settings, those of its own config.yml included; secrets are left out. */
  settings: Readonly<Record<string, Json>>;
}
