import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { HelmValues } from "../cloud/types.js";
import type { AddOnContext, AddOnPlace } from "./types.js";

const apiVersion = "cert-manager.io/v1";
/** What goes with the issuer: the account at the ACME authority, the authority of the stack's own. */
const accountSecret = "openedx-acme-account";
const authority = "openedx-authority";

/** What the stack's config asks cert-manager for. On destroy it goes before cert-manager does. */
export function createIssuers(context: AddOnContext, at: AddOnPlace): pulumi.Resource[] {
  const { issuer } = context.edge;
  if (issuer.kind === "none" || issuer.kind === "existing") {
    return [];
  }
  const before = issuer.kind === "self-signed" ? createAuthority(at) : [];
  return [...before, ...createIssuer(issuer.name, context, at, before)];
}

/**
 * The stack's ClusterIssuer under a name; none where certificates come from elsewhere.
 * @param after what must be there before it, beside what `at` says
 */
export function createIssuer(
  name: string,
  context: AddOnContext,
  at: AddOnPlace,
  after: pulumi.Resource[] = [],
): pulumi.Resource[] {
  const { issuer, http01Solver } = context.edge;
  switch (issuer.kind) {
    case "http01":
      return [clusterIssuer(name, acme(context, { http01: http01Solver(context.sites) }), at, after)];
    case "dns01":
      return [clusterIssuer(name, acme(context, dns01Solver(context)), at, after)];
    case "self-signed":
      return [clusterIssuer(name, { ca: { secretName: authority } }, at, after)];
    default:
      return [];
  }
}

function acme({ config }: AddOnContext, solver: HelmValues): HelmValues {
  const { acmeServer, email } = config.edge.tls;
  return {
    acme: {
      server: acmeServer,
      ...(email !== undefined && { email }),
      privateKeySecretRef: { name: accountSecret },
      solvers: [solver],
    },
  };
}

function dns01Solver({ cloud }: AddOnContext): HelmValues {
  const { zones = [], solver = {} } = cloud.dns ?? {};
  return { ...(zones.length > 0 && { selector: { dnsZones: [...zones] } }), dns01: solver };
}

/** An authority of the stack's own: trusted by hand once, it covers all hosts. */
function createAuthority(at: AddOnPlace): pulumi.Resource[] {
  const root = clusterIssuer(`${authority}-root`, { selfSigned: {} }, at);
  const { name, opts } = at.child(authority, { dependsOn: [root] });
  const certificate = new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion,
      kind: "Certificate",
      metadata: { name: authority, namespace: at.namespace },
      spec: {
        isCA: true,
        commonName: "Authority of Open edX sites, for tests",
        secretName: authority,
        privateKey: { algorithm: "ECDSA", size: 256 },
        issuerRef: { name: `${authority}-root`, kind: "ClusterIssuer", group: "cert-manager.io" },
      },
    },
    opts,
  );
  return [root, certificate];
}

function clusterIssuer(
  name: string,
  spec: HelmValues,
  at: AddOnPlace,
  after: pulumi.Resource[] = [],
): k8s.apiextensions.CustomResource {
  const child = at.child(`${name}-issuer`, after.length > 0 ? { dependsOn: after } : {});
  return new k8s.apiextensions.CustomResource(
    child.name,
    { apiVersion, kind: "ClusterIssuer", metadata: { name }, spec },
    child.opts,
  );
}
