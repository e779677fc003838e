import type { AddOnName } from "../../config/platform.js";
import { createIssuer } from "../issuers.js";
import type { AddOn, PlatformFacts } from "../types.js";

/** The ClusterIssuer that Harmony's Tutor plugin names in every Ingress. */
const issuerName = "harmony-letsencrypt-global";

/** Parts of Harmony's chart that do not work in 0.11.0, and what takes their place. */
const brokenParts: Readonly<Record<string, string>> = {
  "ingress-nginx": "is retired; the stack's own controller takes its place (openedx:edge.controller)",
  traefik: "is turned away by its own schema; set openedx:edge.controller to traefik instead",
  "cert-manager": "makes an issuer that no controller serves; openedx:edge.tls.issuer makes one that works",
  karpenter: "needs APIs that Karpenter no longer has; see openedx:platform.addons.karpenter",
  k8sdashboard: "is archived; see openedx:platform.addons.headlamp",
};

/** Parts that the catalogue has too: of each a cluster can have one. */
const sharedParts: Readonly<Record<string, AddOnName>> = {
  metricsserver: "metrics-server",
  vpa: "vertical-pod-autoscaler",
  prometheusstack: "kube-prometheus-stack",
  velero: "velero",
  vector: "vector",
};

/** The community's Harmony chart, for sites that are moved from it; what it shares with the catalogue comes from there. */
export const harmony: AddOn = {
  name: "harmony",
  namespace: "harmony",
  requires: () => ["cert-manager"],
  after: ["traefik", "nginx", "prometheus-operator-crds"],
  faults: (plan) => [...conditionFaults(plan), ...partFaults(plan)],
  values: ({ config }) => ({
    clusterDomain: domainOf(config), // the chart's own default is not valid YAML where it is used
    notificationEmail: config.edge.tls.email,
    "ingress-nginx": { enabled: false },
    traefik: { enabled: false },
    "cert-manager": { enabled: false },
  }),
  // The stack's issuer by the name that the plugin knows.
  beside: (context, at) => createIssuer(issuerName, context, at),
};

/** Under what it works at all. */
function conditionFaults({ config, edge }: PlatformFacts): string[] {
  return [
    ...(domainOf(config) === undefined
      ? ["values.clusterDomain is not set; name the domain of the cluster, such as k8s.example.com"]
      : []),
    ...(edge.mode === "gateway"
      ? ["its Tutor plugin writes Ingresses, and openedx:edge.mode is gateway; set that to ingress"]
      : []),
    ...(["traefik", "nginx", "existing"].includes(edge.controller)
      ? []
      : [
          `its Tutor plugin names the class of an Ingress controller on the cluster, and openedx:edge.controller is ` +
            `${edge.controller}; set that to traefik`,
        ]),
    ...(["http01", "dns01"].includes(edge.issuer.kind)
      ? []
      : [
          `its Tutor plugin asks the ClusterIssuer ${issuerName} for certificates, and openedx:edge.tls.issuer comes to ` +
            `${edge.issuer.kind}; set that to http01 or dns01`,
        ]),
  ];
}

function partFaults({ config }: PlatformFacts): string[] {
  const values = valuesOf(config);
  const isOn = (part: string): boolean => {
    const settings = values[part];
    return (
      typeof settings === "object" && settings !== null && "enabled" in settings && settings.enabled === true
    );
  };
  const broken = Object.entries(brokenParts).filter(([part]) => isOn(part));
  const twice = Object.entries(sharedParts).filter(([part, name]) => {
    const state = config.platform.addons[name]?.state;
    return isOn(part) && (state === "on" || state === "existing");
  });
  return [
    ...broken.map(([part, why]) => `values.${part}.enabled: Harmony's ${part} ${why}`),
    ...twice.map(
      ([part, name]) =>
        `values.${part}.enabled: openedx:platform.addons.${name} is there too; switch one of them off`,
    ),
  ];
}

function valuesOf({ platform }: PlatformFacts["config"]): Record<string, unknown> {
  return platform.addons.harmony?.values ?? {};
}

function domainOf(config: PlatformFacts["config"]): string | undefined {
  const { clusterDomain } = valuesOf(config);
  return typeof clusterDomain === "string" && clusterDomain !== "" && clusterDomain !== "*"
    ? clusterDomain
    : undefined;
}
