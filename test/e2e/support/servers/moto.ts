import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython } from "../../../../src/tutor/python.js";
import { withLock } from "../../../../src/workspace/lock.js";
import { cacheSubfolder } from "../../../../src/workspace/paths.js";
import { runChecked } from "../../../../src/workspace/run.js";
import { freePort, startServer, type Server } from "./server.js";

/** An emulator of AWS's API, from PyPI. */
const requirement = "moto[server]==5.2.5";

/** The emulator's command, installed once for all tests. */
async function motoServer(): Promise<string> {
  const folder = cacheSubfolder("emulators", requirement.replace(/[^a-z0-9.]+/g, "-"));
  const marker = join(folder, "complete");
  await withLock(folder, async () => {
    if (!existsSync(marker)) {
      const { command } = await findPython();
      await runChecked(command, ["-m", "venv", "--clear", folder]);
      const options = ["--no-input", "--disable-pip-version-check", "--quiet"];
      await runChecked(join(folder, "bin", "python"), ["-m", "pip", "install", ...options, requirement]);
      writeFileSync(marker, `${requirement}\n`);
    }
  });
  return join(folder, "bin", "moto_server");
}

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
  const command = await motoServer();
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
