/** Families whose machines of one size have the same vCPUs and memory, all of x86. */
const families = [
  ["m7i", "m7a", "m6i", "m6a"],
  ["c7i", "c7a", "c6i", "c6a"],
  ["r7i", "r7a", "r6i", "r6a"],
];

/**
 * The machine type and others that can stand in for it, so that a shortage of one type does not stop a pool; Karpenter
 * takes the cheapest, and leaves out what the region has not.
 */
export function machinesLike(machineType: string): string[] {
  const [family = "", size = ""] = machineType.split(".");
  const like = families.find((each) => each.includes(family)) ?? [family];
  return [...new Set([machineType, ...like.map((each) => `${each}.${size}`)])];
}

/** vCPUs of a size such as `2xlarge`. */
export function vcpusOf(machineType: string): number {
  const size = machineType.split(".")[1] ?? "";
  const times = /^(\d*)xlarge$/.exec(size);
  if (times !== null) {
    return 4 * Number(times[1] === "" ? 1 : times[1]);
  }
  const metal = /^metal-(\d+)xl$/.exec(size);
  return metal === null ? 2 : 4 * Number(metal[1]);
}

/**
 * Pods that a node takes. The network's driver hands out whole blocks of addresses, so it need not be as few as a machine's
 * own addresses (29 on m7i.large), which is the default: 110, as EKS's best practices say for machines below 30 vCPUs; half
 * of it on the smallest, since kubelet sets memory aside for each.
 */
export function maxPods(machineType: string): number {
  return vcpusOf(machineType) > 2 ? 110 : 55;
}
