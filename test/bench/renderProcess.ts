/** Renders an instance whose config bears the mark of the first argument, in a process of its own. */
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { readInstanceFiles } from "../../src/tutor/folder.js";
import { renderInstances } from "../../src/tutor/render.js";
import { silent } from "../../src/workspace/progress.js";
import { benchInstances } from "./instances.js";

const sources = [...benchInstances(1, process.argv[2])].map(([name, folder]) => ({
  name,
  folder,
  namespace: name,
  files: readInstanceFiles({ name, folder, namespace: name }),
  settings: { ENABLE_WEB_PROXY: false, ENABLE_HTTPS: false, CADDY_HTTP_PORT: 80, K8S_NAMESPACE: name },
  givenSecrets: [],
}));
const started = performance.now();
await renderInstances(sources, { kubectl: createToolchain({ progress: silent }).kubectl, progress: silent });
process.stdout.write(
  `${JSON.stringify({ seconds: process.uptime(), inProcess: (performance.now() - started) / 1000 })}\n`,
);
