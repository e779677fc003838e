import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, type StackConfig } from "../../src/stack/load.js";
import { PreviewHandler } from "../../src/engine/preview.js";
import { runProgram } from "../../src/engine/run.js";
import { readStack } from "../../src/engine/stackFile.js";
import { UserError } from "../../src/workspace/errors.js";

const plain = "plain0text";
const closed = "{ secure: v1:AAAA:AAAA }";
const head = "config:\n  openedx:cloud: existing\n  openedx:instances: { campus: {} }\n";

describe("secrets in a stack's file", () => {
  let folder: string;
  let stacks: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "secrets-"));
    stacks = join(folder, "stacks");
    mkdirSync(stacks);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: openedx\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(lines: string): void {
    writeFileSync(join(stacks, "Pulumi.dev.yaml"), `${head}${lines}\n`);
  }

  /** As the engine hands the config over: opened, and each object with a secret in it secret as a whole. */
  async function load(
    config: Record<string, unknown> = {},
    secretKeys: string[] = Object.keys(config),
  ): Promise<StackConfig> {
    let loaded: StackConfig | undefined;
    await runProgram({
      project: "openedx",
      stack: "dev",
      config: Object.fromEntries(
        Object.entries({ "openedx:cloud": "existing", "openedx:instances": { campus: {} }, ...config }).map(
          ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)],
        ),
      ),
      secretKeys,
      dryRun: true,
      handler: new PreviewHandler(),
      program: () => {
        loaded = loadConfig(stacks);
        return Promise.resolve({});
      },
    });
    assert.ok(loaded);
    return loaded;
  }

  async function refused(pattern: RegExp, config?: Record<string, unknown>): Promise<void> {
    const check = (error: unknown): boolean => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, pattern);
      assert.match(error.message, /Pulumi\.dev\.yaml: openedx:(secrets|credentials)/);
      assert.ok(!error.message.includes(plain), "the value is not shown");
      return true;
    };
    assert.throws(() => readStack("dev", stacks), check);
    assert.throws(() => readStack("dev", stacks, { secrets: "stand-ins" }), check);
    await assert.rejects(load(config), check);
  }

  it("are refused in plain text, also beside encrypted ones, with the command that mends it", async () => {
    write(`  openedx:secrets: { campus: { SMTP_PASSWORD: ${closed}, OPENEDX_SECRET_KEY: ${plain} } }`);
    await refused(
      /secrets\.campus\.OPENEDX_SECRET_KEY holds plain text\..*`pulumi config set --secret --path openedx:secrets\.campus\.OPENEDX_SECRET_KEY`, .*standard input/,
      { "openedx:secrets": { campus: { SMTP_PASSWORD: "opened", OPENEDX_SECRET_KEY: plain } } },
    );
  });

  it("are refused in plain text as credentials", async () => {
    write(`  openedx:credentials: { mysql: { a: ${closed}, rootPassword: ${plain} } }`);
    await refused(/`pulumi config set --secret --path openedx:credentials\.mysql\.rootPassword`/, {
      "openedx:credentials": { mysql: { a: "opened", rootPassword: plain } },
    });
  });

  it("are all named, numbers and lists and odd keys too", async () => {
    write(
      `  openedx:secrets: { campus: { A: 12345, B: [${plain}], "C.d": true, E: { secure: ${closed} } } }`,
    );
    await refused(
      /openedx:secrets\.campus\.A, openedx:secrets\.campus\.B\.0, openedx:secrets\.campus\["C\.d"\] hold plain text/,
    );
  });

  for (const [what, lines] of [
    ["text where the object should be", `  openedx:secrets: ${plain}`],
    ["under a key without its namespace", `  secrets: ${plain}`],
    ["under a key as old files have it", `  openedx:config:secrets: ${plain}`],
  ] as const) {
    it(`are refused as ${what}`, async () => {
      write(lines);
      await refused(/--path openedx:secrets\.INSTANCE\.SETTING`/);
    });
  }

  it("are refused in plain text where no file tells of them", async () => {
    const given = load({ "openedx:secrets": { campus: { SMTP_PASSWORD: plain } } }, []);
    await assert.rejects(given, /openedx:secrets\.campus\.SMTP_PASSWORD holds plain text/);
  });

  it("are taken encrypted, one by one or as a whole, without a passphrase", async () => {
    write(`  openedx:secrets: { campus: { SMTP_PASSWORD: ${closed} } }\n  openedx:credentials: ${closed}`);
    assert.deepEqual(readStack("dev", stacks).withheldKeys, ["openedx:secrets", "openedx:credentials"]);
    const { secrets } = await load({ "openedx:secrets": { campus: { SMTP_PASSWORD: "opened" } } });
    assert.equal(secrets.campus?.SMTP_PASSWORD, "opened");
  });

  it("may be none, as `pulumi config rm` leaves them, and other packages' keys are their own", async () => {
    write("  openedx:secrets: { campus: {} }\n  openedx:credentials: {}\n  aws:secrets: text");
    assert.equal(readStack("dev", stacks).config["aws:secrets"], "text");
    assert.deepEqual((await load({ "openedx:secrets": { campus: {} } }, [])).secrets, { campus: {} });
  });
});

describe("a boolean at the top of a stack's config", () => {
  it("is the same as text, which the Pulumi CLI makes of it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "booleans-"));
    try {
      mkdirSync(join(folder, "stacks"));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: openedx\nruntime: nodejs\n");
      for (const form of ["true", '"true"', "false", '"false"']) {
        const file = join(folder, "stacks/Pulumi.dev.yaml");
        writeFileSync(file, `${head}  openedx:disposable: ${form}\n`);
        const { config, project, stack, secretKeys } = readStack("dev", join(folder, "stacks"));
        const program = (): Promise<Record<string, unknown>> =>
          Promise.resolve({ disposable: loadConfig(join(folder, "stacks")).disposable });
        const handler = new PreviewHandler();
        const run = { project, stack, config, secretKeys, dryRun: true, handler, program };
        assert.equal((await runProgram(run)).outputs.disposable, form.includes("true"));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
