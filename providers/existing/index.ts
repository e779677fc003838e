import * as pulumi from "@pulumi/pulumi";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import { readAccess } from "../../src/cluster/access.js";
import { clusterUid, withCluster } from "../../src/cluster/cluster.js";
import { chosenKubeconfig, noKubeconfig } from "../../src/cluster/kubeconfig.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { ExistingConfig } from "../../src/config/schema.js";

/**
 * A cluster that exists already, reached by a kubeconfig.
 *
 * A preview works without one; an update does not.
 * @throws UserError when the kubeconfig or its context is missing.
 */
export function existingCluster(name: string, config: ExistingConfig, opts: pulumi.ResourceOptions): Cloud {
  const kubeconfig = pulumi.secret(kubeconfigOf(config));
  const clusterIdentifier = config.clusterIdentifier ?? pulumi.getStack();
  const providers = clusterProviders(name, { kubeconfig, clusterIdentifier }, opts);
  const uid = pulumi.unsecret(pulumi.output(kubeconfig).apply(uidAt));
  return { ...providers, uid, kubeconfig, ready: [], storageClasses: config.storageClasses, managed: {} };
}

/** Empty where the cluster does not answer: then the deployment fails by itself, and a plan needs no cluster. */
async function uidAt(kubeconfig: string): Promise<string> {
  return pulumi.runtime.isDryRun() ? "" : withCluster(readAccess(kubeconfig), clusterUid).catch(() => "");
}

/** Empty in a preview, so that a plan is the same with and without a kubeconfig at hand. */
function kubeconfigOf(config: ExistingConfig): string {
  const found = chosenKubeconfig(config);
  if (found === undefined && !pulumi.runtime.isDryRun()) {
    throw noKubeconfig(config);
  }
  return found ?? "";
}
