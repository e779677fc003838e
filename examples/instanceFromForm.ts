/**
 * A new site from what somebody filled in: JSON on standard input, for instance
 *
 *     { "stack": "prod", "name": "alumni", "lmsHost": "alumni.example.com", "quota": { "pods": "60" } }
 *
 *     npx tsx examples/instanceFromForm.ts < form.json
 *
 * It checks the form, writes instances/NAME and the stack's file, previews, and deploys where the preview touches
 * nothing but the new site. Otherwise, or where the preview fails, it takes back what it wrote.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import {
  interruption,
  newInstance,
  openStack,
  preview,
  setConfig,
  summaryOf,
  terminalProgress,
  up,
  UserError,
} from "openedx-pulumi/automation";
import * as z from "zod";

const interrupted = interruption();

const formSchema = z.strictObject({
  stack: z.string().regex(/^[\w.-]+$/),
  name: z.string(),
  lmsHost: z.string(),
  quota: z.record(z.string().regex(/^[\w./-]+$/), z.string()).default({}),
});

try {
  await deployForm(await text(process.stdin));
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function deployForm(json: string): Promise<void> {
  const { stack, name, lmsHost, quota } = readForm(json);
  const opened = await openStack({ stack, progress: terminalProgress() });
  const file = `stacks/Pulumi.${stack}.yaml`;
  const before = readFileSync(file);
  newInstance({ name, lmsHost, stack });
  try {
    for (const [resource, amount] of Object.entries(quota)) {
      const key = `openedx:instances.${name}.quota[${JSON.stringify(resource)}]`;
      await setConfig(opened, key, amount, { path: true });
    }
    const { report } = await preview(opened, interrupted);
    const others = report.resources.filter(({ op }) => op === "replace" || op === "delete");
    if (others.length > 0) {
      const names = others.map((each) => each.name).join(", ");
      throw new UserError(`${stack} would lose or replace ${names}: let a person look at it first.`);
    }
  } catch (error) {
    writeFileSync(file, before);
    rmSync(`instances/${name}`, { recursive: true });
    throw error;
  }
  const { report } = await up(opened, { ...interrupted, message: `New site ${name}` });
  process.stdout.write(`${name} is deployed to ${stack}: ${summaryOf(report)}\n`);
}

function readForm(json: string): z.output<typeof formSchema> {
  try {
    return formSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new UserError(
      `The form: ${error instanceof z.ZodError ? z.prettifyError(error) : "it is no JSON."}`,
    );
  }
}
