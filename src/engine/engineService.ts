import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogMessage } from "./types.js";

type Reply<T> = (error: Error | null, response: T) => void;

const severities: Record<number, LogMessage["severity"]> = {
  [engineProto.LogSeverity.DEBUG]: "debug",
  [engineProto.LogSeverity.INFO]: "info",
  [engineProto.LogSeverity.WARNING]: "warning",
  [engineProto.LogSeverity.ERROR]: "error",
};

/** The engine's second service, as its client sees it: the log and the root resource. */
export class EngineService {
  /** Debug messages are left out: the SDK writes several for each resource. */
  readonly logs: LogMessage[] = [];
  #root = "";

  log(request: LogRequest, reply: Reply<unknown>): void {
    const severity = severities[request.getSeverity()] ?? "info";
    if (severity !== "debug") {
      const urn = request.getUrn();
      this.logs.push({ severity, message: request.getMessage(), ...(urn === "" ? {} : { urn }) });
    }
    reply(null, undefined);
  }

  setRootResource(request: { getUrn(): string }, reply: Reply<unknown>): void {
    this.#root = request.getUrn();
    reply(null, undefined);
  }

  getRootResource(_request: unknown, reply: Reply<{ getUrn(): string }>): void {
    reply(null, { getUrn: () => this.#root });
  }

  requirePulumiVersion(_request: unknown, reply: Reply<unknown>): void {
    reply(null, undefined);
  }

  startDebugging(_request: unknown, reply: Reply<unknown>): void {
    reply(null, undefined);
  }

  /** The client's end; there is nothing to close. */
  close(): void {
    return;
  }
}
