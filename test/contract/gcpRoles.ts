import type { Registration } from "../../src/engine/types.js";
import { inputsOf, type Right } from "./clouds.js";

const all = (service: string, ...verbs: string[]): string[] => verbs.map((verb) => `${service}.${verb}`);

/** What Google's own roles allow (as of 22 August 2026), but for reading about the project itself. */
export const predefined: Record<string, string[]> = {
  "roles/artifactregistry.reader": [
    ...all("artifactregistry.attachments", "get", "list"),
    ...all("artifactregistry.dockerimages", "get", "list"),
    ...all("artifactregistry.files", "download", "get", "list"),
    ...all("artifactregistry.locations", "get", "list"),
    ...all("artifactregistry.mavenartifacts", "get", "list"),
    ...all("artifactregistry.npmpackages", "get", "list"),
    ...all("artifactregistry.packages", "get", "list"),
    ...all("artifactregistry.projectconfigs", "get"),
    ...all("artifactregistry.projectsettings", "get"),
    ...all("artifactregistry.pythonpackages", "get", "list"),
    ...all(
      "artifactregistry.repositories",
      "downloadArtifacts",
      "exportArtifacts",
      "get",
      "list",
      "listEffectiveTags",
      "listTagBindings",
      "readViaVirtualRepository",
    ),
    ...all("artifactregistry.rules", "get", "list"),
    ...all("artifactregistry.tags", "get", "list"),
    ...all("artifactregistry.versions", "get", "list"),
  ],
  "roles/cloudkms.cryptoKeyEncrypterDecrypter": [
    ...all("cloudkms.cryptoKeyVersions", "useToDecrypt", "useToEncrypt"),
    ...all("cloudkms.locations", "get", "list"),
  ],
  "roles/container.defaultNodeServiceAccount": [
    ...all("autoscaling.sites", "writeMetrics"),
    ...all("logging.logEntries", "create"),
    ...all("monitoring.metricDescriptors", "create", "list"),
    ...all("monitoring.timeSeries", "create", "list"),
  ],
  "roles/iam.workloadIdentityUser": [
    ...all("iam.serviceAccounts", "get", "getAccessToken", "getOpenIdToken", "list"),
  ],
  "roles/storage.objectUser": [
    ...all("monitoring.timeSeries", "create"),
    ...all("orgpolicy.policy", "get"),
    ...all("storage.folders", "create", "delete", "get", "list", "rename"),
    ...all("storage.managedFolders", "create", "delete", "get", "list"),
    ...all("storage.multipartUploads", "abort", "create", "list", "listParts"),
    ...all(
      "storage.objects",
      "create",
      "createContext",
      "delete",
      "deleteContext",
      "get",
      "list",
      "move",
      "restore",
      "update",
      "updateContext",
    ),
  ],
  "roles/storage.objectCreator": [
    ...all("orgpolicy.policy", "get"),
    ...all("storage.folders", "create"),
    ...all("storage.managedFolders", "create"),
    ...all("storage.multipartUploads", "abort", "create", "listParts"),
    ...all("storage.objects", "create", "createContext"),
  ],
};

/** Of what deploying takes, what these roles of Google's allow (as of 22 August 2026). */
export const deployerRoles: Record<string, string[]> = {
  "roles/serviceusage.serviceUsageAdmin": [...all("serviceusage.services", "enable", "get", "list", "use")],
  "roles/compute.networkAdmin": [
    ...all(
      "compute.addresses",
      "create",
      "createInternal",
      "delete",
      "deleteInternal",
      "get",
      "setLabels",
      "use",
      "useInternal",
    ),
    ...all("compute.firewalls", "get"),
    ...all("compute.forwardingRules", "create", "delete", "get", "pscCreate", "pscDelete", "setLabels"),
    ...all("compute.globalAddresses", "create", "delete", "get", "setLabels", "use"),
    ...all("compute.networks", "create", "delete", "get", "update", "updatePolicy", "use"),
    ...all("compute.routers", "create", "delete", "get", "update", "use"),
    ...all("compute.subnetworks", "create", "delete", "expandIpCidrRange", "get", "update", "use"),
    ...all("servicedirectory.namespaces", "create"),
    ...all("servicedirectory.services", "create", "delete"),
    ...all("serviceusage.services", "get", "list"),
  ],
  "roles/compute.securityAdmin": [
    ...all("compute.firewalls", "create", "delete", "get", "update"),
    ...all("compute.networks", "updatePolicy"),
  ],
  "roles/dns.admin": [
    ...all("compute.networks", "get"),
    ...all("dns.changes", "create", "get"),
    ...all("dns.managedZones", "create", "delete", "get", "getIamPolicy", "update"),
    ...all("dns.networks", "bindPrivateDNSZone"),
    ...all("dns.resourceRecordSets", "create", "delete", "get", "list", "update"),
  ],
  "roles/container.admin": [
    ...all("container.clusters", "connect", "create", "delete", "get", "getCredentials", "update"),
    ...all("container.operations", "get"),
  ],
  "roles/cloudkms.admin": [
    ...all("cloudkms.cryptoKeyVersions", "destroy", "list"),
    ...all("cloudkms.cryptoKeys", "create", "get", "getIamPolicy", "setIamPolicy", "update"),
    ...all("cloudkms.keyRings", "create", "get"),
  ],
  "roles/cloudsql.admin": [
    ...all("cloudsql.instances", "create", "delete", "get", "listServerCas", "update"),
    ...all("cloudsql.users", "create", "delete", "get", "list", "update"),
    ...all("serviceusage.services", "get", "list"),
  ],
  "roles/redis.admin": [
    ...all("redis.instances", "create", "delete", "get", "getAuthString", "update"),
    ...all("redis.operations", "get"),
    ...all("serviceusage.services", "use"),
  ],
  "roles/storage.admin": [
    ...all("storage.buckets", "create", "delete", "get", "getIamPolicy", "setIamPolicy", "update"),
    ...all("storage.managedFolders", "create", "delete", "get", "getIamPolicy", "setIamPolicy"),
    ...all("storage.objects", "delete", "list"),
  ],
  "roles/artifactregistry.admin": [
    ...all(
      "artifactregistry.repositories",
      "create",
      "delete",
      "get",
      "getIamPolicy",
      "setIamPolicy",
      "update",
    ),
  ],
  "roles/logging.configWriter": [
    ...all("logging.buckets", "create", "delete", "get", "update"),
    ...all("logging.exclusions", "create", "delete", "get", "update"),
    ...all("logging.sinks", "create", "delete", "get", "update"),
  ],
  "roles/iam.serviceAccountAdmin": [
    ...all("iam.serviceAccounts", "create", "delete", "get", "getIamPolicy", "setIamPolicy", "update"),
  ],
  "roles/iam.serviceAccountUser": [...all("iam.serviceAccounts", "actAs")],
  "roles/iam.roleAdmin": [
    ...all("iam.roles", "create", "delete", "get", "undelete", "update"),
    ...all("resourcemanager.projects", "getIamPolicy"),
  ],
  "roles/iam.securityAdmin": [
    ...all("artifactregistry.repositories", "getIamPolicy", "setIamPolicy"),
    ...all("cloudkms.cryptoKeys", "getIamPolicy", "setIamPolicy"),
    ...all("dns.managedZones", "getIamPolicy", "setIamPolicy"),
    ...all("iam.serviceAccounts", "getIamPolicy", "setIamPolicy"),
    ...all("resourcemanager.projects", "getIamPolicy", "setIamPolicy"),
    ...all("storage.buckets", "getIamPolicy", "setIamPolicy"),
    ...all("storage.managedFolders", "getIamPolicy", "setIamPolicy"),
  ],
};

export interface Grant {
  /** As policies write it. */
  member: string;
  /** Google's role, or the name of the stack's own. */
  role: string;
  /** Kind and name of what the role is on. */
  resource: string;
  permissions: string[];
  /** Name of the resource. */
  grantedBy: string;
}

/** Inputs that say what a role is on, by the part of the type's name before `Member`; the last one names it. */
const targets: Record<string, readonly string[]> = {
  "projects/iAMMember": ["project"],
  "serviceaccount/iAMMember": ["serviceAccountId"],
  "storage/bucketIAMMember": ["bucket"],
  "storage/managedFolderIamMember": ["bucket", "managedFolder"],
  "dns/dnsManagedZoneIamMember": ["managedZone"],
  "artifactregistry/repositoryIamMember": ["repository"],
  "kms/cryptoKeyIAMMember": ["cryptoKeyId"],
};

/** Every grant of a run in which everything is known. */
export function grantsOf(registrations: readonly Registration[]): Grant[] {
  const own = registrations.filter(({ type }) => type.endsWith(":IAMCustomRole")).map(inputsOf);
  return registrations.flatMap((registration) => {
    const kind = registration.type.split(":")[1] ?? "";
    const target = targets[kind];
    if (target === undefined) {
      return [];
    }
    const inputs = inputsOf(registration) as Record<string, string>;
    const custom = own.find(({ roleId }) => inputs.role?.endsWith(`/roles/${String(roleId)}`));
    const permissions = custom?.permissions ?? predefined[inputs.role ?? ""];
    if (permissions === undefined) {
      throw new Error(`nobody knows what ${inputs.role} allows: say so in predefined`);
    }
    return [
      {
        member: inputs.member ?? "",
        role:
          custom === undefined
            ? (inputs.role ?? "")
            : String(custom.roleId).replace(/^openedx_openedx_hex\d+_/, ""),
        resource: `${kind.split("/")[0]} ${target.map((key) => inputs[key]).join("/")}`,
        permissions: permissions as string[],
        grantedBy: registration.name,
      },
    ];
  });
}

export function gcpRights(registrations: readonly Registration[]): Right[] {
  return grantsOf(registrations).flatMap(({ permissions, resource, grantedBy }) =>
    permissions.map((action) => ({ grantedBy, action, resource })),
  );
}
