import type { KubernetesObject } from "../../../src/kubernetes/objects.js";

/**
 * Definitions of the kinds that the edge makes, small ones of the tests' own: the fields in use, closed, with the rules
 * that the true definitions have for them.
 */
type Schema = Record<string, unknown>;

const text = (more: Schema = {}): Schema => ({ type: "string", maxLength: 1024, ...more });
const integer = (more: Schema = {}): Schema => ({ type: "integer", ...more });
const flag: Schema = { type: "boolean" };
const texts: Schema = { type: "object", additionalProperties: text() };
const list = (items: Schema, more: Schema = {}): Schema => ({ type: "array", items, ...more });
const fields = (properties: Record<string, Schema>, required: string[] = [], more: Schema = {}): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
  ...more,
});
const rules = (...checks: [rule: string, message: string][]): Schema => ({
  "x-kubernetes-validations": checks.map(([rule, message]) => ({ rule, message })),
});

const port = integer({ minimum: 1, maximum: 65535 });
const name = text({ minLength: 1, maxLength: 253 });
const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const hostname = text({ minLength: 1, maxLength: 253, pattern: `^(\\*\\.)?${label}(\\.${label})*$` });
const sectionName = text({ minLength: 1, maxLength: 253, pattern: `^${label}(\\.${label})*$` });
const duration = text({ maxLength: 32, pattern: "^([0-9]{1,5}(h|m|s|ms)){1,4}$" });

const gateway = fields(
  {
    gatewayClassName: name,
    infrastructure: fields({
      parametersRef: fields({ group: text(), kind: name, name }, ["group", "kind", "name"]),
    }),
    listeners: list(
      fields(
        {
          name: sectionName,
          hostname,
          port,
          protocol: text({ maxLength: 255 }),
          tls: fields(
            {
              mode: text({ enum: ["Terminate", "Passthrough"] }),
              certificateRefs: list(fields({ name }, ["name"]), { maxItems: 64 }),
              options: { ...texts, maxProperties: 16 },
            },
            [],
            rules([
              "self.mode == 'Terminate' ? (has(self.certificateRefs) && size(self.certificateRefs) > 0) || (has(self.options) && size(self.options) > 0) : true",
              "certificateRefs or options must be there to terminate TLS",
            ]),
          ),
          allowedRoutes: fields({
            namespaces: fields({
              from: text({ enum: ["All", "Selector", "Same"] }),
              selector: fields({ matchLabels: texts }),
            }),
          }),
        },
        ["name", "port", "protocol"],
      ),
      {
        minItems: 1,
        maxItems: 64,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        ...rules(
          ["self.all(l, l.protocol == 'HTTP' ? !has(l.tls) : true)", "no tls with HTTP"],
          [
            "self.all(l, l.protocol == 'HTTPS' && has(l.tls) ? l.tls.mode == 'Terminate' : true)",
            "HTTPS terminates TLS",
          ],
          [
            "self.all(l1, self.exists_one(l2, l1.port == l2.port && l1.protocol == l2.protocol && (has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : !has(l1.hostname) && !has(l2.hostname))))",
            "port, protocol and hostname must be unique together",
          ],
        ),
      },
    ),
  },
  ["gatewayClassName", "listeners"],
);

const httpRoute = fields({
  parentRefs: list(
    fields({ group: text(), kind: text(), name, namespace: name, sectionName, port }, ["name"]),
    { maxItems: 32 },
  ),
  hostnames: list(hostname, { maxItems: 16 }),
  rules: list(
    fields(
      {
        matches: list(
          fields({
            path: fields({
              type: text({ enum: ["Exact", "PathPrefix", "RegularExpression"] }),
              value: text(),
            }),
          }),
          { maxItems: 64 },
        ),
        filters: list(
          fields(
            {
              type: text({ enum: ["RequestRedirect", "RequestHeaderModifier", "URLRewrite"] }),
              requestRedirect: fields({
                scheme: text({ enum: ["http", "https"] }),
                port,
                statusCode: integer({ enum: [301, 302, 303, 307, 308] }),
              }),
            },
            ["type"],
            rules([
              "(self.type == 'RequestRedirect') == has(self.requestRedirect)",
              "a redirect needs requestRedirect, and nothing else has it",
            ]),
          ),
          { maxItems: 16 },
        ),
        timeouts: fields({ request: duration, backendRequest: duration }),
        backendRefs: list(fields({ kind: text(), name, namespace: name, port }, ["name", "port"]), {
          maxItems: 16,
        }),
      },
      [],
      rules([
        "has(self.filters) && self.filters.exists(f, has(f.requestRedirect)) ? !has(self.backendRefs) || size(self.backendRefs) == 0 : true",
        "a redirect has no backends",
      ]),
    ),
    { minItems: 1, maxItems: 16 },
  ),
});

const reference = fields({ group: text(), kind: name, name }, ["group", "kind", "name"]);

const kinds: { group: string; version: string; kind: string; spec: Schema; isClusterWide?: boolean }[] = [
  {
    group: "gateway.networking.k8s.io",
    version: "v1",
    kind: "GatewayClass",
    isClusterWide: true,
    spec: fields({ controllerName: text({ pattern: "^[a-z0-9.-]+/[A-Za-z0-9/._~%!$&'()*+,;=:-]+$" }) }, [
      "controllerName",
    ]),
  },
  { group: "gateway.networking.k8s.io", version: "v1", kind: "Gateway", spec: gateway },
  { group: "gateway.networking.k8s.io", version: "v1", kind: "HTTPRoute", spec: httpRoute },
  {
    group: "cert-manager.io",
    version: "v1",
    kind: "Certificate",
    spec: fields(
      {
        secretName: name,
        dnsNames: list(text(), { minItems: 1 }),
        issuerRef: fields({ group: text(), kind: text(), name }, ["name"]),
      },
      ["secretName", "issuerRef"],
    ),
  },
  {
    group: "gateway.k8s.aws",
    version: "v1beta1",
    kind: "LoadBalancerConfiguration",
    spec: fields({
      scheme: text({ enum: ["internal", "internet-facing"] }),
      loadBalancerAttributes: list(fields({ key: text(), value: text() }, ["key", "value"])),
      listenerConfigurations: list(
        fields(
          {
            protocolPort: text({ pattern: "^(HTTP|HTTPS|TLS|TCP|UDP|TCP_UDP):[0-9]+$" }),
            defaultCertificate: text(),
            certificates: list(text()),
          },
          ["protocolPort"],
        ),
      ),
    }),
  },
  {
    group: "gateway.k8s.aws",
    version: "v1beta1",
    kind: "TargetGroupConfiguration",
    spec: fields({
      targetReference: fields({ group: text(), kind: text(), name }, ["name"]),
      defaultConfiguration: fields({
        targetType: text({ enum: ["instance", "ip"] }),
        healthCheckConfig: fields({
          healthCheckPath: text(),
          healthCheckProtocol: text({ enum: ["HTTP", "HTTPS", "TCP"] }),
        }),
      }),
    }),
  },
  {
    group: "alb.networking.azure.io",
    version: "v1",
    kind: "IngressExtension",
    spec: fields({
      rules: list(
        fields({ host: text(), requestRedirect: fields({ scheme: text(), statusCode: integer() }) }, [
          "host",
        ]),
      ),
      backendSettings: list(
        fields({ service: name, timeouts: fields({ requestTimeout: duration }) }, ["service"]),
      ),
    }),
  },
  {
    group: "cloud.google.com",
    version: "v1",
    kind: "BackendConfig",
    spec: fields({
      timeoutSec: integer(),
      healthCheck: fields({ type: text(), requestPath: text(), port }),
    }),
  },
  {
    group: "networking.gke.io",
    version: "v1beta1",
    kind: "FrontendConfig",
    spec: fields({ redirectToHttps: fields({ enabled: flag }) }),
  },
  {
    group: "networking.gke.io",
    version: "v1",
    kind: "GCPBackendPolicy",
    spec: fields({ default: fields({ timeoutSec: integer() }), targetRef: reference }, ["targetRef"]),
  },
  {
    group: "networking.gke.io",
    version: "v1",
    kind: "HealthCheckPolicy",
    spec: fields(
      {
        default: fields({
          config: fields({ type: text(), httpHealthCheck: fields({ port, requestPath: text() }) }),
        }),
        targetRef: reference,
      },
      ["targetRef"],
    ),
  },
];

/** Of a kind's own; English is enough for these. */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  return singular.endsWith("s") ? `${singular}es` : singular.replace(/(?<![aeiou])y$/, "ie") + "s";
}

export const edgeDefinitions: KubernetesObject[] = kinds.map(
  ({ group, version, kind, spec, isClusterWide = false }) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${pluralOf(kind)}.${group}`,
      // The API server lets nobody else define kinds of this group without it.
      annotations: { "api-approved.kubernetes.io": "unapproved, a test's own" },
    },
    spec: {
      group,
      scope: isClusterWide ? "Cluster" : "Namespaced",
      names: { kind, plural: pluralOf(kind), singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: fields({ spec }, ["spec"]) },
        },
      ],
    },
  }),
);
