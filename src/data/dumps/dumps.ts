import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { dumpJobPrefix } from "../../cloud/backupStore.js";
import type { AdministeredServer, BackupStore } from "../../cloud/services.js";
import { partOf } from "../../kubernetes/conventions.js";
import { createSecret, type MakeContext, serviceChild } from "../cluster.js";
import { hasKeys } from "../operatorBackup.js";
import { asked, type Ready } from "../service.js";
import type { UsedPlan } from "../types.js";
import { dumpAccount, dumpCronJob, dumpSecretKeys } from "./cronJob.js";
import type { Dump } from "./dump.js";

/** A service that is dumped, and the server that it has. */
export interface Dumped {
  /** Its name in the table of services. */
  key: string;
  dump: Dump;
  plan: UsedPlan<unknown, unknown>;
  server: Ready<object>;
}

/**
 * Makes, for each service, a CronJob that dumps it into the store: by the cloud's workload identity for that, or by the
 * store's keys. Both of them may do no more than add to it.
 * @param keys the Secret with them. Default: there are none.
 */
export function createDumps(
  context: MakeContext,
  store: BackupStore,
  dumped: readonly Dumped[],
  keys: readonly pulumi.Resource[],
): k8s.batch.v1.CronJob[] {
  if (dumped.length === 0) {
    return [];
  }
  const { config, cloud, namespace, ready } = context;
  const identity = hasKeys(store)
    ? undefined
    : asked("an identity", cloud.identity)("database-backup", {
        namespace: config.services.namespace,
        name: dumpAccount,
      });
  const child = serviceChild(context, "dumps-account", { dependsOn: ready });
  const account = new k8s.core.v1.ServiceAccount(
    child.name,
    {
      metadata: {
        namespace,
        name: dumpAccount,
        labels: partOf,
        annotations: identity?.serviceAccountAnnotations ?? {},
      },
      automountServiceAccountToken: false,
    },
    child.opts,
  );
  const before = [account, ...keys, ...(identity?.ready ?? [])];
  return dumped.map((each) => createDump(context, store, each, before, identity));
}

function createDump(
  context: MakeContext,
  store: BackupStore,
  { key, dump, plan, server }: Dumped,
  before: readonly pulumi.Resource[],
  identity: ReturnType<NonNullable<MakeContext["cloud"]["identity"]>> | undefined,
): k8s.batch.v1.CronJob {
  const { config, placement, namespace } = context;
  const { backup } = config.services;
  const { host, adminPassword, ca } = server as Ready<AdministeredServer>;
  const { adminUser } = plan.shape as { adminUser: string };
  const name = `${dumpJobPrefix}${key}`;
  const isOperated = plan.mode === "cluster";
  const own = isOperated
    ? []
    : [
        createSecret(context, name, {
          [dumpSecretKeys.password]: adminPassword,
          ...(ca !== undefined && { [dumpSecretKeys.ca]: ca }),
        }),
      ];
  const child = serviceChild(context, name, { dependsOn: [...before, ...own, ...server.ready] });
  return new k8s.batch.v1.CronJob(
    child.name,
    {
      metadata: { namespace, name, labels: partOf },
      spec: dumpCronJob({
        service: key,
        stack: config.stack,
        dump,
        env: dump.env(plan.shape),
        host,
        account: isOperated ? dump.operated.account : { value: adminUser },
        secret: isOperated
          ? { name: dump.operated.secret, password: dump.operated.password, hasCa: false }
          : { name, password: dumpSecretKeys.password, hasCa: ca !== undefined },
        store,
        ...(identity && { identity }),
        placement,
        schedule: backup.schedule,
        space: backup.space,
      }),
    },
    child.opts,
  );
}
