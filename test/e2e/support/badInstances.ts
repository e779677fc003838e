import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { programFolder } from "../../../src/workspace/paths.js";
import type { TestUp } from "./testStack.js";

/** Files of an instance's folder by their paths in it; undefined for one that is missing. */
export type InstanceFiles = Record<string, string | undefined>;

/** Writes folders of instances, each good but for what is given, and removes them in the end. */
export class InstanceFolders {
  readonly scratch = mkdtempSync(join(tmpdir(), "bad-input-"));
  // The campus's, so that no environment has to be made.
  readonly #requirements = readFileSync(join(programFolder, "instances/campus/requirements.txt"), "utf8");

  write(name: string, files: InstanceFiles = {}): string {
    const folder = join(this.scratch, name);
    const all: InstanceFiles = {
      "config.yml": `LMS_HOST: ${name}.example.com\nPLUGINS: []\n`,
      "requirements.txt": this.#requirements,
      ...files,
    };
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [path, text] of Object.entries(all)) {
      if (text !== undefined) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    }
    return folder;
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

export interface BadStack {
  what: string;
  /** The files of an instance `faulty` beside the good one. */
  files?: InstanceFiles;
  /** What the stack has in place of `site` and `faulty`. */
  stack?: (folders: InstanceFolders) => TestUp;
  /** All of them must be in the message. */
  says: RegExp[];
}

const withPlugin = (name: string, text: string): InstanceFiles => ({
  "config.yml": `LMS_HOST: faulty.example.com\nPLUGINS: [${name}]\n`,
  [`plugins/${name}.py`]: `from tutor import hooks\n${text}\n`,
});
const withPatch = (text: string): InstanceFiles =>
  withPlugin(
    "mine",
    `hooks.Filters.ENV_PATCHES.add_item(("openedx-lms-production-settings", ${JSON.stringify(text)}))`,
  );

/** Everything in a stack or an instance's folder that is wrong, beside the running instance `site`. */
export const badStacks: BadStack[] = [
  {
    what: "a mistyped key of the stack",
    stack: (folders) => ({
      instances: { site: { folder: folders.write("site") } },
      config: { disposible: true },
    }),
    says: [/stacks\/Pulumi\..*\.yaml.*openedx:disposible: unknown key; did you mean "disposable"\?/],
  },
  {
    what: "an unknown key of an instance",
    stack: (folders) => ({ instances: { site: { folder: folders.write("site"), wombat: 1 } } }),
    says: [/openedx:instances\.site\.wombat: unknown key; known keys: folder, namespace/],
  },
  {
    what: "a name that is not a DNS label",
    stack: () => ({ instances: { My_Site: {} } }),
    says: [/openedx:instances\.My_Site: the name is not a DNS label: lower-case letters/],
  },
  {
    what: "a name that is too long for a release",
    stack: () => ({ instances: { ["a".repeat(48)]: {} } }),
    says: [/openedx:instances\.a{48}: the name is longer than 40 characters; Helm releases/],
  },
  {
    what: "the same host in two instances",
    stack: (folders) => ({
      instances: { site: { folder: folders.write("site") }, twin: { folder: folders.write("site") } },
    }),
    says: [
      /host site\.example\.com is used by .*: site \(LMS_HOST in .*config\.yml\), twin \(LMS_HOST/,
      /its own/,
    ],
  },
  {
    what: "the same namespace in two instances",
    stack: (folders) => ({
      instances: {
        site: { folder: folders.write("site") },
        faulty: { folder: folders.write("faulty"), namespace: "site" },
      },
    }),
    says: [/namespace site is used by more than one instance: faulty, site/],
  },
  {
    what: "a folder that was removed while its release runs",
    stack: (folders) => ({ instances: { site: { folder: join(folders.scratch, "gone") } } }),
    says: [/Instance site: the folder .*\/gone does not exist. Put it back/, /openedx:instances/],
  },
  {
    what: "a folder without config.yml",
    files: { "config.yml": undefined },
    says: [/config\.yml is missing in .*\/faulty: it holds the Tutor settings, LMS_HOST at least/],
  },
  {
    what: "a folder without requirements.txt",
    files: { "requirements.txt": undefined },
    says: [/requirements\.txt is missing in .*\/faulty: .* such as tutor==/],
  },
  {
    what: "broken YAML",
    files: { "config.yml": "LMS_HOST: faulty.example.com\nPLUGINS: [mfe\nA: b\n" },
    says: [/config\.yml, line [23], column \d+: \S/],
  },
  {
    what: "a key that is there twice",
    files: { "config.yml": "LMS_HOST: faulty.example.com\nLMS_HOST: other.example.com\n" },
    says: [/config\.yml, line 2, column 1: LMS_HOST is there twice; keep one/],
  },
  {
    what: "an alias without its anchor",
    files: { "config.yml": "LMS_HOST: *nothing\n" },
    says: [/config\.yml: Unresolved alias .*: nothing/],
  },
  {
    what: "no LMS_HOST",
    files: { "config.yml": "PLUGINS: []\n" },
    says: [/config\.yml: LMS_HOST is missing, the host name of the site, such as/],
  },
  {
    what: "a requirement that is not pinned",
    files: { "requirements.txt": "tutor==22.0.3\ntutor-mfe>=22\n" },
    says: [/requirements\.txt, line 2: tutor-mfe>=22 is not pinned; write tutor-mfe==VERSION/],
  },
  {
    what: "a Tutor that is too old",
    files: { "requirements.txt": "tutor==17.0.6\n" },
    says: [/requirements\.txt: tutor 17\.0\.6 is too old; 18 is the oldest/],
  },
  {
    what: "a plugin that is not installed",
    files: { "config.yml": "LMS_HOST: faulty.example.com\nPLUGINS: [mfe, nosuch]\n" },
    says: [
      /plugin nosuch in PLUGINS is not installed; known here: .*mfe/,
      /Add its package to requirements\.txt/,
    ],
  },
  {
    what: "a plugin that raises while it is loaded",
    files: withPlugin("mine", "raise ValueError('no moon')"),
    says: [
      /plugin mine .*: ValueError: no moon \(.*faulty\/plugins\/mine\.py, line 2\)\. Fix it, or take it out/,
    ],
  },
  {
    what: "a plugin that is not Python",
    files: withPlugin("mine", "def f(:"),
    says: [/plugin mine .*: SyntaxError: .* \(.*faulty\/plugins\/mine\.py, line 2\)/],
  },
  {
    what: "a plugin that is not YAML",
    files: {
      "config.yml": "LMS_HOST: faulty.example.com\nPLUGINS: [mine]\n",
      "plugins/mine.yml": "name: mine\npatches: [a\n",
    },
    says: [/expected .* \(.*faulty\/plugins\/mine\.yml, line \d\)$/],
  },
  {
    what: "a setting that a plugin's template misses",
    files: withPatch("A = '{{ NO_SUCH }}'"),
    says: [
      /'NO_SUCH' is undefined in patch openedx-lms-production-settings of plugin mine in template apps/,
      /Set what/,
    ],
  },
  {
    what: "a plugin's template that is not Jinja",
    files: withPatch("A = '{{ LMS_HOST'"),
    says: [/Template syntax error.* in patch openedx-lms-production-settings of plugin mine/, /Fix it/],
  },
  {
    what: "a secret that a plugin transforms",
    files: withPatch("A = '{{ OPENEDX_SECRET_KEY[:8] }}'"),
    says: [
      /OPENEDX_SECRET_KEY is cut in ConfigMap\.openedx-settings-lms.* line \d+/,
      /plugin mine \(patch/,
      /Use it whole/,
    ],
  },
  {
    what: "a service in an init task without its Job",
    files: withPlugin("mine", 'hooks.Filters.CLI_DO_INIT_TASKS.add_item(("ghost", "echo hi"))'),
    says: [
      /mine has an init task for the service ghost, but no Job ghost-job/,
      /must add it by the k8s-jobs patch/,
    ],
  },
  {
    what: "drydock with its own init Jobs on",
    files: withPlugin("drydock", 'hooks.Filters.CONFIG_DEFAULTS.add_item(("DRYDOCK_INIT_JOBS", True))'),
    says: [/config\.yml: DRYDOCK_INIT_JOBS is true, .*; set DRYDOCK_INIT_JOBS: false/],
  },
];
