import type { ObjectStoreShape } from "../../cloud/services.js";
import type { StackConfig } from "../../stack/load.js";
import { credential, howToGive } from "../credentials.js";
import { accountNames, sharedNames } from "../names.js";
import { type PlanContext, type Planned, planManaged, sizeFaults } from "../planning.js";
import type { ObjectStorePlan } from "../types.js";

export const s3Port = 8333;
const shape: ObjectStoreShape = { kind: "s3", auth: "keys" };

export function planObjectStore(context: PlanContext): Planned<ObjectStorePlan> {
  const { config, services, abilities } = context;
  const { objectStore, namespace } = services;
  switch (objectStore.mode) {
    case "bundled":
      return { plan: { mode: "bundled" }, faults: [] };
    case "managed": {
      const { plan, faults } = planManaged(context, "objectStore", abilities.managed.objectStore);
      return {
        plan: plan.mode === "managed" ? { ...plan, publicMedia: objectStore.publicMedia } : plan,
        faults,
      };
    }
    case "cluster":
      return {
        plan: {
          mode: "cluster",
          shape,
          address: {
            endpoint: `http://${sharedNames.objectStore}-s3.${namespace}.svc:${s3Port}`,
            region: "us-east-1",
            buckets: Object.fromEntries(
              Object.keys(config.instances).map((name) => [name, accountNames(name).bucket]),
            ),
          },
          administration: {
            master: `${sharedNames.objectStore}-master.${namespace}.svc:9333`,
            filer: `${sharedNames.objectStore}-filer.${namespace}.svc:8888`,
          },
        },
        faults: sizeFaults("objectStore", objectStore, { storage: "10Gi", memory: "256Mi" }),
      };
    case "external": {
      const { endpoint, region, buckets } = objectStore.external;
      return {
        plan: { mode: "external", shape, address: { ...(endpoint && { endpoint }), region, buckets } },
        faults: externalFaults(config, buckets),
      };
    }
  }
}

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function externalFaults(config: StackConfig, buckets: Record<string, string>): string[] {
  const key = "openedx:services.objectStore.external.buckets";
  const names = Object.keys(config.instances);
  return [
    ...names
      .filter((name) => buckets[name] === undefined)
      .map((name) => `${key}.${name}: is missing, and openedx:services.objectStore.mode is external`),
    ...Object.entries(buckets).flatMap(([name, bucket]) => [
      ...(names.includes(name) ? [] : [`${key}.${name}: there is no such instance`]),
      ...(bucketName.test(bucket) ? [] : [`${key}.${name}: "${bucket}" is not a name of a bucket`]),
    ]),
    ...names.flatMap((name) =>
      (["accessKey", "secretKey"] as const)
        .filter((part) => credential(config, "objectStore", part, name) === undefined)
        .map(
          (part) =>
            `openedx:credentials.objectStore.${part}: is missing, and ${name} has none of its own. Give it by ` +
            howToGive("objectStore", part),
        ),
    ),
  ];
}
