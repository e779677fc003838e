import * as k8s from "@pulumi/kubernetes";
import type { HelmValues } from "../../cloud/types.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

const filesSecret = "external-dns-files";

/** What annotations for external-dns begin with, here and on all that this stack makes. */
const dnsAnnotationPrefix = "external-dns.kubernetes.io/";

/** Keeps DNS records for the hosts of all sites. */
export const externalDns: AddOn = {
  name: "external-dns",
  namespace: "external-dns",
  isNeeded: ({ abilities }) => abilities.dns,
  neededBy: "the cloud's DNS zone",
  after: ["gateway-api", "prometheus-operator-crds", "traefik", "nginx", "aws-load-balancer-controller"],
  faults: ({ config, abilities }) => {
    const { provider } = config.platform.addons["external-dns"]?.values ?? {};
    return abilities.dns || provider !== undefined
      ? []
      : ["the cloud has no DNS zone: say in `values` which `provider` keeps the records, or switch it off"];
  },
  podSecurity: "restricted",
  identity: { purpose: "external-dns", serviceAccount: "external-dns" },
  values: (context) => {
    const { cloud, config, edge, identity, has } = context;
    const files = filesOf(cloud.dns?.externalDnsFiles);
    return {
      // Each of the next six decides which records are ours: a change of a default could take them all away.
      policy: "upsert-only",
      annotationPrefix: dnsAnnotationPrefix,
      registry: "txt",
      txtOwnerId: `openedx-${config.stack}`,
      // With the type and a final dot the records of a zone's own name stay inside the zone.
      txtPrefix: "%{record_type}-owner.",
      sources: [edge.mode === "gateway" ? "gateway-httproute" : "ingress"],
      domainFilters: [...(cloud.dns?.zones ?? [])],
      serviceAccount: {
        create: true,
        name: "external-dns",
        ...(identity && { annotations: identity.serviceAccountAnnotations }),
      },
      ...(identity && { podLabels: identity.podLabels }),
      deploymentStrategy: { type: "Recreate" },
      logFormat: "json",
      serviceMonitor: { enabled: has("prometheus-operator-crds") },
      resources: requests("20m", "64Mi", "256Mi"),
      ...systemNodes(context),
      ...files,
      ...cloud.dns?.externalDns,
    };
  },
  before: ({ cloud }, at) => {
    const files = cloud.dns?.externalDnsFiles;
    const { name, opts } = at.child(filesSecret);
    return files === undefined
      ? []
      : [
          new k8s.core.v1.Secret(
            name,
            { metadata: { name: filesSecret, namespace: at.namespace }, stringData: files },
            opts,
          ),
        ];
  },
};

/** Azure's provider reads its settings from /etc/kubernetes/azure.json. */
function filesOf(files: Record<string, unknown> | undefined): HelmValues {
  return files === undefined
    ? {}
    : {
        extraVolumes: [{ name: "provider-files", secret: { secretName: filesSecret } }],
        extraVolumeMounts: [{ name: "provider-files", mountPath: "/etc/kubernetes", readOnly: true }],
      };
}
