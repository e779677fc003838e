import type { EdgeConfig } from "../../config/edge.js";

/** How the sites of a stack are reached. Plain: decided before the first resource, the same for all sites. */
export interface EdgePlan {
  mode: EdgeConfig["mode"];
  controller: EdgeConfig["controller"];
  /** People reach the sites by https. */
  https: boolean;
  /** Namespace of the controller's pods, which alone may reach the sites; undefined: any. */
  controllerNamespace?: string;
  /** What routes the hosts of one instance; undefined for none. */
  routesFor: (instance: string, hosts: readonly string[]) => Routes;
}

/** The part of the instance chart's values that makes routes. */
export type Routes =
  | {
      kind: "ingress";
      className: string;
      /** For every Ingress. */
      annotations: Record<string, string>;
      /** One Secret a host, named by the chart; an object names it, `{host}` standing for the host. False: no TLS here. */
      tls: boolean | { enabled: true; secretName: string };
    }
  | {
      kind: "gateway";
      /** By host, in the order of `hosts`: Gateways and listeners to attach to. */
      parentRefs: Record<string, ParentRef[]>;
      annotations: Record<string, string>;
    };

export interface ParentRef {
  name: string;
  namespace?: string;
  sectionName?: string;
}
