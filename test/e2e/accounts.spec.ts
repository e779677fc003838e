import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "../../src/kubernetes/objects.js";
import { renderOne, sample } from "../render/rendering.js";
import { administrators, sharedServices } from "../render/sharedServices.js";
import { startMeilisearch, type SearchServer } from "./support/servers/meilisearch.js";
import { startMySql, type MySqlServer } from "./support/servers/mysql.js";
import { programs } from "./support/servers/programs.js";
import { startRedis, type RedisServer } from "./support/servers/redis.js";
import { type AccountsRun, Site } from "./support/servers/sites.js";

const adminPassword = "administrators-0wn";
const masterKey = "master-key-of-the-search";
const uids: Record<string, string> = {
  campus: "6f1b0c5e-52a5-4b0c-8f5f-3f6d0d6a1a11",
  academy: "0d6a9c1e-9f0c-4f57-9d43-1d6a6b6f2b22",
};
const local = { TLS: "off", host: "127.0.0.1" };

describe("accounts on services that two sites share", () => {
  const scratch = mkdtempSync(join(tmpdir(), "accounts-"));
  const usersFile = (name: string): string => join(scratch, name, "mongodb.json");
  const storeFile = (name: string): string => join(scratch, name, "store");
  let mysql: MySqlServer;
  let broker: RedisServer;
  let cache: RedisServer;
  let search: SearchServer;
  let campus: Site;
  let academy: Site;
  const firstRuns: AccountsRun[] = [];

  before(async () => {
    mysql = await startMySql(scratch, "administrator", adminPassword);
    broker = await startRedis(scratch, "broker", adminPassword);
    cache = await startRedis(scratch, "cache", adminPassword);
    search = await startMeilisearch(masterKey);
    mysql.ask("root", "", "CREATE DATABASE campus_notes; CREATE DATABASE campusXopenedx");
    campus = await site("campus");
    academy = await site("academy");
    firstRuns.push(await campus.makeAccounts(), await academy.makeAccounts());
  });
  after(async () => {
    await Promise.all([mysql, broker, cache, search].map((server) => server?.stop()));
    rmSync(scratch, { recursive: true, force: true });
  });

  /** The sample instance, rendered for the servers above: no TLS, and their ports, which Tutor must know. */
  async function site(name: string): Promise<Site> {
    const shared = sharedServices(name);
    const settings: Record<string, Json> = {
      ...shared.settings,
      MYSQL_PORT: mysql.port,
      REDIS_PORT: cache.port,
      OPENEDX_PULUMI_REDIS_CACHE_PORT: cache.port,
      OPENEDX_PULUMI_REDIS_BROKER_PORT: broker.port,
      OPENEDX_PULUMI_REDIS_CACHE_TLS: local.TLS,
      OPENEDX_PULUMI_REDIS_BROKER_TLS: local.TLS,
      OPENEDX_PULUMI_MYSQL_TLS: local.TLS,
    };
    const tokens = { ...shared.tokens };
    tokens.MEILISEARCH_URL = { spec: { kind: "bound" }, secret: false, template: `http://{}:${search.port}` };
    const folder = join(scratch, name);
    mkdirSync(folder);
    const { find, env } = await programs([["curl"]], ["curl"]);
    const standIn = fileURLToPath(new URL("support/servers/mongosh.mjs", import.meta.url));
    const file = storeFile(name);
    const store =
      `cat >>"${file}"; if grep -q bucket.create "${file}"; ` +
      `then printf '  openedx-${name}\\tsize:0\\tchunk:0\\n'; fi`;
    return new Site(
      await renderOne({ ...sample(name), settings, tokens }),
      folder,
      {
        mysql: { command: [mysql.client, "--no-defaults"], env: mysql.env },
        "valkey-cli": { command: [cache.client], env: cache.env },
        curl: { command: [find("curl")], env },
        mongosh: { command: ["env", `USERS_FILE=${usersFile(name)}`, process.execPath, standIn] },
        weed: { command: ["sh", "-c", store.replaceAll("'", `'\\''`), "weed"] },
      },
      {
        ...Object.fromEntries(administrators.map((key) => [key, adminPassword])),
        OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY: masterKey,
        MEILISEARCH_API_KEY_UID: uids[name] ?? "",
        ...Object.fromEntries(
          [
            "MYSQL_HOST",
            "REDIS_HOST",
            "OPENEDX_PULUMI_REDIS_CACHE_HOST",
            "OPENEDX_PULUMI_REDIS_BROKER_HOST",
          ].map((key) => [key, local.host]),
        ),
        MEILISEARCH_URL: local.host,
        MONGODB_HOST: "mongodb.example.com",
      },
    );
  }

  const charsets = (): Record<string, string> => {
    const { said } = mysql.ask(
      "root",
      "",
      "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA",
    );
    return Object.fromEntries(said.split("\n").map((line) => line.split("\t") as [string, string]));
  };
  const asked = (owner: Site, user: string, statement: string): { ok: boolean; said: string } =>
    mysql.ask(user, owner.value(`${user.split("_")[1]?.toUpperCase()}_MYSQL_PASSWORD`), statement);

  it("are made without a fault, and again", async () => {
    for (const run of [...firstRuns, await campus.makeAccounts(), await academy.makeAccounts()]) {
      assert.equal(run.status, 0, run.log);
    }
  });

  it("show no password in arguments and logs", () => {
    const secrets = campus.render.tokens.filter(({ secret }) => secret).map(({ key }) => campus.value(key));
    for (const { args, log } of firstRuns) {
      assert.match(args, /mysql .*--host/);
      for (const name of ["valkey-cli", "curl", "mongosh", "weed"]) {
        assert.ok(args.includes(`${name} `), name);
      }
      for (const secret of [...secrets, adminPassword, masterKey]) {
        assert.ok(!args.includes(secret) && !log.includes(secret), secret);
      }
    }
  });

  describe("in MySQL", () => {
    it("have utf8mb4 in every database, whatever the server prefers and the database had", () => {
      const found = charsets();
      assert.equal(found.campusXopenedx, "latin1");
      for (const name of ["openedx", "notes", "discovery", "credentials", "xqueue"]) {
        assert.equal(found[`campus_${name}`], "utf8mb4", name);
      }
      assert.equal(found.academy_openedx, "utf8mb4");
    });

    it("let each user do all in its own database, and see no other", () => {
      const made = asked(campus, "campus_openedx", "CREATE TABLE campus_openedx.auth_user (id INT)");
      assert.ok(made.ok, made.said);
      const users = ["campus_notes", "campus_discovery", "campus_credentials", "campus_xqueue"];
      for (const [owner, user] of [
        ...users.map((each) => [campus, each] as const),
        [academy, "academy_openedx"] as const,
      ]) {
        assert.ok(asked(owner, user, `CREATE TABLE ${user}.t (id INT); DROP TABLE ${user}.t`).ok, user);
        const { ok, said } = asked(owner, user, "SELECT * FROM campus_openedx.auth_user");
        assert.ok(!ok && /denied/.test(said), `${user}: ${said}`);
        assert.ok(!asked(owner, user, "SHOW DATABASES").said.includes("campus_openedx"), user);
      }
    });

    it("do not take _ for any character", () => {
      const { ok, said } = asked(campus, "campus_openedx", "CREATE TABLE campusXopenedx.t (id INT)");
      assert.ok(!ok && /denied/.test(said), said);
    });

    it("lose rights that they should not have", async () => {
      const account = "'academy_openedx'@'%'";
      mysql.ask(
        "root",
        "",
        `GRANT SELECT ON *.* TO ${account} WITH GRANT OPTION; GRANT ALL ON campus_notes.* TO ${account}`,
      );
      assert.ok(asked(academy, "academy_openedx", "SELECT * FROM campus_openedx.auth_user").ok);
      assert.equal((await academy.makeAccounts()).status, 0);
      const grants = mysql.ask("root", "", `SHOW GRANTS FOR ${account}`).said;
      assert.doesNotMatch(grants, /SELECT|GRANT OPTION|campus/);
      assert.match(grants, /ALL PRIVILEGES ON `academy\\_openedx`/);
    });

    it("take a password that changed, those of plugins too", async () => {
      const changed = { OPENEDX_MYSQL_PASSWORD: "new-one-1", NOTES_MYSQL_PASSWORD: "new-one-2" };
      assert.equal((await campus.makeAccounts(changed)).status, 0);
      for (const name of ["openedx", "notes"] as const) {
        const key = `${name.toUpperCase()}_MYSQL_PASSWORD` as keyof typeof changed;
        assert.ok(!asked(campus, `campus_${name}`, "SELECT 1").ok, name);
        assert.ok(mysql.ask(`campus_${name}`, changed[key], "SELECT 1").ok, name);
      }
      assert.equal((await campus.makeAccounts()).status, 0);
    });
  });

  describe("in Redis", () => {
    const servers = (): [string, RedisServer][] => [
      ["broker", broker],
      ["cache", cache],
    ];
    const as = (server: RedisServer, owner: Site, name: string, ...command: string[]): string =>
      server.ask(name, owner.value("REDIS_PASSWORD"), ...command);

    it("reach the site's own keys and channels alone", () => {
      for (const [name, server] of servers()) {
        assert.equal(as(server, campus, "campus", "SET", "campus:session", "1"), "OK", name);
        assert.equal(as(server, campus, "campus", "PUBLISH", "campus:/0.celeryev", "x"), "0", name);
        for (const [user, rights] of [
          ["campus", /^OK$/],
          ["academy", /no permissions/],
        ] as const) {
          const dryRun = ["ACL", "DRYRUN", user, "PSUBSCRIBE", "campus:/0.celeryev/worker.*"];
          assert.match(server.ask("default", adminPassword, ...dryRun), rights, `${user} on the ${name}`);
        }
        assert.match(as(server, academy, "academy", "GET", "campus:session"), /NOPERM/, name);
        assert.match(as(server, academy, "academy", "PUBLISH", "campus:/0.celeryev", "x"), /NOPERM/, name);
        const script = ["EVAL", "return redis.call('GET', 'campus:session')", "0"];
        assert.match(
          as(server, academy, "academy", ...script),
          /can't access|No permission|NOPERM|ACL/i,
          name,
        );
      }
    });

    it("neither rule the server nor list what is there", () => {
      for (const command of [
        "KEYS *",
        "SCAN 0",
        "RANDOMKEY",
        "FLUSHALL",
        "CONFIG GET *",
        "ACL LIST",
        "MONITOR",
        "INFO",
      ]) {
        assert.match(as(cache, academy, "academy", ...command.split(" ")), /NOPERM/, command);
      }
    });

    it("outlive a restart, and take a password that changed", async () => {
      const run = await campus.makeAccounts({ REDIS_PASSWORD: "another-one" });
      assert.equal(run.status, 0, run.log);
      for (const [name, server] of servers()) {
        assert.match(server.savedUsers(), /user campus on .*~campus:\*/, name);
        assert.match(as(server, campus, "campus", "PING"), /WRONGPASS/, name);
        assert.equal(server.ask("campus", "another-one", "GET", "campus:session"), "1", name);
      }
      assert.equal((await campus.makeAccounts()).status, 0);
    });

    it("are refused in the server's words where the administrator is not let in", async () => {
      const run = await campus.makeAccounts({ OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD: "wrong" });
      assert.notEqual(run.status, 0);
      assert.match(run.log, /WRONGPASS[^]*cache: campus is not made/);
    });
  });

  it("in Meilisearch is a key for the site's indexes that cannot make keys, and is not made twice", async () => {
    const key = search.keys.get(uids.campus ?? "");
    assert.deepEqual(key?.indexes, ["campus_*"]);
    assert.ok(key.actions.includes("documents.*") && key.actions.includes("keys.get"));
    assert.ok(
      !key.actions.some((action) => action === "*" || action === "keys.*" || action === "keys.create"),
    );
    const before = search.changes.length;
    assert.equal((await campus.makeAccounts()).status, 0);
    assert.equal(search.changes.length, before);
    search.keys.set(key.uid, { ...key, name: "Open edX backend API key", actions: ["*"] });
    assert.equal((await campus.makeAccounts()).status, 0);
    assert.deepEqual(search.keys.get(key.uid), key);
  });

  it("in MongoDB may read and write the site's two databases, with the password of now", async () => {
    interface State {
      address: string;
      calls: string[];
      users: Record<string, { pwd: string; roles: { role: string; db: string }[] }>;
    }
    const state = (): State => JSON.parse(readFileSync(usersFile("academy"), "utf8")) as State;
    assert.equal((await academy.makeAccounts({ MONGODB_PASSWORD: "mongo-2" })).status, 0);
    const { users, calls, address } = state();
    assert.deepEqual(users, {
      "admin.academy_openedx": {
        pwd: "mongo-2",
        roles: ["academy_openedx", "academy_forum"].map((db) => ({ role: "readWrite", db })),
      },
    });
    assert.deepEqual([...new Set(calls)], ["createUser", "updateUser"]);
    assert.match(
      address,
      /^mongodb\+srv:\/\/administrator:administrators-0wn@mongodb\.example\.com\/\?authSource=admin/,
    );
    assert.match(address, /tls=true&tlsCAFile=%2Fopenedx%2Fca%2Fmongodb\.pem&replicaSet=rs0/);
  });

  it("in the object store is a bucket, and keys for it alone", () => {
    const said = readFileSync(storeFile("campus"), "utf8");
    assert.deepEqual(said.match(/^s3\.bucket\.create .*/gm), ["s3.bucket.create -name=openedx-campus"]);
    assert.match(
      said,
      /^s3\.configure .*-user=openedx-campus -buckets=openedx-campus -actions=Read,Write,List,Tagging /m,
    );
  });
});
