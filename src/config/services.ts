import { z } from "zod";

/** Where a data service comes from. */
export const serviceModes = ["bundled", "cluster", "external", "managed"] as const;

const mode = z
  .enum(serviceModes)
  .default("bundled")
  .describe(
    "bundled: Tutor's own, one an instance; cluster: shared, on the cluster; external: exists elsewhere; managed: the cloud's.",
  );

const serviceSchema = z.strictObject({ mode });

export const servicesSchema = z.strictObject({
  namespace: z
    .string()
    .default("openedx-data")
    .describe("Namespace of the shared services, and of the Jobs that know their administrators' passwords."),
  mysql: serviceSchema.prefault({}),
  mongodb: serviceSchema.prefault({}),
  redis: serviceSchema.prefault({}),
  search: serviceSchema.prefault({}),
  objectStore: serviceSchema.prefault({}),
});

export type ServiceMode = (typeof serviceModes)[number];
export type ServicesConfig = z.output<typeof servicesSchema>;
