import * as pulumi from "@pulumi/pulumi";
import { Registry } from "@pulumi/azure-native/containerregistry/registry.js";
import type { Cloud } from "../../src/cloud/types.js";
import { uniqueName } from "../part.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";
import { grant, type Principal } from "./roles.js";

export interface AzureRegistry {
  registry: NonNullable<Cloud["registry"]>;
  /** What must be there before nodes pull from it. */
  ready: pulumi.Resource[];
}

/** A container registry that the cluster's nodes pull from, without a password. */
export function azureRegistry(context: AzureContext, kubelet: Principal): AzureRegistry {
  const { settings, name, groups, retained } = context;
  const registry = new Registry(
    `${name}-registry`,
    {
      resourceGroupName: groups.data.name,
      registryName: uniqueName(context, azureNames.registry, "images"),
      location: settings.location,
      tags: tagsOf(context),
      sku: { name: settings.registry.sku },
      adminUserEnabled: false,
      anonymousPullEnabled: false,
    },
    retained,
  );
  return {
    registry: { prefix: pulumi.interpolate`${registry.loginServer}/openedx` },
    ready: [grant(context, kubelet, "AcrPull", { name: "registry", id: registry.id })],
  };
}
