import { Command } from "commander";
import { listInstances } from "../listInstances.js";
import { newInstance } from "../newInstance.js";
import { formatTable } from "./table.js";

/** `openedx instance …`: the folders in instances/. */
export function instanceCommand(): Command {
  const command = new Command("instance")
    .description("The sites: one folder each in instances/.")
    .addHelpText(
      "after",
      `
Examples:
  npm run openedx -- instance list
  npm run openedx -- instance new alumni --lms-host alumni.example.com --stack sandbox`,
    );
  command
    .command("new")
    .argument("<name>", "DNS label; names the folder, the namespace and the Helm releases")
    .description("Make the folder of a new instance.")
    .requiredOption("--lms-host <host>", "public host of the LMS; Studio and the rest get hosts below it")
    .option("--stack <stack>", "list the instance in stacks/Pulumi.<stack>.yaml as well")
    .addHelpText(
      "after",
      "\nExample:\n  npm run openedx -- instance new alumni --lms-host alumni.example.com --stack sandbox",
    )
    .action((name: string, options: { lmsHost: string; stack?: string }) => {
      const files = newInstance({ name, ...options });
      process.stdout.write(`${files.map((file) => `wrote ${file}`).join("\n")}\n`);
      if (options.stack === undefined) {
        process.stdout.write(
          `To deploy it, list it in a stack file under openedx:instances: \`${name}: {}\`\n`,
        );
      }
    });
  command
    .command("list")
    .description("List the instances with their Tutor, host and plugins, and the stacks that deploy them.")
    .addHelpText("after", "\nExample:\n  npm run openedx -- instance list")
    .action(() => {
      const rows = listInstances().map((each) => [
        each.name,
        each.tutor,
        each.lmsHost,
        each.plugins.join(", ") || "-",
        each.stacks.join(", ") || "-",
      ]);
      process.stdout.write(`${formatTable(["INSTANCE", "TUTOR", "LMS HOST", "PLUGINS", "STACKS"], rows)}\n`);
    });
  return command;
}
