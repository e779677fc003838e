import { z } from "zod";

/** Every add-on of the catalogue. */
export const addOnNames = [
  "gateway-api",
  "prometheus-operator-crds",
  "aws-load-balancer-controller",
  "alb-controller",
  "karpenter",
  "cluster-autoscaler",
  "metrics-server",
  "cert-manager",
  "external-secrets",
  "traefik",
  "nginx",
  "external-dns",
  "kube-prometheus-stack",
  "keda",
  "vertical-pod-autoscaler",
  "vector",
  "alloy",
  "loki",
  "velero",
  "headlamp",
  "harmony",
] as const;
export type AddOnName = (typeof addOnNames)[number];

const namespaceName = z
  .string()
  .max(63, "is longer than 63 characters")
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    "is not a namespace: lower-case letters, digits and inner hyphens only",
  );

/** A range would be resolved anew at each preview. */
const exactVersion = z
  .string()
  .regex(
    /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
    "is not an exact version, such as 1.2.3: ranges change by themselves",
  );

export const addOnStates = ["on", "off", "existing"] as const;

/** YAML 1.1 reads `on` and `off` as booleans. */
const stateSchema = z.preprocess(
  (value) => (value === true ? "on" : value === false ? "off" : value),
  z.enum(addOnStates),
);

const addOnSchema = z.strictObject({
  state: stateSchema
    .optional()
    .describe("on; off; existing: the cluster has it already. Default: on where something needs it."),
  version: exactVersion.optional().describe("Version of the chart, exact. Default: the catalogue's."),
  repository: z
    .string()
    .regex(
      /^(https?|oci):\/\/[^\s/]+\S*$/,
      "is not an address of a repository: it begins with https:// or oci://",
    )
    .optional()
    .describe(
      "`https://` or `oci://` address of the repository that has the chart; goes before charts.mirror. Default: the " +
        "catalogue's.",
    ),
  namespace: namespaceName
    .optional()
    .describe("Where it goes, or with `existing` is. Default: the catalogue's."),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Put over the catalogue's values: maps are merged, lists and all else are replaced."),
});

/** A map, or its state alone: what `jsonSchema.ts` must say, as no JSON schema can tell from a function. */
export const addOnConfigSchema = z.preprocess(
  (value) => (typeof value === "string" || typeof value === "boolean" ? { state: value } : value),
  addOnSchema,
);

export const platformSchema = z.strictObject({
  addons: z
    .strictObject(
      Object.fromEntries(addOnNames.map((name) => [name, addOnConfigSchema.optional()])) as Record<
        AddOnName,
        z.ZodOptional<typeof addOnConfigSchema>
      >,
    )
    .prefault({})
    .describe("Each is on, off or existing, or a map with `state` and what differs from the catalogue."),
});

export const chartsSchema = z.strictObject({
  mirror: z
    .string()
    .optional()
    .describe(
      "Serves all charts: an `oci://` registry, or a folder of archives, relative to the program, that " +
        "`openedx charts pull` fills. Default: each chart's own repository.",
    ),
});

export type AddOnConfig = z.output<typeof addOnSchema>;
export type PlatformConfig = z.output<typeof platformSchema>;
export type ChartsConfig = z.output<typeof chartsSchema>;
