import { z } from "zod";

export const atlasSchema = z.strictObject({
  organization: z
    .string()
    .regex(/^[0-9a-f]{24}$/, "is not an id of an Atlas organization: 24 hexadecimal digits")
    .describe("Id of the organization that the project is made in."),
  instanceSize: z
    .string()
    .regex(/^M\d+$/, "is not a size of Atlas, such as M10")
    .refine((size) => !["M0", "M2", "M5"].includes(size), "has no backups: take M10 or more")
    .optional()
    .describe("Default: the preset's of the cloud."),
  region: z
    .string()
    .regex(/^[A-Z0-9_]+$/, "is not a region as Atlas writes it, such as EU_WEST_1")
    .optional()
    .describe("Default: the cloud's region."),
  diskGiB: z
    .int()
    .min(10)
    .default(20)
    .describe(
      "Disk of each member when it is made. Later it grows by itself, and another number here does nothing.",
    ),
});

export type AtlasConfig = z.output<typeof atlasSchema>;

/** What the modules of clouds hand on to Atlas. */
export interface AtlasRequest {
  atlas?: AtlasConfig;
}
