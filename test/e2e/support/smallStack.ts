import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

/** How a test wants its small stack. */
export interface SmallStack {
  /** One namespace each, with everything in it. */
  sites: string[];
  /** What the settings, the init Job and the Deployment have in common. */
  color: string;
  /** A Secret beside the others. Default: none. */
  extra?: "plain" | "protected";
  /** A field that does not exist, in the Deployment of the release or in the Secret `extra`. */
  misspelt?: "release" | "object";
  /** Seconds that the release may take. Default: 60. */
  timeout?: number;
  /** True for pods that no node takes. */
  unschedulable?: boolean;
}

/** A program of the shape that matters: component, secrets, immutable settings, init Job, release. */
export function smallProgram(wanted: SmallStack): () => Promise<unknown> {
  return () => {
    const passwords = wanted.sites.map((site) => new Site(site, wanted).password);
    return Promise.resolve({ color: wanted.color, passwords });
  };
}

class Site extends pulumi.ComponentResource {
  readonly password: pulumi.Output<string>;

  constructor(name: string, wanted: SmallStack) {
    super("test:Site", name);
    const parent = { parent: this };
    const { color } = wanted;
    const home = new k8s.core.v1.Namespace(name, { metadata: { name } }, parent);
    const namespace = home.metadata.name;
    this.password = new RandomPassword(name, { length: 24, special: false }, parent).result;
    const settings = new k8s.core.v1.Secret(
      `${name}-settings`,
      {
        metadata: { name: `settings-${color}`, namespace },
        immutable: true,
        stringData: { password: this.password, color },
      },
      parent,
    );
    if (wanted.extra !== undefined) {
      const typo = wanted.misspelt === "object" ? { labelz: { a: "b" } } : {};
      new k8s.core.v1.Secret(
        `${name}-extra`,
        { metadata: { name: "extra", namespace, ...typo }, stringData: { a: "b" } },
        { ...parent, protect: wanted.extra === "protected" },
      );
    }
    const init = new k8s.batch.v1.Job(
      `${name}-init`,
      {
        metadata: {
          name: `init-${color}`,
          namespace,
          annotations: { "pulumi.com/replaceUnready": "true" },
        },
        spec: {
          backoffLimit: 0,
          template: {
            spec: {
              restartPolicy: "Never",
              initContainers: ["01-lms", "02-cms"].map((task) => ({
                name: task,
                image: "example.org/openedx:1",
                envFrom: [{ secretRef: { name: settings.metadata.name } }],
              })),
              containers: [{ name: "done", image: "example.org/openedx:1" }],
            },
          },
        },
      },
      parent,
    );
    new k8s.helm.v3.Release(
      `${name}-release`,
      {
        name,
        namespace,
        chart: join(import.meta.dirname, "smallChart"),
        atomic: true,
        timeout: wanted.timeout ?? 60,
        maxHistory: 5,
        disableOpenapiValidation: true,
        values: { objects: { web: deployment(wanted, settings.metadata.name) } },
      },
      { ...parent, dependsOn: [init] },
    );
    this.registerOutputs();
  }
}

function deployment(wanted: SmallStack, settings: pulumi.Output<string>): object {
  const labels = { app: "web" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas: 2,
      ...(wanted.misspelt === "release" ? { replica: 2 } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { color: wanted.color } },
        spec: {
          ...(wanted.unschedulable === true ? { nodeSelector: { no: "such-node" } } : {}),
          containers: [
            { name: "web", image: "example.org/web:1", envFrom: [{ secretRef: { name: settings } }] },
          ],
        },
      },
    },
  };
}
