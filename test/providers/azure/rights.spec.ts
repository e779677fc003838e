import assert from "node:assert/strict";
import { customActions } from "../../../providers/azure/roles.js";
import { type Grant, grantsOf } from "../../contract/azureRoles.js";
import { type CloudRun, inputsOf } from "../../contract/clouds.js";
import { azureRun } from "./stack.js";

/** Every identity, with its roles and what they are on: nothing more, nothing less. */
const rights: Record<string, string[]> = {
  "control-plane": [
    "Key Vault Crypto User on openedx-secrets-key",
    "Managed Identity Operator on openedx-kubelet",
    "Network Contributor on openedx-edge",
    "Network Contributor on openedx-nodes",
    "Reader on openedx-disks",
  ],
  kubelet: ["AcrPull on openedx-registry"],
  disks: ["Key Vault Crypto Service Encryption User on openedx-disks-key"],
  "cert-manager": ["challenge-writer on openedx-zone"],
  "external-dns": ["record-writer on openedx-zone", "zone-finder on openedx-data"],
  velero: ["Storage Blob Data Contributor on openedx-backup"],
  "database-backup": ["dump-writer on openedx-backup"],
  "site-campus": [
    "Storage Blob Data Contributor on openedx-site-campus-media",
    "Storage Blob Data Contributor on openedx-site-campus-public",
    "Storage Blob Delegator on openedx-site-campus",
  ],
  "site-academy": [
    "Storage Blob Data Contributor on openedx-site-academy-media",
    "Storage Blob Data Contributor on openedx-site-academy-public",
    "Storage Blob Delegator on openedx-site-academy",
  ],
};

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** What an identity must not be able to do, and on what. */
const denied: [string, string, string][] = [
  ["site-campus", `${blobs}/read`, "openedx-site-academy-media"],
  ["site-campus", `${blobs}/write`, "openedx-backup"],
  ["site-campus", "Microsoft.Storage/storageAccounts/listKeys/action", "openedx-site-campus"],
  ["site-campus", "Microsoft.Storage/storageAccounts/write", "openedx-site-campus"],
  ["database-backup", `${blobs}/delete`, "openedx-backup"],
  ["database-backup", `${blobs}/deleteBlobVersion/action`, "openedx-backup"],
  ["database-backup", `${blobs}/read`, "openedx-site-campus-media"],
  ["velero", `${blobs}/read`, "openedx-site-campus-media"],
  ["velero", "Microsoft.Storage/storageAccounts/listKeys/action", "openedx-backup"],
  ["cert-manager", "Microsoft.Network/dnsZones/A/write", "openedx-zone"],
  ["cert-manager", "Microsoft.Network/dnsZones/delete", "openedx-zone"],
  ["external-dns", "Microsoft.Network/dnsZones/NS/write", "openedx-zone"],
  ["external-dns", "Microsoft.Network/dnsZones/MX/write", "openedx-zone"],
  ["external-dns", "Microsoft.Network/dnsZones/delete", "openedx-zone"],
  ["external-dns", "Microsoft.DBforMySQL/flexibleServers/read", "openedx-data"],
  ["kubelet", "Microsoft.ContainerRegistry/registries/push/write", "openedx-registry"],
  ["kubelet", "Microsoft.KeyVault/vaults/keys/decrypt/action", "openedx-secrets-key"],
  ["control-plane", "Microsoft.Network/virtualNetworks/subnets/join/action", "openedx-mysql"],
  ["control-plane", "Microsoft.KeyVault/vaults/keys/delete", "openedx-secrets-key"],
  ["control-plane", "Microsoft.KeyVault/vaults/keys/unwrap/action", "openedx-disks-key"],
  ["control-plane", "Microsoft.Compute/diskEncryptionSets/write", "openedx-disks"],
  ["disks", "Microsoft.KeyVault/vaults/keys/unwrap/action", "openedx-secrets-key"],
];

/** And what it must be able to do. */
const allowed: [string, string, string][] = [
  ["site-campus", `${blobs}/write`, "openedx-site-campus-media"],
  [
    "site-campus",
    "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
    "openedx-site-campus",
  ],
  ["database-backup", `${blobs}/write`, "openedx-backup"],
  ["cert-manager", "Microsoft.Network/dnsZones/TXT/write", "openedx-zone"],
  ["external-dns", "Microsoft.Network/dnsZones/A/write", "openedx-zone"],
  ["kubelet", "Microsoft.ContainerRegistry/registries/pull/read", "openedx-registry"],
  ["control-plane", "Microsoft.Network/virtualNetworks/subnets/join/action", "openedx-nodes"],
];

function covers(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.]/g, "\\.").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "i").test(action);
}

describe("the rights of Azure's identities", () => {
  let run: CloudRun;
  let grants: Grant[];

  before(async () => {
    run = await azureRun({}, {}, true);
    grants = grantsOf(run.registrations);
  });

  const grantsTo = (identity: string): Grant[] =>
    grants.filter(({ principal }) => principal === `principal-openedx-${identity}`);
  const may = (identity: string, action: string, scope: string): boolean =>
    grantsTo(identity).some(
      (each) => each.scope === scope && each.actions.some((pattern) => covers(pattern, action)),
    );

  it("are all listed here", () => {
    const identities = run.registrations
      .filter(({ type }) => type.endsWith(":UserAssignedIdentity"))
      .map(({ name }) => name.replace("openedx-", ""));
    assert.deepEqual(identities.sort(), Object.keys(rights).sort());
    const people = grants.filter(({ grantedBy }) => grantedBy.includes("-administrator-"));
    assert.equal(
      grants.length,
      people.length + Object.values(rights).reduce((sum, list) => sum + list.length, 0),
    );
  });

  for (const [identity, list] of Object.entries(rights)) {
    it(`of ${identity} are these alone`, () => {
      const found = grantsTo(identity).map(({ role, scope }) => `${role} on ${scope}`);
      assert.deepEqual(found.sort(), list);
    });
  }

  for (const [identity, action, scope] of denied) {
    it(`keep ${identity} from ${action} on ${scope.split("/").pop()}`, () => {
      assert.equal(may(identity, action, scope), false);
    });
  }

  for (const [identity, action, scope] of allowed) {
    it(`let ${identity} do ${action}`, () => {
      assert.equal(may(identity, action, scope), true);
    });
  }

  it("name each action of the stack's own roles in full", () => {
    assert.deepEqual(
      Object.values(customActions)
        .flat()
        .filter((action) => action.includes("*")),
      [],
    );
  });

  it("reach people through the cluster and the vault only, and through no admin account", () => {
    const people = grants.filter(({ principal }) => principal.startsWith("00000000-"));
    assert.deepEqual(people.map(({ role, scope }) => `${role} on ${scope}`).sort(), [
      "Azure Kubernetes Service Cluster User Role on openedx-cluster",
      "Azure Kubernetes Service RBAC Cluster Admin on openedx-cluster",
      "Key Vault Crypto Officer on openedx-vault",
    ]);
  });

  it("of the control plane are the network's group with shared storage, whose endpoints it makes there", async () => {
    const shared = grantsOf((await azureRun({ sharedStorage: true })).registrations);
    const scopes = shared
      .filter(({ grantedBy }) => grantedBy.startsWith("openedx-control-plane-network-contributor"))
      .map(({ scope }) => scope);
    assert.deepEqual(scopes.sort(), ["openedx-cluster", "openedx-edge"]);
  });

  it("bind each identity to its own service account, and to no other's", () => {
    const subjects = run.registrations
      .filter(({ type }) => type.endsWith(":FederatedIdentityCredential"))
      .map((each) => inputsOf(each) as { resourceName: string; subject: string })
      .map(({ resourceName, subject }) => `${resourceName} ${subject}`);
    assert.deepEqual(subjects.sort(), [
      "openedx-cert-manager system:serviceaccount:cert-manager:cert-manager",
      "openedx-database-backup system:serviceaccount:openedx-data:backup",
      "openedx-external-dns system:serviceaccount:external-dns:external-dns",
      "openedx-site-academy system:serviceaccount:academy:openedx",
      "openedx-site-campus system:serviceaccount:campus:openedx",
      "openedx-velero system:serviceaccount:velero:velero",
    ]);
  });
});
