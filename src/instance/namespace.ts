import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../cloud/types.js";
import { partOf, podSecurity } from "../kubernetes/conventions.js";
import type { InstanceInput } from "./types.js";

/** The namespace that an instance has to itself. */
export interface InstanceNamespace {
  /** Its name; depends on the namespace. */
  name: pulumi.Output<string>;
  /** What must be there before the first pod. */
  ready: pulumi.Resource[];
}

/** Requests of containers that have none, which a quota on requests would turn away. */
const defaultRequest = { cpu: "10m", memory: "64Mi" };

/**
 * Namespace with Pod Security labels, quota, and the service account of the site's pods and tasks.
 * @param dependsOn what the site waits for: all of it comes after its namespace
 */
export function createNamespace(
  { source, config, disposable }: InstanceInput,
  annotations: WorkloadIdentity["serviceAccountAnnotations"],
  parent: pulumi.Resource,
  dependsOn: pulumi.ComponentResourceOptions["dependsOn"] = [],
): InstanceNamespace {
  const { name } = source;
  const opts = { parent };
  const namespace = new k8s.core.v1.Namespace(
    `${name}-namespace`,
    {
      metadata: {
        name: source.namespace,
        labels: {
          ...partOf,
          "app.kubernetes.io/instance": name,
          ...podSecurity("baseline", "restricted"),
        },
      },
    },
    { ...opts, dependsOn, protect: !disposable },
  );
  const metadata = { namespace: namespace.metadata.name };
  const { quota } = config;
  const resourceQuota = new k8s.core.v1.ResourceQuota(
    `${name}-quota`,
    {
      metadata: { ...metadata, name },
      spec: {
        hard: {
          pods: String(quota.pods),
          persistentvolumeclaims: String(quota.persistentVolumeClaims),
          ...(quota.requestsCpu !== undefined && { "requests.cpu": quota.requestsCpu }),
          ...(quota.requestsMemory !== undefined && { "requests.memory": quota.requestsMemory }),
        },
      },
    },
    opts,
  );
  const limitsRequests = quota.requestsCpu !== undefined || quota.requestsMemory !== undefined;
  const limitRange = limitsRequests
    ? [
        new k8s.core.v1.LimitRange(
          `${name}-defaults`,
          { metadata: { ...metadata, name }, spec: { limits: [{ type: "Container", defaultRequest }] } },
          opts,
        ),
      ]
    : [];
  const serviceAccount = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    {
      metadata: {
        ...metadata,
        name,
        ...(Object.keys(annotations).length > 0 && { annotations }),
      },
      automountServiceAccountToken: false,
    },
    opts,
  );
  return { name: namespace.metadata.name, ready: [resourceQuota, ...limitRange, serviceAccount] };
}
