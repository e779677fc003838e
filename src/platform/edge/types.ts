import type { HelmValues } from "../../cloud/types.js";
import type { EdgeConfig } from "../../config/edge.js";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { PlatformConfig } from "../../config/platform.js";

/** The parts of a stack's config that say how its sites are reached. */
export interface EdgeStack {
  /** The stack's name. */
  stack: string;
  edge: EdgeConfig;
  platform: PlatformConfig;
}

/** A site on the platform: what add-ons need to know of it. Plain. */
export interface Site {
  /** The instance's name. */
  name: string;
  namespace: string;
  /** Its public hosts, the LMS's first. */
  hosts: readonly string[];
}

/** How the sites of a stack are reached. Plain: decided before the first resource, the same for all sites. */
export interface EdgePlan {
  mode: EdgeConfig["mode"];
  controller: EdgeConfig["controller"];
  /** People reach the sites by https. */
  https: boolean;
  /** Who signs the certificates. */
  issuer: Issuer;
  /** Namespace of the controller's pods, which alone may reach the sites; undefined: any. */
  controllerNamespace?: string;
  /** Networks that a load balancer outside the cluster reaches the sites from; none: see `controllerNamespace`. */
  trafficCidrs: readonly string[];
  /**
   * What routes the hosts of one instance.
   * @param hosts those that the instance does not route itself
   * @param sites all of the stack, which share Gateways
   * @throws UserError for a host that can have no certificate
   */
  routesFor: (instance: string, hosts: readonly string[], sites: readonly Site[]) => Routes;
  /** What all sites share, but for what only the cloud knows: Gateways, redirects to https. In order of making. */
  sharedObjects: (sites: readonly Site[]) => KubernetesObject[];
  /** Solves HTTP-01: the `http01` part of a cert-manager solver. */
  http01Solver: (sites: readonly Site[]) => HelmValues;
}

/** `none`: the certificates come from elsewhere. Else a ClusterIssuer, which all but `existing` ask the stack to make. */
export type Issuer =
  { kind: "none" } | { kind: "http01" | "dns01" | "self-signed" | "existing"; name: string };

/** The part of an instance's release that makes routes. */
export type Routes = (IngressRoutes | GatewayRoutes) & RouteCompany;

export interface IngressRoutes {
  kind: "ingress";
  className: string;
  /** For every Ingress. */
  annotations: Record<string, string>;
  /** Secrets by host, where they are not the chart's default. False: no TLS here. */
  tls: boolean | { enabled: true; secretNames: Record<string, string> };
  /** False: one Ingress for all hosts, since each would have a load balancer of its own. */
  perHost: boolean;
}

export interface GatewayRoutes {
  kind: "gateway";
  /** By host: Gateways and listeners to attach to. */
  parentRefs: Record<string, ParentRef[]>;
  annotations: Record<string, string>;
  /** For every rule; none where the controller takes them elsewhere. */
  timeouts: { request?: string };
}

/** What comes with the routes, in the instance's namespace. */
export interface RouteCompany {
  /** Certificates, and the controller's own kinds of settings. */
  objects: KubernetesObject[];
  /** For the Service that takes the traffic. */
  serviceAnnotations: Record<string, string>;
}

export interface ParentRef {
  name: string;
  namespace?: string;
  sectionName?: string;
}
