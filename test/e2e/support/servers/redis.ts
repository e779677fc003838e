import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programs } from "./programs.js";
import { freePort, startServer, type Server } from "./server.js";

export interface RedisServer extends Server {
  client: string;
  env: NodeJS.ProcessEnv;
  /** What the server replies to a user, errors too. */
  ask: (user: string, password: string, ...command: string[]) => string;
  /** The users that it would know after a restart. */
  savedUsers: () => string;
}

/** A Redis or Valkey with a file for its users; `default` is the administrator. */
export async function startRedis(folder: string, name: string, password: string): Promise<RedisServer> {
  const { find, env } = await programs(
    [
      ["valkey-server", "redis-server"],
      ["valkey-cli", "redis-cli"],
    ],
    ["redis-server", "redis-tools"],
  );
  const client = find("valkey-cli", "redis-cli");
  const data = join(folder, name);
  mkdirSync(data, { recursive: true });
  const users = join(data, "users.acl");
  writeFileSync(users, `user default on >${password} ~* &* +@all\n`);
  const port = await freePort();
  const ask: RedisServer["ask"] = (user, secret, ...command) => {
    const { stdout, stderr } = spawnSync(
      client,
      ["--no-auth-warning", "--user", user, "-h", "127.0.0.1", "-p", `${port}`, ...command],
      { env: { ...env, REDISCLI_AUTH: secret }, encoding: "utf8" },
    );
    return `${stdout}${stderr}`.trim();
  };
  const started = await startServer(
    port,
    find("valkey-server", "redis-server"),
    ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", data, "--aclfile", users, "--save", ""],
    env,
    () => ask("default", password, "PING") === "PONG",
  );
  return { ...started, client, env, ask, savedUsers: () => readFileSync(users, "utf8") };
}
