import type { HelmValues } from "../cloud/types.js";
import type { AddOnContext } from "./types.js";

/** Where the pods of add-ons go: the cloud's nodes for the system, else anywhere. */
export function systemNodes({ cloud }: AddOnContext): HelmValues {
  const { nodeSelector, tolerations } = cloud.scheduling?.system ?? {};
  return {
    ...(nodeSelector !== undefined && { nodeSelector }),
    ...(tolerations !== undefined && tolerations.length > 0 && { tolerations }),
  };
}

/** Requests, and a limit on memory alone: a limit on CPU would throttle what others don't use. */
export function requests(cpu: string, memory: string, memoryLimit?: string): HelmValues {
  return {
    requests: { cpu, memory },
    ...(memoryLimit !== undefined && { limits: { memory: memoryLimit } }),
  };
}

/** What the Pod Security level `restricted` asks of a container, and a root file system that can't be written. */
export const restrictedContainer: HelmValues = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
