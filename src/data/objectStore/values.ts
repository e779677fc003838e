import * as pulumi from "@pulumi/pulumi";
import type { ObjectStore } from "../../cloud/services.js";
import type { Cloud } from "../../cloud/types.js";
import type { ClusterContext } from "../cluster.js";
import { credential } from "../credentials.js";
import { asked } from "../servers.js";
import type { SettingName } from "../settingNames.js";
import type { InstanceServices, InstanceValues } from "../types.js";
import { type ClusterObjectStore, createObjectStore } from "./create.js";

export interface ObjectStoreUser {
  name: string;
  namespace: string;
  /** Web origins from which browsers read and upload. */
  origins: readonly string[];
  services: InstanceServices;
}

/** Object storage for each instance: a bucket on the shared store, of the cloud, or of the config. */
export class ObjectStores {
  private readonly context: ClusterContext;
  private readonly cloud: Cloud;
  private readonly shared?: ClusterObjectStore;

  constructor(context: ClusterContext, cloud: Cloud) {
    this.context = context;
    this.cloud = cloud;
    if (context.plan.objectStore.mode === "cluster") {
      this.shared = createObjectStore(context);
    }
  }

  valuesFor(user: ObjectStoreUser): InstanceValues | undefined {
    const { plan, config } = this.context;
    if (user.services.settings.OPENEDX_PULUMI_STORAGE_KIND === undefined) {
      return undefined;
    }
    switch (plan.objectStore.mode) {
      case "bundled":
        return undefined;
      case "managed":
        return managedValues(user, plan.objectStore.publicMedia, this.cloud);
      case "cluster":
        return {
          values: {
            ...(this.shared && {
              OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: this.shared.adminAccessKey,
              OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: this.shared.adminSecretKey,
            }),
          },
          ready: this.shared?.ready ?? [],
        };
      case "external":
        return {
          values: {
            OPENEDX_PULUMI_STORAGE_ACCESS_KEY: pulumi.secret(
              credential(config, "objectStore", "accessKey", user.name) ?? "",
            ),
            OPENEDX_PULUMI_STORAGE_SECRET_KEY: pulumi.secret(
              credential(config, "objectStore", "secretKey", user.name) ?? "",
            ),
          },
          ready: [],
        };
    }
  }
}

function managedValues(
  { name, namespace, origins }: ObjectStoreUser,
  publicMedia: boolean,
  cloud: Cloud,
): InstanceValues {
  const make = asked("objectStore", cloud.managed.objectStore);
  const store = make({ instance: name, account: { namespace, name }, corsOrigins: origins, publicMedia });
  return {
    values: known({
      OPENEDX_PULUMI_STORAGE_BUCKET: store.bucket,
      OPENEDX_PULUMI_STORAGE_REGION: store.region,
      OPENEDX_PULUMI_STORAGE_ACCOUNT: store.account,
      OPENEDX_PULUMI_STORAGE_SIGNER: store.signer,
      OPENEDX_PULUMI_STORAGE_ACCESS_KEY: store.accessKey,
      OPENEDX_PULUMI_STORAGE_SECRET_KEY: store.secretKey,
      OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: store.publicMedia?.prefix,
      OPENEDX_PULUMI_STORAGE_PUBLIC_URL: store.publicMedia?.baseUrl,
    }),
    ready: store.identity?.ready ?? [],
    ...identityOf(store),
  };
}

function identityOf({
  identity,
}: ObjectStore): Pick<InstanceValues, "serviceAccountAnnotations" | "podLabels"> {
  return identity === undefined
    ? {}
    : { serviceAccountAnnotations: identity.serviceAccountAnnotations, podLabels: identity.podLabels };
}

function known(
  values: Partial<Record<SettingName, pulumi.Input<string> | undefined>>,
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
