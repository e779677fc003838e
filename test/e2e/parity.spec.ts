import assert from "node:assert/strict";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { programFolder } from "../../src/workspace/paths.js";
import { ConfigContents, type Difference, differences, effective } from "./support/effective.js";
import { type PlainTutor, plainTutor } from "./support/plainTutor.js";
import { waitName } from "../../src/instance/tasks/tasks.js";
import { TestStack } from "./support/testStack.js";

/** What this project changes in an object that Tutor meant; whatever is not in this list fails the test. */
const named: { why: string; where: RegExp; plain?: RegExp; ours?: RegExp }[] = [
  {
    why: "probes are ours",
    where: /containers \S+ (liveness|readiness|startup)Probe$/,
    plain: /^undefined$/,
  },
  { why: "requests and limits are ours", where: /containers \S+ resources\b/, plain: /^undefined$/ },
  { why: "pods of the web stop slowly", where: /containers \S+ lifecycle$/, plain: /^undefined$/ },
  { why: "less privilege", where: /(containers \S+|spec) securityContext\b/, plain: /^undefined$/ },
  {
    why: "an account of the instance's own",
    where: /spec (serviceAccountName|automountServiceAccountToken)$/,
  },
  { why: "pods spread over zones and nodes", where: /spec topologySpreadConstraints$/, plain: /^undefined$/ },
  { why: "rollouts without a gap", where: /^Deployment\/\S+ spec strategy\b/, plain: /^undefined$/ },
  { why: "time to end work", where: /spec terminationGracePeriodSeconds$/, plain: /^undefined$/ },
  {
    why: "a new Tutor alone restarts nothing",
    where: /template metadata annotations( app\.kubernetes\.io\/version)?$/,
  },
  {
    why: "nobody moves data without a twin to save nodes",
    where:
      /template metadata annotations (karpenter\.sh\/do-not-disrupt|cluster-autoscaler\.kubernetes\.io\/safe-to-evict)$/,
    plain: /^undefined$/,
  },
  { why: "the way in is the edge's", where: /^Service\/\S+ spec type$/, plain: /NodePort|LoadBalancer/ },
  {
    why: "settings that no pod loads",
    where: /volumes settings-\S+ files (development|test)\.py$/,
    ours: /^undefined$/,
  },
  {
    why: "utf8mb4 whoever runs MySQL",
    where: /files \S+\.py line$/,
    plain: /^undefined$/,
    ours: /_database|^""$|charset/,
  },
  {
    why: "the proxy in front ends TLS",
    where: /^Deployment\/caddy .*files Caddyfile line$/,
    plain: /^undefined$/,
    ours: /request_header X-Forwarded-Proto https|^""$|^"\s*"$/,
  },
  {
    why: "an import's parts go to one pod of Studio",
    where: /^Deployment\/caddy .*files Caddyfile line$/,
    plain: /^undefined$/,
    ours: /openedx_(imports|studio)|dynamic a cms-pods|refresh 5s|versions ipv4|X-Forwarded-Port 443|^"\s*\}"$/,
  },
];

const settings = { ENABLE_WEB_PROXY: false, ENABLE_HTTPS: true, CADDY_HTTP_PORT: 80 };

/** Settings that Tutor generates and a deployment derives from others. */
const derived = new Set(["MEILISEARCH_API_KEY", "ID"]);

describe("what runs is what Tutor meant", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.start("parity");
  });
  after(() => stack.stop());

  for (const name of ["campus", "academy"]) {
    describe(name, () => {
      let plain: PlainTutor;
      let ours: KubernetesObject[];
      let contents: { plain: ConfigContents; ours: ConfigContents };

      before(async () => {
        const folder = join(programFolder, "instances", name);
        plain = await plainTutor(folder, { ...settings, K8S_NAMESPACE: name, ID: name }, stack.kubectlPath);
        // The same secrets on both sides: what `tutor config save` has made up is what our operator gives.
        const secrets = Object.entries(plain.config).filter(
          ([key, value]) =>
            typeof value === "string" && /PASSWORD|SECRET|_KEY|_UID/.test(key) && !derived.has(key),
        );
        await stack.up({
          instances: { [name]: {} },
          secrets: { [name]: Object.fromEntries(secrets) as Record<string, string> },
        });
        const manifests = await Promise.all(
          [name, `${name}-data`].map((release) =>
            stack.helm("get", "manifest", release, `--namespace=${name}`),
          ),
        );
        ours = manifests.flatMap(({ stdout }) =>
          parseAllDocuments(stdout)
            .map((document) => document.toJS() as KubernetesObject | null)
            .filter((object) => object !== null),
        );
        contents = {
          plain: new ConfigContents(plain.objects),
          ours: new ConfigContents(await stack.list("configmaps,secrets", name)),
        };
      });

      it("has every object of Tutor's but the namespace, the Jobs and the ConfigMaps", () => {
        const key = (object: KubernetesObject): string => `${object.kind}/${object.metadata.name}`;
        const elsewhere = new Set(["Namespace", "Job", "ConfigMap"]);
        const wanted = plain.objects.filter(({ kind }) => !elsewhere.has(kind)).map(key);
        const there = new Set(ours.map(key));
        assert.ok(wanted.length > 10);
        assert.deepEqual(
          wanted.filter((each) => !there.has(each)),
          [],
        );
        const added = new Set(["Ingress", "NetworkPolicy", "PodDisruptionBudget"]);
        assert.deepEqual(
          ours
            .filter(({ kind }) => !added.has(kind))
            .map(key)
            .filter((each) => each !== "Service/cms-pods") // by which Caddy finds Studio's pods
            .filter((each) => !wanted.includes(each)),
          [],
        );
      });

      it("differs from it only as named", () => {
        const found: Difference[] = [];
        for (const object of plain.objects) {
          const mine = ours.find(
            ({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name,
          );
          if (mine !== undefined) {
            found.push(
              ...differences(
                effective(object, contents.plain),
                effective(mine, contents.ours),
                `${object.kind}/${object.metadata.name}`,
              ),
            );
          }
        }
        const show = (value: unknown): string => JSON.stringify(value) ?? "undefined";
        const unnamed = found.filter(
          (each) =>
            !named.some(
              ({ where, plain: before, ours: after }) =>
                where.test(each.where) &&
                (before ?? /.*/).test(show(each.plain)) &&
                (after ?? /.*/).test(show(each.ours)),
            ),
        );
        assert.deepEqual(
          unnamed.map(
            ({ where, plain: before, ours: after }) => `${where}: ${show(before)} -> ${show(after)}`,
          ),
          [],
        );
        assert.ok(found.length > 50, "the comparison compares");
      });

      it("runs each task in the container that Tutor would take", async () => {
        const templates = new Map(
          plain.objects.filter(({ kind }) => kind === "Job").map((job) => [job.metadata.name, job]),
        );
        const jobs = await stack.list("jobs", name);
        const tasks = jobs.flatMap((job) =>
          Object.values(podSpec(effective(job, contents.ours)).initContainers ?? {}).map((container) => ({
            container,
            pod: podSpec(effective(job, contents.ours)),
          })),
        );
        assert.ok(tasks.length >= 4);
        // What waits for the site is no task of Tutor's.
        for (const { container, pod } of tasks.filter((task) => task.container.name !== waitName)) {
          const service = container.name.replace(/^t\d+-/, "");
          const template = templates.get(`${service}-job`);
          assert.ok(template !== undefined, `${container.name} has a template`);
          const spec = podSpec(effective(template, contents.plain));
          const original = Object.values(spec.containers ?? {})[0];
          assert.equal(container.image, original?.image, container.name);
          assert.deepEqual(container.env, original?.env, container.name);
          const files = mountedFiles(spec, original);
          const mine = mountedFiles(pod, container);
          for (const [path, text] of Object.entries(files)) {
            if (!/(development|test)\.py$/.test(path)) {
              const lines = differences(text, mine[path], path).filter(
                ({ plain: before, ours: after }) =>
                  before !== undefined || !/_database|^$/.test(String(after)),
              );
              assert.deepEqual(lines, [], `${container.name}: ${path}`);
            }
          }
        }
      });
    });
  }
});

interface Container {
  name: string;
  image?: string;
  env?: unknown;
  volumeMounts?: Record<string, { name: string; mountPath: string; subPath?: string }>;
}
interface PodSpec {
  containers?: Record<string, Container>;
  initContainers?: Record<string, Container>;
  volumes?: Record<string, { files?: Record<string, string> }>;
}

function podSpec(job: Record<string, unknown>): PodSpec {
  return (job.spec as { template: { spec: PodSpec } }).template.spec;
}

/** Text by absolute path, of all files that a container gets from ConfigMaps and Secrets. */
function mountedFiles(spec: PodSpec, container: Container | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.values(container?.volumeMounts ?? {}).flatMap(({ name, mountPath, subPath }) =>
      Object.entries(spec.volumes?.[name]?.files ?? {})
        .filter(([file]) => subPath === undefined || file === subPath)
        .map(([file, text]) => [subPath === undefined ? join(mountPath, file) : mountPath, text]),
    ),
  );
}
