// What the clouds do with a change, for exactly the types and inputs that the program sets: plain data, with its source.
import { awsRules } from "./awsRules.mjs";
import { azureRules } from "./azureRules.mjs";
import { gcpRules } from "./gcpRules.mjs";

/**
 * By type, what is known of it. `replace`: inputs, by path, whose change needs another resource in its place. `named`: the
 * input that Pulumi makes up where the program gives none; where it gives one, the old resource is deleted first.
 * `recreated`: the old one always goes first. `frozen`: inputs whose change the provider passes on and the cloud refuses.
 * `refuses`: why a new one of these inputs would be refused, though a preview takes it.
 */
export const rules = { ...awsRules, ...azureRules, ...gcpRules };

/** Why something cannot be deleted. */
export const guards = [
  // The flag of RDS and EKS; Google's provider keeps to its own in the state.
  ({ type, id, state }) =>
    state.deletionProtection === true || state.deletionPolicy === "PREVENT"
      ? `${type} ${id} is protected from deletion`
      : undefined,
  // A lock of Azure's keeps what is below its scope too, grants included.
  // https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
  ({ type, id, calls }) => {
    if (type.startsWith("azure-native:") && !type.endsWith(":ManagementLockByScope")) {
      const lock = livingLocks(calls()).find(
        (scope) => `${id}/`.startsWith(`${scope}/`) || scope.startsWith(`${id}/`),
      );
      return lock === undefined ? undefined : `ScopeLocked: ${id} cannot be deleted, since ${lock} is locked`;
    }
    return undefined;
  },
];

function livingLocks(calls) {
  const locks = new Map();
  for (const { op, urn, id, inputs } of calls) {
    if (urn.includes("ManagementLockByScope::")) {
      if (op === "create") {
        locks.set(id, inputs.scope);
      } else if (op === "delete") {
        locks.delete(id);
      }
    }
  }
  return [...locks.values()];
}
