import { z } from "zod";

/** A name that is also a Kubernetes namespace, a Helm release (`<name>-data` must fit Helm's 53) and a DNS label. */
export const instanceName = z
  .string()
  .max(40, "is longer than 40 characters; Helm releases named after it would not fit")
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    "is not a DNS label: lower-case letters, digits and inner hyphens only",
  );

const quotaSchema = z.strictObject({
  pods: z.int().positive().default(200),
  persistentVolumeClaims: z.int().positive().default(20),
  requestsCpu: z.string().optional().describe("Kubernetes quantity, such as 16. Default: no limit."),
  requestsMemory: z.string().optional().describe("Kubernetes quantity, such as 64Gi. Default: no limit."),
});

/** One site of the stack. */
export const instanceSchema = z.strictObject({
  folder: z.string().optional().describe("Folder of the instance. Default: instances/<name>."),
  namespace: instanceName.optional().describe("Default: the instance's name."),
  quota: quotaSchema.prefault({}).describe("ResourceQuota of the instance's namespace."),
  timeouts: z
    .strictObject({
      release: z
        .int()
        .positive()
        .default(900)
        .describe("Seconds until a release that is not ready is rolled back."),
      tasks: z
        .int()
        .positive()
        .default(7200)
        .describe("Seconds that one Job of init or admin tasks may take."),
    })
    .prefault({}),
  rotated: z
    .record(z.string(), z.int().positive())
    .default({})
    .describe(
      "How often a generated secret was made anew, by Tutor's name of it: raise the number to rotate it. Default: 1 each.",
    ),
});

export type InstanceConfig = z.output<typeof instanceSchema>;
