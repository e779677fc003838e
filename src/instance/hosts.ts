import type { KubernetesObject } from "../kubernetes/objects.js";

/** `a.example.com{$default_site_port}, b.example.com{$default_site_port} {` at the start of a line. */
const siteLine =
  /^[^\s#({][^{]*\{\$default_site_port[^}]*\}[^{]*(?:\{\$default_site_port[^}]*\}[^{]*)*\{\s*$/;
const siteAddress = /(?:^|[\s,])(?:https?:\/\/)?([A-Za-z0-9*][A-Za-z0-9.*-]*)\{\$default_site_port[^}]*\}/g;

/**
 * The public hosts of a site: the addresses of the sites in the Caddyfile that Tutor rendered, in its order, each once.
 *
 * Plugins add theirs by patching that file, so it knows them all. A catch-all (`{$default_site_port:80} {`) is none.
 */
export function publicHosts(objects: readonly KubernetesObject[]): string[] {
  const caddyfile = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "caddy-config",
  );
  const text = (caddyfile?.data as Record<string, string> | undefined)?.Caddyfile ?? "";
  const hosts = text
    .split("\n")
    .filter((line) => siteLine.test(line))
    .flatMap((line) => [...line.matchAll(siteAddress)].map((match) => match[1] ?? ""));
  return [...new Set(hosts)];
}

/** The hosts for which an instance's own manifests bring an Ingress. */
export function ingressHosts(objects: readonly KubernetesObject[]): string[] {
  return objects
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) => (spec as { rules?: { host?: string }[] } | undefined)?.rules ?? [])
    .flatMap(({ host }) => (host === undefined ? [] : [host]));
}

/** The public hosts that the edge is to route: those for which the instance's own manifests bring no Ingress. */
export function routedHosts(objects: readonly KubernetesObject[]): string[] {
  const own = new Set(ingressHosts(objects));
  return publicHosts(objects).filter((host) => !own.has(host));
}
