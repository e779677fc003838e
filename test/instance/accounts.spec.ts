import assert from "node:assert/strict";
import { adminSettingFaults } from "../../src/instance/leftovers.js";
import type { ProgramResult } from "../../src/engine/types.js";
import { prepareInstance } from "../../src/instance/prepare.js";
import { podTemplateOf } from "../../src/instance/pods.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { campusInput } from "./campus.js";
import { tokenOf } from "./objects.js";
import { adminKey, adminPassword, deployShared, shared, sharedRender } from "./shared.js";
import { deploy, plain, registered, stemOf } from "./stack.js";

/** Everything that goes to a namespace, as text. */
function inNamespace(result: ProgramResult, namespace: string): string {
  const inputs = result.registrations.map((each) => plain(each.inputs) as Record<string, unknown>);
  return JSON.stringify(
    inputs.filter(
      ({ metadata, namespace: release }) =>
        release === namespace || (metadata as { namespace?: string } | undefined)?.namespace === namespace,
    ),
  );
}

describe("accounts on shared services", () => {
  it("are made in the services' namespace, the only one that sees the administrator's password", async () => {
    const result = await deployShared();
    const { metadata } = plain(registered(result, "Job", "campus-accounts").inputs) as KubernetesObject;
    assert.equal(metadata.namespace, "openedx-data");
    assert.match(metadata.name, /^campus-accounts-/);
    assert.ok(inNamespace(result, "openedx-data").includes(adminPassword));
    const own = inNamespace(result, "campus");
    assert.ok(own.includes("Deployment.lms"));
    assert.ok(!own.includes(adminPassword));
  });

  it("come before migrations, and those that need migrations after the rollout", async () => {
    const result = await deployShared();
    const before = registered(result, "Job", "campus-init").dependencies.join();
    assert.match(before, /campus-admin|campus-accounts/);
    const after = registered(result, "Job", "campus-accounts-after");
    assert.match(after.dependencies.join(), /Release::campus(,|$)/);
    assert.equal((plain(after.inputs) as KubernetesObject).metadata.namespace, "openedx-data");
  });

  it("have names of the instance's own there, for objects too", async () => {
    const result = await deployShared();
    const names = result.registrations
      .map(({ inputs }) => (plain(inputs) as Partial<KubernetesObject>).metadata)
      .filter((metadata) => metadata?.namespace === "openedx-data")
      .map((metadata) => metadata?.name ?? "");
    assert.ok(names.length >= 4);
    names.forEach((name) => assert.match(name, /^campus-/));
  });

  it("stay in the instance's namespace where the service is its own", async () => {
    const result = await deploy(campusInput());
    assert.ok(!result.registrations.some(({ name }) => stemOf(name) === "campus-accounts"));
    assert.ok(result.registrations.some(({ name }) => stemOf(name) === "campus-admin"));
  });

  it("refuses manifests that would take the password to the site, naming object and setting", () => {
    const render = sharedRender();
    const lms = render.objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "lms");
    const container = podTemplateOf(lms as KubernetesObject)?.spec?.containers[0];
    Object.assign(container ?? {}, { env: [{ name: "ROOT", value: tokenOf(adminKey) }] });
    assert.throws(
      () => prepareInstance(campusInput(render, shared), []),
      /instance campus[^]*MYSQL_ROOT_PASSWORD makes its owner an administrator[^]*Deployment\.lms/,
    );
  });

  it("finds an administrator's secret that is read in both namespaces", () => {
    const both = {
      id: "common",
      kind: "Secret" as const,
      data: {},
      binaryData: {},
      tokenKeys: [adminKey],
      consumers: ["Deployment.lms", "Job.accounts"],
    };
    assert.equal(adminSettingFaults([both], [adminKey]).length, 1);
    assert.deepEqual(adminSettingFaults([{ ...both, consumers: ["Job.accounts"] }], [adminKey]), []);
  });
});

describe("authorities of data services", () => {
  it("are mounted where the settings look for them, in pods and in tasks", async () => {
    const result = await deployShared();
    const release = plain(registered(result, "Release", "campus").inputs.values) as {
      manifests: Record<string, KubernetesObject>;
    };
    const job = plain(registered(result, "Job", "campus-init").inputs) as KubernetesObject;
    for (const object of [release.manifests["Deployment.lms"], { ...job, kind: "Job" }]) {
      const spec = podTemplateOf(object as KubernetesObject)?.spec;
      const task = (spec?.initContainers ?? spec?.containers ?? [])[0];
      const mount = task?.volumeMounts?.find(({ mountPath }) => mountPath === "/openedx/ca");
      assert.ok(mount?.readOnly);
      assert.ok(spec?.volumes?.some(({ name }) => name === mount.name));
    }
    const files = result.registrations
      .filter(({ type }) => type.endsWith(":ConfigMap"))
      .map(({ inputs }) => JSON.stringify(plain(inputs.data)))
      .join();
    assert.ok(files.includes("mysql.pem") && files.includes("MII"));
  });
});
