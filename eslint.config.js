import { dirname, join, relative, sep } from "node:path";
import tseslint from "typescript-eslint";

const foundation = ["src/workspace", "src/kubernetes"];
const program = [
  "src/config",
  "src/tutor",
  "src/cloud",
  "src/platform",
  "src/data",
  "src/instance",
  "src/stack",
];
const tools = ["src/toolchain", "src/cluster", "src/charts"];

/**
 * What each layer may import beside itself: folders, or single files of them. `src` is the files that are in no folder
 * of it. Imports go one way, so that what is lower can be read, tested and changed without what is above.
 */
const layers = {
  "src/workspace": [],
  "src/kubernetes": ["src/workspace"],
  "src/toolchain": ["src/workspace"],
  "src/cluster": foundation,
  "src/charts": [...foundation, "src/toolchain"],
  "src/config": ["src/workspace"],
  "src/tutor": [...foundation, "src/toolchain"],
  "src/cloud": ["src/workspace", "src/config"],
  "src/platform": [...foundation, "src/charts", "src/config", "src/cloud"],
  "src/data": [...foundation, "src/tutor", "src/cloud", "src/platform"],
  "src/instance": [...foundation, ...["src/config", "src/tutor", "src/cloud", "src/platform", "src/data"]],
  "src/stack": [...foundation, "src/config", "src/cloud", "src/platform", "src/data"],
  src: [...foundation, ...tools, ...program],
  "src/engine": [...foundation, "src/charts", "src/config", "src/cloud"],
  "src/diff": [...foundation, "src/cloud", "src/engine"],
  "src/policies": [...foundation, "src/cloud", "src/engine", "src/data/factsTable.ts"],
  "src/doctor": [...foundation, "src/cluster", "src/config", "src/cloud"],
  "src/sandbox": [...foundation, "src/toolchain"],
  "src/automation": [
    ...[...foundation, ...tools, ...program, "src"],
    ...["src/engine", "src/diff", "src/policies", "src/doctor", "src/sandbox"],
  ],
  providers: [...foundation, "src/cluster", "src/config", "src/cloud"],
};

/** The table of the clouds' modules, which alone imports them, and who may read it: the stack and the entries. */
const cloudTable = "providers/clouds.ts";
const tableReaders = /^src\/(stack|automation)\/|^src\/policies\/servePack\.ts$/;

/** In providers/, what all clouds may import: its files, and the module of a service that runs on all of them. */
const sharedByClouds = /^providers\/(?!clouds\.ts)([^/]+\.ts|atlas\/.*)$/;

const cloudSdks = /^@pulumi\/(aws|azure-native|gcp|mongodbatlas)(\/|$)/;

/** `src/data` of `src/data/mysql/plan.ts`, and `providers/aws` of a cloud's file. */
function layerOf(file) {
  const [top, folder, ...rest] = file.split("/");
  return rest.length > 0 ? `${top}/${folder}` : top;
}

/** Why one file must not import another; undefined where it may. */
function refusal(file, target) {
  const [from, to] = [layerOf(file), layerOf(target)];
  if (from === to || file === cloudTable || (target === cloudTable && tableReaders.test(file))) {
    return undefined;
  }
  if (to.startsWith("providers")) {
    return from.startsWith("providers") && sharedByClouds.test(target)
      ? undefined
      : `only ${cloudTable} may import the module of a cloud, and only src/stack/ and the entries that table`;
  }
  const allowed = layers[from.startsWith("providers") ? "providers" : from];
  if (allowed === undefined) {
    return `${from} is no layer of eslint.config.js yet`;
  }
  return allowed.some((each) => each === to || each === target)
    ? undefined
    : `${from} may import ${allowed.join(", ") || "no other folder"} only: imports go one way`;
}

const environmentRule = "src/workspace/environment.ts is what reads the environment.";

const layering = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = relative(import.meta.dirname, context.filename).replaceAll(sep, "/");
    const check = ({ source }) => {
      if (typeof source?.value !== "string") {
        return;
      }
      if (cloudSdks.test(source.value) && !file.startsWith("providers/")) {
        context.report({ node: source, message: "Cloud SDKs belong to providers/." });
      }
      if (source.value.startsWith(".")) {
        const target = join(dirname(file), source.value).replaceAll(sep, "/").replace(/\.js$/, ".ts");
        const why = refusal(file, target);
        if (why !== undefined) {
          context.report({ node: source, message: `{{target}}: {{why}}.`, data: { target, why } });
        }
      }
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export default tseslint.config(
  { ignores: ["node_modules/", ".charts/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } },
    rules: {
      curly: "error",
      eqeqeq: "error",
      "no-console": "error",
      "max-lines": ["error", { max: 320, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["src/**/*.ts", "src/**/*.mjs", "providers/**/*.ts"],
    plugins: { openedx: { rules: { layering } } },
    rules: {
      "openedx/layering": "error",
      "no-restricted-properties": ["error", { object: "process", property: "env", message: environmentRule }],
      "no-restricted-imports": ["error", { name: "node:process", message: environmentRule }],
    },
  },
  {
    // The one file that reads it, and a program of its own, which the Pulumi engine starts.
    files: ["src/workspace/environment.ts", "src/toolchain/standIns/plugin.mjs"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["eslint.config.js", "**/*.mjs", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
  // Their types stand in a .d.mts beside them.
  { files: ["**/*.mjs"], rules: { "@typescript-eslint/explicit-module-boundary-types": "off" } },
);
