import type { CloudAbilities, HelmValues } from "../../cloud/types.js";
import type { EdgeConfig } from "../../config/edge.js";
import { joinFaults, UserError } from "../../workspace/errors.js";
import { certificatesOf, issuerOf } from "./certificates.js";
import { controllers } from "./controllers/all.js";
import type { Controller } from "./controllers/types.js";
import { edgeFaults } from "./faults.js";
import { gatewayObjects, gatewayRoutes, ownGateways } from "./gatewayRoutes.js";
import { ingressRoutes } from "./ingressRoutes.js";
import { plainListener } from "./listeners.js";
import type { EdgePlan, EdgeStack, Issuer, Site } from "./types.js";

/**
 * How the sites are to be reached.
 * @throws UserError for a controller, mode or issuer that the cloud or each other rule out.
 */
export function planEdge(config: EdgeStack, abilities: CloudAbilities): EdgePlan {
  const { edge, stack } = config;
  const faults = edgeFaults(edge, abilities);
  if (faults.length > 0) {
    throw joinFaults(`The config in stacks/Pulumi.${stack}.yaml is wrong`, faults);
  }
  const controller = controllers[edge.controller];
  const issuer = issuerOf(edge, controller);
  const namespace = edge.controllerNamespace ?? ownNamespace(config, controller);
  return {
    mode: edge.mode,
    controller: edge.controller,
    https: edge.https,
    issuer,
    ...(namespace !== undefined && { controllerNamespace: namespace }),
    trafficCidrs: controller.inCluster ? [] : trafficCidrs(edge, controller, abilities),
    ...(edge.mode === "gateway"
      ? gatewayParts(edge, controller, issuer, abilities.gatewayAddress)
      : ingressParts(edge, controller, issuer)),
  };
}

type Parts = Pick<EdgePlan, "routesFor" | "sharedObjects" | "http01Solver">;

function ingressParts(edge: EdgeConfig, controller: Controller, issuer: Issuer): Parts {
  return {
    routesFor: (instance, hosts) => {
      checkHosts(instance, hosts, edge, issuer);
      checkCertificates(hosts, edge, controller);
      return ingressRoutes({ edge, instance, hosts }, controller, issuer);
    },
    sharedObjects: () => [],
    http01Solver: () => ({ ingress: ingressSolver(edge, controller) }),
  };
}

function gatewayParts(edge: EdgeConfig, controller: Controller, issuer: Issuer, address?: string): Parts {
  const { gateway } = controller;
  if (gateway === undefined) {
    throw new Error(`${edge.controller} serves no Gateways`);
  }
  const own = (sites: readonly Site[]) => ownGateways(edge, { ...controller, gateway }, sites);
  return {
    routesFor: (instance, hosts, sites) => {
      checkHosts(instance, hosts, edge, issuer);
      const gateways = own(sites);
      gateways.forEach((each) => checkCertificates(Object.keys(each.hosts), edge, controller));
      return gatewayRoutes({ edge, instance, hosts }, { ...controller, gateway }, gateways);
    },
    sharedObjects: (sites) => gatewayObjects(edge, { ...controller, gateway }, own(sites), issuer, address),
    http01Solver: (sites) => ({
      gatewayHTTPRoute: {
        parentRefs: own(sites).map(({ name }) => ({
          kind: "Gateway",
          name,
          namespace: edge.gateway.namespace,
          sectionName: plainListener,
        })),
      },
    }),
  };
}

/** How cert-manager's own Ingresses reach the controller. */
function ingressSolver(edge: EdgeConfig, { ingress }: Controller): HelmValues {
  const annotations = ingress.challengeAnnotations?.(edge);
  const className = edge.ingressClassName ?? ingress.className;
  return {
    ...(className !== "" && { ingressClassName: className }),
    ...(annotations && { ingressTemplate: { metadata: { annotations } } }),
  };
}

/** Where the stack, or whoever deployed it before, puts the controller. */
function ownNamespace({ platform, edge }: EdgeStack, { namespace }: Controller): string | undefined {
  const { controller } = edge;
  const addOn = controller === "traefik" || controller === "nginx" ? platform.addons[controller] : undefined;
  return addOn?.namespace ?? namespace;
}

function trafficCidrs(edge: EdgeConfig, { cidrs = [] }: Controller, abilities: CloudAbilities): string[] {
  const configured = edge.loadBalancer.cidrs;
  return configured.length > 0 ? configured : [...cidrs, ...(abilities.loadBalancerCidrs ?? [])];
}

/** @throws UserError for wildcard hosts, when certificates are checked by asking the host. */
function checkHosts(instance: string, hosts: readonly string[], { tls }: EdgeConfig, issuer: Issuer): void {
  const wild = certificatesOf(hosts, tls.wildcards).filter(({ wildcard }) => wildcard);
  if (issuer.kind === "http01" && wild.length > 0) {
    throw new UserError(
      `instance ${instance}: no authority gives a certificate for ${wild[0]?.dnsNames.join(", ")} by http01; set ` +
        "openedx:edge.tls.issuer to dns01, or take the host out of the instance",
    );
  }
}

/** @throws UserError for hosts that need more certificates than one load balancer takes. */
function checkCertificates(
  hosts: readonly string[],
  { https, controller: name, tls }: EdgeConfig,
  { mostCertificates = Infinity }: Controller,
): void {
  const { length } = certificatesOf(hosts, tls.wildcards);
  if (https && tls.cloudCertificates.length === 0 && length > mostCertificates) {
    throw new UserError(
      `openedx:edge.tls.wildcards: a load balancer of ${name} takes ${mostCertificates} certificates, and the hosts need ` +
        `${length}; name the domains that they are in, each of which has one certificate then`,
    );
  }
}
