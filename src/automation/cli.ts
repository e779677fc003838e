#!/usr/bin/env -S npx tsx
import { Command } from "commander";
import { chartsCommand } from "./cli/chartsCommand.js";
import { doctorCommand } from "./cli/doctorCommand.js";
import { diffCommand } from "./cli/diffCommand.js";
import { instanceCommand } from "./cli/instanceCommand.js";
import { planCommand } from "./cli/planCommand.js";
import { previewCommand } from "./cli/previewCommand.js";
import { reportFailure } from "./cli/failure.js";
import { sandboxCommand } from "./cli/sandboxCommand.js";
import { stackCommands } from "./cli/stackCommands.js";
import {
  clusterVersions,
  oldestTutor,
  packageVersion,
  programVersion,
  releasedVersions,
  tutorRequirements,
} from "../workspace/versions.js";

// This file stays where it is: `openedx diff` starts the programs of other commits by its path.
const cli = new Command("openedx")
  .description("Open edX sites on Kubernetes: plans, instances, charts and the local sandbox.")
  .version(
    [
      `openedx ${programVersion}`,
      `Pulumi ${packageVersion("@pulumi/pulumi")}`,
      `Tutor ${tutorRequirements[0].replace("tutor==", "")} in new instances, ${oldestTutor} or newer in others`,
      `Kubernetes ${clusterVersions.default} on clouds, ${clusterVersions.oldest} or newer; ${releasedVersions.kubernetes} in the sandbox`,
    ].join("\n"),
    "-V, --version",
    "print this program's version, and those that it is made for",
  )
  .addCommand(planCommand())
  .addCommand(doctorCommand())
  .addCommand(diffCommand())
  .addCommand(previewCommand())
  .addCommand(instanceCommand())
  .addCommand(chartsCommand())
  .addCommand(sandboxCommand())
  .helpCommand(false)
  .showHelpAfterError("(`npm run openedx -- --help` lists the commands)")
  .addHelpText(
    "after",
    `
Examples:
  npm run openedx -- plan sandbox
  npm run openedx -- instance new alumni --lms-host alumni.example.com
  npm run openedx -- sandbox up`,
  );
stackCommands().forEach((command) => cli.addCommand(command));

try {
  await cli.parseAsync();
} catch (error) {
  reportFailure(error);
}
