// The CLI starts packs by `require`, without options for node: tsx comes in here, and with it ESM and TypeScript.
module.exports = import("tsx/esm/api").then(({ tsImport }) =>
  tsImport("../src/policies/servePack.ts", __filename),
);
