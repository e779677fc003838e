import { createHash } from "node:crypto";
import type { EdgePlan } from "../edge/types.js";
import type { Site } from "../edge/types.js";
import { instanceLabel, type RecordingRule, where } from "./rules.js";

/** Requests a second by instance, host and status code, whichever controller counts them. */
export const edgeRequests = "openedx:edge_requests:rate5m";
/** Seconds within which 95 of 100 requests were answered, by instance and host. */
export const edgeLatency = "openedx:edge_latency_seconds:p95_5m";

/** Longest name of the instance chart's own objects. */
const longestName = 63;

interface HostMetrics {
  requests: string;
  latency: string;
}

/** How each controller that measures by route names what it counts of one host. */
const controllers: Partial<
  Record<EdgePlan["controller"], (site: Site, host: string, mode: EdgePlan["mode"]) => HostMetrics>
> = {
  traefik: (site, host, mode) => {
    const router = where({ router: `~${traefikRouter(site, host, mode)}` });
    return {
      requests: `sum by (code) (rate(traefik_router_requests_total${router}[5m]))`,
      latency: p95(`traefik_router_request_duration_seconds_bucket${router}`),
    };
  },
  nginx: (site, host) => {
    const route = where({ resource_namespace: site.namespace, resource_name: routeName(site, host) });
    const metric = "nginx_ingress_controller_upstream_server_response_latency_ms";
    return {
      requests: `sum by (code) (rate(${metric}_count${route}[5m]))`,
      latency: `${p95(`${metric}_bucket${route}`)} / 1000`,
    };
  },
};

/** Whether the controller tells what it did for each host; those of the clouds show it in the cloud's own monitoring. */
export function isEdgeMeasured({ controller }: Pick<EdgePlan, "controller">): boolean {
  return controllers[controller] !== undefined;
}

/** Series with the names above for each of a site's hosts, so that nothing else needs to know the controller. */
export function edgeRules(
  site: Site,
  { controller, mode }: Pick<EdgePlan, "controller" | "mode">,
): RecordingRule[] {
  const metricsOf = controllers[controller];
  if (metricsOf === undefined) {
    return [];
  }
  return site.hosts.flatMap((host) => {
    const { requests, latency } = metricsOf(site, host, mode);
    const labels = { [instanceLabel]: site.name, namespace: site.namespace, host };
    return [
      { record: edgeRequests, expr: requests, labels },
      { record: edgeLatency, expr: latency, labels },
    ];
  });
}

function p95(buckets: string): string {
  return `histogram_quantile(0.95, sum by (le) (rate(${buckets}[5m])))`;
}

/** Name of the Ingress or HTTPRoute that the instance chart makes for a host. */
function routeName({ name }: Site, host: string): string {
  const full = `${name}-${host.replaceAll("*", "wildcard")}`;
  if (full.length <= longestName) {
    return full;
  }
  const hash = createHash("sha256").update(full).digest("hex").slice(0, 8);
  return `${full.slice(0, longestName - 9).replace(/[-.]+$/, "")}-${hash}`;
}

/** Traefik makes a router's name of namespace, route, host and path, in letters and digits, after the entry point's. */
function traefikRouter(site: Site, host: string, mode: EdgePlan["mode"]): string {
  const route = normalize(`${site.namespace}-${routeName(site, host)}`);
  return mode === "gateway"
    ? `(.+-)?httproute-${route}-gw-.+@kubernetesgateway`
    : `([a-z]+-)?${route}-${normalize(host)}@kubernetes`;
}

function normalize(name: string): string {
  return name
    .split(/[^a-zA-Z0-9]+/)
    .filter(Boolean)
    .join("-");
}
