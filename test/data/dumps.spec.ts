import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as random from "@pulumi/random";
import type { BackupStore, MongoShape } from "../../src/cloud/services.js";
import type { Cloud } from "../../src/cloud/types.js";
import { remote, uploadArgs } from "../../src/data/dumps/upload.js";
import { mongodbDump } from "../../src/data/mongodb/dump.js";
import { mysqlDump } from "../../src/data/mysql/dump.js";
import type { ProgramResult } from "../../src/engine/types.js";
import { plain, registered } from "../instance/stack.js";
import { dependencies, deploy } from "./deploy.js";
import { allOnCluster, externalCredentials, stackWith } from "./stack.js";

const store: BackupStore = { kind: "s3", bucket: "dumps", region: "eu-west-1" };

interface Container {
  name: string;
  args?: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
}
interface PodSpec {
  serviceAccountName: string;
  initContainers: Container[];
  containers: Container[];
  volumes: { name: string; secret?: { secretName: string } }[];
}

function jobOf(result: ProgramResult, service: string): { labels: Record<string, string>; spec: PodSpec } {
  const { spec } = plain(registered(result, "CronJob", `openedx-data-dump-${service}`).inputs) as {
    spec: {
      jobTemplate: { spec: { template: { metadata: { labels: Record<string, string> }; spec: PodSpec } } };
    };
  };
  const { metadata, spec: pod } = spec.jobTemplate.spec.template;
  return { labels: metadata.labels, spec: pod };
}

const variables = ({ env }: Container): Record<string, unknown> =>
  Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value ?? Object.values(valueFrom?.secretKeyRef ?? {}).join("."),
    ]),
  );

/** A cloud that lets pods in by identity, and what it was asked for. */
function identifying(): { cloud: Partial<Cloud>; asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    cloud: {
      backup: store,
      identity: (purpose, account) => {
        asked.push([purpose, account]);
        return {
          serviceAccountAnnotations: { "cloud/id": "backup" },
          podLabels: { "cloud/use": "true" },
          ready: [new random.RandomId("the-grant", { byteLength: 1 })],
        };
      },
    },
  };
}

describe("dumps of the data services", () => {
  it("are made by the cloud's identity where there are no keys, and the operators make none", async () => {
    const { cloud, asked } = identifying();
    const result = await deploy(stackWith(allOnCluster), { cloud });
    assert.deepEqual(asked, [["database-backup", { namespace: "openedx-data", name: "backup" }]]);
    assert.equal(
      result.registrations.some(({ name }) => name.endsWith("backup-keys")),
      false,
    );
    const account = plain(registered(result, "ServiceAccount", "openedx-data-dumps-account").inputs.metadata);
    assert.deepEqual((account as { annotations: unknown }).annotations, { "cloud/id": "backup" });
    for (const service of ["mysql", "mongodb"]) {
      const { labels, spec } = jobOf(result, service);
      assert.equal(labels["cloud/use"], "true");
      assert.equal(spec.serviceAccountName, "backup");
      const before = dependencies(result, "CronJob", `openedx-data-dump-${service}`);
      assert.ok(
        ["the-grant", `openedx-data-${service}-ready`].every((name) => before.includes(name)),
        before.join(),
      );
      assert.ok(spec.containers[0]?.args?.includes(`store:dumps/dumps/test/${service}`));
      const { values } = plain(registered(result, "Release", `openedx-data-${service}`).inputs) as {
        values: { backup: unknown };
      };
      assert.deepEqual(values.backup, { enabled: false });
    }
  });

  it("log in as the servers' own accounts, by Secrets alone", async () => {
    const { spec } = jobOf(await deploy(stackWith(allOnCluster), identifying()), "mongodb");
    const [dump] = spec.initContainers;
    assert.ok(dump);
    const { ACCOUNT, PASSWORD } = variables(dump);
    assert.deepEqual(
      [ACCOUNT, PASSWORD],
      ["mongodb-users.MONGODB_BACKUP_USER", "mongodb-users.MONGODB_BACKUP_PASSWORD"],
    );
  });

  it("are made by the store's keys where those are given, of what no operator backs up", async () => {
    const config = stackWith(
      {
        mysql: { mode: "external", external: { host: "db.example.com", adminUser: "admin" } },
        mongodb: { mode: "cluster" },
        backup: {
          modes: ["cluster", "external"],
          store: { bucket: "own", endpoint: "https://s3.example.com" },
        },
      },
      { credentials: { ...externalCredentials, backup: { accessKey: "id", secretKey: "key" } } },
    );
    const result = await deploy(config);
    assert.equal(
      result.registrations.some(({ name }) => name === "openedx-data-dump-mongodb"),
      false,
    );
    const { spec } = jobOf(result, "mysql");
    const [dump] = spec.initContainers;
    const [upload] = spec.containers;
    assert.ok(dump && upload);
    assert.deepEqual(
      [variables(dump).HOST, variables(dump).ACCOUNT, variables(dump).PASSWORD],
      ["db.example.com", "admin", "dump-mysql.password"],
    );
    assert.equal(variables(upload).AWS_SECRET_ACCESS_KEY, "backup-keys.AWS_SECRET_ACCESS_KEY");
    assert.equal(variables(upload).RCLONE_CONFIG_STORE_ENDPOINT, "https://s3.example.com");
    assert.ok(!JSON.stringify(spec).includes("mysql-admin-secret"));
  });

  it("are not made while they are off", async () => {
    const result = await deploy(stackWith({ ...allOnCluster, backup: { enabled: false } }), identifying());
    assert.equal(
      result.registrations.some(({ type }) => type.endsWith(":CronJob")),
      false,
    );
  });
});

describe("the scripts that dump", () => {
  /** Runs a script with these clients, each a script of its own, which get the folder as $WORK. */
  function run(
    script: string,
    clients: Record<string, string>,
    env: Record<string, string>,
  ): { status: number | null; work: string; calls: string } {
    const work = mkdtempSync(join(tmpdir(), "openedx-dump-"));
    for (const [name, text] of Object.entries(clients)) {
      writeFileSync(join(work, name), `#!/bin/sh\necho "${name} $*" >> "$WORK/calls"\n${text}\n`);
      chmodSync(join(work, name), 0o755);
    }
    const { status } = spawnSync("sh", ["-c", script], {
      env: {
        ...{ PATH: `${work}:/usr/bin:/bin`, WORK: work, HOME: work, OUT: join(work, "out"), CA: "" },
        ...{ HOST: "db", ACCOUNT: "root", PASSWORD: "s3cret", ...env },
      },
    });
    const calls = join(work, "calls");
    return { status, work, calls: existsSync(calls) ? readFileSync(calls, "utf8") : "" };
  }

  const mysqlEnv = mysqlDump.env({ port: 3306, tls: "verify-ca", adminUser: "root" });
  const listing = '[ "$MYSQL_PWD" = s3cret ] && printf "campus_openedx\\ncampus_notes\\n"';

  it("write each of MySQL's databases into a file, and name no password", () => {
    const dump = 'for last; do :; done; echo "-- of $last"; echo "-- Dump completed on 2026-11-27"';
    const { status, work, calls } = run(
      mysqlDump.script,
      { mysql: listing, mysqldump: dump },
      { ...mysqlEnv, CA: "/ca.pem" },
    );
    assert.equal(status, 0);
    for (const database of ["campus_openedx", "campus_notes"]) {
      const file = gunzipSync(readFileSync(join(work, "out", `${database}.sql.gz`))).toString();
      assert.match(file, new RegExp(`^-- of ${database}\n`));
    }
    assert.match(
      calls,
      /mysqldump --ssl-ca=\/ca\.pem --host=db --port=3306 --user=root --ssl-mode=VERIFY_CA/,
    );
    assert.ok(!calls.includes("s3cret"));
  });

  const broken: [string, Record<string, string>][] = [
    ["a dump that breaks off", { mysql: listing, mysqldump: "echo 'INSERT INTO'; exit 2" }],
    ["a server that lets nobody in", { mysql: "exit 1", mysqldump: "echo '-- Dump completed'" }],
  ];
  for (const [what, clients] of broken) {
    it(`fail at ${what}`, () => {
      assert.notEqual(run(mysqlDump.script, clients, mysqlEnv).status, 0);
    });
  }

  const shape: MongoShape = {
    ...{ address: "single", port: 27017, replicaSet: "rs0", tls: "require" },
    ...{ adminUser: "admin", authSource: "admin" },
  };
  const addresses: [string, Partial<MongoShape>, string, string, boolean][] = [
    [
      "a replica set",
      {},
      "db",
      "mongodb://root:s3cret@db:27017/?authSource=admin&replicaSet=rs0&tls=true&tlsInsecure=true",
      true,
    ],
    [
      "a list",
      { address: "list", tls: "verify-identity" },
      "a:1,b:2",
      "mongodb://root:s3cret@a:1,b:2/?authSource=admin&replicaSet=rs0&tls=true",
      true,
    ],
    [
      "a name of many",
      { address: "srv", replicaSet: undefined, tls: "verify-ca" },
      "db.example.com",
      "mongodb+srv://root:s3cret@db.example.com/?authSource=admin&tls=true",
      true,
    ],
    [
      "one server",
      { replicaSet: undefined, tls: "off" },
      "db",
      "mongodb://root:s3cret@db:27017/?authSource=admin&tls=false",
      false,
    ],
  ];
  for (const [what, given, host, uri, hasLog] of addresses) {
    it(`write all of MongoDB into one archive, from ${what}`, () => {
      const env = mongodbDump.env({ ...shape, ...given });
      const client = 'cp "$HOME/server.yaml" "$WORK/seen"';
      const { status, work, calls } = run(mongodbDump.script, { mongodump: client }, { ...env, HOST: host });
      assert.equal(status, 0);
      assert.equal(readFileSync(join(work, "seen"), "utf8"), `uri: "${uri}"\n`);
      assert.equal(existsSync(join(work, "server.yaml")), false);
      assert.equal(/--archive=\S+all\.archive\.gz --gzip --oplog$/m.test(calls), hasLog);
      assert.ok(!calls.includes("s3cret"));
    });
  }

  it("are of the shell alone", () => {
    for (const { script } of [mysqlDump, mongodbDump]) {
      execFileSync("sh", ["-n", "-c", script]);
    }
  });
});

describe("the upload of dumps", () => {
  const keys = { accessKey: "id", secretKey: "key" };
  const kinds: [string, BackupStore, Record<string, string>][] = [
    ["S3 by identity", store, { TYPE: "s3", PROVIDER: "AWS", ENV_AUTH: "true", REGION: "eu-west-1" }],
    [
      "Google by identity",
      { kind: "gcs", bucket: "b" },
      { TYPE: "google cloud storage", BUCKET_POLICY_ONLY: "true" },
    ],
    [
      "Azure by identity",
      { kind: "azure", bucket: "b", account: "acc" },
      { TYPE: "azureblob", ENV_AUTH: "true" },
    ],
    [
      "Google by keys",
      { kind: "gcs", bucket: "b", keys },
      { TYPE: "s3", ENDPOINT: "https://storage.googleapis.com" },
    ],
    ["Azure by keys", { kind: "azure", bucket: "b", account: "acc", keys }, { ACCOUNT: "acc" }],
  ];
  for (const [what, of, expected] of kinds) {
    it(`goes to ${what}, and asks for no more than to add`, () => {
      const given = remote(of);
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(given.find((each) => each.name === `RCLONE_CONFIG_STORE_${name}`)?.value, value, name);
      }
      assert.ok(given.some(({ name }) => /NO_CHECK_(BUCKET|CONTAINER)$/.test(name)));
      assert.equal(
        given.some(({ valueFrom }) => valueFrom?.secretKeyRef.name === "backup-keys"),
        of.keys !== undefined,
      );
      assert.ok(uploadArgs("/dump", of, "dumps/prod/mysql").includes("--no-check-dest"));
    });
  }
});
