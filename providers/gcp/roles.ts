import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole.js";
import * as pulumi from "@pulumi/pulumi";
import { memo, once } from "../../src/workspace/concurrency.js";
import { uniqueName } from "../part.js";
import type { GcpContext } from "./context.js";
import { gcpNames } from "./facts.js";

/** Rights that no role of Google's has alone. */
export const customPermissions = {
  /** cert-manager and external-dns, on their zone. */
  record_writer: [
    ...["create", "delete", "get", "list", "update"].map((verb) => `dns.resourceRecordSets.${verb}`),
    ...["create", "get", "list"].map((verb) => `dns.changes.${verb}`),
    "dns.managedZones.get",
  ],
  /** external-dns looks for its zone among those of the project. */
  zone_finder: ["dns.managedZones.list"],
  /** Who signs URLs with its own name, on itself. */
  url_signer: ["iam.serviceAccounts.signBlob"],
  /** Everyone, on a folder of open media: Google's own role would list it too. */
  public_reader: ["storage.objects.get"],
} as const;
export type CustomRole = keyof typeof customPermissions;

/** The name of a role of the stack's own, made when it is first asked for. */
export type CustomRoles = (role: CustomRole) => pulumi.Output<string>;

export function customRoles(context: GcpContext): CustomRoles {
  const { settings, name, base, stack, opts } = context;
  const made = new Map<CustomRole, IAMCustomRole>();
  // The id of a deleted role stays taken for weeks; and hyphens are not allowed in it.
  const prefix = once(() =>
    uniqueName(context, gcpNames.role, "roles", `openedx_${base.replaceAll("-", "_")}_`),
  );
  return (role) =>
    memo(
      made,
      role,
      () =>
        new IAMCustomRole(
          `${name}-${role.replace("_", "-")}`,
          {
            project: settings.project,
            roleId: pulumi.interpolate`${prefix()}_${role}`,
            title: `Open edX ${base}: ${role.replace("_", " ")}`,
            description: `For the Open edX stack ${stack}.`,
            permissions: [...customPermissions[role]],
            stage: "GA",
          },
          opts,
        ),
    ).name;
}
