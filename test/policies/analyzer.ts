import { createRequire } from "node:module";
import type { Policies } from "@pulumi/policy";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { facts } from "../../providers/clouds.js";
import { policiesFor } from "../../src/policies/pack.js";
import type { PolicyResource } from "../../src/policies/types.js";

interface Call {
  request: unknown;
}
type Handler<Reply> = (
  call: Call,
  callback: (error: Error | null | undefined, reply?: Reply) => void,
) => void;

/** The SDK's server: not in its types, and under no name that it promises to keep. */
const server = createRequire(import.meta.url)("@pulumi/policy/server.js") as {
  makeAnalyzeStackRpcFun: (
    pack: string,
    version: string,
    level: string,
    policies: Policies,
  ) => Handler<analyzer.AnalyzeResponse>;
};

export interface Diagnostic {
  policy: string;
  level: "mandatory" | "advisory";
  urn: string;
  message: string;
}

/** What the engine sends at the end of a preview or an update. */
function stackRequest(resources: readonly PolicyResource[]): analyzer.AnalyzeStackRequest {
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map(({ urn, type, name, parent, inputs, protect }) => {
      const resource = new analyzer.AnalyzerResource();
      resource.setUrn(urn);
      resource.setType(type);
      resource.setName(name);
      resource.setParent(parent);
      resource.setProperties(struct.Struct.fromJavaScript(inputs));
      const options = new analyzer.AnalyzerResourceOptions();
      options.setProtect(protect);
      resource.setOptions(options);
      return resource;
    }),
  );
  return request;
}

/**
 * What the policy pack answers the engine, by the code of the SDK.
 * @param outputs by policy, its config.
 */
export function analyze(
  resources: readonly PolicyResource[],
  config: Record<string, Record<string, unknown>> = {},
): Promise<Diagnostic[]> {
  // The SDK keeps what the engine configures in a variable of its own.
  const configured = policiesFor(facts).map((policy) => ({
    ...policy,
    ...("validateStack" in policy && {
      validateStack: (
        args: Parameters<typeof policy.validateStack>[0],
        report: Parameters<typeof policy.validateStack>[1],
      ) =>
        policy.validateStack(
          { ...args, getConfig: <T extends object>() => (config[policy.name] ?? {}) as T },
          report,
        ),
    }),
  })) as Policies;
  const handler = server.makeAnalyzeStackRpcFun("openedx", "0.1.0", "advisory", configured);
  return new Promise((resolve, reject) => {
    handler({ request: stackRequest(resources) }, (error, reply) => {
      if (reply === undefined) {
        reject(error ?? new Error("no reply"));
        return;
      }
      resolve(
        reply.getDiagnosticsList().map((each) => ({
          policy: each.getPolicyname(),
          level:
            each.getEnforcementlevel() === analyzer.EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
          urn: each.getUrn(),
          message: each.getMessage(),
        })),
      );
    });
  });
}
