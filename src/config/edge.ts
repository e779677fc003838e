import { z } from "zod";

export const edgeSchema = z.strictObject({
  mode: z
    .enum(["ingress", "gateway"])
    .default("ingress")
    .describe("Routes as Ingress objects, or as HTTPRoutes of the Gateway API."),
  controller: z
    .enum(["traefik", "nginx", "alb", "appgw", "gke", "existing"])
    .default("existing")
    .describe("What serves the routes. `existing`: a controller that the cluster already has."),
  https: z
    .boolean()
    .default(true)
    .describe("People reach the sites by https, whoever ends TLS. False is for sandboxes only."),
  ingressClassName: z
    .string()
    .optional()
    .describe(
      "Class of the Ingress objects. Default: the controller's; with `existing`, the cluster's default class.",
    ),
  ingressAnnotations: z
    .record(z.string(), z.string())
    .default({})
    .describe("Put on every Ingress: an issuer, limits of the controller."),
  controllerNamespace: z
    .string()
    .optional()
    .describe(
      "Namespace of the ingress controller: only its pods may reach the sites. Default: that of the controller that " +
        "the stack deploys; with `existing`, any namespace.",
    ),
});

export type EdgeConfig = z.output<typeof edgeSchema>;
