import assert from "node:assert/strict";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { at, buildTimeout, carry, deployment, helm, render } from "./instanceChart.js";

describe("what the instance chart adds", () => {
  before(async function () {
    this.timeout(buildTimeout);
    await helm(["version"]);
  });

  describe("the edge", () => {
    let objects: Record<string, KubernetesObject>;
    before(async () => {
      objects = await render({}, { files: ["ci/ingress-values.yaml"] });
    });

    it("is one Ingress a host, with a TLS Secret each", () => {
      const ingress = objects["Ingress.campus-studio.campus.example.com"];
      assert.deepEqual(ingress?.spec, {
        ingressClassName: "traefik",
        tls: [{ hosts: ["studio.campus.example.com"], secretName: "studio-campus-example-com-tls" }],
        rules: [
          {
            host: "studio.campus.example.com",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "caddy", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      });
      assert.deepEqual(ingress?.metadata.annotations, { "cert-manager.io/cluster-issuer": "letsencrypt" });
      assert.ok(objects["Ingress.campus-campus.example.com"]);
    });

    it("bears the common labels on our own objects, and on no other", () => {
      const ours = Object.entries(objects).filter(([, object]) => object.metadata.labels !== undefined);
      assert.deepEqual(ours.map(([key]) => key).sort(), [
        "Ingress.campus-campus.example.com",
        "Ingress.campus-studio.campus.example.com",
        "NetworkPolicy.campus-acme",
        "NetworkPolicy.campus-default",
        "NetworkPolicy.campus-edge",
        "Pod.campus-heartbeat",
        "PodDisruptionBudget.campus-lms",
      ]);
      for (const [key, { metadata }] of ours) {
        const component = metadata.labels?.["app.kubernetes.io/component"];
        assert.ok(component !== undefined && component !== "", key);
        assert.deepEqual(metadata.labels, {
          "app.kubernetes.io/name": "openedx-instance",
          "app.kubernetes.io/instance": "campus",
          "app.kubernetes.io/version": "22.0.3",
          "app.kubernetes.io/component": component,
          "app.kubernetes.io/part-of": "openedx",
          "app.kubernetes.io/managed-by": "Helm",
          "helm.sh/chart": "openedx-instance-0.1.0",
        });
        assert.equal(metadata.namespace, "site", key);
      }
    });

    it("keeps names valid and apart for long and wild hosts", async () => {
      const long = `${"a-very-long-label.".repeat(8)}example`;
      const hosts = [`${long}.org`, `${long}.net`, "*.example.com", "a-b.c", "a.b-c"];
      const rendered = await render({
        ingress: { enabled: true, hosts, service: { port: "http" }, tls: { secretName: "wildcard-tls" } },
      });
      const names = Object.values(rendered).map((object) => object.metadata.name);
      assert.equal(names.length, hosts.length);
      for (const name of names) {
        assert.match(name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/);
        assert.ok(name.length <= 63, name);
      }
      const wild = rendered["Ingress.campus-wildcard.example.com"];
      assert.deepEqual(at(wild, "spec", "tls"), [{ hosts: ["*.example.com"], secretName: "wildcard-tls" }]);
      const port = at(wild, "spec", "rules", 0, "http", "paths", 0, "backend", "service", "port");
      assert.deepEqual(port, { name: "http" });
      assert.equal(at(wild, "spec", "ingressClassName"), undefined);
    });

    it("goes without TLS where told to", async () => {
      for (const tls of [false, null, { enabled: false, secretName: "x" }]) {
        const rendered = await render({ ingress: { enabled: true, hosts: ["a.example"], tls } });
        assert.equal(at(rendered["Ingress.campus-a.example"], "spec", "tls"), undefined);
      }
    });

    it("tests the heartbeat of the LMS by a restricted pod on request", () => {
      const pod = objects["Pod.campus-heartbeat"];
      assert.deepEqual(pod?.metadata.annotations, {
        "helm.sh/hook": "test",
        "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
      });
      const command = at(pod, "spec", "containers", 0, "command") as string[];
      assert.deepEqual(command.slice(-3), [
        "--header",
        "Host: campus.example.com",
        "http://lms:8000/heartbeat",
      ]);
      assert.equal(at(pod, "spec", "securityContext", "runAsNonRoot"), true);
      assert.equal(at(pod, "spec", "automountServiceAccountToken"), false);
      assert.deepEqual(at(pod, "spec", "containers", 0, "securityContext"), {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    });

    it("opens the closed namespace to the controller and to certificate challenges alone", () => {
      const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } }];
      assert.deepEqual(objects["NetworkPolicy.campus-default"]?.spec, {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: {} }] }],
      });
      assert.deepEqual(objects["NetworkPolicy.campus-edge"]?.spec, {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "caddy" } },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ protocol: "TCP", port: 80 }], from }],
      });
      assert.deepEqual(objects["NetworkPolicy.campus-acme"]?.spec, {
        podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ protocol: "TCP", port: 8089 }], from }],
      });
    });

    it("gives a budget to workloads of two pods or more", async () => {
      assert.equal(objects["PodDisruptionBudget.campus-caddy"], undefined);
      assert.deepEqual(objects["PodDisruptionBudget.campus-lms"]?.spec, {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: { "app.kubernetes.io/name": "lms" } },
      });
      const budget = (name: string): object => ({ selector: { name }, minAvailable: 1 });
      const rendered = await render({
        manifests: carry(deployment("scaled", { replicas: 5 }), deployment("zero", { replicas: 0 })),
        autoscaling: { scaled: { hpa: { minReplicas: 1, maxReplicas: 5 } } },
        podDisruptionBudgets: {
          scaled: budget("scaled"),
          zero: budget("zero"),
          elsewhere: budget("elsewhere"),
        },
      });
      const budgets = Object.keys(rendered).filter((key) => key.startsWith("PodDisruptionBudget."));
      assert.deepEqual(budgets, ["PodDisruptionBudget.campus-elsewhere"]);
      assert.equal(at(rendered[budgets[0] ?? ""], "spec", "minAvailable"), 1);
    });
  });

  describe("hosts that differ from each other", () => {
    const service = { enabled: true, hosts: ["a.test", "b.test"] };

    it("name their Secrets one by one, and may share one", async () => {
      const tls = { enabled: true, secretNames: { "a.test": "shared", "b.test": "shared" } };
      const objects = await render({ ingress: { ...service, tls } });
      for (const host of service.hosts) {
        assert.deepEqual(at(objects[`Ingress.campus-${host}`], "spec", "tls"), [
          { hosts: [host], secretName: "shared" },
        ]);
      }
    });

    it("stand in one Ingress where each would have a load balancer", async () => {
      const objects = await render({ ingress: { ...service, tls: true, perHost: false } });
      const { rules, tls } = objects["Ingress.campus"]?.spec as { rules: { host: string }[]; tls: object[] };
      assert.deepEqual(
        rules.map(({ host }) => host),
        service.hosts,
      );
      assert.deepEqual(tls, [
        { hosts: ["a.test"], secretName: "a-test-tls" },
        { hosts: ["b.test"], secretName: "b-test-tls" },
      ]);
      assert.equal(objects["Ingress.campus-a.test"], undefined);
    });

    it("attach to listeners of their own, and may take as long as they are given", async () => {
      const parentRefsByHost = { "a.test": [{ name: "own", sectionName: "a" }] };
      const timeouts = { request: "600s" };
      const httpRoute = { ...service, parentRefs: [{ name: "public" }], parentRefsByHost, timeouts };
      const objects = await render({ httpRoute });
      assert.deepEqual(
        at(objects["HTTPRoute.campus-a.test"], "spec", "parentRefs"),
        parentRefsByHost["a.test"],
      );
      assert.deepEqual(at(objects["HTTPRoute.campus-b.test"], "spec", "parentRefs"), [{ name: "public" }]);
      assert.deepEqual(at(objects["HTTPRoute.campus-b.test"], "spec", "rules", 0, "timeouts"), timeouts);
    });

    it("are reached from a load balancer's networks, and from nowhere else", async () => {
      const edge = { podSelector: { app: "caddy" }, cidrs: ["10.0.0.0/16"] };
      const objects = await render({ networkPolicy: { enabled: true, edge } });
      assert.deepEqual(at(objects["NetworkPolicy.campus-edge"], "spec", "ingress"), [
        { ports: [{ protocol: "TCP", port: 80 }], from: [{ ipBlock: { cidr: "10.0.0.0/16" } }] },
      ]);
    });
  });

  describe("a large site behind a Gateway", () => {
    let objects: Record<string, KubernetesObject>;
    before(async () => {
      objects = await render({}, { files: ["ci/gateway-values.yaml"], release: "academy" });
    });

    it("has an HTTPRoute a host and no Ingress", () => {
      assert.deepEqual(objects["HTTPRoute.academy-wildcard.academy.example.com"]?.spec, {
        parentRefs: [{ name: "public", namespace: "gateways", sectionName: "https" }],
        hostnames: ["*.academy.example.com"],
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/" } }],
            backendRefs: [{ name: "caddy", port: 80 }],
          },
        ],
      });
      assert.ok(objects["HTTPRoute.academy-academy.example.com"]);
      assert.ok(!Object.keys(objects).some((key) => key.startsWith("Ingress.")));
    });

    it("leaves the number of pods to the scaler that owns it", () => {
      assert.equal(at(objects["Deployment.lms"], "spec", "replicas"), undefined);
      assert.equal(at(objects["Deployment.lms-worker"], "spec", "replicas"), undefined);
      assert.equal(at(objects["Deployment.caddy"], "spec", "replicas"), 2);
      assert.deepEqual(objects["HorizontalPodAutoscaler.academy-lms"]?.spec, {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "lms" },
        minReplicas: 2,
        maxReplicas: 8,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
          },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 1500 } },
      });
    });

    it("lets KEDA read the queue by credentials from a Secret", () => {
      assert.deepEqual(objects["ScaledObject.academy-lms-worker"]?.spec, {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "lms-worker" },
        minReplicaCount: 0,
        maxReplicaCount: 10,
        cooldownPeriod: 300,
        triggers: [
          {
            type: "redis",
            metadata: { listName: "edx.lms.core.default", listLength: "40", databaseIndex: "0" },
            authenticationRef: { name: "academy-lms-worker" },
          },
          { type: "cpu", metricType: "Utilization", metadata: { value: "80" } },
        ],
      });
      assert.deepEqual(objects["TriggerAuthentication.academy-lms-worker"]?.spec, {
        secretTargetRef: [
          { parameter: "address", name: "redis", key: "address" },
          { parameter: "password", name: "redis", key: "password" },
        ],
      });
      assert.equal(objects["HorizontalPodAutoscaler.academy-lms-worker"], undefined);
    });

    it("closes the namespace both ways, but for what is named", () => {
      const policy = objects["NetworkPolicy.academy-default"];
      assert.deepEqual(at(policy, "spec", "policyTypes"), ["Ingress", "Egress"]);
      assert.deepEqual(at(policy, "spec", "ingress", 1), {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
      });
      assert.deepEqual(at(policy, "spec", "egress"), [
        { to: [{ podSelector: {} }] },
        {
          ports: [
            { protocol: "UDP", port: 53 },
            ...[53, 443, 465, 587].map((port) => ({ protocol: "TCP", port })),
          ],
        },
        {
          to: [{ ipBlock: { cidr: "10.20.0.0/16" } }],
          ports: [3306, 6379].map((port) => ({ protocol: "TCP", port })),
        },
      ]);
      assert.equal(objects["NetworkPolicy.academy-acme"], undefined);
    });

    it("has a service account without a token, and a pod monitor", () => {
      const account = objects["ServiceAccount.academy"];
      assert.equal(account?.automountServiceAccountToken, false);
      assert.deepEqual(account?.metadata.annotations, {
        "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/academy",
        "example.com/owner": "learning",
      });
      const monitor = objects["PodMonitor.academy"];
      assert.equal(monitor?.metadata.labels?.release, "prometheus");
      assert.deepEqual(monitor?.spec, {
        selector: { matchLabels: { "app.kubernetes.io/name": "lms" } },
        podMetricsEndpoints: [{ port: "metrics", interval: "30s" }],
      });
    });

    it("puts common annotations on objects, never on pods", () => {
      for (const [key, { metadata }] of Object.entries(objects)) {
        const owner = key === "Deployment.lms" ? "platform" : "learning";
        assert.equal(metadata.annotations?.["example.com/owner"], owner, key);
      }
      const pods = Object.values(objects).filter(({ kind }) => kind === "Deployment");
      assert.ok(pods.length >= 3);
      for (const pod of pods) {
        assert.equal(at(pod, "spec", "template", "metadata", "annotations"), undefined);
      }
    });
  });
});
