import { PolicyPack } from "@pulumi/policy";
import { facts } from "../../providers/clouds.js";
import { policiesFor } from "./pack.js";

// Serves until the CLI ends the process; it reads the version from the package.json of the working folder.
new PolicyPack("openedx", {
  displayName: "Open edX",
  description: "What a stack of Open edX sites must hold to: docs/policies.md.",
  policies: policiesFor(facts),
});
