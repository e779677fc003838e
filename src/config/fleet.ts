import { z } from "zod";

export const scopeSchema = z
  .enum(["all", "platform", "instances"])
  .default("all")
  .describe(
    "What the stack holds: all; the cluster and what sites share (platform); sites on the platform of another stack " +
      "(instances).",
  );

export const platformStackSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^([\w.-]+\/[\w.-]+\/)?[\w.-]+$/,
      "is not a name of a stack: NAME for one of this project, else ORGANIZATION/PROJECT/NAME",
    )
    .describe("The stack with the platform, as `pulumi stack ls` shows it; its `scope` is platform."),
});

export type Scope = z.output<typeof scopeSchema>;
export type PlatformStackConfig = z.output<typeof platformStackSchema>;
