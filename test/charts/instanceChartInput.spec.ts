import assert from "node:assert/strict";
import { buildTimeout, carry, complaint, configMap, deployment, helm, service } from "./instanceChart.js";

const selector = { app: "lms" };
const redis = { type: "redis", metadata: { enableTLS: "true" } };
const scaledObject = { minReplicaCount: 1, maxReplicaCount: 2, triggers: [redis] };
const edge = { enabled: true, hosts: ["campus.example.com"] };

/** Values that belong to no site: what is wrong, the values, and what the person must be told. */
const mistakes: [what: string, values: object, told: RegExp[]][] = [
  ["a misspelt key", { ingres: {} }, [/at '': additional properties 'ingres' not allowed/]],
  [
    "misspelt keys further in",
    { ingress: { tlss: true }, networkPolicy: { egress: { restrict: true } } },
    [/at '\/ingress': additional properties 'tlss'/, /at '\/networkPolicy\/egress': .*'restrict'/],
  ],
  [
    "a manifest that is not an object",
    { manifests: { "Deployment.lms": { kind: "Deployment" } } },
    [/at '\/manifests\/Deployment.lms': missing properties 'apiVersion', 'metadata'/],
  ],
  [
    "both scalers, and neither",
    { autoscaling: { lms: { hpa: { maxReplicas: 2 }, scaledObject }, cms: {} } },
    [/'\/autoscaling\/lms': 'oneOf' failed/, /'\/autoscaling\/cms': missing property 'hpa'/],
  ],
  [
    "a budget of both kinds, and of none",
    {
      podDisruptionBudgets: { lms: { selector, minAvailable: 1, maxUnavailable: 1 }, cms: { selector } },
    },
    [/'\/podDisruptionBudgets\/lms': 'oneOf' failed/, /cms': missing property 'minAvailable'/],
  ],
  [
    "a budget for all pods",
    { podDisruptionBudgets: { lms: { selector: {}, maxUnavailable: "1%" } } },
    [/'\/podDisruptionBudgets\/lms\/selector': minProperties/],
  ],
  [
    "two ways in",
    { ingress: edge, httpRoute: { ...edge, parentRefs: [{ name: "gateway" }] } },
    [/at '\/httpRoute\/enabled': value must be false/],
  ],
  [
    "a host that is none, and one given twice",
    { ingress: { hosts: ["https://campus"] }, httpRoute: { hosts: ["a.b", "a.b"] } },
    [
      /'\/ingress\/hosts\/0': 'https:\/\/campus' does not match/,
      /'\/httpRoute\/hosts': items at 0 and 1 are equal/,
    ],
  ],
  ["an image that moves", { heartbeatTest: { image: "curl:latest" } }, [/'\/heartbeatTest\/image'/]],
  [
    "an image without a tag",
    { heartbeatTest: { image: "registry:5000/curl" } },
    [/'\/heartbeatTest\/image'/],
  ],
  [
    "numbers where KEDA takes text",
    {
      autoscaling: {
        w: { scaledObject: { ...scaledObject, triggers: [{ type: "cpu", metadata: { value: 80 } }] } },
      },
    },
    [/triggers\/0\/metadata\/value': got number, want string/],
  ],
  [
    "contradictions, all named at once",
    {
      manifests: {
        ...carry(deployment("lms"), service("lms")),
        "ConfigMap.a": configMap("b", {}),
        "Namespace.site": { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } },
      },
      autoscaling: {
        lms: {
          scaledObject: {
            ...scaledObject,
            minReplicaCount: 0,
            triggerAuthentication: { secretTargetRef: [{ parameter: "tls", name: "redis", key: "tls" }] },
          },
        },
        lsm: { hpa: { minReplicas: 3, maxReplicas: 2 } },
      },
      ingress: { enabled: true },
      networkPolicy: { enabled: true },
      serviceAccount: { annotations: { role: "r" } },
      podMonitor: { enabled: true },
      heartbeatTest: { enabled: true },
    },
    [
      /the key "ConfigMap.a" holds ConfigMap.b/,
      /manifests.Namespace.site: a release cannot carry a Namespace/,
      /autoscaling.lms.scaledObject: minReplicaCount must be 1 or more/,
      /autoscaling.lms.scaledObject.triggers\[0\]: give TLS either by enableTLS/,
      /autoscaling.lsm: there is no Deployment.lsm in manifests/,
      /autoscaling.lsm.hpa: minReplicas is above maxReplicas/,
      /ingress.hosts: is empty/,
      /ingress.service.name: there is no Service.caddy in manifests/,
      /networkPolicy.edge.podSelector: is empty/,
      /serviceAccount.annotations: have no effect/,
      /podMonitor.endpoints: is empty/,
      /heartbeatTest.image: is empty/,
    ],
  ],
  [
    "a route that hangs in the air",
    { httpRoute: { enabled: true } },
    [/httpRoute.hosts: is empty/, /httpRoute.parentRefs: is empty/],
  ],
  [
    "a host without a Gateway",
    {
      httpRoute: {
        enabled: true,
        hosts: ["a.test", "b.test"],
        parentRefsByHost: { "a.test": [{ name: "own" }] },
      },
    },
    [/httpRoute.parentRefs: is empty, and httpRoute.parentRefsByHost does not have b.test/],
  ],
  [
    "hosts whose certificates would be one Secret",
    { ingress: { enabled: true, tls: true, hosts: ["a-b.c", "a.b-c"] } },
    [/a-b.c and a.b-c would share the TLS Secret a-b-c-tls/],
  ],
];

describe("the instance chart's answer to mistakes", () => {
  before(async function () {
    this.timeout(buildTimeout);
    await helm(["version"]);
  });

  for (const [what, values, told] of mistakes) {
    it(`names ${what}`, async () => {
      const said = await complaint(values);
      for (const expected of told) {
        assert.match(said, expected);
      }
    });
  }
});
