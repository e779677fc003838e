import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import monitorServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import monitorProto from "@pulumi/pulumi/proto/resource_pb.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { planProgram } from "../../src/engine/plan.js";
import { readStack } from "../../src/engine/stackFile.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { run } from "../../src/workspace/run.js";

type Reply<T> = (error: Error | null, response: T) => void;
type Call<T> = grpc.ServerUnaryCall<T, unknown>;

/** Answers as the engine does in a preview, over a real wire, and writes down what is asked of it. */
class WireEngine {
  readonly registered: { type: string; name: string; parent: string; provider: string; values?: unknown }[] =
    [];
  readonly logged: string[] = [];
  readonly #server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  #root = "";

  async start(): Promise<string> {
    this.#server.addService(monitorServices.ResourceMonitorService, {
      supportsFeature: (_: unknown, reply: Reply<unknown>) => {
        const response = new monitorProto.SupportsFeatureResponse();
        response.setHassupport(true);
        reply(null, response);
      },
      registerResource: (
        { request }: Call<InstanceType<typeof monitorProto.RegisterResourceRequest>>,
        reply: Reply<unknown>,
      ) => {
        const [type, name] = [request.getType(), request.getName()];
        const inputs = request.getObject()?.toJavaScript() ?? {};
        this.registered.push({
          type,
          name,
          parent: request.getParent(),
          provider: request.getProvider(),
          values: inputs.values,
        });
        const response = new monitorProto.RegisterResourceResponse();
        response.setUrn(`urn:pulumi:sandbox::openedx::${type}::${name}`);
        response.setObject(structProto.Struct.fromJavaScript(inputs));
        reply(null, response);
      },
      invoke: (_: unknown, reply: Reply<unknown>) => {
        const response = new providerProto.InvokeResponse();
        response.setReturn(structProto.Struct.fromJavaScript({ state: {} })); // outputs of the stack so far
        reply(null, response);
      },
      registerResourceOutputs: (_: unknown, reply: Reply<unknown>) => reply(null, new emptyProto.Empty()),
      signalAndWaitForShutdown: (_: unknown, reply: Reply<unknown>) => reply(null, new emptyProto.Empty()),
    });
    this.#server.addService(engineServices.EngineService, {
      log: ({ request }: Call<InstanceType<typeof engineProto.LogRequest>>, reply: Reply<unknown>) => {
        this.logged.push(request.getMessage());
        reply(null, new emptyProto.Empty());
      },
      getRootResource: (_: unknown, reply: Reply<unknown>) => {
        const response = new engineProto.GetRootResourceResponse();
        response.setUrn(this.#root);
        reply(null, response);
      },
      setRootResource: (
        { request }: Call<InstanceType<typeof engineProto.SetRootResourceRequest>>,
        reply: Reply<unknown>,
      ) => {
        this.#root = request.getUrn();
        reply(null, new engineProto.SetRootResourceResponse());
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

describe("the program as Pulumi's language host starts it", () => {
  it("registers over the wire what the plan has", async () => {
    const engine = new WireEngine();
    const address = await engine.start();
    try {
      // Without add-ons: their charts cannot be had everywhere, and a deployment stops there.
      const stack = readStack("sandbox");
      const edge = JSON.stringify({ controller: "existing", https: false });
      const config = { ...stack.config, "openedx:edge": edge, "openedx:platform": "{}" };
      const { secretKeys } = stack;
      const entry = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run");
      const { code, stderr } = await run(
        process.execPath,
        [
          ...["--import", "tsx", entry, "--monitor", address, "--engine", address, "--project", "openedx"],
          ...["--stack", "sandbox", "--organization", "organization", "--pwd", programFolder, "--dry-run"],
          ...["--parallel", "16", "."],
        ],
        {
          cwd: programFolder,
          env: {
            ...process.env,
            PULUMI_CONFIG: JSON.stringify(config),
            PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
            PULUMI_NODEJS_TYPESCRIPT: "false",
          },
        },
      );
      assert.equal(code, 0, `${stderr}\n${engine.logged.join("\n")}`);
      const plan = await planProgram({
        stack: "sandbox",
        config: { ...stack, config },
        program: stackProgram(silent),
        progress: silent,
        helm: createToolchain({ progress: silent }).helm,
      });
      const kinds = (resources: { type: string; name: string }[]): string[] =>
        resources.map(({ type, name }) => `${type} ${name}`).sort();
      assert.deepEqual(kinds(engine.registered), kinds(plan.resources));
      for (const { type, name, parent, provider } of engine.registered) {
        if (type.startsWith("kubernetes:")) {
          assert.match(provider, /openedx-(cluster|adopting)::/, name);
          assert.match(parent, /(OpenEdxInstance|Platform)::/, name);
        }
      }
      const campus = engine.registered.find(
        ({ type, name }) => type === "kubernetes:helm.sh/v3:Release" && name === "campus",
      );
      assert.match(JSON.stringify(campus?.values), /"Deployment.lms":/);
    } finally {
      engine.stop();
    }
  });
});
