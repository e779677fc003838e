import type { SettingToken } from "../../tutor/types.js";
import { imageName, images } from "../../workspace/versions.js";
import { boundPlain, boundSecret, ownPassword, type ServiceSettings } from "../settingNames.js";
import type { ObjectStorePlan } from "../types.js";

/** S3's own keys are 20 characters long and in upper case; others take any. */
const accessKey: SettingToken = { spec: { kind: "password", length: 24 }, secret: true };

export function objectStoreSettings(plan: ObjectStorePlan, instance: string): ServiceSettings | undefined {
  switch (plan.mode) {
    case "bundled":
      return undefined;
    case "managed":
      return managedSettings(plan);
    case "cluster":
      return {
        settings: {
          ...addressSettings(plan, instance),
          OPENEDX_PULUMI_STORAGE_BROWSER_HOST: "files.{{ LMS_HOST }}",
          OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: plan.administration.master,
          OPENEDX_PULUMI_STORAGE_ADMIN_FILER: plan.administration.filer,
          OPENEDX_PULUMI_IMAGE_SEAWEEDFS: `docker.io/${imageName(images.seaweedfs)}`,
        },
        tokens: {
          OPENEDX_PULUMI_STORAGE_ACCESS_KEY: accessKey,
          OPENEDX_PULUMI_STORAGE_SECRET_KEY: ownPassword,
          OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: boundSecret,
          OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: boundSecret,
        },
      };
    case "external":
      return {
        settings: addressSettings(plan, instance),
        tokens: {
          OPENEDX_PULUMI_STORAGE_ACCESS_KEY: boundSecret,
          OPENEDX_PULUMI_STORAGE_SECRET_KEY: boundSecret,
        },
      };
  }
}

function addressSettings(
  { shape, address }: Extract<ObjectStorePlan, { mode: "cluster" | "external" }>,
  instance: string,
): ServiceSettings["settings"] {
  return {
    OPENEDX_PULUMI_STORAGE_KIND: shape.kind,
    OPENEDX_PULUMI_STORAGE_AUTH: shape.auth,
    OPENEDX_PULUMI_STORAGE_BUCKET: address.buckets[instance] ?? "",
    OPENEDX_PULUMI_STORAGE_REGION: address.region,
    ...(address.endpoint !== undefined && { OPENEDX_PULUMI_STORAGE_ENDPOINT: address.endpoint }),
  };
}

/** What a kind of store has besides a bucket is known by the kind alone. */
function managedSettings({
  shape: { kind, auth },
  publicMedia,
}: Extract<ObjectStorePlan, { mode: "managed" }>): ServiceSettings {
  return {
    settings: { OPENEDX_PULUMI_STORAGE_KIND: kind, OPENEDX_PULUMI_STORAGE_AUTH: auth },
    tokens: {
      OPENEDX_PULUMI_STORAGE_BUCKET: boundPlain,
      ...(kind === "s3" && { OPENEDX_PULUMI_STORAGE_REGION: boundPlain }),
      ...(kind === "azure" && { OPENEDX_PULUMI_STORAGE_ACCOUNT: boundPlain }),
      ...(kind === "gcs" && auth === "identity" && { OPENEDX_PULUMI_STORAGE_SIGNER: boundPlain }),
      ...(auth === "keys" && {
        OPENEDX_PULUMI_STORAGE_ACCESS_KEY: boundSecret,
        OPENEDX_PULUMI_STORAGE_SECRET_KEY: boundSecret,
      }),
      ...(publicMedia && {
        OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: boundPlain,
        OPENEDX_PULUMI_STORAGE_PUBLIC_URL: boundPlain,
      }),
    },
  };
}
