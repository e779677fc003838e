import type { KubernetesObject } from "../kubernetes/objects.js";

/** `a.example.com{$default_site_port}, b.example.com{$default_site_port} {` at the start of a line. */
const siteLine =
  /^[^\s#({][^{]*\{\$default_site_port[^}]*\}[^{]*(?:\{\$default_site_port[^}]*\}[^{]*)*\{\s*$/;
const siteAddress = /(?:^|[\s,])(?:https?:\/\/)?([A-Za-z0-9*][A-Za-z0-9.*-]*)\{\$default_site_port[^}]*\}/g;

/** The public hosts of a site, each once. */
export interface SiteHosts {
  /** All: the addresses of the sites in Tutor's Caddyfile, in its order, so that the LMS's is the first. */
  public: string[];
  /** Those that the edge is to route: for the others the instance's own manifests bring an Ingress. */
  routed: string[];
}

/**
 * Finds the public hosts in the Caddyfile that Tutor rendered. Plugins add theirs by patching that file, so it knows them
 * all. A catch-all (`{$default_site_port:80} {`) is none.
 */
export function hostsOf(objects: readonly KubernetesObject[]): SiteHosts {
  const caddyfile = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "caddy-config",
  );
  const text = (caddyfile?.data as Record<string, string> | undefined)?.Caddyfile ?? "";
  const addresses = text
    .split("\n")
    .filter((line) => siteLine.test(line))
    .flatMap((line) => [...line.matchAll(siteAddress)].map((match) => match[1] ?? ""));
  const own = objects
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) => (spec as { rules?: { host?: string }[] } | undefined)?.rules ?? [])
    .map(({ host }) => host);
  const hosts = [...new Set(addresses)];
  return { public: hosts, routed: hosts.filter((host) => !own.includes(host)) };
}
