import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../../cloud/types.js";
import type { EdgeConfig } from "../../config/edge.js";
import { childOf } from "../../cloud/children.js";
import { createNamespace } from "../namespaces.js";
import type { EdgePlan, Site } from "./types.js";

export interface EdgeArgs {
  plan: EdgePlan;
  config: EdgeConfig;
  cloud: Cloud;
  /** All sites, with the hosts that the edge routes. */
  sites: readonly Site[];
}

/**
 * What the sites' routes hang on: shared Gateways with their certificates and redirects. Nothing at all with Ingresses,
 * or a Gateway that exists.
 */
export class Edge extends pulumi.ComponentResource {
  /** What routes wait for. */
  readonly ready: pulumi.Resource[];

  /** @param opts `dependsOn` the controller and the certificates' issuer */
  constructor(name: string, args: EdgeArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const { dependsOn, ...rest } = opts;
    super("openedx:platform:Edge", name, {}, { ...rest, providers: [args.cloud.provider] });
    const { plan, config, sites } = args;
    const objects = plan.sharedObjects(sites);
    this.ready = [];
    if (objects.length > 0) {
      this.ready.push(
        createNamespace(
          config.gateway.namespace,
          "restricted",
          childOf(
            name,
            "namespace",
            { parent: this, ...(dependsOn && { dependsOn }) },
            config.gateway.namespace,
          ),
        ),
      );
    }
    for (const { apiVersion, kind, metadata, spec } of objects) {
      this.ready.push(
        new k8s.apiextensions.CustomResource(
          `${name}-${kind.toLowerCase()}-${metadata.name}`,
          { apiVersion, kind, metadata, spec: spec as pulumi.Inputs },
          // One after the other: a Gateway's class and load balancer are there when it comes, and go after it.
          { parent: this, dependsOn: this.ready.slice(-1) },
        ),
      );
    }
    this.registerOutputs({});
  }
}
