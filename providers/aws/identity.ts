import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceAccountRef } from "../../src/cloud/types.js";
import { part } from "../part.js";
import { arn, instanceTag, type AwsContext, roleName } from "./context.js";
import { policyDocument, type Statement, trustService } from "./policyDocument.js";

/** A role that the pods of one service account take on, by EKS Pod Identity. */
export interface PodRole {
  role: iam.Role;
  /** What must be there before the pods: they get their credentials when they start. */
  ready: pulumi.Resource[];
  /** Adds rights to the role. */
  grant: (name: string, statements: Statement[]) => void;
}

export interface PodRoleRequest {
  /** Part of the role's name, unique in the stack. */
  name: string;
  clusterName: string;
  account: ServiceAccountRef;
  statements?: Statement[];
  /** Policies of AWS's own, such as `service-role/AmazonEBSCSIDriverPolicy`. */
  managedPolicies?: readonly string[];
  /** The instance that it belongs to. */
  instance?: string;
  /** Default: true. False where an EKS add-on makes the association itself. */
  associate?: boolean;
}

/** A role, and the grants without which it is of no use yet. */
export interface ServiceRole {
  role: iam.Role;
  grants: iam.RolePolicyAttachment[];
}

/** A role of AWS's own service with AWS's own policies. */
export function serviceRole(
  context: AwsContext,
  name: string,
  service: string,
  policies: readonly string[],
): ServiceRole {
  const { settings, opts } = context;
  const fullName = `${settings.name}-${name}`;
  const role = new iam.Role(
    fullName,
    { name: roleName(settings, name), assumeRolePolicy: trustService(service) },
    opts,
  );
  return {
    role,
    grants: attachPolicies(context, fullName, role, policies, { ...context.granting, parent: role }),
  };
}

/** Gives a role policies of AWS's own. */
function attachPolicies(
  { settings }: AwsContext,
  name: string,
  role: iam.Role,
  policies: readonly string[],
  opts: pulumi.CustomResourceOptions,
): iam.RolePolicyAttachment[] {
  return policies.map((policy) => {
    const policyArn = arn({ ...settings, account: "aws" }, "iam", `policy/${policy}`, { regional: false });
    return new iam.RolePolicyAttachment(
      `${name}-${policy.split("/").pop()}`,
      { role: role.name, policyArn },
      opts,
    );
  });
}

/** Only this service account of this cluster may take the role, whoever else gets an association made. */
function trust({ clusterName, account }: PodRoleRequest): pulumi.Output<string> {
  return policyDocument({
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/eks-cluster-name": clusterName,
        "aws:RequestTag/kubernetes-namespace": account.namespace,
        "aws:RequestTag/kubernetes-service-account": account.name,
      },
    },
  });
}

/** Makes a role with exactly the given rights, and binds it to the service account. */
export function podRole(context: AwsContext, request: PodRoleRequest): PodRole {
  const name = `${context.name}-${request.name}`;
  return part(context, "Identity", (inside) => makeRole(inside, request), { name });
}

function makeRole(context: AwsContext, request: PodRoleRequest): PodRole {
  const { settings } = context;
  const { name, clusterName, account, statements = [], managedPolicies = [], associate = true } = request;
  const fullName = `${settings.name}-${name}`;
  const tags = instanceTag(request.instance);
  const role = new iam.Role(
    fullName,
    { name: roleName(settings, name), assumeRolePolicy: trust(request), tags },
    context.opts,
  );
  const ready: pulumi.Resource[] = attachPolicies(context, fullName, role, managedPolicies, context.granting);
  const grant = (policyName: string, granted: Statement[]): void => {
    ready.push(
      new iam.RolePolicy(
        policyName,
        { role: role.name, policy: policyDocument(...granted) },
        context.granting,
      ),
    );
  };
  if (statements.length > 0) {
    grant(fullName, statements);
  }
  if (associate) {
    ready.push(
      new eks.PodIdentityAssociation(
        fullName,
        {
          clusterName,
          namespace: account.namespace,
          serviceAccount: account.name,
          roleArn: role.arn,
          tags,
        },
        context.granting,
      ),
    );
  }
  return { role, ready, grant };
}
