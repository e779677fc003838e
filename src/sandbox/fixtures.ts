import { type KubernetesObject } from "../kubernetes/objects.js";

export const storageClassName = "sandbox";

/** The name under which a kwok Stage provides volumes. */
export const provisioner = "sandbox.invalid/kwok";

/**
 * Nodes and the default storage class. Three nodes in three zones, each for 4000 pods: enough for more than
 * a hundred instances.
 */
export function fixtures(): KubernetesObject[] {
  return [...[0, 1, 2].map(node), storageClass];
}

function node(index: number): KubernetesObject {
  const name = `sandbox-node-${index}`;
  const capacity = { cpu: "1000", memory: "4Ti", "ephemeral-storage": "10Ti", pods: "4000" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "sandbox",
        "topology.kubernetes.io/zone": `sandbox-${"abc"[index]}`,
        "node.kubernetes.io/instance-type": "sandbox",
      },
    },
    // A range of 4096 addresses a node: kwok gives the pods theirs from it.
    spec: { podCIDR: `10.64.${index * 16}.0/20`, podCIDRs: [`10.64.${index * 16}.0/20`] },
    status: { capacity, allocatable: capacity },
  };
}

const storageClass: KubernetesObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name: storageClassName,
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
  provisioner,
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};
