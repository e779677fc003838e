import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { Render } from "../../src/tutor/types.js";
import { filesOf, find, token } from "./rendering.js";

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

export function charsetOf(text: string, options: Record<string, string> = {}): string | undefined {
  const before = { default: { ENGINE: "django.db.backends.mysql", OPTIONS: options } };
  return (python(databases, { text, before }) as Record<string, Database>).default?.OPTIONS.charset;
}

/** What must hold for the core of every release. */
export function hasAllThatIsTutors(get: () => Render): void {
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
    const host = get().settings.CMS_HOST as string;
    const [, studio = ""] = (filesOf(get(), "caddy-config").Caddyfile ?? "").split(`\n${host}{`);
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
