import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { Render } from "../../src/tutor/types.js";
import { platformSettings, runSettings } from "./djangoSettings.js";
import { parseYaml } from "../../src/workspace/yaml.js";
import { Drafts, filesOf, renderOne, sample, token, tokenOf } from "./rendering.js";
import { administrators, sharedServices } from "./sharedServices.js";

const drafts = new Drafts();
after(() => drafts.remove());

interface Cache {
  BACKEND: string;
  KEY_PREFIX: string;
  LOCATION: string;
  OPTIONS?: { CONNECTION_POOL_KWARGS: Record<string, unknown> };
}
interface Database {
  OPTIONS: { charset: string; ssl_mode: string; ssl: { ca: string } };
}

/** What must hold in every release. */
function isApart(name: string, get: () => Render): void {
  const text = (key: string): string => tokenOf(get(), key);
  const cacheUrl = (): string =>
    `rediss://${name}:${text("REDIS_PASSWORD")}@${text("OPENEDX_PULUMI_REDIS_CACHE_HOST")}:6379/0`;
  const brokerUrl = (): string =>
    `rediss://${name}:${text("REDIS_PASSWORD")}@${text("OPENEDX_PULUMI_REDIS_BROKER_HOST")}:6380/0`;

  for (const service of ["lms", "cms"] as const) {
    it(`has caches, tasks and events of the ${service} behind the site's prefix, on the right server, by TLS`, () => {
      const settings = platformSettings(get(), service);
      const caches = Object.values(settings.CACHES as Record<string, Cache>).filter(({ BACKEND }) =>
        /redis/.test(BACKEND),
      );
      assert.ok(caches.length >= 7);
      for (const { LOCATION, KEY_PREFIX, OPTIONS } of caches) {
        assert.equal(LOCATION, cacheUrl());
        assert.match(KEY_PREFIX, new RegExp(`^${name}:\\w`));
        assert.deepEqual(OPTIONS?.CONNECTION_POOL_KWARGS, {
          ssl_cert_reqs: "required",
          ssl_check_hostname: false,
          ssl_ca_certs: "/openedx/ca/redis-cache.pem",
        });
      }
      assert.equal(new Set(caches.map(({ KEY_PREFIX }) => KEY_PREFIX)).size, caches.length);
      assert.equal(settings.BROKER_URL, brokerUrl());
      assert.deepEqual(settings.BROKER_TRANSPORT_OPTIONS, {
        fanout_prefix: true,
        global_keyprefix: `${name}:`,
      });
      assert.deepEqual(settings.BROKER_USE_SSL, {
        ssl_cert_reqs: 2, // CERT_REQUIRED
        ssl_check_hostname: true,
        ssl_ca_certs: "/openedx/ca/redis-broker.pem",
      });
      if (Number.parseInt(get().tutorVersion, 10) >= 21) {
        const events = String(settings.EVENT_BUS_REDIS_CONNECTION_URL);
        assert.equal(events.split("?")[0], brokerUrl());
        assert.match(events, /ssl_ca_certs=%2Fopenedx%2Fca%2Fredis-broker\.pem/);
        assert.equal(settings.EVENT_BUS_TOPIC_PREFIX, `${name}:events`);
      }
    });

    it(`has databases of the ${service} with utf8mb4 and TLS, and tells the modulestore of MongoDB's`, () => {
      const settings = platformSettings(get(), service);
      const { charset, ssl_mode, ssl } =
        (settings.DATABASES as Record<string, Database>).default?.OPTIONS ?? {};
      assert.deepEqual([charset, ssl_mode, ssl?.ca], ["utf8mb4", "VERIFY_CA", "/openedx/ca/mysql.pem"]);
      const mongodb = settings.mongodb_parameters as Record<string, unknown>;
      assert.equal(mongodb.host, `mongodb+srv://${text("MONGODB_HOST")}`);
      assert.deepEqual([mongodb.ssl, mongodb.tlsCAFile], [true, "/openedx/ca/mongodb.pem"]);
      assert.equal(mongodb.password, text("MONGODB_PASSWORD"));
      assert.equal((settings.TOLD_MODULESTORES as unknown[]).length, 2);
    });

    it(`keeps uploads of the ${service} in the bucket, by the release's own setting`, () => {
      const backend = "settings.ClusterStorage";
      const old = platformSettings(get(), service);
      assert.equal(old.DEFAULT_FILE_STORAGE, backend);
      const now = platformSettings(get(), service, { STORAGES: { staticfiles: {} } });
      assert.equal(now.DEFAULT_FILE_STORAGE, undefined);
      assert.deepEqual(now.STORAGES, { staticfiles: {}, default: { BACKEND: backend } });
      assert.equal(now.AWS_STORAGE_BUCKET_NAME, `openedx-${name}`);
      assert.equal(now.AWS_SECRET_ACCESS_KEY, text("OPENEDX_PULUMI_STORAGE_SECRET_KEY"));
      assert.deepEqual(
        [now.ORA2_FILEUPLOAD_BACKEND, now.FILE_UPLOAD_STORAGE_BUCKET_NAME],
        ["s3", `openedx-${name}`],
      );
      assert.equal((now.PROFILE_IMAGE_BACKEND as { class: string }).class, backend);
      assert.doesNotMatch(
        JSON.stringify([now.VIDEO_IMAGE_SETTINGS, now.GRADES_DOWNLOAD, now.OPENEDX_LEARNING]),
        /": ?"\//,
      );
    });
  }

  it("sends mail by the relay, as the site, and runs none of its own", () => {
    const { content } = parseYaml(filesOf(get(), "openedx-config")["lms.env.yml"] ?? "", name);
    const written = content as Record<string, unknown>;
    assert.deepEqual(
      [written.EMAIL_HOST, written.EMAIL_PORT, written.EMAIL_USE_TLS, written.EMAIL_HOST_USER],
      ["relay.example.com", 587, true, text("SMTP_USERNAME")],
    );
    assert.equal(written.EMAIL_HOST_PASSWORD, text("SMTP_PASSWORD"));
    const settings = platformSettings(get(), "lms", { ENV_TOKENS: written });
    assert.deepEqual(
      [settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL, settings.BULK_EMAIL_DEFAULT_FROM_EMAIL],
      Array(3).fill(get().settings.CONTACT_EMAIL),
    );
    assert.equal(settings.EMAIL_USE_SSL, false);
    assert.ok(!get().objects.some(({ metadata }) => metadata.name === "smtp"));
  });

  it("asks the store within the cluster, and signs links for the host at which browsers reach it", () => {
    const host = `files.${get().settings.LMS_HOST as string}`;
    const { CLUSTER_STORAGE, AWS_S3_ENDPOINT_URL } = platformSettings(get(), "lms");
    assert.deepEqual(CLUSTER_STORAGE, {
      endpoint: "http://object-store.example.svc:8333",
      link: `https://${host}/a.png`,
    });
    assert.equal(AWS_S3_ENDPOINT_URL, `https://${host}`);
    assert.ok(get().hosts.public.includes(host));
    const caddyfile = filesOf(get(), "caddy-config").Caddyfile ?? "";
    const [, site = ""] = caddyfile.split(`\n${host}{$default_site_port} {`);
    assert.match(
      site,
      /^\s+reverse_proxy http:\/\/object-store\.example\.svc:8333 \{\n\s+header_up -X-Forwarded-Host/,
    );
  });

  it("shows an administrator's secrets to tasks alone that make accounts", () => {
    const objects = JSON.stringify(get().objects);
    const all = administrators.flatMap((key) => token(get(), key).tokens.map(({ text: each }) => each));
    assert.deepEqual(
      all.filter((each) => objects.includes(each)),
      [],
    );
    for (const { service, script } of get().tasks) {
      const holds = all.some((each) => script.includes(each));
      assert.equal(holds, service === "mysql" || service.startsWith("openedx-accounts-"), service);
    }
  });

  it("puts the site's prefix before every database and user", () => {
    const { settings } = get();
    const names = Object.keys(settings).filter((key) =>
      /_(MYSQL_DATABASE|MYSQL_USERNAME|DB_NAME|DB_USERNAME)$/.test(key),
    );
    assert.ok(names.includes("OPENEDX_MYSQL_DATABASE"));
    names
      .filter((key) => key !== "OPENEDX_PULUMI_MYSQL_USERNAME")
      .forEach((key) => assert.match(JSON.stringify(settings[key]), new RegExp(`^"${name}_`), key));
  });

  it("has scripts that a shell can read", () => {
    for (const { service, script } of get().tasks.filter(({ owner }) => owner === "openedx_pulumi")) {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
      assert.equal(status, 0, `${service}: ${stderr}`);
      assert.doesNotMatch(script, /\{\{|\{%/);
    }
  });
}

describe("campus on shared services: Tutor 22 with its usual plugins", () => {
  let render: Render;
  before(async () => {
    render = await renderOne({ ...sample("campus"), ...sharedServices("campus") });
  });
  isApart("campus", () => render);

  it("makes accounts before Tutor's tasks, and limits rights after all plugins'", () => {
    const own = render.tasks.map(({ owner, service }) => (owner === "openedx_pulumi" ? service : "-"));
    const last = own.length - 1;
    assert.deepEqual(own.slice(0, 5), [
      ...["mongodb", "redis", "meilisearch", "storage"].map((service) => `openedx-accounts-${service}`),
      "mysql",
    ]);
    assert.equal(own.indexOf("mysql", 5), last);
    assert.match(render.tasks[last]?.script ?? "", /limit_rights 'campus_xqueue' 'campus_xqueue'/);
    assert.deepEqual(
      render.tasks.filter(({ service }) => service === "mysql").map(({ owner }) => owner),
      [
        "openedx_pulumi",
        "core",
        "credentials",
        "credentials",
        "discovery",
        "notes",
        "xqueue",
        "openedx_pulumi",
      ],
    );
  });

  it("leaves no Redis of Tutor's name in discovery, whose settings name it", () => {
    const before = { CELERY_BROKER_URL: "", ELASTICSEARCH_DSL: { default: {} } };
    const settings = runSettings(filesOf(render, "discovery-settings")["production.py"] ?? "", before);
    assert.doesNotMatch(JSON.stringify(settings), /@redis:|\/\/redis:/);
    const broker = tokenOf(render, "OPENEDX_PULUMI_REDIS_BROKER_HOST");
    assert.ok(String(settings.CELERY_BROKER_URL).endsWith(`@${broker}:6380/0`));
    assert.deepEqual(settings.CELERY_BROKER_TRANSPORT_OPTIONS, { global_keyprefix: "campus:" });
    assert.equal((settings.CACHES as Record<string, Cache>).default?.KEY_PREFIX, "campus:discovery");
    assert.equal(settings.EVENT_BUS_TOPIC_PREFIX, "campus:events");
  });

  it("encrypts the way to MySQL for the other services too", () => {
    const files = {
      discovery: ["discovery-settings", "production.py"],
      notes: ["notes-settings", "tutor.py"],
      credentials: ["credentials-settings", "production.py"],
      xqueue: ["xqueue-settings", "tutor.py"],
    } as const;
    for (const [service, [map, file]] of Object.entries(files)) {
      const { DATABASES } = runSettings(filesOf(render, map)[file] ?? "", {});
      const database = (DATABASES as Record<string, Database & { NAME: string }>).default;
      assert.equal(database?.NAME, `campus_${service}`);
      assert.deepEqual(
        [database.OPTIONS.charset, database.OPTIONS.ssl_mode],
        ["utf8mb4", "VERIFY_CA"],
        service,
      );
    }
  });

  it("has the restricted search key in Django, no master key, and a site that browsers search by", () => {
    const settings = platformSettings(render, "lms");
    assert.equal(settings.MEILISEARCH_API_KEY, tokenOf(render, "MEILISEARCH_API_KEY"));
    assert.equal(settings.MEILISEARCH_MASTER_KEY, "");
    assert.ok(
      !render.tasks.some(({ service, script }) => service === "lms" && script.includes("create_key")),
    );
    assert.match(
      filesOf(render, "caddy-config").Caddyfile ?? "",
      new RegExp(
        `\nmeilisearch\\.campus\\.example\\.com\\{\\$default_site_port\\} \\{\n\\s+import proxy "http://${tokenOf(render, "MEILISEARCH_URL")}:7700"`,
      ),
    );
  });

  it("keeps the forum's own database in MongoDB", () => {
    const settings = platformSettings(render, "lms");
    assert.equal(settings.FORUM_MONGODB_DATABASE, "campus_forum");
    assert.equal(
      (settings.FORUM_MONGODB_CLIENT_PARAMETERS as Record<string, unknown>).tlsCAFile,
      "/openedx/ca/mongodb.pem",
    );
  });
});

describe("academy on shared services: Tutor 20", () => {
  let render: Render;
  before(async () => {
    render = await renderOne({ ...sample("academy"), ...sharedServices("academy") });
  });
  isApart("academy", () => render);
});

describe("Tutor 18 on shared services", () => {
  let render: Render;
  before(async () => {
    const draft = drafts.write("redwood", {
      requirements: [
        "tutor==18.2.2",
        "tutor-mfe==18.1.1",
        "tutor-discovery==18.0.0",
        "tutor-notes==18.0.0",
      ].concat(
        ...[
          "tutor-forum==18.1.1",
          "tutor-minio==18.0.1",
          "tutor-credentials==18.0.0",
          "tutor-xqueue==18.0.0",
        ],
      ),
      config: "LMS_HOST: redwood.example.com\nPLUGINS: [credentials, discovery, forum, mfe, notes, xqueue]\n",
    });
    render = await renderOne({ ...draft, ...sharedServices("redwood") });
  });
  isApart("redwood", () => render);

  it("has no Meilisearch, and so makes no key", () =>
    assert.ok(!render.tasks.some(({ service }) => service === "openedx-accounts-meilisearch")));
});

describe("aspects on shared services", () => {
  let render: Render;
  before(async () => {
    const draft = drafts.write("aspects", {
      requirements: ["tutor==22.0.3", "tutor-mfe==22.1.0", "tutor-contrib-aspects==2.4.0"],
      config: "LMS_HOST: aspects.example.com\nPLUGINS: [aspects, mfe]\n",
    });
    render = await renderOne({ ...draft, ...sharedServices("aspects") });
  });

  it("has Superset's database, named by settings of other names, behind the site's prefix", () => {
    for (const key of ["SUPERSET_DB_NAME", "SUPERSET_DB_USERNAME", "SUPERSET_DB_METADATA_NAME"]) {
      assert.equal(render.settings[key], "aspects_superset", key);
    }
    assert.equal(render.settings.ASPECTS_XAPI_DATABASE, "xapi");
  });
});

describe("an instance whose config.yml says something of its own", () => {
  let render: Render;
  before(async () => {
    const draft = drafts.write("own", {
      requirements: ["tutor==20.0.5", "tutor-mfe==20.1.1"],
      config: [
        ...["LMS_HOST: own.example.com", "MYSQL_HOST: db.example.com", "OPENEDX_MYSQL_DATABASE: old"],
        ...["PLUGINS: []", 'REDIS_PASSWORD: ""'],
      ].join("\n"),
      givenSecrets: ["MYSQL_ROOT_PASSWORD"],
    });
    render = await renderOne({ ...draft, ...sharedServices("own"), givenSecrets: draft.givenSecrets });
  });

  it("wins over addresses, names and secrets of ours, but not by an empty value", () => {
    assert.equal(render.settings.MYSQL_HOST, "db.example.com");
    assert.ok(!render.tokens.some(({ key }) => key === "MYSQL_HOST"));
    assert.equal(render.settings.OPENEDX_MYSQL_DATABASE, "old");
    assert.deepEqual(token(render, "MYSQL_ROOT_PASSWORD").spec, { kind: "given" });
    assert.deepEqual(token(render, "REDIS_PASSWORD").spec, { kind: "password", length: 32 });
    assert.equal(token(render, "REDIS_HOST").secret, false);
  });
});
