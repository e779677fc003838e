import type { EdgeConfig } from "../../config/edge.js";
import { certificateObject, certificateOf, certificatesOf } from "./certificates.js";
import type { Controller, RouteRequest } from "./controllers/types.js";
import type { Issuer, Routes } from "./types.js";

/** Ingresses of one instance, with what its controller and its certificates need. */
export function ingressRoutes(request: RouteRequest, { ingress }: Controller, issuer: Issuer): Routes {
  const { edge } = request;
  const parts = ingress.parts(request);
  const certificates = ingressCertificates(request, issuer);
  return {
    kind: "ingress",
    className: edge.ingressClassName ?? ingress.className,
    annotations: {
      ...parts.annotations,
      ...certificates.annotations,
      ...(issuer.kind === "http01" && ingress.challengeInPlace && inPlace),
      ...edge.ingressAnnotations,
    },
    tls: certificates.tls,
    perHost: ingress.perHost,
    objects: [...(parts.objects ?? []), ...certificates.objects],
    serviceAnnotations: parts.serviceAnnotations ?? {},
  };
}

/** A certificate of its own until the authority's is there: some controllers take no Ingress whose Secret is missing. */
const inPlace = {
  "acme.cert-manager.io/http01-edit-in-place": "true",
  "cert-manager.io/issue-temporary-certificate": "true",
};

/**
 * With one certificate a host, cert-manager goes by the Ingress's annotation. A wildcard serves several Ingresses, of
 * which cert-manager would let only one own it: then each certificate is asked for by itself.
 */
function ingressCertificates(
  { edge, hosts }: RouteRequest,
  issuer: Issuer,
): Pick<Routes & { kind: "ingress" }, "annotations" | "tls" | "objects"> {
  const { wildcards } = edge.tls;
  if (!servesSecrets(edge)) {
    return { annotations: {}, tls: false, objects: [] };
  }
  const certificates = certificatesOf(hosts, wildcards);
  if (!certificates.some(({ wildcard }) => wildcard)) {
    return {
      annotations: { ...(issuer.kind !== "none" && { "cert-manager.io/cluster-issuer": issuer.name }) },
      tls: true,
      objects: [],
    };
  }
  const secretNames = hosts.map((host) => [host, certificateOf(host, wildcards).secretName] as const);
  return {
    annotations: {},
    tls: { enabled: true, secretNames: Object.fromEntries(secretNames) },
    objects:
      issuer.kind === "none" ? [] : certificates.map((certificate) => certificateObject(certificate, issuer)),
  };
}

/** Certificates come out of Secrets in the cluster. */
function servesSecrets({ https, controller, tls }: EdgeConfig): boolean {
  return https && controller !== "alb" && tls.cloudCertificates.length === 0;
}
