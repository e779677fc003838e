import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { edgeSchema } from "../config/edge.js";
import type { MongoServer, MySqlServer, RedisServers } from "./services.js";

const tls = z.enum(["off", "require", "verify-ca", "verify-identity"]);

/**
 * What a stack with a platform tells stacks with sites, as its output `contract`: all that decides what they are made of,
 * so it is plain. Its addresses and passwords are in the output `access`. Both cross from one release of this program to
 * another: a change that the other side cannot read needs a new `version`.
 */
export const contractSchema = z.object({
  version: z.literal(1),
  /** Of the platform's edge, which the sites take as theirs. */
  edge: edgeSchema,
  /** Who signs the certificates of the platform's own edge. */
  issuer: z.enum(["none", "http01", "dns01", "self-signed", "existing"]),
  /** Minor version of the cluster, where the platform's stack says it. */
  kubernetesVersion: z.string().optional(),
  edgeControllers: z.array(z.enum(["alb", "appgw", "gke"])),
  loadBalancerCidrs: z.array(z.string()).optional(),
  dns: z.boolean(),
  /** Namespaces of the add-ons that are there, by add-on. */
  addOns: z.record(z.string(), z.string()),
  services: z.object({
    namespace: z.string(),
    mysql: z
      .object({ port: z.number(), tls, adminUser: z.string(), privateCa: z.boolean().optional() })
      .optional(),
    mongodb: z
      .object({
        address: z.enum(["single", "list", "srv"]),
        port: z.number(),
        replicaSet: z.string().optional(),
        tls,
        adminUser: z.string(),
        authSource: z.string(),
        privateCa: z.boolean().optional(),
      })
      .optional(),
    redis: z
      .object({
        port: z.number(),
        tls,
        users: z.enum(["acl", "password", "none"]),
        adminUser: z.string().optional(),
        privateCa: z.boolean().optional(),
      })
      .optional(),
  }),
});

export type PlatformContract = z.output<typeof contractSchema>;

/** The secret half: how the cluster and the servers are reached. Each part is there if the contract names it. */
export interface PlatformAccess {
  kubeconfig: pulumi.Input<string>;
  storageClasses: { readWriteOnce?: pulumi.Input<string>; readWriteMany?: pulumi.Input<string> };
  mysql?: MySqlServer;
  mongodb?: MongoServer;
  redis?: RedisServers;
}
