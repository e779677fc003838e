import assert from "node:assert/strict";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { PrivateKey } from "@pulumi/tls";
import { facts } from "../../providers/clouds.js";
import { type Plan, planProgram } from "../../src/engine/plan.js";
import { planToJson } from "../../src/engine/report.js";
import { silent } from "../../src/workspace/progress.js";
import { nameStandIns, standIn, withStandIns } from "../../src/workspace/standIns.js";

function plan(program: () => unknown, standIns = true): Promise<Plan> {
  return planProgram({
    stack: "dev",
    config: { project: "proj", stack: "dev", config: {}, secretKeys: [], withheldKeys: [] },
    program: () => Promise.resolve().then(program),
    progress: silent,
    helm: () => Promise.reject(new Error("there is no release")),
    ...(standIns && { standIns: facts }),
  });
}

/** A settings file with a generated password, one with a secret of unknown origin, and a name made from the first. */
function settings(port: number): () => void {
  return () => {
    const password = new RandomPassword("site-db-password", { length: 24 }).result;
    const file = pulumi.interpolate`HOST = "db"\nPORT = ${port}\nPASSWORD = "${password}"\n`;
    new kubernetes.core.v1.Secret("settings", {
      metadata: { name: pulumi.unsecret(file.apply((text) => `settings-${text.length}`)) },
      stringData: { "settings.py": file, "other.py": pulumi.secret("KEY = 'real'") },
    });
  };
}

function inputsOf({ resources }: Plan, name: string): Record<string, unknown> {
  return resources.find((resource) => resource.name === name)?.inputs ?? {};
}

describe("a plan with stand-ins", () => {
  it("shows the text around a generated secret, and whose place it is", async () => {
    const { stringData, metadata } = inputsOf(await plan(settings(3306)), "settings");
    assert.deepEqual(stringData, {
      "other.py": "[secret]",
      "settings.py": 'HOST = "db"\nPORT = 3306\nPASSWORD = "[secret site-db-password]"\n',
    });
    assert.match((metadata as { name: string }).name, /^settings-\d+$/);
  });

  it("differs in what changed, and in nothing else", async () => {
    const [one, same, other] = [await plan(settings(1)), await plan(settings(1)), await plan(settings(2))];
    assert.equal(planToJson(one), planToJson(same));
    assert.notEqual(planToJson(one), planToJson(other));
  });

  it("keeps the stand-in of what was renamed, as the engine keeps its value", async () => {
    const made = (name: string, aliases: pulumi.Alias[]) => () => ({
      password: new RandomPassword(name, { length: 24 }, { aliases }).result,
    });
    const before = await plan(made("site-db-password", []));
    const after = await plan(made("site-mysql-password", [{ name: "site-db-password" }]));
    assert.equal(before.outputs.password, "[secret site-db-password]");
    assert.equal(after.outputs.password, "[secret site-db-password]");
  });

  it("never shows a secret that is not its own", async () => {
    const text = planToJson(await plan(settings(1)));
    assert.ok(!text.includes("real"));
  });

  it("is asked for: otherwise what is generated is unknown", async () => {
    const { stringData } = inputsOf(await plan(settings(1), false), "settings");
    assert.equal(stringData, "[unknown]");
  });

  it("has a key that can be parsed for a private key", async () => {
    const found = await plan(async () => {
      const { privateKeyPem } = new PrivateKey("jwt", { algorithm: "RSA" });
      const { createPrivateKey } = await import("node:crypto");
      return { type: pulumi.unsecret(privateKeyPem.apply((pem) => createPrivateKey(pem).asymmetricKeyType)) };
    });
    assert.equal(found.outputs.type, "rsa");
    assert.match(standIn("secrets.campus.JWT_RSA_PRIVATE_KEY"), /^-----BEGIN RSA/);
  });

  it("knows an address that a cloud would give, so that what is made from it can be compared", async () => {
    class Server extends pulumi.CustomResource {
      declare readonly address: pulumi.Output<string>;
      constructor(type: string, name: string) {
        super(type, name, { address: undefined, arn: undefined });
      }
    }
    const addressOf = async (type: string, standIns?: boolean): Promise<unknown> => {
      const { outputs } = await plan(
        () => ({ file: new Server(type, "db").address.apply((host) => `at ${host}`) }),
        standIns,
      );
      return outputs.file;
    };
    assert.equal(await addressOf("aws:rds/instance:Instance"), "at address.of.db.invalid");
    assert.equal(await addressOf("aws:rds/instance:Instance", false), "[unknown]");
    assert.equal(await addressOf("random:index/randomPet:RandomPet"), "[unknown]");
  });

  it("tells the program, which has secrets of its own, and only while it runs", async () => {
    let during = false;
    await plan(() => {
      during = withStandIns();
    });
    assert.deepEqual([during, withStandIns()], [true, false]);
  });
});

describe("stand-ins", () => {
  it("are found inside longer texts, two in a row", () => {
    const text = `https://${standIn("a.b")}:${standIn("c-d")}@host`;
    assert.equal(nameStandIns(text), "https://[secret a_b]:[secret c-d]@host");
    assert.equal(nameStandIns("nothing here"), undefined);
  });
});
