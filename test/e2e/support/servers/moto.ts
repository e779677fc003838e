import { join } from "node:path";
import { pythonPackages } from "./pythonPackages.js";
import { freePort, startServer, type Server } from "./server.js";

/** An emulator of AWS's API. */
const requirement = "moto[server]==5.2.5";

export interface Moto extends Server {
  /** What an AWS SDK's client needs to reach it. The credentials are none of anybody's. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
}

/** Starts the emulator on loopback, with nothing in it. */
export async function startMoto(region: string): Promise<Moto> {
  const port = await freePort();
  const command = join(await pythonPackages(requirement), "moto_server");
  const endpoint = `http://127.0.0.1:${port}`;
  let answered = false;
  const answers = (): boolean => {
    fetch(`${endpoint}/moto-api/data.json`).then(
      () => (answered = true),
      () => undefined, // not yet
    );
    return answered;
  };
  const server = await startServer(
    port,
    command,
    ["-H", "127.0.0.1", "-p", String(port)],
    process.env,
    answers,
  );
  return {
    ...server,
    client: {
      endpoint,
      region,
      credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
    },
  };
}
