import assert from "node:assert/strict";
import { customPermissions } from "../../../providers/gcp/roles.js";
import { type Grant, grantsOf } from "../../contract/gcpRoles.js";
import type { CloudRun } from "../../contract/clouds.js";
import { gcpRun } from "./stack.js";

const project = "openedx-contract";
const account = (name: string): string => `serviceAccount:openedx-${name}@${project}.iam.gserviceaccount.com`;
const service = (domain: string): string =>
  `serviceAccount:service-123456789012@${domain}.iam.gserviceaccount.com`;
const pods = (namespace: string, name: string): string =>
  "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/" +
  `${project}.svc.id.goog/subject/ns/${namespace}/sa/${name}`;
const actAs = (namespace: string, name: string): string =>
  `serviceAccount:${project}.svc.id.goog[${namespace}/${name}]`;
const itself = (name: string): string =>
  `serviceaccount projects/${project}/serviceAccounts/openedx-${name}@${project}.iam.gserviceaccount.com`;
/** Buckets have a name with chance in it; the run's is as long as the resource's name. */
const bucket = (name: string): string => `storage openedx-${name}-hex${`openedx-${name}-suffix`.length}`;

const encrypter = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
const user = "roles/storage.objectUser";

/** Every identity, with its roles and what they are on: nothing more, nothing less. */
const rights: Record<string, string[]> = {
  [account("nodes")]: [
    "roles/artifactregistry.reader on artifactregistry openedx-images",
    `roles/container.defaultNodeServiceAccount on projects ${project}`,
  ],
  [pods("cert-manager", "cert-manager")]: ["record_writer on dns openedx-example-com"],
  [pods("external-dns", "external-dns")]: [
    "record_writer on dns openedx-example-com",
    `zone_finder on projects ${project}`,
  ],
  [pods("openedx-data", "backup")]: [`roles/storage.objectCreator on ${bucket("backup")}`],
  [account("velero")]: [`${user} on ${bucket("backup")}`, `url_signer on ${itself("velero")}`],
  [actAs("velero", "velero")]: [`roles/iam.workloadIdentityUser on ${itself("velero")}`],
  ...Object.fromEntries(
    ["campus", "academy"].flatMap((site) => [
      [
        account(`site-${site}`),
        [`${user} on ${bucket(`site-${site}`)}`, `url_signer on ${itself(`site-${site}`)}`],
      ],
      [actAs(site, "openedx"), [`roles/iam.workloadIdentityUser on ${itself(`site-${site}`)}`]],
    ]),
  ),
  allUsers: ["academy", "campus"].map((site) => `public_reader on ${bucket(`site-${site}`)}/public/`),
  [service("container-engine-robot")]: [`${encrypter} on kms openedx-secrets-key`],
  [service("compute-system")]: [`${encrypter} on kms openedx-disks-key`],
  [service("gcp-sa-cloud-sql")]: [`${encrypter} on kms openedx-data-key`],
  [service("cloud-redis")]: [`${encrypter} on kms openedx-data-key`],
  [service("gs-project-accounts")]: [
    `${encrypter} on kms openedx-backup-key`,
    `${encrypter} on kms openedx-data-key`,
  ],
  [service("gcp-sa-artifactregistry")]: [`${encrypter} on kms openedx-data-key`],
};

/** What an identity must not be able to do, and on what. */
const denied: [string, string, string][] = [
  [account("site-campus"), "storage.objects.get", bucket("site-academy")],
  [account("site-campus"), "storage.objects.create", bucket("backup")],
  [account("site-campus"), "storage.buckets.setIamPolicy", bucket("site-campus")],
  [account("site-campus"), "iam.serviceAccounts.signBlob", itself("site-academy")],
  [account("site-campus"), "iam.serviceAccounts.getAccessToken", itself("site-campus")],
  [actAs("campus", "openedx"), "iam.serviceAccounts.getAccessToken", itself("site-academy")],
  [actAs("campus", "openedx"), "iam.serviceAccounts.getAccessToken", itself("nodes")],
  [pods("openedx-data", "backup"), "storage.objects.delete", bucket("backup")],
  [pods("openedx-data", "backup"), "storage.objects.get", bucket("backup")],
  [pods("openedx-data", "backup"), "storage.objects.get", bucket("site-campus")],
  [pods("openedx-data", "backup"), "compute.snapshots.delete", `projects ${project}`],
  [account("velero"), "storage.objects.get", bucket("site-campus")],
  [account("velero"), "compute.disks.createSnapshot", `projects ${project}`],
  [account("velero"), "compute.instances.create", `projects ${project}`],
  [pods("cert-manager", "cert-manager"), "dns.managedZones.delete", "dns openedx-example-com"],
  [pods("cert-manager", "cert-manager"), "dns.managedZones.list", `projects ${project}`],
  [pods("external-dns", "external-dns"), "dns.managedZones.update", "dns openedx-example-com"],
  [pods("external-dns", "external-dns"), "dns.resourceRecordSets.create", `projects ${project}`],
  [account("nodes"), "artifactregistry.repositories.uploadArtifacts", "artifactregistry openedx-images"],
  [account("nodes"), "storage.objects.get", `projects ${project}`],
  [account("nodes"), "cloudkms.cryptoKeyVersions.useToDecrypt", "kms openedx-secrets-key"],
  ["allUsers", "storage.objects.list", `${bucket("site-campus")}/public/`],
  ["allUsers", "storage.objects.get", bucket("site-campus")],
  [service("cloud-redis"), "cloudkms.cryptoKeyVersions.useToDecrypt", "kms openedx-secrets-key"],
  [service("gs-project-accounts"), "cloudkms.cryptoKeyVersions.useToDecrypt", "kms openedx-disks-key"],
];

/** And what it must be able to do. */
const allowed: [string, string, string][] = [
  [account("site-campus"), "storage.objects.create", bucket("site-campus")],
  [account("site-campus"), "storage.multipartUploads.create", bucket("site-campus")],
  [account("site-campus"), "iam.serviceAccounts.signBlob", itself("site-campus")],
  [actAs("campus", "openedx"), "iam.serviceAccounts.getAccessToken", itself("site-campus")],
  [pods("openedx-data", "backup"), "storage.objects.create", bucket("backup")],
  [account("velero"), "iam.serviceAccounts.signBlob", itself("velero")],
  [pods("cert-manager", "cert-manager"), "dns.changes.create", "dns openedx-example-com"],
  [pods("external-dns", "external-dns"), "dns.managedZones.list", `projects ${project}`],
  [account("nodes"), "artifactregistry.repositories.downloadArtifacts", "artifactregistry openedx-images"],
  [account("nodes"), "logging.logEntries.create", `projects ${project}`],
  ["allUsers", "storage.objects.get", `${bucket("site-campus")}/public/`],
];

const short = (member: string): string => member.replace(/^.*\/subject\//, "pods of ").replace(/@.*$/, "");

describe("the rights of Google Cloud's identities", () => {
  let run: CloudRun;
  let grants: Grant[];

  before(async () => {
    run = await gcpRun({}, {}, true);
    grants = grantsOf(run.registrations);
  });

  const may = (member: string, permission: string, resource: string): boolean =>
    grants.some(
      (each) => each.member === member && each.resource === resource && each.permissions.includes(permission),
    );

  it("are all listed here", () => {
    assert.deepEqual([...new Set(grants.map(({ member }) => member))].sort(), Object.keys(rights).sort());
  });

  for (const [member, list] of Object.entries(rights)) {
    it(`of ${short(member)} are these alone`, () => {
      const found = grants
        .filter((each) => each.member === member)
        .map(({ role, resource }) => `${role} on ${resource}`);
      assert.deepEqual(found.sort(), [...list].sort());
    });
  }

  for (const [member, permission, resource] of denied) {
    it(`keep ${short(member)} from ${permission} on ${resource.split("/").slice(-2).join("/")}`, () => {
      assert.equal(may(member, permission, resource), false);
    });
  }

  for (const [member, permission, resource] of allowed) {
    it(`let ${short(member)} do ${permission}`, () => {
      assert.equal(may(member, permission, resource), true);
    });
  }

  it("name each permission of the stack's own roles in full", () => {
    assert.deepEqual(
      Object.values(customPermissions)
        .flat()
        .filter((permission) => !/^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/.test(permission)),
      [],
    );
  });

  it("take no basic role, no account's key and no whole policy of the project's", () => {
    const types = run.registrations.map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => /IAMPolicy|IAMBinding|IamPolicy|IamBinding|serviceaccount\/key/.test(type)),
      [],
    );
    assert.deepEqual(
      grants.filter(({ role }) => /^roles\/(owner|editor|viewer)$/.test(role)),
      [],
    );
  });

  it("reach nobody outside without public media", async () => {
    const closed = grantsOf((await gcpRun()).registrations);
    assert.deepEqual(
      closed.filter(({ member }) => member.startsWith("all")),
      [],
    );
  });
});
