import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { digest } from "../workspace/digest.js";
import { partOf, undisturbed } from "../kubernetes/conventions.js";
import { type MakeContext, serviceChild } from "./cluster.js";

export interface ReadyJobArgs {
  /** Of the service; the Job is `<name>-ready`. */
  name: string;
  image: { repository: string; tag: string };
  /** Runs by `sh -c` until the server serves, and ends then. */
  script: string;
  env: Record<string, string>;
  /** Variables from Secrets. */
  secretEnv: Record<string, { secret: string; key: string }>;
  /** What the server is made from: when it changes, the wait begins anew. */
  madeFrom: string;
}

/** Of the wait: new volumes, images and a group of three that form one after the other take minutes. */
const timeoutSeconds = 1800;
/** More seconds than Kubernetes gives the Job, so that its message is the one that is shown. */
const slack = 60;

/**
 * Waits until a server serves that an operator makes: Helm and Pulumi see the custom resource, which is there at once,
 * and not what comes of it. All that uses the server depends on this Job.
 */
export function createReadyJob(
  context: MakeContext,
  args: ReadyJobArgs,
  dependsOn: pulumi.Resource[],
): k8s.batch.v1.Job {
  const { name, image, script, env, secretEnv } = args;
  const hash = digest(script, JSON.stringify([image, env, secretEnv]), args.madeFrom).slice(0, 10);
  const labels = { ...partOf, "app.kubernetes.io/component": `${name}-ready` };
  const child = serviceChild(context, `${name}-ready`, {
    dependsOn,
    customTimeouts: { create: `${timeoutSeconds + slack}s` },
  });
  return new k8s.batch.v1.Job(
    child.name,
    {
      metadata: {
        namespace: context.namespace,
        name: `${name}-ready-${hash}`,
        labels,
        // One that failed is run again by the next update; its name stays the same while its input does.
        annotations: { "pulumi.com/replaceUnready": "true" },
      },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: timeoutSeconds,
        template: {
          metadata: { labels, annotations: undisturbed },
          spec: {
            restartPolicy: "Never",
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1001,
              seccompProfile: { type: "RuntimeDefault" },
            },
            ...context.placement.scheduling,
            containers: [
              {
                name: "wait",
                image: `docker.io/${image.repository}:${image.tag}`,
                command: ["sh", "-c", script],
                env: [
                  ...Object.entries(env).map(([key, value]) => ({ name: key, value })),
                  // Clients keep a history there.
                  { name: "HOME", value: "/tmp" },
                  ...Object.entries(secretEnv).map(([variable, { secret, key }]) => ({
                    name: variable,
                    valueFrom: { secretKeyRef: { name: secret, key } },
                  })),
                ],
                terminationMessagePolicy: "FallbackToLogsOnError",
                resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              },
            ],
          },
        },
      },
    },
    child.opts,
  );
}
