import type * as pulumi from "@pulumi/pulumi";
import type { HelmValues, LoadBalancer } from "../../src/cloud/types.js";
import type { ControlPlane } from "./cluster.js";
import { podRole } from "./identity.js";
import { loadBalancerRights } from "./loadBalancerPolicy.js";
import type { Network } from "./network.js";
import type { AwsContext } from "./context.js";
import type { AwsSettings } from "./settings.js";

/** Where the chart puts it. */
const account = { namespace: "kube-system", name: "aws-load-balancer-controller" };

/** A network load balancer straight to the pods, which tells who the visitor is by PROXY protocol. */
export function loadBalancerSettings({ vpcCidr, tags }: AwsSettings): LoadBalancer {
  const prefix = "service.beta.kubernetes.io/aws-load-balancer";
  return {
    annotations: {
      [`${prefix}-scheme`]: "internet-facing",
      [`${prefix}-nlb-target-type`]: "ip",
      [`${prefix}-proxy-protocol`]: "*",
      [`${prefix}-attributes`]: "load_balancing.cross_zone.enabled=true",
      [`${prefix}-additional-resource-tags`]: Object.entries(tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
    },
    loadBalancerClass: "service.k8s.aws/nlb",
    externalTrafficPolicy: "Cluster",
    proxyProtocol: true,
    trustedCidrs: [vpcCidr],
  };
}

/** The controller's rights, and its chart's values. What needs rights that it has not is off. */
export function awsLoadBalancerController(
  context: AwsContext,
  network: Network,
  controlPlane: ControlPlane,
): { values: HelmValues; ready: pulumi.Resource[] } {
  const { settings } = context;
  const { ready } = podRole(context, {
    name: "load-balancers",
    clusterName: controlPlane.name,
    account,
    statements: loadBalancerRights(settings, {
      clusterName: controlPlane.name,
      vpcId: network.vpcId,
      securityGroupId: controlPlane.securityGroupId,
    }),
  });
  return {
    values: {
      clusterName: controlPlane.name,
      region: settings.region,
      vpcId: network.vpcId,
      serviceAccount: { name: account.name },
      defaultTags: settings.tags,
      enableShield: false,
      enableWaf: false,
      enableWafv2: false,
    },
    ready,
  };
}
