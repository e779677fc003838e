// Stands in for the language host of Pulumi's distributions, which `pulumi import` wants beside it, though it runs no program.
import { createRequire } from "node:module";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const grpc = load("@grpc/grpc-js");
const { PluginInfo } = load("./proto/plugin_pb.js");
const language = load("./proto/language_pb.js");
const { LanguageRuntimeService } = load("./proto/language_grpc_pb.js");

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  getPluginInfo: (_call, reply) => reply(null, new PluginInfo()),
  getRequiredPackages: (_call, reply) => reply(null, new language.GetRequiredPackagesResponse()),
});

// An engine that was killed ends nobody.
setInterval(() => process.ppid === 1 && process.exit(), 1000).unref();

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  process.stdout.write(`${port}\n`);
});
