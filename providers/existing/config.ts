import { z } from "zod";

export const existingSchema = z.strictObject({
  kubeconfig: z
    .string()
    .optional()
    .describe(
      "Path of a kubeconfig file, relative to the program. Default: $KUBECONFIG, else ~/.kube/config.",
    ),
  context: z.string().optional().describe("Context in the kubeconfig. Default: its current context."),
  clusterIdentifier: z
    .string()
    .optional()
    .describe(
      "Changes only when the cluster becomes another one, which replaces everything. Default: the stack's name.",
    ),
  storageClasses: z
    .strictObject({
      readWriteOnce: z.string().optional().describe("Default: the cluster's default class."),
      readWriteMany: z.string().optional(),
    })
    .default({}),
});

export type ExistingConfig = z.output<typeof existingSchema>;
