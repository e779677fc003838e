import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deployerPermissions } from "../../../providers/gcp/permissions.js";
import { deployerRoles } from "../../contract/gcpRoles.js";
import { gcpRun } from "./stack.js";

/** The roles that the page tells whoever deploys to have. */
function documentedRoles(): string[] {
  const page = readFileSync("docs/gcp.md", "utf8");
  const [, table = ""] = page.split("Whoever runs `pulumi up`");
  const rows =
    table
      .split("```")[0]
      ?.split("\n")
      .filter((line) => /^ +\| `/.test(line)) ?? [];
  return rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, role = ""]) => `roles/${role}`),
  );
}

describe("whoever deploys to Google Cloud, with the roles of docs/gcp.md", () => {
  let types: string[];

  before(async () => {
    const runs = [
      await gcpRun({ sharedStorage: true }, {}, true),
      await gcpRun({}, { edge: { controller: "gke", mode: "gateway", tls: { email: "ops@example.com" } } }),
    ];
    const all = runs.flatMap(({ registrations }) => registrations.map(({ type }) => type));
    types = [...new Set(all)].filter((type) => type.startsWith("gcp:")).map((type) => type.slice(4));
  });

  const has = (roles: readonly string[], permission: string): boolean =>
    roles.some((role) => deployerRoles[role]?.includes(permission));

  it("may make, change and delete all that there is", () => {
    const roles = documentedRoles();
    assert.ok(roles.length > 0, "the page has roles");
    assert.deepEqual(
      roles.filter((role) => deployerRoles[role] === undefined),
      [],
    );
    const refused = types.map((type) => [
      type,
      (deployerPermissions[type] ?? ["unknown"]).filter((permission) => !has(roles, permission)),
    ]);
    assert.deepEqual(
      refused.filter(([, permissions]) => permissions?.length !== 0),
      [],
    );
  });

  it("has no role that nothing takes", () => {
    const roles = documentedRoles();
    const needed = types.flatMap((type) => deployerPermissions[type] ?? []);
    assert.deepEqual(
      roles.filter((role) => {
        const others = roles.filter((other) => other !== role);
        return needed.every((permission) => has(others, permission));
      }),
      [],
    );
  });
});
