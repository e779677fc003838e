import type * as k8s from "@pulumi/kubernetes";
import type { WorkloadIdentity } from "../../cloud/identity.js";
import type { BackupStore } from "../../cloud/services.js";
import { dumpHours, dumpJobPrefix, dumpsPrefix } from "../../cloud/backupStore.js";
import { partOf, undisturbed } from "../../kubernetes/conventions.js";
import { images } from "../../workspace/versions.js";
import type { Placement } from "../placement.js";
import type { Dump } from "./dump.js";
import { remote, uploadArgs, type Variable } from "./upload.js";

/** Of all dumps, to which the cloud binds its identity. */
export const dumpAccount = "backup";

const folder = "/dump";
const caFolder = "/ca";
/** Of a Secret that is made for the dumps. */
export const dumpSecretKeys = { password: "password", ca: "ca.pem" } as const;

export interface DumpJobArgs {
  /** Of the service, such as `mysql`. */
  service: string;
  stack: string;
  dump: Pick<Dump, "image" | "script">;
  /** What the script reads of the server. */
  env: Record<string, string>;
  host: Variable["value"];
  account: { value: string } | { key: string };
  /** With the password, and with the account where that is a key. */
  secret: { name: string; password: string; hasCa: boolean };
  store: BackupStore;
  identity?: WorkloadIdentity;
  placement: Pick<Placement, "scheduling">;
  schedule: string;
  /** Disk for the files, a quantity. */
  space: string;
}

/** A CronJob that dumps a service, and uploads what it wrote once it is whole. */
export function dumpCronJob(args: DumpJobArgs): k8s.types.input.batch.v1.CronJobSpec {
  const { service, stack, dump, env, host, account, secret, store, identity, placement, schedule, space } =
    args;
  const labels = { ...partOf, "app.kubernetes.io/component": `${dumpJobPrefix}${service}` };
  const fromSecret = (key: string): Pick<Variable, "valueFrom"> => ({
    valueFrom: { secretKeyRef: { name: secret.name, key } },
  });
  const container = {
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
  const mounts = [
    { name: "dump", mountPath: folder },
    { name: "tmp", mountPath: "/tmp" },
  ];
  return {
    schedule,
    timeZone: "Etc/UTC",
    concurrencyPolicy: "Forbid",
    // After an outage of the control plane, late is better than never.
    startingDeadlineSeconds: 4 * 3600,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      metadata: { labels },
      spec: {
        backoffLimit: 2,
        activeDeadlineSeconds: dumpHours * 3600,
        template: {
          metadata: {
            labels: { ...labels, ...identity?.podLabels },
            annotations: undisturbed,
          },
          spec: {
            restartPolicy: "Never",
            serviceAccountName: dumpAccount,
            // The clouds' webhooks bring tokens of their own.
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1001,
              runAsGroup: 1001,
              fsGroup: 1001,
              seccompProfile: { type: "RuntimeDefault" },
            },
            ...placement.scheduling,
            initContainers: [
              {
                ...container,
                name: "dump",
                image: `docker.io/${dump.image.repository}:${dump.image.tag}`,
                command: ["sh", "-c", `OUT="${folder}/$(date -u +%Y-%m-%dT%H-%M-%SZ)"\n${dump.script}`],
                env: [
                  ...Object.entries(env).map(([name, value]) => ({ name, value })),
                  { name: "HOST", value: host },
                  { name: "CA", value: secret.hasCa ? `${caFolder}/${dumpSecretKeys.ca}` : "" },
                  { name: "HOME", value: "/tmp" },
                  "key" in account
                    ? { name: "ACCOUNT", ...fromSecret(account.key) }
                    : { name: "ACCOUNT", value: account.value },
                  { name: "PASSWORD", ...fromSecret(secret.password) },
                ],
                resources: {
                  requests: { cpu: "100m", memory: "256Mi", "ephemeral-storage": space },
                  limits: { memory: "1Gi" },
                },
                volumeMounts: [
                  ...mounts,
                  ...(secret.hasCa ? [{ name: "ca", mountPath: caFolder, readOnly: true }] : []),
                ],
              },
            ],
            containers: [
              {
                ...container,
                name: "upload",
                image: `docker.io/${images.rclone.repository}:${images.rclone.tag}`,
                args: uploadArgs(folder, store, `${dumpsPrefix}${stack}/${service}`),
                env: [...remote(store), { name: "HOME", value: "/tmp" }],
                resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
                volumeMounts: mounts,
              },
            ],
            volumes: [
              { name: "dump", emptyDir: { sizeLimit: space } },
              { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
              ...(secret.hasCa
                ? [
                    {
                      name: "ca",
                      secret: {
                        secretName: secret.name,
                        items: [{ key: dumpSecretKeys.ca, path: dumpSecretKeys.ca }],
                      },
                    },
                  ]
                : []),
            ],
          },
        },
      },
    },
  };
}
