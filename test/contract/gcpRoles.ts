import type { Registration } from "../../src/engine/types.js";
import { inputsOf, type Right } from "./clouds.js";

const all = (service: string, ...verbs: string[]): string[] => verbs.map((verb) => `${service}.${verb}`);

/** What Google's own roles allow, as its reference lists them, but for reading about the project itself. */
export const predefined: Record<string, string[]> = {
  "roles/artifactregistry.reader": all(
    "artifactregistry",
    ...["repositories.downloadArtifacts", "repositories.get", "repositories.list"],
    ...["dockerimages.get", "dockerimages.list", "files.download", "files.get", "files.list"],
    ...["packages.get", "packages.list", "tags.get", "tags.list", "versions.get", "versions.list"],
  ),
  "roles/cloudkms.cryptoKeyEncrypterDecrypter": all(
    "cloudkms.cryptoKeyVersions",
    "useToDecrypt",
    "useToEncrypt",
  ),
  "roles/container.defaultNodeServiceAccount": [
    "autoscaling.sites.writeMetrics",
    "logging.logEntries.create",
    ...all("monitoring.metricDescriptors", "create", "list"),
    ...all("monitoring.timeSeries", "create", "list"),
  ],
  "roles/iam.workloadIdentityUser": all("iam.serviceAccounts", "getAccessToken", "getOpenIdToken"),
  "roles/storage.objectUser": [
    ...all("storage.folders", "create", "delete", "get", "list", "rename"),
    ...all("storage.managedFolders", "create", "delete", "get", "list"),
    ...all("storage.multipartUploads", "abort", "create", "list", "listParts"),
    ...all("storage.objects", "create", "delete", "get", "list", "move", "restore", "update"),
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
          custom === undefined ? (inputs.role ?? "") : String(custom.roleId).replace("openedx_openedx_", ""),
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
