import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { Render } from "../../src/tutor/types.js";
import { spy } from "./spy.js";
import { behindProxy, Drafts, filesOf, find, renderOne, sample, token, tokenOf } from "./rendering.js";

const drafts = new Drafts();
after(() => drafts.remove());

const tasksOf = (render: Render): string[] => render.tasks.map((task) => `${task.owner}:${task.service}`);

/** Runs a Python program with what it is to read; returns what it prints. */
function python(program: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(input) });
  assert.equal(status, 0, stderr.toString());
  return JSON.parse(stdout.toString());
}

/** Every Python file in a render's ConfigMaps. */
function pythonFiles(render: Render): Record<string, string> {
  return Object.fromEntries(
    render.objects
      .filter((object) => object.kind === "ConfigMap")
      .flatMap((object) =>
        Object.entries((object.data ?? {}) as Record<string, string>)
          .filter(([file]) => file.endsWith(".py"))
          .map(([file, text]) => [`${object.metadata.name}/${file}`, text]),
      ),
  );
}

const syntaxFaults = `
import json, sys
faults = []
for name, text in json.load(sys.stdin).items():
    try:
        compile(text, name, "exec")
    except SyntaxError as error:
        faults.append(f"{name}: {error}")
print(json.dumps(faults))
`;

/** Runs what a settings file says about DATABASES, upon what the platform would have loaded before. */
const databases = `
import ast, json, sys
asked = json.load(sys.stdin)
tree = ast.parse(asked["text"])
chosen = [node for node in tree.body if "DATABASES" in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
          and "update_module_store_settings" not in ast.dump(node) and "DATABASE_ROUTERS" not in ast.dump(node)]
names = {"DATABASES": asked["before"]}
exec(compile(ast.Module(chosen, []), "settings", "exec"), names)
print(json.dumps(names["DATABASES"]))
`;

interface Database {
  OPTIONS: Record<string, string>;
}

function charsetOf(text: string, options: Record<string, string> = {}): string | undefined {
  const before = { default: { ENGINE: "django.db.backends.mysql", OPTIONS: options } };
  return (python(databases, { text, before }) as Record<string, Database>).default?.OPTIONS.charset;
}

/** What must hold for the core of every release. */
function hasAllThatIsTutors(get: () => Render): void {
  it("has settings that are Python, for every service", () => {
    const files = pythonFiles(get());
    assert.ok(Object.keys(files).length >= 6);
    assert.deepEqual(python(syntaxFaults, files), []);
  });

  it("asks MySQL for utf8mb4 in the LMS and in Studio, unless somebody wants another", () => {
    for (const service of ["lms", "cms"]) {
      const text = filesOf(get(), `openedx-settings-${service}`)["production.py"] ?? "";
      assert.equal(charsetOf(text), "utf8mb4");
      assert.equal(charsetOf(text, { charset: "latin1" }), "latin1");
    }
  });

  it("leaves the names of ConfigMaps without a hash", () => {
    const maps = get().objects.filter((object) => object.kind === "ConfigMap");
    assert.ok(maps.some((object) => object.metadata.name === "openedx-config"));
    assert.deepEqual(
      maps.map((object) => object.metadata.name).filter((name) => /-[bcdfghkmt2456789]{10}$/.test(name)),
      [],
    );
  });

  it("puts the signing key's stand-in numbers where the key belongs, and its PEM nowhere", () => {
    const text = filesOf(get(), "openedx-settings-lms")["production.py"] ?? "";
    for (const { text: number, part } of token(get(), "JWT_RSA_PRIVATE_KEY").tokens) {
      assert.ok(text.includes(`"${part}": "${number}"`), part);
    }
    assert.doesNotMatch(JSON.stringify(get()), /BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it("has Redis, MongoDB and search as Tutor has them, with their own accounts", () => {
    const { settings, objects, tasks } = get();
    const text = JSON.stringify([objects, tasks]);
    assert.doesNotMatch(text, /openedx-accounts|_redis_prefix|_mongodb_tls|_storage_backend/);
    assert.equal(settings.OPENEDX_MYSQL_DATABASE, "openedx");
    const own = tasks.filter(({ owner }) => owner === "openedx_pulumi");
    assert.deepEqual(
      own.map(({ service }) => service),
      settings.RUN_MYSQL === true ? [] : ["mysql", "mysql"],
    );
  });

  it("has the instance's name in the labels that selectors use, and no secret in the settings", () => {
    const { metadata } = find(get(), "Deployment.lms");
    assert.equal(metadata.labels?.["app.kubernetes.io/instance"], `openedx-${get().settings.ID as string}`);
    const settings = JSON.stringify(get().settings);
    for (const { key, tokens } of get().tokens) {
      assert.ok(!(key in get().settings), key);
      assert.ok(!tokens.some(({ text }) => settings.includes(text)), key);
    }
  });

  it("tells the LMS by Caddy that people come by https", () => {
    const caddyfile = filesOf(get(), "caddy-config").Caddyfile ?? "";
    assert.match(caddyfile, /request_header X-Forwarded-Proto https/);
    assert.match(caddyfile, /header_up X-Forwarded-Port 443/);
    const ports = (find(get(), "Service.caddy").spec as { type: string; ports: { port: number }[] }).ports;
    assert.deepEqual(
      ports.map(({ port }) => port),
      [80],
    );
  });

  it("brings all requests of a course import to one of Studio's pods that are ready", () => {
    const { CMS_HOST } = get().settings;
    const [, studio = ""] = (filesOf(get(), "caddy-config").Caddyfile ?? "").split(`\n${String(CMS_HOST)}{`);
    const [site = ""] = studio.split("\n}\n");
    assert.match(
      site,
      /@openedx_imports path \/import\/\*\s+reverse_proxy @openedx_imports cms:8000 \{\s+dynamic a cms-pods 8000 \{/,
    );
    assert.match(site, /lb_policy cookie openedx_studio\n\s+header_up X-Forwarded-Port 443/);
    assert.match(site, /versions ipv4 ipv6/, "Caddy 2.7.4 does without by ending the request");
    const { clusterIP, selector, publishNotReadyAddresses } = find(get(), "Service.cms-pods").spec as Record<
      string,
      unknown
    >;
    assert.deepEqual([clusterIP, publishNotReadyAddresses], ["None", undefined]);
    assert.deepEqual(selector, (find(get(), "Service.cms").spec as { selector: unknown }).selector);
  });
}

describe("campus: Tutor 22 with its usual plugins", () => {
  let render: Render;
  before(async () => {
    render = await renderOne(sample("campus"));
  });
  hasAllThatIsTutors(() => render);

  it("says what it is", () => {
    assert.equal(render.tutorVersion, "22.0.3");
    assert.equal(render.openEdxRelease, "verawood");
    assert.deepEqual(Object.keys(render.plugins).sort(), [
      ...["credentials", "discovery", "forum", "indigo", "mfe", "notes", "xqueue"],
    ]);
    assert.equal(render.plugins.mfe, "22.1.0");
  });

  it("has Tutor's tasks in Tutor's order, with their owners", () => {
    assert.deepEqual(tasksOf(render), [
      ...["core:lms", "core:mysql", "core:lms", "core:lms", "core:cms"],
      ...["credentials:mysql", "credentials:lms", "credentials:credentials", "credentials:mysql"],
      ...["discovery:mysql", "discovery:lms", "discovery:discovery"],
      ...["forum:lms", "indigo:lms", "mfe:lms", "notes:mysql", "notes:lms", "notes:notes"],
      ...["xqueue:mysql", "xqueue:xqueue"],
    ]);
    assert.ok(render.tasks[5]?.script.includes(tokenOf(render, "CREDENTIALS_MYSQL_PASSWORD")));
  });

  it("has every public host in the Caddyfile", () => {
    const caddyfile = filesOf(render, "caddy-config").Caddyfile ?? "";
    for (const host of [
      "",
      "studio.",
      "apps.",
      "meilisearch.",
      "discovery.",
      "notes.",
      "credentials.",
      "xqueue.",
    ]) {
      assert.ok(caddyfile.includes(`\n${host}campus.example.com{$default_site_port}`), host);
    }
  });

  it("asks MySQL for utf8mb4 in the other services too", () => {
    const files = {
      discovery: ["discovery-settings", "production.py"],
      notes: ["notes-settings", "tutor.py"],
      credentials: ["credentials-settings", "production.py"],
      xqueue: ["xqueue-settings", "tutor.py"],
    } as const;
    for (const [service, [map, file]] of Object.entries(files)) {
      assert.equal(charsetOf(filesOf(render, map)[file] ?? ""), "utf8mb4", service);
    }
  });

  it("derives the key of Meilisearch from its master key", () => {
    assert.deepEqual(token(render, "MEILISEARCH_API_KEY").spec, {
      kind: "hmac",
      key: "MEILISEARCH_MASTER_KEY",
      message: "MEILISEARCH_API_KEY_UID",
    });
    const text = filesOf(render, "openedx-settings-lms")["production.py"] ?? "";
    assert.ok(text.includes(`MEILISEARCH_API_KEY = "${tokenOf(render, "MEILISEARCH_API_KEY")}"`));
  });

  it("is the same when it is rendered afresh as when it comes from the cache", async () => {
    const cached = await renderOne(sample("campus"));
    assert.deepEqual(cached, render);
    // another value of a setting that is not used makes another key, and so a render of its own
    const source = sample("campus");
    const fresh = await renderOne({
      ...source,
      settings: { ...source.settings, UNUSED: process.hrtime().join() },
    });
    assert.deepEqual(
      { ...fresh, settings: { ...fresh.settings, UNUSED: undefined } },
      {
        ...render,
        settings: { ...render.settings, UNUSED: undefined },
      },
    );
  });
});

describe("academy: Tutor 20 with a local plugin", () => {
  let render: Render;
  before(async () => {
    render = await renderOne(sample("academy"));
  });
  hasAllThatIsTutors(() => render);

  it("patches manifests in Tutor's own ways", () => {
    interface Pod {
      replicas: number;
      template: { spec: { containers: { name: string; env?: { name: string; value: string }[] }[] } };
    }
    const { replicas, template } = find(render, "Deployment.lms").spec as Pod;
    const { containers } = template.spec;
    assert.equal(replicas, 2);
    assert.deepEqual(containers.map(({ name }) => name).sort(), ["lms", "statsd-exporter"]);
    const lms = containers.find(({ name }) => name === "lms");
    assert.ok(lms?.env?.some(({ name }) => name === "ACADEMY_STATSD_ADDRESS"));
    assert.ok(lms?.env?.some(({ name }) => name === "SERVICE_VARIANT"));
  });

  it("says what it is", () => {
    assert.equal(render.tutorVersion, "20.0.5");
    assert.equal(render.openEdxRelease, "teak");
    assert.deepEqual(render.plugins, { academy: "local", mfe: "20.1.1" });
    assert.deepEqual(tasksOf(render), [
      "core:lms",
      "core:mysql",
      "core:lms",
      "core:lms",
      "core:cms",
      "mfe:lms",
    ]);
  });
});

describe("Tutor 18 with secrets in its config", () => {
  const secrets = {
    SMTP_PASSWORD: "postbox-1234",
    OPENEDX_SECRET_KEY: "s3cret-of-old",
    MINIO_AWS_SECRET_ACCESS_KEY: "bucket-key-99",
  };
  let render: Render;
  before(async () => {
    render = await renderOne(
      drafts.write("redwood", {
        requirements: [
          ...["tutor==18.2.2", "tutor-mfe==18.1.1", "tutor-discovery==18.0.0", "tutor-notes==18.0.0"],
          ...[
            "tutor-forum==18.1.1",
            "tutor-minio==18.0.1",
            "tutor-credentials==18.0.0",
            "tutor-xqueue==18.0.0",
          ],
        ],
        config: [
          "LMS_HOST: redwood.example.com",
          "ID: the-old-one",
          "PLUGINS: [credentials, discovery, forum, mfe, minio, notes, spy, xqueue]",
          "RUN_MYSQL: false",
          ...Object.entries(secrets).map(([key, value]) => `${key}: ${value}`),
        ].join("\n"),
        plugins: { "spy.py": spy(secrets.SMTP_PASSWORD) },
        givenSecrets: ["REDIS_PASSWORD"],
      }),
    );
  });
  hasAllThatIsTutors(() => render);

  it("says what it is", () => {
    assert.equal(render.openEdxRelease, "redwood");
    assert.equal(render.settings.ID, "the-old-one");
    assert.ok(tasksOf(render).includes("forum:forum"));
  });

  it("takes the operator's secrets out, even where a plugin passes them on", () => {
    for (const [key, value] of Object.entries(secrets)) {
      assert.deepEqual([token(render, key).spec.kind, token(render, key).fromConfig], ["given", true], key);
      assert.ok(!JSON.stringify(render).includes(value), key);
    }
    const config = filesOf(render, "openedx-config")["lms.env.yml"] ?? "";
    assert.ok(config.includes(`EMAIL_HOST_PASSWORD: "${tokenOf(render, "SMTP_PASSWORD")}"`));
    assert.ok(JSON.stringify(render.objects).includes(tokenOf(render, "MINIO_AWS_SECRET_ACCESS_KEY")));
    assert.ok(!("OPENEDX_AWS_SECRET_ACCESS_KEY" in render.settings));
  });

  it("gives a Redis password a user, without whom it would be dropped", () => {
    const text = filesOf(render, "openedx-settings-lms")["production.py"] ?? "";
    assert.ok(text.includes(`redis://default:${tokenOf(render, "REDIS_PASSWORD")}@`));
    assert.equal(token(render, "REDIS_PASSWORD").fromConfig, false);
  });
});

describe("aspects, which makes secrets up in Python", () => {
  let render: Render;
  before(async () => {
    render = await renderOne(
      drafts.write("aspects", {
        requirements: ["tutor==22.0.3", "tutor-mfe==22.1.0", "tutor-contrib-aspects==2.4.0"],
        config: "LMS_HOST: aspects.example.com\nPLUGINS: [aspects, mfe]\n",
      }),
    );
  });
  hasAllThatIsTutors(() => render);

  it("gets secrets of ours, and hashes of these", () => {
    for (const user of ["ADMIN", "LMS"]) {
      assert.deepEqual(token(render, `RALPH_${user}_PASSWORD`).spec, {
        kind: "password",
        length: 36,
        lower: true,
      });
      assert.deepEqual(token(render, `RALPH_${user}_HASHED_PASSWORD`).spec, {
        kind: "bcrypt",
        of: `RALPH_${user}_PASSWORD`,
      });
      const hash = tokenOf(render, `RALPH_${user}_HASHED_PASSWORD`);
      assert.ok(JSON.stringify(render.objects).includes(hash));
    }
    assert.doesNotMatch(JSON.stringify(render), /\$2b\$/);
    assert.equal(token(render, "SUPERSET_ADMIN_USERNAME").secret, false);
    assert.equal(token(render, "SUPERSET_SECRET_KEY").owner, "aspects");
  });

  it("reads octal modes as Kubernetes does", () => {
    const modes = [...JSON.stringify(render.objects).matchAll(/"defaultMode":(\d+)/g)].map(
      (match) => match[1],
    );
    assert.ok(modes.includes("511"), modes.join());
  });

  it("trusts the proxy in front of Superset", () =>
    assert.equal(render.settings.SUPERSET_ENABLE_PROXY_FIX, true));
});

describe("an instance without https", () => {
  it("does not tell the LMS of https", async () => {
    const source = sample("academy");
    const render = await renderOne({ ...source, settings: { ...behindProxy, ENABLE_HTTPS: false } });
    assert.doesNotMatch(filesOf(render, "caddy-config").Caddyfile ?? "", /X-Forwarded-Proto/);
  });
});
