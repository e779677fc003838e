import assert from "node:assert/strict";
import type { ProgramResult } from "../../src/engine/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { campusInput, campusRender, campusTasks, changed } from "./campus.js";
import { podOf, tokenOf } from "./objects.js";
import { deploy, filesOf, generated, manifestsOf, objectNames, renamed, resourceNames } from "./stack.js";

/** The site with other generations of its secrets. */
function rotated(generations: Record<string, number>): ReturnType<typeof campusInput> {
  const { config } = campusInput();
  return campusInput(undefined, { config: { ...config, rotated: generations } });
}

describe("a change of an instance", () => {
  let result: ProgramResult;

  before(async () => {
    result = await deploy(campusInput());
  });

  const rotations: [key: string, changes: string[]][] = [
    ["CREDENTIALS_MYSQL_PASSWORD", ["campus-credentials-settings", "campus-init"]],
    ["OPENEDX_MYSQL_PASSWORD", ["campus-admin", "campus-admin-tasks", "campus-init", "campus-openedx"]],
    [
      "MYSQL_ROOT_PASSWORD",
      [
        "campus-admin",
        "campus-admin-after",
        "campus-admin-after-tasks",
        "campus-admin-tasks",
        "campus-mysql-deployment-env",
      ],
    ],
    ["DISCOVERY_MYSQL_PASSWORD", ["campus-discovery-settings", "campus-live"]],
    // What derives from it follows.
    ["MEILISEARCH_API_KEY_UID", ["campus-admin", "campus-admin-tasks", "campus-init", "campus-openedx"]],
  ];
  for (const [key, changes] of rotations) {
    it(`renames exactly what holds ${key}, and its readers, when that is rotated`, async () => {
      const after = await deploy(rotated({ [key]: 2 }));
      assert.deepEqual(renamed(result, after), changes);
      assert.deepEqual(renamed(result, after, resourceNames), changes);
    });
  }

  it("rolls only the pods that use a rotated secret, which has another value", async () => {
    const after = await deploy(rotated({ CREDENTIALS_MYSQL_PASSWORD: 2 }));
    const [before, now] = [manifestsOf(result, "campus"), manifestsOf(after, "campus")];
    const rolled = Object.keys(now).filter((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]));
    assert.deepEqual(rolled, ["Deployment.credentials"]);
    assert.deepEqual(manifestsOf(after, "campus-data"), manifestsOf(result, "campus-data"));
    const { "production.py": settings } = filesOf(after, "campus-credentials-settings");
    assert.equal(settings, `PASSWORD = "${generated("CREDENTIALS_MYSQL_PASSWORD", 2)}"`);
  });

  it("of its plugins leaves the other secrets as they are, and those of one that comes again as they were", async () => {
    const { objects, tokens, tasks, ...rest } = campusRender();
    const without = {
      ...rest,
      objects: objects.filter(({ metadata }) => !metadata.name.startsWith("credentials")),
      tokens: tokens.filter(({ key }) => !key.startsWith("CREDENTIALS_")),
      tasks: tasks.filter(({ owner }) => owner !== "credentials"),
    };
    const out = await deploy(campusInput(without));
    assert.deepEqual(filesOf(out, "campus-openedx"), filesOf(result, "campus-openedx"));
    const again = await deploy(campusInput());
    for (const deployment of [result, again]) {
      assert.equal(
        filesOf(deployment, "campus-credentials-settings")["production.py"],
        `PASSWORD = "${generated("CREDENTIALS_MYSQL_PASSWORD")}"`,
      );
    }
  });

  it("makes another RSA key for a rotated one, and keeps the first", async () => {
    const after = await deploy(rotated({ JWT_RSA_PRIVATE_KEY: 3 }));
    const keys = after.registrations.filter(({ type }) => type.endsWith(":PrivateKey"));
    assert.deepEqual(
      keys.map(({ name, protect }) => [name, protect]),
      [
        ["campus-jwt-rsa-private-key", true],
        ["campus-jwt-rsa-private-key-generation-3", false],
      ],
    );
    assert.deepEqual(renamed(result, after, resourceNames), [
      "campus-admin",
      "campus-init",
      "campus-openedx",
    ]);
  });

  it("makes a resource beside the first for another content, and finds the first when it is turned back", async () => {
    const render = changed(campusRender(), "ConfigMap.openedx-config", (object) => {
      object.data = { "lms.env.yml": `PLATFORM_NAME: New\nK: "${tokenOf("OPENEDX_SECRET_KEY")}"\n` };
    });
    const after = await deploy(campusInput(render));
    const changes = ["campus-admin", "campus-init", "campus-openedx"];
    assert.deepEqual(renamed(result, after, resourceNames), changes);
    assert.deepEqual(renamed(result, after), changes);
    assert.deepEqual(resourceNames(await deploy(campusInput())), resourceNames(result));
    for (const { name, type, aliases } of after.registrations) {
      assert.deepEqual(aliases, [], `${type} ${name} would take the place of another`);
    }
  });

  it("makes another resource for another value that the operator gives, which the name does not tell", async () => {
    const given = (value: string) =>
      deploy(campusInput(undefined, { secrets: { CREDENTIALS_MYSQL_PASSWORD: value } }));
    const [one, other] = [await given("one-password"), await given("another-password")];
    const changes = ["campus-credentials-settings", "campus-init"];
    assert.deepEqual(renamed(one, other, resourceNames), changes);
    assert.deepEqual(renamed(result, one, resourceNames), changes);
    // The value that was generated, now given: another resource, and so another object.
    const same = await given(generated("CREDENTIALS_MYSQL_PASSWORD"));
    assert.deepEqual(renamed(result, same, resourceNames), changes);
    assert.deepEqual(renamed(result, same), changes);
  });

  it("leaves the resources' names to what is known before anything is made", async () => {
    const preview = await deploy(campusInput(), { preview: true });
    assert.deepEqual(resourceNames(preview), resourceNames(result));
  });

  it("names resources alike whatever texts stand for the secrets", async () => {
    const render = JSON.stringify(campusRender()).replaceAll(
      tokenOf("OPENEDX_SECRET_KEY"),
      "TkAnotherTokenForTheSameSettingtK",
    );
    const after = await deploy(campusInput(JSON.parse(render) as ReturnType<typeof campusRender>));
    assert.deepEqual(resourceNames(after), resourceNames(result));
    assert.deepEqual(objectNames(after), objectNames(result));
  });

  it("runs no task again for a setting that no task reads", async () => {
    const render = changed(campusRender(), "ConfigMap.mfe-caddy-config", (object) => {
      object.data = { Caddyfile: ":8002 {\n  # another theme\n}\n" };
    });
    assert.deepEqual(renamed(result, await deploy(campusInput(render))), ["campus-mfe-caddy-config"]);
  });

  it("runs no task again for another version in annotations", async () => {
    const text = JSON.stringify(campusRender().objects).replaceAll(
      '"app.kubernetes.io/version":"22.0.3"',
      '"app.kubernetes.io/version":"22.0.4"',
    );
    const objects = JSON.parse(text) as KubernetesObject[];
    const after = await deploy(campusInput(campusRender({ objects, tutorVersion: "22.0.4" })));
    assert.deepEqual(renamed(result, after), []);
  });

  it("runs the tasks of a new image again, and no others", async () => {
    const render = changed(campusRender(), "Job.credentials-job", (object) => {
      const [container] = podOf(object).containers;
      Object.assign(container ?? {}, { image: "registry.test/credentials:2" });
    });
    assert.deepEqual(renamed(result, await deploy(campusInput(render))), ["campus-init"]);
  });

  it("runs the tasks of a changed script again, and no others", async () => {
    const tasks = campusTasks.map((task) =>
      task.owner === "mfe" ? { ...task, script: `${task.script} --more` } : task,
    );
    const after = await deploy(campusInput(campusRender({ tasks })));
    assert.deepEqual(renamed(result, after), ["campus-init", "campus-init-tasks"]);
  });
});
