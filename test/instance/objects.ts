import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import type { SecretSpec, TokenEntry } from "../../src/tutor/types.js";

/** What Tutor's kustomization puts on everything. */
const tutorLabels = {
  "app.kubernetes.io/instance": "openedx-campus",
  "app.kubernetes.io/managed-by": "tutor",
  "app.kubernetes.io/part-of": "openedx",
};
const version = { "app.kubernetes.io/version": "22.0.3" };

/** The token of a setting in these renders. */
export function tokenOf(key: string, part = ""): string {
  return `Tk${key.replaceAll("_", "")}${part}0kT`;
}

export function token(key: string, spec: SecretSpec, more: Partial<TokenEntry> = {}): TokenEntry {
  return {
    key,
    spec,
    secret: true,
    owner: "core",
    fromConfig: false,
    tokens: [{ text: tokenOf(key) }],
    ...more,
  };
}

export function password(key: string, length = 8): TokenEntry {
  return token(key, { kind: "password", length });
}

export const rsaParts = ["n", "d", "p", "q", "dp", "dq", "qi"];

export function rsa(): TokenEntry {
  const key = "JWT_RSA_PRIVATE_KEY";
  return token(
    key,
    { kind: "rsa" },
    { tokens: rsaParts.map((part) => ({ text: tokenOf(key, part), part })) },
  );
}

export function object(kind: string, name: string, more: Record<string, unknown> = {}): KubernetesObject {
  const apiVersion = kind === "Deployment" ? "apps/v1" : kind === "Job" ? "batch/v1" : "v1";
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: "campus", labels: { ...tutorLabels }, annotations: { ...version } },
    ...more,
  };
}

export function deployment(
  name: string,
  container: Partial<V1Container>,
  pod: Partial<V1PodSpec> = {},
  spec: Record<string, unknown> = {},
): KubernetesObject {
  const labels = { ...tutorLabels, "app.kubernetes.io/name": name };
  return object("Deployment", name, {
    spec: {
      selector: { matchLabels: labels },
      ...spec,
      template: {
        metadata: { annotations: { ...version }, labels },
        spec: { containers: [{ name, image: `registry.test/${name}:1`, ...container }], ...pod },
      },
    },
  });
}

export function job(
  service: string,
  container: Partial<V1Container> = {},
  pod: Partial<V1PodSpec> = {},
): KubernetesObject {
  const template = object("Job", `${service}-job`, {
    spec: {
      template: {
        metadata: { annotations: { ...version } },
        spec: {
          containers: [{ name: service, image: `registry.test/${service}:1`, ...container }],
          restartPolicy: "Never",
          ...pod,
        },
      },
    },
  });
  template.metadata.labels = { ...template.metadata.labels, "app.kubernetes.io/component": "job" };
  return template;
}

export function service(name: string, port: number, spec: Record<string, unknown> = {}): KubernetesObject {
  return object("Service", name, {
    spec: {
      type: "ClusterIP",
      ports: [{ port, protocol: "TCP" }],
      selector: { ...tutorLabels, "app.kubernetes.io/name": name },
      ...spec,
    },
  });
}

export function configMap(name: string, data: Record<string, string>): KubernetesObject {
  return object("ConfigMap", name, { data });
}

export function claim(name: string): KubernetesObject {
  return object("PersistentVolumeClaim", name, {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } } },
  });
}

/** The pod spec of a Deployment or Job. */
export function podOf(object: KubernetesObject | undefined): V1PodSpec {
  return (object?.spec as { template: { spec: V1PodSpec } }).template.spec;
}

/** The object of a list, by `Kind.name`. */
export function pick(objects: readonly KubernetesObject[], key: string): KubernetesObject {
  const found = objects.find(({ kind, metadata }) => `${kind}.${metadata.name}` === key);
  if (found === undefined) {
    throw new Error(`no ${key}`);
  }
  return found;
}
