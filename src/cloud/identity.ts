import type * as pulumi from "@pulumi/pulumi";

/** What an identity is for. Its rights are as wide as this, and no wider. */
export type IdentityPurpose =
  | "cert-manager"
  | "external-dns"
  | "velero"
  | "cluster-autoscaler"
  /** Writes dumps of the data services to `backup`. */
  | "database-backup"
  /** One instance; the rights to its bucket come with `objectStore`. */
  | { instance: string };

export interface ServiceAccountRef {
  namespace: string;
  name: string;
}

/** Metadata that binds a Kubernetes service account and its pods to an identity of the cloud. */
export interface WorkloadIdentity {
  serviceAccountAnnotations: Record<string, pulumi.Input<string>>;
  podLabels: Record<string, string>;
  /** What must be there before the pods: some clouds hand credentials out only when a pod starts. Default: nothing. */
  ready?: pulumi.Resource[];
}
