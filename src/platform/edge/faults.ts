import type { CloudAbilities } from "../../cloud/types.js";
import type { EdgeConfig } from "../../config/edge.js";
import { issuerOf, needsSecrets } from "./certificates.js";
import { controllers } from "./controllers/all.js";

const portable = ["traefik", "nginx", "existing"] as const;

/** What rules out what in the config's `edge`: one sentence each, with key path and remedy. */
export function edgeFaults(edge: EdgeConfig, abilities: CloudAbilities): string[] {
  return [
    ...controllerFaults(edge, abilities),
    ...gatewayFaults(edge),
    ...issuerFaults(edge, abilities),
    ...certificateFaults(edge),
    ...trafficFaults(edge),
  ].map((fault) => `openedx:edge.${fault}`);
}

function controllerFaults({ controller, mode }: EdgeConfig, { edgeControllers }: CloudAbilities): string[] {
  const known: string[] = [...portable, ...edgeControllers];
  return [
    ...(known.includes(controller)
      ? []
      : [`controller: ${controller} needs a cloud that brings it; here there are ${known.join(", ")}`]),
    ...(mode === "gateway" && controllers[controller].gateway === undefined
      ? [`mode: ${controller} serves no Gateways; choose ingress, or another controller, such as traefik`]
      : []),
  ];
}

function gatewayFaults(edge: EdgeConfig): string[] {
  const { mode, controller, gateway } = edge;
  if (mode === "ingress") {
    return [
      ...(gateway.name !== undefined
        ? ["gateway.name: has no effect on Ingresses; set `mode: gateway`"]
        : []),
    ];
  }
  return [
    ...(edge.ingressClassName !== undefined
      ? ["ingressClassName: there are no Ingresses with `mode: gateway`; use gateway.className"]
      : []),
    ...(Object.keys(edge.ingressAnnotations).length > 0
      ? ["ingressAnnotations: there are no Ingresses with `mode: gateway`; take them out"]
      : []),
    ...(controller !== "existing" && gateway.name !== undefined
      ? ["gateway.name: a Gateway that exists needs `controller: existing`; the others get their own"]
      : []),
    ...(controller === "existing" && gateway.name === undefined && gateway.className === undefined
      ? ["gateway: set `name` for a Gateway that exists, or `className` for those that the stack makes"]
      : []),
    ...(gateway.name === undefined && gateway.sectionName !== undefined
      ? ["gateway.sectionName: belongs to a Gateway that exists; set gateway.name, or take it out"]
      : []),
  ];
}

function issuerFaults(edge: EdgeConfig, abilities: CloudAbilities): string[] {
  const { tls, https, controller } = edge;
  const { readsSecrets } = controllers[controller];
  const { kind } = issuerOf(edge, controllers[controller]);
  const isStuck = needsSecrets(edge, controllers[controller]);
  if (kind === "none") {
    return [];
  }
  const at = `tls.issuer: ${kind}`;
  const acme = kind === "http01" || kind === "dns01";
  const ownGateway = edge.mode === "gateway" && edge.gateway.name !== undefined;
  return [
    ...(https ? [] : [`${at} makes certificates that nobody asks for; set https to true, or issuer to none`]),
    ...(readsSecrets
      ? []
      : [
          `${at}: ${controller} takes certificates of ACM only; leave issuer out and see tls.cloudCertificates`,
        ]),
    ...(acme && tls.email === undefined
      ? [`tls.email: is not set; ${kind} needs an address for the certificates' authority`]
      : []),
    ...(kind === "dns01" && !abilities.dns
      ? [
          `${at} needs a DNS zone of the cloud, which is not there; name it (dns.zone of its part), use ` +
            `${isStuck ? "existing" : "http01, or existing"} with a ClusterIssuer`,
        ]
      : []),
    ...(kind === "http01" && isStuck
      ? [
          `${at}: ${controller} takes no Gateway with a certificate that is still missing, so that none could ever be asked ` +
            "for; set dns01, or mode to ingress",
        ]
      : []),
    ...(kind === "http01" && tls.wildcards.length > 0
      ? [`tls.wildcards: no authority gives wildcards for http01; set tls.issuer to dns01, or leave it out`]
      : []),
    ...(kind === "existing" && tls.clusterIssuer === undefined
      ? [`tls.clusterIssuer: is not set; name the ClusterIssuer that the cluster has`]
      : []),
    ...(ownGateway
      ? [`${at}: certificates belong to the Gateway "${edge.gateway.name}", which exists; set issuer to none`]
      : []),
  ];
}

function certificateFaults({ tls, https, controller }: EdgeConfig): string[] {
  const { wildcards, cloudCertificates, issuer } = tls;
  return [
    ...(!https && wildcards.length > 0
      ? ["tls.wildcards: there are no certificates while https is false; take them out"]
      : []),
    ...(!https && cloudCertificates.length > 0
      ? ["tls.cloudCertificates: there are no certificates while https is false; take them out"]
      : []),
    ...(cloudCertificates.length > 0 && controller !== "alb" && controller !== "gke"
      ? [`tls.cloudCertificates: ${controller} reads certificates from Secrets only; use tls.issuer`]
      : []),
    ...(cloudCertificates.length > 0 && issuer !== undefined && issuer !== "none"
      ? ["tls.cloudCertificates: rule out an issuer; set tls.issuer to none, or take them out"]
      : []),
  ];
}

function trafficFaults({ controller, controllerNamespace, loadBalancer }: EdgeConfig): string[] {
  const { inCluster } = controllers[controller];
  return [
    ...(!inCluster && controllerNamespace !== undefined
      ? [`controllerNamespace: ${controller} sends traffic from outside the cluster; use loadBalancer.cidrs`]
      : []),
    ...(inCluster && loadBalancer.cidrs.length > 0
      ? [`loadBalancer.cidrs: ${controller} sends traffic from its pods; use controllerNamespace`]
      : []),
  ];
}
