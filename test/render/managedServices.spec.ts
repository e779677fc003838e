import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derivePassword } from "../../src/instance/secrets/derive.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { runAsPlan } from "../../src/charts/bring.js";
import { runProgram } from "../../src/engine/run.js";
import { readStack } from "../../src/engine/stackFile.js";
import type { Registered, Registration, ResourceHandler } from "../../src/engine/types.js";
import { silent } from "../../src/workspace/progress.js";
import { parseYaml } from "../../src/workspace/yaml.js";
import { awsCase } from "../contract/aws.js";
import { azureCase } from "../contract/azure.js";
import { type CloudCase, inputsOf, type Plain } from "../contract/clouds.js";
import { gcpCase } from "../contract/gcp.js";
import { withOwnImages } from "../support/ownImages.js";
import { type DjangoSettings, runSettings } from "./djangoSettings.js";

const names = ["campus", "academy"] as const;
type Name = (typeof names)[number];

/** What differs from cloud to cloud in the settings of a site whose services are all the cloud's own. */
interface Expected {
  each: CloudCase;
  mysql: Plain;
  redisPort: string;
  redisUser: (site: Name) => string;
  redis: Plain;
  privateCa: boolean;
  storage: string;
  /** The setting that names the site's store. */
  store: (settings: DjangoSettings) => unknown;
  publicFolder: string;
  /** Keys of the service account's annotations. */
  annotations: string[];
  podLabels: Record<string, string>;
  /** Type whose inputs hold the origins that browsers may come from. */
  cors: string;
}

interface Workload {
  metadata: { labels: Record<string, string> };
  spec: { serviceAccountName: string };
}

const clouds: Expected[] = [
  {
    each: awsCase,
    mysql: { ssl_mode: "VERIFY_IDENTITY", ssl: { ca: "/openedx/ca/mysql.pem" } },
    redisPort: "6379",
    redisUser: (site) => site,
    redis: { ssl_check_hostname: true },
    privateCa: true,
    storage: "storages.backends.s3boto3.S3Boto3Storage",
    store: (settings) => settings.AWS_STORAGE_BUCKET_NAME,
    publicFolder: "public/profile-images",
    annotations: [], // EKS binds roles by names
    podLabels: {},
    cors: "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  },
  {
    each: azureCase,
    mysql: { ssl_mode: "VERIFY_IDENTITY", ssl: { ca: "/etc/ssl/certs/ca-certificates.crt" } },
    redisPort: "10000",
    redisUser: () => "default",
    redis: { ssl_check_hostname: true },
    privateCa: false,
    storage: "storages.backends.azure_storage.AzureStorage",
    store: (settings) => settings.AZURE_ACCOUNT_NAME,
    publicFolder: "profile-images",
    annotations: ["azure.workload.identity/client-id"],
    podLabels: { "azure.workload.identity/use": "true" },
    cors: "azure-native:storage:BlobServiceProperties",
  },
  {
    each: gcpCase,
    mysql: { ssl_mode: "VERIFY_CA", ssl: { ca: "/openedx/ca/mysql.pem" } },
    redisPort: "6378",
    redisUser: () => "default",
    redis: { ssl_check_hostname: false, ssl_ca_certs: "/openedx/ca/redis-broker.pem" },
    privateCa: true,
    storage: "storages.backends.gcloud.GoogleCloudStorage",
    store: (settings) => settings.GS_BUCKET_NAME,
    publicFolder: "public/profile-images",
    annotations: ["iam.gke.io/gcp-service-account"],
    podLabels: {},
    cors: "gcp:storage/bucket:Bucket",
  },
];

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

/** Everything is made, and tells what it was asked to be. */
function making({ tokens, outputs, invoke }: CloudCase): ResourceHandler {
  const made = (registration: Registration, id: string): Promise<Registered> =>
    Promise.resolve({
      id,
      outputs: {
        ...registration.inputs,
        result: `generated-${registration.name}`,
        hex: `hex-${registration.name}`,
        privateKeyPem: privateKey,
        ...(registration.type.startsWith(tokens) && outputs(registration)),
      },
    });
  return {
    register: (registration) => made(registration, registration.name),
    read: made,
    invoke: (token) => Promise.resolve(invoke?.(token) ?? {}),
  };
}

/** All that a cloud's sample stack registers with two sites and managed services, with everything known. */
async function deployed(each: CloudCase, folder: string): Promise<Registration[]> {
  const { project, stack, config, secretKeys } = readStack(each.cloud);
  const managed = { mode: "managed" };
  const result = await runProgram({
    project,
    stack,
    secretKeys,
    config: {
      ...config,
      "openedx:instances": JSON.stringify(withOwnImages(folder, names)),
      "openedx:services": JSON.stringify({
        mysql: managed,
        redis: managed,
        objectStore: { ...managed, publicMedia: true },
      }),
    },
    dryRun: false,
    // The charts of the add-ons cannot be had everywhere, and nothing is deployed here.
    program: () => runAsPlan(new Map(), stackProgram(silent)),
    handler: making(each),
  });
  return result.registrations;
}
/** The text that stands in one of a site's Secrets or ConfigMaps. */
function textOf(all: readonly Registration[], resource: string, file: string): string {
  const found = all.find(({ name }) => name.replace(/-[0-9a-f]{10}$/, "") === resource);
  const { stringData, data } = found === undefined ? {} : inputsOf(found);
  return ((stringData ?? data) as Record<string, string> | undefined)?.[file] ?? "";
}

/** What the LMS of a site has in the end. */
function settingsOf(all: readonly Registration[], site: Name): DjangoSettings {
  return runSettings(textOf(all, `${site}-openedx`, "openedx-settings-lms_production.py"), {
    BROKER_URL: "",
    BROKER_TRANSPORT_OPTIONS: {},
    DATABASES: { default: { ENGINE: "django.db.backends.mysql" } },
    PROFILE_IMAGE_BACKEND: { options: {} },
    STORAGES: {},
    VIDEO_IMAGE_SETTINGS: { STORAGE_KWARGS: { location: "" } },
    VIDEO_TRANSCRIPTS_SETTINGS: { STORAGE_KWARGS: { location: "" } },
  });
}

for (const expected of clouds) {
  const { each } = expected;

  describe(`sites with data services of ${each.cloud}`, () => {
    let all: Registration[];
    let sites: Record<Name, DjangoSettings>;
    let folder: string;

    after(() => rmSync(folder, { recursive: true }));
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "sites-"));
      all = await deployed(each, folder);
      sites = { campus: settingsOf(all, "campus"), academy: settingsOf(all, "academy") };
    });

    it("reach MySQL by TLS, each as a user of its own in databases of its own", () => {
      for (const site of names) {
        const { default: database } = sites[site].DATABASES as Record<string, { OPTIONS: unknown }>;
        assert.deepEqual(database?.OPTIONS, { charset: "utf8mb4", ...expected.mysql });
        const written = parseYaml(textOf(all, `${site}-openedx`, "openedx-config_lms.env.yml"), site);
        const { DATABASES } = written.content as { DATABASES: Record<string, Record<string, unknown>> };
        const { HOST, NAME, USER, PASSWORD } = DATABASES.default ?? {};
        assert.match(String(HOST), /mysql.*\.(example|goog)$/);
        assert.deepEqual(
          [NAME, USER, PASSWORD],
          [
            `${site}_openedx`,
            `${site}_openedx`,
            derivePassword(
              `generated-${site}-secrets`,
              { instance: site, key: "OPENEDX_MYSQL_PASSWORD", generation: 1 },
              24,
            ),
          ],
        );
      }
    });

    it("have two Redis servers, by TLS, and keys behind a prefix of their own", () => {
      for (const site of names) {
        const { CACHES, BROKER_URL, BROKER_USE_SSL, BROKER_TRANSPORT_OPTIONS } = sites[site];
        const { default: cache } = CACHES as Record<string, { LOCATION: string; KEY_PREFIX: string }>;
        const urls = [String(BROKER_URL), cache?.LOCATION ?? ""].map((url) => new URL(url));
        for (const url of urls) {
          assert.deepEqual(
            [url.protocol, url.username, url.port],
            ["rediss:", expected.redisUser(site), expected.redisPort],
          );
          assert.notEqual(url.password, "");
        }
        assert.notEqual(urls[0]?.hostname, urls[1]?.hostname);
        assert.deepEqual(BROKER_USE_SSL, { ssl_cert_reqs: 2, ...expected.redis });
        assert.deepEqual(
          [(BROKER_TRANSPORT_OPTIONS as Plain).global_keyprefix, cache?.KEY_PREFIX],
          [`${site}:`, `${site}:default`],
        );
      }
    });

    it("get the authorities of servers that no client knows", () => {
      const mounted = textOf(all, "campus-openedx-ca", "mysql.pem");
      assert.equal(mounted !== "", expected.privateCa);
    });

    it("have a store each, and public media beside it, without a key", () => {
      assert.notEqual(expected.store(sites.campus), expected.store(sites.academy));
      for (const site of names) {
        assert.match(String(expected.store(sites[site])), new RegExp(site));
        assert.deepEqual(sites[site].STORAGES, { default: { BACKEND: expected.storage } });
        const { options } = sites[site].PROFILE_IMAGE_BACKEND as { options: Plain };
        assert.equal(options.location, expected.publicFolder);
        const keys = ["AWS_SECRET_ACCESS_KEY", "AZURE_ACCOUNT_KEY"].filter((key) => sites[site][key]);
        assert.deepEqual(keys, []);
      }
    });

    it("act as an identity of their own", () => {
      const accounts = all.filter(({ type }) => type === "kubernetes:core/v1:ServiceAccount").map(inputsOf);
      const identities = names.map((site) => {
        const account = accounts.find(({ metadata }) => (metadata as Plain).namespace === site);
        const { annotations = {} } = account?.metadata as { annotations?: Record<string, string> };
        assert.deepEqual(Object.keys(annotations), expected.annotations);
        return JSON.stringify(annotations);
      });
      assert.equal(new Set(identities).size, expected.annotations.length === 0 ? 1 : 2);
      const release = all.find(({ name, type }) => name === "campus" && type.endsWith(":Release"));
      const { manifests } = inputsOf(release as Registration).values as {
        manifests: Record<string, unknown>;
      };
      const { template } = (manifests["Deployment.lms"] as { spec: { template: Workload } }).spec;
      assert.equal(template.spec.serviceAccountName, "campus");
      for (const [label, value] of Object.entries(expected.podLabels)) {
        assert.equal(template.metadata.labels[label], value);
      }
    });

    it("let browsers come from their own hosts alone", () => {
      const rules = all
        .filter(({ type }) => type === expected.cors)
        .map((rule) => JSON.stringify(rule.inputs));
      for (const [site, host] of [
        ["campus", "https://campus.example.com"],
        ["academy", "https://academy.example.org"],
      ] as const) {
        const letIn = rules.filter((rule) => rule.includes(`"${host}"`));
        assert.equal(letIn.length, 1);
        assert.match(letIn[0] ?? "", new RegExp(`site-${site}`));
      }
    });
  });
}
