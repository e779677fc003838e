import type { EdgeConfig } from "../../config/edge.js";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { Issuer } from "./types.js";

/** ClusterIssuer that the stack makes unless the config names another. */
const ownIssuer = "openedx";

/** What a controller does with Secrets, as far as certificates go. */
interface SecretUse {
  readsSecrets: boolean;
  gateway?: { needsSecrets?: boolean };
}

/** Who signs the certificates, after the defaults that depend on the other settings. */
export function issuerOf(edge: EdgeConfig, controller: SecretUse): Issuer {
  const { issuer, clusterIssuer, cloudCertificates, wildcards } = edge.tls;
  const elsewhere =
    !edge.https || !controller.readsSecrets || edge.controller === "existing" || cloudCertificates.length > 0;
  const byZone = wildcards.length > 0 || needsSecrets(edge, controller);
  const kind = issuer ?? (elsewhere ? "none" : byZone ? "dns01" : "http01");
  return kind === "none" ? { kind } : { kind, name: clusterIssuer ?? ownIssuer };
}

/** No route is served, a challenge's neither, as long as one certificate is missing. */
export function needsSecrets(edge: EdgeConfig, { gateway }: SecretUse): boolean {
  return edge.mode === "gateway" && edge.gateway.name === undefined && gateway?.needsSecrets === true;
}

/** One certificate: its Secret, and the names in it. */
export interface Certificate {
  secretName: string;
  dnsNames: string[];
  wildcard: boolean;
}

/** The certificate that covers a host: that of a domain in `wildcards`, else the host's own. */
export function certificateOf(host: string, wildcards: readonly string[]): Certificate {
  const parent = host.slice(host.indexOf(".") + 1);
  const domain = wildcards.find((wildcard) => wildcard === host || wildcard === parent);
  return domain === undefined
    ? { secretName: `${labelOf(host)}-tls`, dnsNames: [host], wildcard: host.startsWith("*.") }
    : { secretName: `${labelOf(`*.${domain}`)}-tls`, dnsNames: [domain, `*.${domain}`], wildcard: true };
}

/** The certificates of some hosts, each once. */
export function certificatesOf(hosts: readonly string[], wildcards: readonly string[]): Certificate[] {
  const all = hosts.map((host) => certificateOf(host, wildcards));
  return [...new Map(all.map((certificate) => [certificate.secretName, certificate])).values()];
}

/** A host as part of a name: as the instance chart does it. */
export function labelOf(host: string): string {
  return host.replace("*", "wildcard").replaceAll(".", "-");
}

/** Asks cert-manager for a certificate. Its namespace is the release's. */
export function certificateObject(
  { secretName, dnsNames }: Certificate,
  issuer: Exclude<Issuer, { kind: "none" }>,
): KubernetesObject {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: secretName },
    spec: {
      secretName,
      dnsNames,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer.name },
    },
  };
}
