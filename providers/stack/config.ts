import { z } from "zod";

export const platformStackSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^([\w.-]+\/[\w.-]+\/)?[\w.-]+$/,
      "is not a name of a stack: NAME for one of this project, else ORGANIZATION/PROJECT/NAME",
    )
    .describe("The stack with the platform, as `pulumi stack ls` shows it; its `scope` is platform."),
});

export type PlatformStackConfig = z.output<typeof platformStackSchema>;
