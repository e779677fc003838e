import { requests, restrictedContainer, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

/** A view of the cluster in the browser, which shows what the token that one signs in with may see. */
export const headlamp: AddOn = {
  name: "headlamp",
  namespace: "headlamp",
  after: [],
  podSecurity: "restricted",
  values: (context) => ({
    ...systemNodes(context),
    replicaCount: 1,
    // The chart's default makes everyone who reaches the pod an administrator of the cluster.
    clusterRoleBinding: { create: false, clusterRoleName: "view" },
    config: { unsafeUseServiceAccountToken: false },
    podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { ...restrictedContainer, privileged: false },
    resources: requests("20m", "128Mi", "256Mi"),
  }),
};
