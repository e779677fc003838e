import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/**
 * An Open edX-ready cluster: the smallest set of facts that the common part needs, the same for every cloud.
 *
 * Whatever a cloud can't offer is an absent member; nobody asks which cloud it is.
 */
export interface Cloud {
  /** The only way to the cluster; it has a `clusterIdentifier`, so that new credentials replace nothing. */
  provider: k8s.Provider;
  /** Secret. A kubeconfig for the cluster, with one context. */
  kubeconfig: pulumi.Output<string>;
  storageClasses: {
    /** For volumes that one node mounts. Default: the cluster's default class. */
    readWriteOnce?: pulumi.Input<string>;
    /** For volumes that many nodes mount at once. */
    readWriteMany?: pulumi.Input<string>;
  };
  /** What an instance's service account needs to act as a cloud identity. */
  workloadIdentity?: (instance: string) => WorkloadIdentity;
}

/** Metadata that binds a Kubernetes service account and its pods to an identity of the cloud. */
export interface WorkloadIdentity {
  serviceAccountAnnotations: Record<string, pulumi.Input<string>>;
  podLabels: Record<string, string>;
}
