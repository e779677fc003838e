import assert from "node:assert/strict";
import type { Render } from "../../src/tutor/types.js";
import { charsetOf, hasAllThatIsTutors } from "./everyRelease.js";
import { spy } from "./spy.js";
import { behindProxy, Drafts, filesOf, find, renderOne, sample, token, tokenOf } from "./rendering.js";

const drafts = new Drafts();
after(() => drafts.remove());

const tasksOf = (render: Render): string[] => render.tasks.map((task) => `${task.owner}:${task.service}`);

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
