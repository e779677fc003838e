import * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential.js";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { cloudName } from "../../src/cloud/names.js";
import type { IdentityPurpose, ServiceAccountRef, WorkloadIdentity } from "../../src/cloud/types.js";
import { after } from "../part.js";
import { memo } from "../../src/workspace/concurrency.js";
import { UserError } from "../../src/workspace/errors.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";

/** An identity without rights; what it may do is granted beside it. */
export function makeIdentity(context: AzureContext, what: string, instance?: string): UserAssignedIdentity {
  const { settings, name, base, groups, opts } = context;
  return new UserAssignedIdentity(
    `${name}-${what}`,
    {
      resourceGroupName: groups.cluster.name,
      resourceName: `${base}-${what}`,
      location: settings.location,
      tags: tagsOf(context, instance),
    },
    opts,
  );
}

/** The identities of what runs on the cluster, one for each purpose. */
export interface Identities {
  /** Makes it when it is first asked for. */
  of: (purpose: IdentityPurpose) => UserAssignedIdentity;
  /** Lets pods with the service account act as the identity. */
  bind: (purpose: IdentityPurpose, account: ServiceAccountRef) => WorkloadIdentity;
}

/** Grants an identity what its purpose needs, just after it is made, and gives what its user waits for. */
export type Granting = (identity: UserAssignedIdentity) => pulumi.Resource[];

/**
 * @param issuer of the cluster's service account tokens
 * @param grants by purpose; instances get theirs with their object store
 */
export function workloadIdentities(
  context: AzureContext,
  issuer: pulumi.Input<string>,
  grants: Partial<Record<string, Granting>>,
): Identities {
  const identities = new Map<string, { identity: UserAssignedIdentity; granted: pulumi.Resource[] }>();
  const credentials = new Map<string, Map<string, FederatedIdentityCredential>>();

  const made = (
    purpose: IdentityPurpose,
    what: string,
  ): { identity: UserAssignedIdentity; granted: pulumi.Resource[] } => {
    if (typeof purpose === "string" && grants[purpose] === undefined) {
      throw new UserError(
        `Nothing on Azure can act as ${purpose}: ` +
          (purpose === "cluster-autoscaler"
            ? "AKS scales its nodes itself, so turn that add-on off."
            : "set openedx:azure.dns.zone, which it would work on, or turn that add-on off."),
      );
    }
    const instance = typeof purpose === "string" ? undefined : purpose.instance;
    return memo(identities, what, () => {
      const identity = makeIdentity(context, what, instance);
      return { identity, granted: grants[what]?.(identity) ?? [] };
    });
  };

  const bind = (purpose: IdentityPurpose, account: ServiceAccountRef): WorkloadIdentity => {
    const what = nameOf(purpose);
    const { identity, granted } = made(purpose, what);
    const bound = memo(credentials, what, () => new Map<string, FederatedIdentityCredential>());
    const subject = `system:serviceaccount:${account.namespace}:${account.name}`;
    const credential = memo(bound, subject, () =>
      federate(context, { what, identity, issuer, account, subject }, [...bound.values()]),
    );
    return {
      serviceAccountAnnotations: { "azure.workload.identity/client-id": identity.clientId },
      podLabels: { "azure.workload.identity/use": "true" },
      ready: [...granted, credential],
    };
  };

  return { of: (purpose) => made(purpose, nameOf(purpose)).identity, bind };
}

/** Instances have a prefix, so that none is taken for an add-on. */
function nameOf(purpose: IdentityPurpose): string {
  return typeof purpose === "string" ? purpose : `site-${purpose.instance}`;
}

export interface Federation {
  what: string;
  identity: UserAssignedIdentity;
  issuer: pulumi.Input<string>;
  account: ServiceAccountRef;
  subject: string;
}

/** Trusts tokens of one service account. */
export function federate(
  { name, groups, granting }: AzureContext,
  { what, identity, issuer, account, subject }: Federation,
  earlier: readonly FederatedIdentityCredential[],
): FederatedIdentityCredential {
  return new FederatedIdentityCredential(
    `${name}-${what}-${account.namespace}-${account.name}`,
    {
      resourceGroupName: groups.cluster.name,
      resourceName: identity.name,
      federatedIdentityCredentialResourceName: cloudName(
        azureNames.federatedCredential,
        account.namespace,
        account.name,
      ),
      issuer,
      subject,
      audiences: ["api://AzureADTokenExchange"],
    },
    // Azure takes one change of an identity's credentials at a time.
    after(granting, earlier.slice(-1)),
  );
}
