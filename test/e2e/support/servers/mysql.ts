import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { userInfo } from "node:os";
import { programs } from "./programs.js";
import { freePort, startServer, type Server } from "./server.js";

export interface MySqlServer extends Server {
  client: string;
  env: NodeJS.ProcessEnv;
  /** What a user of the server is told, or the error's text. */
  ask: (user: string, password: string, statement: string) => { ok: boolean; said: string };
}

/** A MariaDB or MySQL that has latin1 for its character set, so that a database which nobody asked otherwise has it too. */
export async function startMySql(
  folder: string,
  administrator: string,
  password: string,
): Promise<MySqlServer> {
  const { find, env, root } = await programs(
    [
      ["mariadbd", "mysqld"],
      ["mariadb", "mysql"],
    ],
    ["mariadb-server-core", "mariadb-server", "mariadb-client-core", "mariadb-client"],
  );
  const server = find("mariadbd", "mysqld");
  const client = find("mariadb", "mysql");
  const data = join(folder, "mysql");
  mkdirSync(data, { recursive: true });
  const user = `--user=${userInfo().username}`;
  const isMariaDb = basename(server) === "mariadbd";
  const made = isMariaDb
    ? spawnSync(
        find("mariadb-install-db"),
        [
          "--no-defaults",
          user,
          `--datadir=${data}`,
          "--auth-root-authentication-method=normal",
          "--skip-test-db",
        ].concat(root === "/" ? [] : [`--basedir=${join(root, "usr")}`]),
        { env, encoding: "utf8" },
      )
    : spawnSync(server, ["--no-defaults", user, `--datadir=${data}`, "--initialize-insecure"], {
        env,
        encoding: "utf8",
      });
  if (made.status !== 0) {
    throw new Error(`No database folder: ${made.stdout}${made.stderr}`);
  }
  const port = await freePort();
  const socket = join(folder, "mysql.sock");
  const ask: MySqlServer["ask"] = (name, secret, statement) => {
    const args = ["--no-defaults", "--batch", "--raw", "--skip-column-names", `--user=${name}`];
    const way = name === "root" ? [`--socket=${socket}`] : ["--host=127.0.0.1", `--port=${port}`];
    const { status, stdout, stderr } = spawnSync(client, [...args, ...way, "-e", statement], {
      env: { ...env, MYSQL_PWD: secret },
      encoding: "utf8",
    });
    return { ok: status === 0, said: `${stdout}${stderr}`.trim() };
  };
  const started = await startServer(
    port,
    server,
    [
      ...["--no-defaults", user, `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`],
      ...[
        "--bind-address=127.0.0.1",
        `--pid-file=${join(folder, "mysql.pid")}`,
        "--character-set-server=latin1",
      ],
      ...(root === "/"
        ? []
        : [`--lc-messages-dir=${join(root, "usr/share", isMariaDb ? "mariadb" : "mysql")}`]),
      ...(isMariaDb ? [] : ["--mysqlx=OFF"]),
    ],
    env,
    () => ask("root", "", "SELECT 1").ok,
  );
  const account = `'${administrator}'@'%'`;
  const given = ask(
    "root",
    "",
    `CREATE USER ${account} IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO ${account} WITH GRANT OPTION`,
  );
  if (!given.ok) {
    await started.stop();
    throw new Error(given.said);
  }
  return { ...started, client, env, ask };
}
