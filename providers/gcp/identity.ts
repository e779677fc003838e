import { Account } from "@pulumi/gcp/serviceaccount/account.js";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import type { IdentityPurpose, ServiceAccountRef, WorkloadIdentity } from "../../src/cloud/types.js";
import { memo } from "../../src/workspace/concurrency.js";
import { UserError } from "../../src/workspace/errors.js";
import { after } from "../part.js";
import type { GcpContext } from "./context.js";
import { gcpNames } from "./facts.js";
import type { CustomRoles } from "./roles.js";

/** A service account of Google's without rights; what it may do is granted beside it. */
export function makeAccount(context: GcpContext, what: string, description: string): Account {
  const { settings, name, base, opts } = context;
  return new Account(
    `${name}-${what}`,
    {
      project: settings.project,
      accountId: cloudName(gcpNames.serviceAccount, base, what),
      displayName: `${base}-${what}`.slice(0, 100),
      description,
    },
    opts,
  );
}

/** Who gets rights. */
export interface Principal {
  /** Names the grants. */
  name: string;
  /** As Google's policies write it, such as `serviceAccount:NAME@PROJECT.iam.gserviceaccount.com`. */
  member: pulumi.Input<string>;
  /** What must be there before it gets rights. */
  ready: pulumi.Resource[];
}

/** Grants what a purpose needs. */
export type Granting = (principal: Principal) => pulumi.Resource[];

/** Purposes that sign URLs, which takes a service account of Google's; the others' rights go straight to their pods. */
function signs(purpose: IdentityPurpose): boolean {
  return typeof purpose !== "string" || purpose === "velero";
}

/** The identities of what runs on the cluster, one for each purpose. */
export interface Identities {
  /** The account of a purpose that signs URLs, made when it is first asked for. */
  signer: (purpose: IdentityPurpose) => Account;
  /** Lets pods with the Kubernetes service account act for the purpose. */
  bind: (purpose: IdentityPurpose, account: ServiceAccountRef) => WorkloadIdentity;
}

/**
 * @param cluster what must be there before Google knows of Kubernetes' service accounts
 * @param grants by purpose; instances get theirs with their object store
 */
export function workloadIdentities(
  context: GcpContext,
  cluster: readonly pulumi.Resource[],
  roles: CustomRoles,
  grants: Partial<Record<string, Granting>>,
): Identities {
  const accounts = new Map<string, { account: Account; ready: pulumi.Resource[] }>();
  const bindings = new Map<string, WorkloadIdentity>();

  const accountOf = (purpose: IdentityPurpose): { account: Account; ready: pulumi.Resource[] } => {
    const what = nameOf(purpose);
    return memo(accounts, what, () => {
      const account = makeAccount(context, what, `For ${what} of the Open edX stack ${context.stack}.`);
      const principal = { name: what, member: account.member, ready: [] };
      const ready = [signItself(context, what, account, roles), ...(grants[what]?.(principal) ?? [])];
      return { account, ready };
    });
  };

  const bind = (purpose: IdentityPurpose, ref: ServiceAccountRef): WorkloadIdentity => {
    const what = nameOf(purpose);
    const grant = grants[what];
    if (typeof purpose === "string" && grant === undefined) {
      throw new UserError(
        `Nothing on Google Cloud can act as ${purpose}: ` +
          (purpose === "cluster-autoscaler"
            ? "GKE scales its nodes itself, so turn that add-on off."
            : "set openedx:gcp.dns.zone, which it would work on, or turn that add-on off."),
      );
    }
    return memo(bindings, `${what}/${ref.namespace}/${ref.name}`, () =>
      signs(purpose)
        ? bindAccount(context, { what, ref, cluster, ...accountOf(purpose) })
        : {
            serviceAccountAnnotations: {},
            podLabels: {},
            ready: grant?.({ name: what, member: podsMember(context, ref), ready: [...cluster] }) ?? [],
          },
    );
  };

  return { signer: (purpose) => accountOf(purpose).account, bind };
}

/** Instances have a prefix, so that none is taken for an add-on. */
function nameOf(purpose: IdentityPurpose): string {
  return typeof purpose === "string" ? purpose : `site-${purpose.instance}`;
}

/** Pods of one Kubernetes service account, as Google's policies write them. */
function podsMember({ settings }: GcpContext, { namespace, name }: ServiceAccountRef): string {
  const { project, projectNumber } = settings;
  const pool = `projects/${projectNumber}/locations/global/workloadIdentityPools/${project}.svc.id.goog`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespace}/sa/${name}`;
}

function signItself(
  { name, granting }: GcpContext,
  what: string,
  account: Account,
  roles: CustomRoles,
): IAMMember {
  return new IAMMember(
    `${name}-${what}-signer`,
    { serviceAccountId: account.name, role: roles("url_signer"), member: account.member },
    granting,
  );
}

interface Binding {
  what: string;
  ref: ServiceAccountRef;
  cluster: readonly pulumi.Resource[];
  account: Account;
  ready: pulumi.Resource[];
}

/** Lets the pods act as the account. */
function bindAccount(context: GcpContext, { what, ref, cluster, account, ready }: Binding): WorkloadIdentity {
  const { settings, name, granting } = context;
  const user = new IAMMember(
    `${name}-${what}-${ref.namespace}-${ref.name}`,
    {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      member: `serviceAccount:${settings.project}.svc.id.goog[${ref.namespace}/${ref.name}]`,
    },
    after(granting, cluster),
  );
  return {
    serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": account.email },
    podLabels: {},
    ready: [user, ...ready],
  };
}
