import * as pulumi from "@pulumi/pulumi";

/** One statement of a policy. Arrays, so that a reader (and a test) needs to know one form only. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  /** For policies of a resource, and trust. */
  Principal?: "*" | Record<string, pulumi.Input<string> | pulumi.Input<string>[]>;
  Action: string[];
  /** Absent in trust policies. */
  Resource?: pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string | string[]>>>;
}

/** What an identity may do, and with what. */
export function allow(
  Sid: string,
  Action: string[],
  Resource: pulumi.Input<string>[],
  Condition?: Statement["Condition"],
): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

/** What nobody may do. */
export function deny(
  Sid: string,
  Action: string[],
  Resource: pulumi.Input<string>[],
  Condition: Statement["Condition"],
): Statement {
  return { Sid, Effect: "Deny", Principal: "*", Action, Resource, Condition };
}

/** The document as IAM reads it. Only the ARNs that are not known yet make it unknown in a preview. */
export function policyDocument(...statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Who may take a role: a service of AWS. */
export function trustService(service: string, condition?: Statement["Condition"]): pulumi.Output<string> {
  return policyDocument({
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["sts:AssumeRole"],
    ...(condition !== undefined && { Condition: condition }),
  });
}
