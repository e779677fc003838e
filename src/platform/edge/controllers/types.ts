import type { EdgeConfig } from "../../../config/edge.js";
import type { KubernetesObject } from "../../../kubernetes/objects.js";
import type { Listener } from "../listeners.js";
import type { RouteCompany } from "../types.js";

/** The Service that takes the traffic of all hosts: Tutor's Caddy, with its port, which is its container's too. */
export const backend = { service: "caddy", port: 80 } as const;

/** Caddy answers 200 to whoever asks for no site of its own, as load balancers do. */
export const healthPath = "/";

export interface RouteRequest {
  edge: EdgeConfig;
  instance: string;
  hosts: readonly string[];
}

/** Annotations beside what every controller needs. */
export interface IngressParts extends Partial<RouteCompany> {
  annotations: Record<string, string>;
}

/** What differs from one edge controller to the other. All of it is plain. */
export interface Controller {
  /** Namespace of its pods; undefined: it has none in the cluster, or nobody knows. */
  namespace?: string;
  /** Its pods, where it has any, are in the cluster: traffic comes from its namespace. */
  inCluster: boolean;
  /** It serves certificates out of Secrets. False: the cloud keeps them. */
  readsSecrets: boolean;
  ingress: {
    className: string;
    /** See IngressRoutes. */
    perHost: boolean;
    /** It wants a challenge's path in the Ingress of the host, since it takes no second Ingress for one host. */
    challengeInPlace: boolean;
    /** Annotations by which cert-manager's own Ingresses reach it. */
    challengeAnnotations?: (edge: EdgeConfig) => Record<string, string>;
    parts: (request: RouteRequest) => IngressParts;
  };
  /** Undefined: it knows no Gateway API. */
  gateway?: {
    className: string;
    /** It takes no Gateway of which one listener's Secret is missing. Default: it serves the other listeners. */
    needsSecrets?: true;
    ports: { http: number; https: number };
    /** It takes `timeouts` of HTTPRoutes. False: they are in `extraObjects`. */
    routeTimeouts: boolean;
    annotations?: (edge: EdgeConfig) => Record<string, string>;
    /** A Gateway's own settings, in its namespace. */
    infrastructure?: { parametersRef: { group: string; kind: string; name: string } };
    /** The `tls` of the one listener for all hosts, where the cloud keeps the certificates. */
    cloudTls?: (edge: EdgeConfig) => Listener["tls"];
    /** What comes before the Gateways. */
    before?: (edge: EdgeConfig) => KubernetesObject[];
    /** What goes with the routes of an instance. */
    extraObjects?: (request: RouteRequest) => KubernetesObject[];
  };
  /** Certificates that one of its load balancers takes. Default: as many as there are. */
  mostCertificates?: number;
  /** Networks of its load balancers, where all clusters have the same. */
  cidrs?: readonly string[];
}
