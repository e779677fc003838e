import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";

/** A server of a test's own, on loopback. */
export interface Server {
  host: "127.0.0.1";
  port: number;
  stop: () => Promise<void>;
}

/** Longest that a server may take to answer, in milliseconds: a first start on a busy machine. */
const startTimeout = 60_000;

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Starts a program and waits until `answers` is true. */
export async function startServer(
  port: number,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  answers: () => boolean,
): Promise<Server> {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const hear = (chunk: Buffer): void => {
    said = `${said}${chunk.toString()}`.slice(-4000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const stop = (): Promise<void> => stopped(child);
  const deadline = Date.now() + startTimeout;
  while (!answers()) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${command} does not answer:\n${said}`);
    }
    await setTimeout(200);
  }
  return { host: "127.0.0.1", port, stop };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}
