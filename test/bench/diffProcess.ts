/**
 * Compares a stack of as many instances as the first argument says with itself, one instance's setting changed, by the
 * command of a repository of its own; prints what it cost. With warm caches: the first of two runs warms them.
 */
import { TestRepository } from "../diff/support/repository.js";
import { siteFiles, stackFile } from "../diff/support/sites.js";

const count = Number(process.argv[2]);
const names = Array.from({ length: count }, (_, index) => `bench-${index + 1}`);
const repository = new TestRepository();
try {
  const files = Object.assign(
    {},
    ...names.map((name) => siteFiles(name, { host: `${name}.example.com` })),
    stackFile("bench", {
      cloud: "existing",
      disposable: true,
      edge: { controller: "traefik", https: false },
      charts: { mirror: "no-charts" },
      instances: Object.fromEntries(names.map((name) => [name, {}])),
    }),
  ) as Record<string, string>;
  Object.entries(files).forEach(([path, text]) => repository.write(path, text));
  await repository.init();
  const changed = siteFiles("bench-1", { host: "bench-1.example.com", settings: { PLATFORM_NAME: "Bench" } });
  await repository.branch("change", changed);
  const args = ["--base", "main", "--head", "change", "--stack", "bench"];
  await repository.diff(args);
  const started = performance.now();
  const { stdout, stderr, code } = await repository.diff(args);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) {
    throw new Error(stderr);
  }
  const others = names.slice(1).filter((name) => new RegExp(`\\b${name}\\b`).test(stdout)).length;
  process.stdout.write(`${JSON.stringify({ seconds, characters: stdout.length, others })}\n`);
} finally {
  repository.remove();
}
