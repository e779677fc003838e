import assert from "node:assert/strict";
import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { dropPodVersions, keepVolumes } from "../../src/instance/transforms/annotations.js";
import { transformObjects } from "../../src/instance/transforms/all.js";
import { addProbes } from "../../src/instance/transforms/probes.js";
import { addResources } from "../../src/instance/transforms/resources.js";
import { smoothRollouts } from "../../src/instance/transforms/rollout.js";
import { addIdentity, addSecurityContexts } from "../../src/instance/transforms/security.js";
import { closeServices } from "../../src/instance/transforms/services.js";
import { dropUnusedSettings } from "../../src/instance/transforms/settings.js";
import { spreadPods } from "../../src/instance/transforms/spread.js";
import type { Transform } from "../../src/instance/transforms/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { campusRender } from "./campus.js";
import { claim, configMap, deployment, object, podOf, service } from "./objects.js";

const context = { disposable: false, serviceAccount: "campus" };

function one(
  transform: Transform,
  subject: KubernetesObject,
  others: KubernetesObject[] = [],
): KubernetesObject {
  return transform([subject, ...others], context)[0] as KubernetesObject;
}

function podAfter(
  transform: Transform,
  subject: KubernetesObject,
  others: KubernetesObject[] = [],
): V1PodSpec {
  return podOf(one(transform, subject, others));
}

function containerAfter(transform: Transform, subject: KubernetesObject): V1Container {
  return podAfter(transform, subject).containers[0] as V1Container;
}

describe("transforms", () => {
  it("change nothing that they are given, and nothing the second time", () => {
    const { objects } = campusRender();
    const before = structuredClone(objects);
    const once = transformObjects(objects, context);
    assert.deepEqual(objects, before);
    assert.deepEqual(transformObjects(once, context), once);
  });

  it("touch no selector and no label", () => {
    const { objects } = campusRender();
    const after = transformObjects(objects, context);
    objects.forEach((object, index) => {
      const labels = (each: KubernetesObject | undefined): unknown => {
        const spec = each?.spec as
          { selector?: unknown; template?: { metadata?: { labels?: unknown } } } | undefined;
        return [each?.metadata.labels, spec?.selector, spec?.template?.metadata?.labels];
      };
      assert.deepEqual(labels(after[index]), labels(object));
    });
  });
});

describe("closeServices", () => {
  const cases: [title: string, spec: Record<string, unknown>, expected: Record<string, unknown>][] = [
    ["NodePort", { type: "NodePort", ports: [{ port: 1, nodePort: 30001 }] }, { ports: [{ port: 1 }] }],
    [
      "LoadBalancer",
      { type: "LoadBalancer", externalTrafficPolicy: "Local", ports: [{ port: 1 }] },
      { ports: [{ port: 1 }] },
    ],
  ];
  for (const [title, spec, expected] of cases) {
    it(`makes ClusterIP of ${title}`, () => {
      assert.deepEqual(one(closeServices, object("Service", "s", { spec })).spec, {
        type: "ClusterIP",
        ...expected,
      });
    });
  }

  it("leaves others alone, headless ones too", () => {
    const headless = service("s", 1, { clusterIP: "None" });
    assert.equal(one(closeServices, headless), headless);
  });
});

describe("dropUnusedSettings", () => {
  it("drops the settings for development and tests beside those for production", () => {
    const settings = configMap("s", {
      "production.py": "1",
      "development.py": "2",
      "test.py": "3",
      "x.py": "4",
    });
    assert.deepEqual(one(dropUnusedSettings, settings).data, { "production.py": "1", "x.py": "4" });
  });

  it("leaves a ConfigMap without production.py alone", () => {
    const settings = configMap("s", { "test.py": "3" });
    assert.equal(one(dropUnusedSettings, settings), settings);
  });
});

describe("annotations", () => {
  it("takes Tutor's version off pods and leaves it on objects", () => {
    const after = one(dropPodVersions, deployment("lms", {}));
    const spec = after.spec as { template: { metadata: { annotations: unknown } } };
    assert.equal(spec.template.metadata.annotations, undefined);
    assert.deepEqual(after.metadata.annotations, { "app.kubernetes.io/version": "22.0.3" });
  });

  it("keeps volumes, unless disposable", () => {
    const annotations = (disposable: boolean): unknown =>
      keepVolumes([claim("mysql")], { disposable })[0]?.metadata.annotations?.["helm.sh/resource-policy"];
    assert.equal(annotations(false), "keep");
    assert.equal(annotations(true), undefined);
  });
});

describe("addIdentity", () => {
  it("gives pods the instance's service account, and no token", () => {
    const pod = podAfter(addIdentity, deployment("lms", {}));
    assert.equal(pod.serviceAccountName, "campus");
    assert.equal(pod.automountServiceAccountToken, false);
  });

  it("leaves pods with an account of their own alone", () => {
    const own = deployment("operator", {}, { serviceAccountName: "operator" });
    assert.equal(podAfter(addIdentity, own).automountServiceAccountToken, undefined);
  });
});

describe("addProbes", () => {
  const port = { ports: [{ containerPort: 8000 }] };

  it("asks the platform's /heartbeat, by its Service's host, before pods count as ready", () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerAfter(
      addProbes,
      deployment("cms", port),
    );
    const httpGet = { path: "/heartbeat", port: 8000, httpHeaders: [{ name: "Host", value: "cms" }] };
    assert.deepEqual(startupProbe?.httpGet, httpGet);
    assert.deepEqual(readinessProbe?.httpGet, httpGet);
    assert.deepEqual(livenessProbe?.tcpSocket, { port: 8000 });
    assert.equal(livenessProbe?.httpGet, undefined);
  });

  it("asks all else by TCP: discovery must not need the migrations that come after the rollout", () => {
    const { startupProbe, readinessProbe } = containerAfter(addProbes, deployment("discovery", port));
    assert.deepEqual(startupProbe?.tcpSocket, { port: 8000 });
    assert.deepEqual(readinessProbe?.tcpSocket, { port: 8000 });
  });

  it("gives databases time to come up", () => {
    const seconds = (name: string): number => {
      const probe = containerAfter(addProbes, deployment(name, port)).startupProbe;
      return (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0);
    };
    assert.equal(seconds("meilisearch"), 900);
    assert.equal(seconds("mysql"), 600);
    assert.equal(seconds("notes"), 300);
  });

  it("keeps probes that are there", () => {
    const livenessProbe = { httpGet: { path: "/mine", port: 8000 } } as V1Container["livenessProbe"];
    const container = containerAfter(addProbes, deployment("lms", { ...port, livenessProbe }));
    assert.equal(container.livenessProbe, livenessProbe);
    assert.equal(container.startupProbe, undefined);
    assert.ok(container.readinessProbe);
  });

  it("passes over containers without a port, and Jobs", () => {
    assert.equal(containerAfter(addProbes, deployment("lms-worker", {})).readinessProbe, undefined);
    const job = object("Job", "j", {
      spec: { template: { spec: { containers: [{ name: "j", ...port }] } } },
    });
    assert.equal(containerAfter(addProbes, job).readinessProbe, undefined);
  });
});

describe("addResources", () => {
  const cases: [name: string, said: V1Container["resources"], expected: V1Container["resources"]][] = [
    ["lms", undefined, { requests: { cpu: "250m", memory: "2Gi" }, limits: { memory: "3Gi" } }],
    [
      "lms",
      { requests: { memory: "5Gi" } },
      { requests: { cpu: "250m", memory: "5Gi" }, limits: { memory: "5Gi" } },
    ],
    [
      "lms",
      { limits: { memory: "512Mi", cpu: "100m" } },
      { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "100m", memory: "512Mi" } },
    ],
    [
      "smtp",
      { requests: { cpu: "1", memory: "64M" }, limits: { memory: "100M" } },
      { requests: { cpu: "1", memory: "64M" }, limits: { memory: "100M" } },
    ],
    ["sidecar", undefined, { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "1Gi" } }],
  ];
  for (const [name, resources, expected] of cases) {
    it(`${name} with ${JSON.stringify(resources ?? {})}`, () => {
      assert.deepEqual(containerAfter(addResources, deployment(name, { resources })).resources, expected);
    });
  }
});

describe("addSecurityContexts", () => {
  it("drops everything from containers that run as a user", () => {
    const subject = deployment("notes", {}, { securityContext: { runAsUser: 1000 } });
    assert.deepEqual(podAfter(addSecurityContexts, subject).securityContext, {
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
      runAsUser: 1000,
    });
    assert.deepEqual(containerAfter(addSecurityContexts, subject).securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("leaves an unknown image that may start as root its capabilities", () => {
    const { securityContext } = containerAfter(addSecurityContexts, deployment("minio", {}));
    assert.deepEqual(securityContext, { allowPrivilegeEscalation: false });
  });

  it("lets Caddy have its port", () => {
    for (const name of ["caddy", "mfe"]) {
      const { securityContext } = containerAfter(addSecurityContexts, deployment(name, {}));
      assert.deepEqual(securityContext?.capabilities, { drop: ["ALL"], add: ["NET_BIND_SERVICE"] });
    }
  });

  it("overrides nothing", () => {
    const said = { allowPrivilegeEscalation: true, capabilities: { add: ["CHOWN"] } };
    const subject = deployment("x", { securityContext: said }, { securityContext: { runAsUser: 5 } });
    assert.deepEqual(containerAfter(addSecurityContexts, subject).securityContext, said);
  });
});

describe("spreadPods", () => {
  it("spreads over zones and nodes as far as there is room", () => {
    const constraints = podAfter(spreadPods, deployment("lms", {})).topologySpreadConstraints ?? [];
    assert.deepEqual(
      constraints.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable]),
      [
        ["topology.kubernetes.io/zone", "ScheduleAnyway"],
        ["kubernetes.io/hostname", "ScheduleAnyway"],
      ],
    );
    assert.equal(constraints[0]?.labelSelector?.matchLabels?.["app.kubernetes.io/name"], "lms");
  });

  it("leaves single pods and those with an affinity alone", () => {
    for (const subject of [
      deployment("mysql", {}, {}, { strategy: { type: "Recreate" } }),
      deployment("caddy", {}, { affinity: {} }),
    ]) {
      assert.equal(podAfter(spreadPods, subject).topologySpreadConstraints, undefined);
    }
  });
});

describe("smoothRollouts", () => {
  it("brings new pods before old ones go, which first leave the Service", () => {
    const lms = deployment("lms", { ports: [{ containerPort: 8000 }] });
    const after = one(smoothRollouts, lms, [service("lms", 8000)]);
    assert.deepEqual((after.spec as { strategy: unknown }).strategy, {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 },
    });
    const pod = podOf(after);
    assert.equal(pod.terminationGracePeriodSeconds, 60);
    assert.deepEqual(pod.containers[0]?.lifecycle, { preStop: { sleep: { seconds: 10 } } });
  });

  it("gives workers time to end their tasks", () => {
    const pod = podAfter(smoothRollouts, deployment("lms-worker", {}), [service("lms", 8000)]);
    assert.equal(pod.terminationGracePeriodSeconds, 600);
    assert.equal(pod.containers[0]?.lifecycle, undefined);
  });

  it("leaves Recreate alone", () => {
    const mysql = deployment(
      "mysql",
      { ports: [{ containerPort: 1 }] },
      {},
      { strategy: { type: "Recreate" } },
    );
    assert.deepEqual(one(smoothRollouts, mysql, [service("mysql", 1)]), mysql);
  });
});
