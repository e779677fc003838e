import { z } from "zod";
import { serviceModes } from "./facts.js";

/** Sizes that the services have numbers for. */
export const serviceSizes = ["small", "medium", "large"] as const;
export type ServiceSize = (typeof serviceSizes)[number];

export const mode = z
  .enum(serviceModes)
  .default("bundled")
  .describe(
    "bundled: Tutor's own, one an instance; cluster: shared, on the cluster; external: exists elsewhere; managed: the cloud's.",
  );

export const quantity = z
  .string()
  .regex(
    /^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/,
    "is not a Kubernetes quantity, such as 20Gi for storage and memory, or 500m for processors",
  );
export const host = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    "is not a host: a name or an address without scheme and port",
  );
export const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+\/?$/, "is not a URL of a server, such as https://s3.internal");
export const port = z.int().min(1).max(65535);
export const tls = z
  .enum(["off", "require", "verify-ca", "verify-identity"])
  .default("verify-identity")
  .describe(
    "off: in plain text; require: any certificate; verify-ca: one of the authority; verify-identity: with the server's name too.",
  );
export const ca = z
  .string()
  .optional()
  .describe(
    "Authority of the server's certificate: PEM text, or a file relative to the program. Default: those that clients know.",
  );

/** What `cluster` mode takes, besides the mode. */
export const clusterKeys = {
  size: z.enum(serviceSizes).optional().describe("Default: `services.size`."),
  storage: quantity.optional().describe("Of each volume, such as 20Gi. Default: the size's."),
  cpu: quantity.optional().describe("Processors that each server asks for. Default: the size's."),
  memory: quantity.optional().describe("Memory of each server, request and limit. Default: the size's."),
};
export const replicas = z
  .int()
  .min(1)
  .max(9)
  .optional()
  .describe("Servers, an odd number. Default: the size's, 3.");
