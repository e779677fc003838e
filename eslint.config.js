import tseslint from "typescript-eslint";

/** Folders of src/ from the foundation up: a folder may import itself and the folders before it in its list. */
const layers = {
  workspace: [],
  kubernetes: ["workspace"],
  toolchain: ["workspace"],
  cluster: ["workspace", "kubernetes"],
  charts: ["workspace", "kubernetes", "toolchain"],
  config: ["workspace"],
  tutor: ["workspace", "kubernetes", "toolchain"],
  cloud: ["workspace", "config"],
  platform: ["workspace", "kubernetes", "charts", "config", "cloud", "stack"],
  data: ["workspace", "kubernetes", "config", "cloud", "tutor", "platform", "stack"],
  instance: ["workspace", "kubernetes", "config", "cloud", "tutor", "platform", "data", "stack"],
  engine: ["workspace", "kubernetes", "toolchain", "charts", "config", "cloud"],
  diff: ["workspace", "kubernetes", "cloud", "engine"],
  policies: ["workspace", "kubernetes", "cloud", "engine"],
  sandbox: ["workspace", "kubernetes", "toolchain"],
};

const cloudSdks = ["@pulumi/aws", "@pulumi/azure-native", "@pulumi/gcp", "@pulumi/mongodbatlas"].flatMap(
  (name) => [name, `${name}/*`],
);

/** In a folder's own subfolders `../` does not lead out of it yet. */
const depths = [
  { files: "*.ts", out: "(\\.\\./)+" },
  { files: "*/**/*.ts", out: "(\\.\\./){2,}" },
];

const layersByDepth = Object.entries(layers).flatMap(([folder, allowed]) =>
  depths.map((depth) => ({ folder, allowed, ...depth })),
);

const layerRules = layersByDepth.map(({ folder, allowed, files, out }) => ({
  files: [`src/${folder}/${files}`],
  ignores: ["src/policies/servePack.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: cloudSdks, message: "Cloud SDKs belong to providers/." },
          {
            group: ["**/providers/**"],
            message: "Only the entries and src/stack/ import providers/clouds.ts.",
          },
          {
            regex: `^${out}(?!${[folder, ...allowed].map((name) => `${name}/`).join("|")})[a-z]`,
            message: `src/${folder} may import ${allowed.join(", ") || "no other folder"} only: imports go one way.`,
          },
        ],
      },
    ],
  },
}));

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
  ...layerRules,
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["eslint.config.js", "**/*.mjs", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
  // Their types stand in a .d.mts beside them.
  { files: ["**/*.mjs"], rules: { "@typescript-eslint/explicit-module-boundary-types": "off" } },
);
