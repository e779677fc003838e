import { partOf } from "../../kubernetes/conventions.js";
import type { Json } from "../../kubernetes/objects.js";
import { certificateOf, labelOf } from "./certificates.js";
import type { Site } from "./types.js";

/** Listeners that the Gateway API allows in one Gateway. */
const mostListeners = 64;

export interface Listener {
  name: string;
  hostname?: string;
  protocol: "HTTP" | "HTTPS";
  port: number;
  tls?: {
    mode: "Terminate";
    certificateRefs?: { name: string }[];
    options?: Record<string, string>;
  };
  allowedRoutes: Record<string, Json>;
}

/** A Gateway, and the listener of each host that it serves. */
export interface GatewayPlan {
  name: string;
  listeners: Listener[];
  /** Names of listeners, by host. */
  hosts: Record<string, string>;
}

/** How listeners are to be made: all that follows from config and controller. */
export interface ListenerSettings {
  https: boolean;
  ports: { http: number; https: number };
  wildcards: readonly string[];
  /** One listener takes all hosts, with certificates that the cloud keeps. Undefined: each host's Secret. */
  cloud?: { tls: Listener["tls"] };
}

/** The listener for plain HTTP, which redirects, answers challenges and, without https, serves. */
export const plainListener = "http";

/** Routes of the instances' namespaces and of the Gateways' own. */
const allowedRoutes = { namespaces: { from: "Selector", selector: { matchLabels: partOf } } };

/**
 * The Gateways that all sites share: as few as hold the listeners of all hosts, filled in the order of the sites, so
 * that a further site moves none that is there. Hosts below one wildcard share a listener.
 */
export function planGateways(sites: readonly Site[], settings: ListenerSettings): GatewayPlan[] {
  const hosts = sites.flatMap((site) => site.hosts);
  const { https, ports, wildcards, cloud } = settings;
  const plain: Listener = { name: plainListener, protocol: "HTTP", port: ports.http, allowedRoutes };
  if (!https) {
    return [
      gateway(
        0,
        [plain],
        hosts.map((host) => [host, plainListener]),
      ),
    ];
  }
  if (cloud !== undefined) {
    const one: Listener = {
      name: "https",
      protocol: "HTTPS",
      port: ports.https,
      ...(cloud.tls && { tls: cloud.tls }),
      allowedRoutes,
    };
    return [
      gateway(
        0,
        [plain, one],
        hosts.map((host) => [host, one.name]),
      ),
    ];
  }
  return pack(groupsOf(hosts, wildcards), mostListeners - 1).map((groups, index) => {
    const served = groups.flatMap((group) => group.hosts);
    const secure = groups.flatMap(({ secretName, hosts: own }) =>
      [...new Set(own.map((host) => listenerHost(host, wildcards)))].map((hostname): Listener => ({
        name: listenerName(hostname),
        hostname,
        protocol: "HTTPS",
        port: ports.https,
        tls: { mode: "Terminate", certificateRefs: [{ name: secretName }] },
        allowedRoutes,
      })),
    );
    return gateway(
      index,
      [plain, ...secure],
      served.map((host) => [host, listenerName(listenerHost(host, wildcards))]),
    );
  });
}

function gateway(index: number, listeners: Listener[], hosts: [string, string][]): GatewayPlan {
  return {
    name: index === 0 ? "openedx" : `openedx-${index + 1}`,
    listeners,
    hosts: Object.fromEntries(hosts),
  };
}

/** Hosts that share a certificate; cert-manager makes it for one Gateway, so they stay together. */
interface Group {
  secretName: string;
  hosts: string[];
  listeners: number;
}

function groupsOf(hosts: readonly string[], wildcards: readonly string[]): Group[] {
  const groups = new Map<string, string[]>();
  for (const host of hosts) {
    const { secretName } = certificateOf(host, wildcards);
    groups.set(secretName, [...(groups.get(secretName) ?? []), host]);
  }
  return [...groups].map(([secretName, own]) => ({
    secretName,
    hosts: own,
    listeners: new Set(own.map((host) => listenerHost(host, wildcards))).size,
  }));
}

/** Groups in their order, as many together as there is room for; at least one bin, for Gateways without hosts. */
function pack(groups: readonly Group[], room: number): Group[][] {
  const bins: Group[][] = [[]];
  let free = room;
  for (const group of groups) {
    if (group.listeners > free) {
      bins.push([]);
      free = room;
    }
    bins.at(-1)?.push(group);
    free -= group.listeners;
  }
  return bins;
}

/** The host name of the listener that serves a host. */
function listenerHost(host: string, wildcards: readonly string[]): string {
  const parent = host.slice(host.indexOf(".") + 1);
  return !wildcards.includes(host) && wildcards.includes(parent) ? `*.${parent}` : host;
}

/** Dots and hyphens stay apart: two hosts never have one name. */
function listenerName(hostname: string): string {
  return `https-${labelOf(hostname.replaceAll("-", "--"))}`;
}
