import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";

/**
 * Those of the given ports on loopback that another program listens on. It waits up to two seconds for them to become
 * free, since a process that was just killed keeps its sockets for a moment.
 */
export async function takenPorts(ports: readonly number[]): Promise<number[]> {
  const deadline = Date.now() + 2000;
  for (;;) {
    const states = await Promise.all(ports.map(isTaken));
    const taken = ports.filter((_, index) => states[index]);
    if (taken.length === 0 || Date.now() > deadline) {
      return taken;
    }
    await setTimeout(50);
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(true));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/** The ports in the arguments of a cluster's components, as kwokctl stores them. */
export function portsIn(kwokYaml: string): number[] {
  const found = kwokYaml.matchAll(/(?:127\.0\.0\.1:|--secure-port=)(\d+)/g);
  return [...new Set([...found].map((match) => Number(match[1])))];
}
