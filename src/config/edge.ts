import { z } from "zod";

const cidr = z
  .string()
  .regex(/^[0-9a-fA-F.:]+\/\d{1,3}$/, "is not a network, such as 10.0.0.0/16")
  .describe("Network, such as 10.0.0.0/16.");

const domain = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/,
    "is not a domain, such as example.com; leave out the `*.`",
  );

const tlsSchema = z.strictObject({
  issuer: z
    .enum(["none", "http01", "dns01", "self-signed", "existing"])
    .optional()
    .describe(
      "Who signs the certificates. http01, dns01: an ACME authority, which checks the host or the DNS zone; self-signed: " +
        "nobody, for tests; existing: a ClusterIssuer that the cluster has; none: the certificates come from elsewhere. " +
        "Default: none where `https` is off, with `existing` and `alb` controllers, and with `cloudCertificates`; else " +
        "dns01 with `wildcards` and for Gateways of `gke`, and http01 without.",
    ),
  email: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "is not an e-mail address")
    .optional()
    .describe("Where the ACME authority writes to about the certificates; needed by http01 and dns01."),
  acmeServer: z
    .string()
    .regex(/^https:\/\/\S+$/, "is not an https:// address")
    .default("https://acme-v02.api.letsencrypt.org/directory")
    .describe("Directory of the ACME authority. Default: Let's Encrypt's production."),
  clusterIssuer: z
    .string()
    .optional()
    .describe("Name of the ClusterIssuer; needed with `existing`. Default: openedx, which the stack makes."),
  wildcards: z
    .array(domain)
    .default([])
    .describe(
      "Domains, such as campus.example.com, each with one certificate for itself and all hosts one label below it. Other " +
        "hosts have one each.",
    ),
  cloudCertificates: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Certificates that the cloud keeps: ARNs of ACM for `alb`, names of pre-shared ones for `gke`. Default for `alb`: " +
        "those that ACM has for the hosts.",
    ),
});

const gatewaySchema = z.strictObject({
  name: z
    .string()
    .optional()
    .describe(
      "A Gateway that exists, with `controller: existing`: all routes attach to it and none is made.",
    ),
  namespace: z
    .string()
    .default("openedx-edge")
    .describe("Namespace of the Gateway that exists, or of those that the stack makes."),
  sectionName: z
    .string()
    .optional()
    .describe("Listener of the Gateway that exists. Default: those whose host names match."),
  className: z
    .string()
    .optional()
    .describe("GatewayClass of the Gateways that the stack makes. Default: the controller's."),
  ports: z
    .strictObject({ http: z.int().positive().optional(), https: z.int().positive().optional() })
    .default({})
    .describe(
      "Ports of the listeners that the stack makes. Default: 80 and 443; with traefik its entry points', 8000 and 8443.",
    ),
});

const loadBalancerSchema = z.strictObject({
  annotations: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      "Put over the cloud's annotations of the controller's Service, or of what asks for the load balancer.",
    ),
  cidrs: z
    .array(cidr)
    .default([])
    .describe(
      "Networks that traffic to the pods comes from, where the cloud's load balancer (alb, appgw, gke) talks to them " +
        "itself. Default: the controller's own, where it has any; else from everywhere.",
    ),
});

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
  tls: tlsSchema.prefault({}).describe("Certificates of the public hosts."),
  gateway: gatewaySchema.prefault({}).describe("For `mode: gateway`."),
  ingressClassName: z
    .string()
    .optional()
    .describe(
      "Class of the Ingress objects. Default: the controller's; with `existing`, the cluster's default class.",
    ),
  ingressAnnotations: z
    .record(z.string(), z.string())
    .default({})
    .describe("Put on every Ingress, over the controller's own: an issuer, limits of the controller."),
  controllerNamespace: z
    .string()
    .optional()
    .describe(
      "Namespace of the ingress controller: only its pods may reach the sites. Default: that of the controller that " +
        "the stack deploys; with `existing`, any namespace.",
    ),
  trustedProxies: z
    .array(cidr)
    .default([])
    .describe(
      "Networks of proxies in front of the cluster, such as a CDN's, whose X-Forwarded headers are believed. The cloud's " +
        "load balancer needs no mention.",
    ),
  loadBalancer: loadBalancerSchema.prefault({}).describe("What stands before the controller."),
  uploadLimit: z
    .string()
    .regex(/^[1-9]\d*[kmg]$/, "is not a size, such as 250m")
    .default("250m")
    .describe(
      "Largest request that the controller lets through, in k, m or g. Default: Studio's limit in Tutor's Caddy, which has " +
        "lower ones for other hosts.",
    ),
  requestTimeout: z
    .int()
    .positive()
    .max(86_400)
    .default(600)
    .describe("Seconds that a request may take, such as an upload of a course to Studio."),
});

export type EdgeConfig = z.output<typeof edgeSchema>;
