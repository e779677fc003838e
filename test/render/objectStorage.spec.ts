import assert from "node:assert/strict";
import type { Render } from "../../src/tutor/types.js";
import { platformSettings, type DjangoSettings } from "./djangoSettings.js";
import { filesOf, renderOne, sample, tokenOf } from "./rendering.js";
import { sharedServices } from "./sharedServices.js";

describe("object storage of other kinds", () => {
  const bound = { spec: { kind: "bound" }, secret: false } as const;

  async function settingsFor(
    kind: string,
    auth: string,
    more: Record<string, string> = {},
  ): Promise<{ render: Render; settings: DjangoSettings }> {
    const shared = sharedServices("academy");
    const tokens = Object.fromEntries(
      Object.entries(shared.tokens).filter(([key]) => !/STORAGE_ADMIN/.test(key)),
    );
    const render = await renderOne({
      ...sample("academy"),
      settings: {
        ...shared.settings,
        OPENEDX_PULUMI_STORAGE_KIND: kind,
        OPENEDX_PULUMI_STORAGE_AUTH: auth,
        OPENEDX_PULUMI_STORAGE_ENDPOINT: "",
        OPENEDX_PULUMI_STORAGE_BROWSER_HOST: "",
        ...more,
      },
      tokens: {
        ...tokens,
        OPENEDX_PULUMI_STORAGE_BUCKET: bound,
        ...(kind === "azure" && { OPENEDX_PULUMI_STORAGE_ACCOUNT: bound }),
        ...(kind === "gcs" && { OPENEDX_PULUMI_STORAGE_SIGNER: bound }),
        OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: bound,
        OPENEDX_PULUMI_STORAGE_PUBLIC_URL: { ...bound, template: "https://{}/" },
      },
    });
    return { render, settings: platformSettings(render, "lms", { STORAGES: {} }) };
  }

  it("asks a store that browsers reach too by its own address, for which links are signed", async () => {
    const endpoint = "https://s3.example.com";
    const { render, settings } = await settingsFor("s3", "keys", {
      OPENEDX_PULUMI_STORAGE_ENDPOINT: endpoint,
    });
    assert.deepEqual(settings.STORAGES, {
      default: { BACKEND: "storages.backends.s3boto3.S3Boto3Storage" },
    });
    assert.equal(settings.AWS_S3_ENDPOINT_URL, endpoint);
    assert.doesNotMatch(filesOf(render, "caddy-config").Caddyfile ?? "", /files\./);
  });

  it("has Google's own backend, and Google signs", async () => {
    const { render, settings } = await settingsFor("gcs", "identity");
    assert.deepEqual(settings.STORAGES, {
      default: { BACKEND: "storages.backends.gcloud.GoogleCloudStorage" },
    });
    assert.equal(settings.GS_BUCKET_NAME, tokenOf(render, "OPENEDX_PULUMI_STORAGE_BUCKET"));
    assert.deepEqual(
      [settings.GS_IAM_SIGN_BLOB, settings.GS_SA_EMAIL],
      [true, tokenOf(render, "OPENEDX_PULUMI_STORAGE_SIGNER")],
    );
    assert.equal(settings.ORA2_FILEUPLOAD_BACKEND, "django");
    const { options } = settings.PROFILE_IMAGE_BACKEND as { options: Record<string, unknown> };
    assert.deepEqual(options, {
      location: `${tokenOf(render, "OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX")}/profile-images`,
      custom_endpoint: `https://${tokenOf(render, "OPENEDX_PULUMI_STORAGE_PUBLIC_URL")}/`,
      querystring_auth: false,
    });
  });

  it("has Amazon's backend, whose public addresses are host, prefix and file", async () => {
    const { render, settings } = await settingsFor("s3", "identity");
    assert.equal(settings.AWS_ACCESS_KEY_ID, null);
    const { options } = settings.PROFILE_IMAGE_BACKEND as { options: Record<string, unknown> };
    assert.deepEqual(options, {
      location: `${tokenOf(render, "OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX")}/profile-images`,
      custom_domain: tokenOf(render, "OPENEDX_PULUMI_STORAGE_PUBLIC_URL"),
      querystring_auth: false,
    });
  });

  it("has Azure's backend, with the pods' identity or the account's key", async () => {
    const { render, settings } = await settingsFor("azure", "identity");
    assert.deepEqual(settings.STORAGES, {
      default: { BACKEND: "storages.backends.azure_storage.AzureStorage" },
    });
    assert.equal(settings.AZURE_CONTAINER, tokenOf(render, "OPENEDX_PULUMI_STORAGE_BUCKET"));
    assert.equal(settings.AZURE_ACCOUNT_KEY, undefined);
    const { options } = settings.PROFILE_IMAGE_BACKEND as { options: Record<string, unknown> };
    assert.deepEqual(options, {
      azure_container: tokenOf(render, "OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX"),
      location: "profile-images",
      expiration_secs: null,
    });
    assert.equal(settings.AZURE_OVERWRITE_FILES, true);
    const keyed = await settingsFor("azure", "keys");
    assert.equal(
      keyed.settings.AZURE_ACCOUNT_KEY,
      tokenOf(keyed.render, "OPENEDX_PULUMI_STORAGE_SECRET_KEY"),
    );
  });
});
