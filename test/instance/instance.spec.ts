import assert from "node:assert/strict";
import type { V1PodSpec } from "@kubernetes/client-node";
import { createHmac } from "node:crypto";
import {
  type ProgramResult,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "../../src/engine/types.js";
import { deriveUuid } from "../../src/instance/secrets/derive.js";
import { rsaNumbers } from "../../src/instance/secrets/jwk.js";
import { runWithStandIns, standIn } from "../../src/workspace/standIns.js";
import { run } from "../../src/workspace/run.js";
import { campusInput, campusRender, changed } from "./campus.js";
import { podOf, token, tokenOf } from "./objects.js";
import {
  deploy,
  filesOf,
  generated,
  manifestsOf,
  objectNames,
  plain,
  registered,
  rsaPem,
  seedOf,
  stemOf,
} from "./stack.js";

const urnName = (urn: string): string => stemOf(urn.split("::").at(-1) ?? "");

function dependenciesOf(result: ProgramResult, type: string, name: string): string[] {
  return registered(result, type, name).dependencies.map(urnName);
}

/** What people may see of a value. Unknown values have no fields. */
function open(value: PropertyValue | undefined): unknown {
  if (value instanceof Secret) {
    return "[secret]";
  }
  if (Array.isArray(value)) {
    return value.map(open);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value as PropertyMap).map(([key, item]) => [key, open(item)]));
  }
  return value;
}

describe("OpenEdxInstance", () => {
  let result: ProgramResult;

  before(async () => {
    result = await deploy(campusInput());
  });

  it("deploys step by step: databases, admin tasks, migrations, site, tasks after it", () => {
    const order: [type: string, name: string, after: string][] = [
      ["Job", "campus-admin", "campus-data"],
      ["Job", "campus-init", "campus-admin"],
      ["Release", "campus", "campus-init"],
      ["Job", "campus-admin-after", "campus"],
      ["Job", "campus-live", "campus-admin-after"],
    ];
    for (const [type, name, after] of order) {
      assert.ok(dependenciesOf(result, type, name).includes(after), `${name} after ${after}`);
    }
    assert.ok(dependenciesOf(result, "Release", "campus-data").includes("campus-account"));
  });

  it("makes a step depend on the config objects that it reads, and the site on no task's scripts", () => {
    assert.ok(dependenciesOf(result, "Release", "campus-data").includes("campus-mysql-deployment-env"));
    assert.ok(dependenciesOf(result, "Job", "campus-init").includes("campus-init-tasks"));
    assert.ok(dependenciesOf(result, "Release", "campus").includes("campus-openedx"));
    assert.ok(!dependenciesOf(result, "Release", "campus").includes("campus-init-tasks"));
  });

  it("keeps all below itself, with the cluster's provider", () => {
    const component = registered(result, "OpenEdxInstance", "campus");
    for (const { name, type, parent, provider } of result.registrations) {
      if (parent === component.urn || (name.startsWith("campus") && name !== component.name)) {
        assert.equal(parent, component.urn, name);
        assert.ok(
          name.startsWith(`${component.name}-`) || (name === "campus" && type.endsWith(":Release")),
          name,
        );
        assert.ok(!type.startsWith("kubernetes:") || provider.includes("cluster"), `${name} has ${provider}`);
      }
    }
  });

  it("shows at a glance what the site is, its plain settings and no secret one", () => {
    const inputs = plain(registered(result, "OpenEdxInstance", "campus").inputs) as Record<string, unknown>;
    assert.equal(inputs.tutor, "22.0.3");
    assert.deepEqual(inputs.plugins, { credentials: "22.0.0", discovery: "22.0.0", mfe: "22.1.0" });
    assert.deepEqual(inputs.settings, { LMS_HOST: "campus.test" });
    assert.equal((inputs.hosts as string[])[0], "campus.test");
  });

  it("lets no deployment fail for what talks to the live site, which its Job waits for first", () => {
    const inputsOf = (name: string) =>
      plain(registered(result, "Job", name).inputs) as {
        metadata: { annotations: Record<string, string> };
        spec: { activeDeadlineSeconds: number; template: { spec: V1PodSpec } };
      };
    const [live, init] = [inputsOf("campus-live"), inputsOf("campus-init")];
    assert.equal(live.metadata.annotations["pulumi.com/skipAwait"], "true");
    // Else the next one of the same name is made while it still goes.
    assert.equal(live.metadata.annotations["pulumi.com/deletionPropagationPolicy"], "background");
    assert.equal(live.metadata.annotations["pulumi.com/replaceUnready"], "true");
    assert.equal(init.metadata.annotations["pulumi.com/skipAwait"], undefined);
    const [first] = live.spec.template.spec.initContainers ?? [];
    assert.deepEqual(first?.env, [{ name: "URL", value: "https://campus.test/heartbeat" }]);
    assert.match(first?.command?.join(" ") ?? "", /until curl .*--fail/);
    assert.ok(live.spec.activeDeadlineSeconds > init.spec.activeDeadlineSeconds);
    assert.doesNotMatch(JSON.stringify(init.spec.template.spec), /heartbeat/);
  });

  it("begins, with its namespace, when what it waits for is ready", async () => {
    const later = await deploy(campusInput(), { after: "the-way-in" });
    assert.deepEqual(dependenciesOf(later, "Namespace", "campus-namespace"), ["the-way-in"]);
  });

  it("makes a namespace with Pod Security labels that only a disposable stack may lose", async () => {
    const { inputs, protect } = registered(result, "Namespace", "campus-namespace");
    const { labels } = plain(inputs.metadata) as { labels: Record<string, string> };
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "baseline");
    assert.equal(protect, true);
    const disposable = await deploy(campusInput(undefined, { disposable: true }));
    assert.equal(registered(disposable, "Namespace", "campus-namespace").protect, false);
    assert.equal(registered(result, "Release", "campus-data").protect, true);
    assert.equal(registered(disposable, "Release", "campus-data").protect, false);
    assert.equal(registered(result, "Release", "campus").protect, false);
  });

  it("puts the values where the tokens were", () => {
    const openedx = filesOf(result, "campus-openedx");
    const secretKey = generated("OPENEDX_SECRET_KEY");
    assert.match(
      openedx["openedx-config_lms.env.yml"] ?? "",
      new RegExp(`^SECRET_KEY: "${secretKey}"$`, "m"),
    );
    const { n, qi } = rsaNumbers(rsaPem);
    const settings = openedx["openedx-settings-lms_production.py"] ?? "";
    assert.ok(settings.includes(`n = "${n}"\n`) && settings.includes(`qi = "${qi}"\n`));
    assert.equal(
      filesOf(result, "campus-mysql-deployment-env")["mysql_MYSQL_ROOT_PASSWORD"],
      generated("MYSQL_ROOT_PASSWORD"),
    );
    const everything = JSON.stringify(result.registrations.map(({ inputs }) => plain(inputs)));
    for (const { key, tokens } of campusRender().tokens) {
      assert.ok(!tokens.some(({ text }) => everything.includes(text)), key);
    }
  });

  it("derives Meilisearch's key as Python does", async () => {
    const master = generated("MEILISEARCH_MASTER_KEY");
    const uid = deriveUuid(seedOf("campus-secrets"), {
      instance: "campus",
      key: "MEILISEARCH_API_KEY_UID",
      generation: 1,
    });
    const program =
      "import hashlib, hmac, sys; k, m = sys.stdin.read().split(); " +
      "print(hmac.new(k.encode(), m.encode(), hashlib.sha256).hexdigest(), end='')";
    const { stdout } = await run("python3", ["-c", program], { input: `${master} ${uid}` });
    assert.equal(stdout, createHmac("sha256", master).update(uid).digest("hex"));
    assert.ok(
      filesOf(result, "campus-openedx")["openedx-settings-lms_production.py"]?.includes(`"${stdout}"`),
    );
  });

  it("shows no secret outside Secrets", () => {
    const passwords = campusRender().tokens.filter(({ spec }) => spec.kind === "password");
    const secrets = [seedOf("campus-secrets"), ...passwords.map(({ key }) => generated(key))];
    assert.ok(secrets.length > 5);
    const shown = JSON.stringify([
      result.registrations.map(({ inputs }) => open(inputs)),
      open(result.outputs),
    ]);
    for (const secret of secrets) {
      assert.ok(!shown.includes(secret));
    }
    const values = registered(result, "Release", "campus").inputs.values;
    assert.deepEqual(open(values), plain(values), "a release's values hold no secret");
  });

  it("derives all passwords from one seed, which no later rule replaces and no mistake deletes", async () => {
    const generators = result.registrations.filter(({ type }) => type.startsWith("random:"));
    assert.deepEqual(
      generators.map(({ name }) => name),
      ["campus-secrets"],
    );
    const { inputs, ignoreChanges, protect } = registered(result, "RandomPassword", "campus-secrets");
    assert.deepEqual(inputs, { length: 64, special: false });
    assert.deepEqual([...ignoreChanges].sort(), ["length", "special"]);
    assert.equal(protect, true);
    assert.equal(registered(result, "PrivateKey", "campus-jwt-rsa-private-key").protect, true);
    const disposable = await deploy(campusInput(undefined, { disposable: true }));
    assert.equal(registered(disposable, "RandomPassword", "campus-secrets").protect, false);
    assert.equal(registered(disposable, "PrivateKey", "campus-jwt-rsa-private-key").protect, false);
  });

  it("says in a plan with stand-ins whose place each secret has", async () => {
    const plan = await runWithStandIns(() => deploy(campusInput()));
    assert.match(
      filesOf(plan, "campus-openedx")["openedx-config_lms.env.yml"] ?? "",
      new RegExp(`^SECRET_KEY: "${standIn("campus-openedx-secret-key")}"$`, "m"),
    );
  });

  it("names config objects by their content, and what reads them by those names", () => {
    const names = objectNames(result);
    assert.match(names["campus-openedx"] ?? "", /^openedx-[0-9a-f]{10}$/);
    assert.match(names["campus-init"] ?? "", /^campus-init-[0-9a-f]{10}$/);
    const lms = podOf(manifestsOf(result, "campus")["Deployment.lms"]);
    assert.equal(lms.volumes?.[0]?.secret?.secretName, names["campus-openedx"]);
    assert.ok(!JSON.stringify(plain(registered(result, "Release", "campus").inputs)).includes("<config"));
    const { immutable } = registered(result, "Secret", "campus-openedx").inputs;
    assert.equal(immutable, true);
  });

  it("gives the release its chart by a path that is the same everywhere, and the chart's digest", () => {
    const { inputs } = registered(result, "Release", "campus");
    assert.equal(inputs.chart, "./charts/openedx-instance");
    assert.match(inputs.description as string, /^chart sha256:[0-9a-f]{12}$/);
    assert.deepEqual(
      [inputs.name, inputs.atomic, inputs.timeout, inputs.maxHistory, inputs.version],
      ["campus", true, 900, 5, undefined],
    );
  });

  it("says where the site is", () => {
    assert.deepEqual(plain(result.outputs.instance), {
      tutor: "22.0.3",
      openEdx: "verawood",
      urls: ["campus.test", "studio.campus.test", "preview.campus.test", "apps.campus.test"].map(
        (host) => `https://${host}`,
      ),
      namespace: "campus",
    });
  });

  it("is the same again for the same input", async () => {
    assert.deepEqual(objectNames(await deploy(campusInput())), objectNames(result));
  });

  describe("in a first preview", () => {
    it("shows every manifest, unknown only at names that depend on values yet to be made", async () => {
      const preview = await deploy(campusInput(), { preview: true });
      const names = objectNames(preview);
      assert.match(names["campus-caddy-config"] ?? "", /^caddy-config-[0-9a-f]{10}$/);
      assert.match(names["campus-live-tasks"] ?? "", /^live-tasks-[0-9a-f]{10}$/);
      assert.equal(names["campus-openedx"], "<unknown>");
      const { values } = registered(preview, "Release", "campus").inputs;
      assert.ok(!(values instanceof Unknown) && !(values instanceof Secret));
      const lms = podOf(manifestsOf(preview, "campus")["Deployment.lms"]);
      assert.equal(lms.volumes?.[0]?.secret?.secretName, "<unknown>");
      assert.equal(lms.containers[0]?.image, "docker.io/overhangio/openedx:22.0.3-indigo");
      assert.deepEqual(
        Object.keys(manifestsOf(preview, "campus")).sort(),
        Object.keys(manifestsOf(result, "campus")).sort(),
      );
    });
  });

  describe("with values that the operator gives", () => {
    it("generates nothing for them, and keeps them secret", async () => {
      const secrets = { MYSQL_ROOT_PASSWORD: "given-root-password", JWT_RSA_PRIVATE_KEY: rsaPem };
      const given = await deploy(campusInput(undefined, { secrets }));
      const made = given.registrations.map(({ name }) => name);
      assert.ok(!made.includes("campus-jwt-rsa-private-key"));
      assert.equal(
        filesOf(given, "campus-mysql-deployment-env")["mysql_MYSQL_ROOT_PASSWORD"],
        "given-root-password",
      );
    });

    it("hashes a generated value and a given one, each time alike", async () => {
      const entries = [
        token("RALPH_PASSWORD", { kind: "password", length: 20 }),
        token("RALPH_HASH", { kind: "bcrypt", of: "RALPH_PASSWORD" }),
      ];
      const render = changed(campusRender(), "ConfigMap.redis-config", (object) => {
        object.data = { hash: tokenOf("RALPH_HASH") };
      });
      render.tokens = [...render.tokens, ...entries];
      const { default: bcrypt } = await import("bcryptjs");
      const own = await deploy(campusInput(render));
      const hash = filesOf(own, "campus-redis-config").hash ?? "";
      assert.ok(await bcrypt.compare(generated("RALPH_PASSWORD"), hash));
      assert.equal(filesOf(await deploy(campusInput(render)), "campus-redis-config").hash, hash);
      const given = await deploy(campusInput(render, { secrets: { RALPH_PASSWORD: "given-value" } }));
      assert.ok(await bcrypt.compare("given-value", filesOf(given, "campus-redis-config").hash ?? ""));
    });
  });
});
