import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listInstances } from "../../src/automation/listInstances.js";
import { type NewInstance, newInstance } from "../../src/automation/newInstance.js";

const stackText = `# Ours.
config:
  openedx:cloud: existing
  openedx:instances:
    campus: {} # the first
`;

describe("instance folders", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "program-"));
    mkdirSync(join(folder, "instances"));
    mkdirSync(join(folder, "stacks"));
    write("stacks/Pulumi.dev.yaml", stackText);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    writeFileSync(join(folder, path), text);
  }

  const make = (options: Partial<NewInstance> = {}): string[] =>
    newInstance({ name: "alumni", lmsHost: "alumni.example.com", folder, ...options });

  it("are made, and listed in a stack whose comments stay", () => {
    assert.deepEqual(make({ stack: "dev" }), [
      "instances/alumni/config.yml",
      "instances/alumni/requirements.txt",
      "stacks/Pulumi.dev.yaml",
    ]);
    assert.equal(
      readFileSync(join(folder, "stacks/Pulumi.dev.yaml"), "utf8"),
      `${stackText}    alumni: {}\n`,
    );
    assert.deepEqual(listInstances(folder), [
      {
        name: "alumni",
        tutor: "22.0.3",
        lmsHost: "alumni.example.com",
        plugins: ["indigo", "mfe"],
        stacks: ["dev"],
      },
    ]);
  });

  const refused: {
    what: string;
    options: Partial<NewInstance>;
    files?: Record<string, string>;
    says: RegExp;
  }[] = [
    {
      what: "a name that is not a DNS label",
      options: { name: "My_Site" },
      says: /^The name "My_Site" is not a DNS label: lower-case letters/,
    },
    {
      what: "a name that leads elsewhere",
      options: { name: "../site" },
      says: /^The name "\.\.\/site" is not a DNS label/,
    },
    {
      what: "a name that is too long",
      options: { name: "a".repeat(41) },
      says: /is longer than 40 characters/,
    },
    ...["https://a.example.com", "a.example.com:80", "localhost", "a_b.example.com", ""].map((lmsHost) => ({
      what: `the host "${lmsHost}"`,
      options: { lmsHost },
      says: /is not a host name\. Give --lms-host one such as/,
    })),
    {
      what: "a stack that is not there",
      options: { stack: "prod" },
      says: /no stack "prod": stacks\/Pulumi\.prod\.yaml is missing\. Known stacks: dev\./,
    },
    {
      what: "a stack that lists the name",
      options: { name: "campus", stack: "dev" },
      says: /stacks\/Pulumi\.dev\.yaml lists an instance "campus" already/,
    },
    {
      what: "a stack that is not YAML",
      options: { stack: "dev" },
      files: { "stacks/Pulumi.dev.yaml": "config:\n  a: [1\nb: 2\n" },
      says: /^stacks\/Pulumi\.dev\.yaml:\d is not valid YAML: \S/,
    },
    {
      what: "a stack with an alias that leads nowhere",
      options: { stack: "dev" },
      files: { "stacks/Pulumi.dev.yaml": "config: *nothing\n" },
      says: /^stacks\/Pulumi\.dev\.yaml is not valid YAML: .*nothing/,
    },
  ];
  for (const { what, options, files = {}, says } of refused) {
    it(`are not made with ${what}`, () => {
      Object.entries(files).forEach(([path, text]) => write(path, text));
      const before = readFileSync(join(folder, "stacks/Pulumi.dev.yaml"), "utf8");
      assert.throws(() => make(options), { name: "UserError", message: says });
      assert.deepEqual(readdirSync(join(folder, "instances")), []);
      assert.equal(readFileSync(join(folder, "stacks/Pulumi.dev.yaml"), "utf8"), before);
    });
  }

  it("are not made over one that is there", () => {
    make();
    write("instances/alumni/config.yml", "mine");
    assert.throws(make, {
      name: "UserError",
      message: /^instances\/alumni exists already\. Choose another name/,
    });
    assert.equal(readFileSync(join(folder, "instances/alumni/config.yml"), "utf8"), "mine");
  });

  it("leave nothing behind when they cannot be made whole", () => {
    rmSync(join(folder, "instances"), { recursive: true });
    write("instances", "a file");
    assert.throws(make, { name: "UserError", message: /^The instance alumni cannot be made: E/ });
    assert.ok(!existsSync(join(folder, "instances/alumni")));
  });

  it("are listed with what is wrong with them", () => {
    make();
    write("instances/alumni/config.yml", "LMS_HOST: *nothing\n");
    mkdirSync(join(folder, "instances/empty"));
    const [alumni, empty] = listInstances(folder);
    assert.match(alumni?.tutor ?? "", /config\.yml: Unresolved alias/);
    assert.match(empty?.tutor ?? "", /config\.yml is missing in .*requirements\.txt is missing/);
    assert.equal(empty?.lmsHost, "-");
  });

  it("are not listed while a stack's file is not YAML", () => {
    write("stacks/Pulumi.dev.yaml", "a: [1\nb: 2\n");
    make();
    assert.throws(() => listInstances(folder), {
      name: "UserError",
      message: /^stacks\/Pulumi\.dev\.yaml:\d is not valid YAML/,
    });
  });
});
