import * as pulumi from "@pulumi/pulumi";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import { readAccess } from "../../src/cluster/access.js";
import { refuseOtherCluster } from "../../src/cluster/claim.js";
import { clusterUid, withCluster } from "../../src/cluster/cluster.js";
import { chosenKubeconfig, noKubeconfig } from "../../src/cluster/kubeconfig.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { ExistingConfig } from "./config.js";

/**
 * A cluster that exists already, reached by a kubeconfig.
 *
 * A preview works without one; an update does not.
 * @throws UserError when the kubeconfig or its context is missing, or the stack is deployed to another cluster.
 */
export async function existingCluster(
  name: string,
  config: ExistingConfig,
  opts: pulumi.ResourceOptions,
): Promise<Cloud> {
  const found = kubeconfigOf(config);
  const uid = pulumi.output(await claimedUid(found));
  const kubeconfig = pulumi.secret(found);
  const clusterIdentifier = config.clusterIdentifier ?? pulumi.getStack();
  const providers = clusterProviders(name, { kubeconfig, clusterIdentifier }, opts);
  return { ...providers, uid, kubeconfig, ready: [], storageClasses: config.storageClasses, managed: {} };
}

/**
 * The cluster's UID; that of the last deployment where the cluster does not answer: then the deployment fails by itself.
 * What was deployed nowhere yet needs no cluster to be planned.
 * @throws UserError when the last deployment was to another cluster.
 */
async function claimedUid(kubeconfig: string): Promise<string> {
  const last = await lastUid();
  if (kubeconfig === "" || (pulumi.runtime.isDryRun() && last === "")) {
    return last;
  }
  const access = readAccess(kubeconfig);
  const uid = await withCluster(access, clusterUid).catch(() => last);
  refuseOtherCluster(pulumi.getStack(), last, uid, access);
  return uid;
}

/**
 * The output `cluster` of the stack's last deployment, of this stack itself: until the program ends, the engine has the
 * outputs of before (SameStep.Apply and getResource in pulumi/pkg, resource/deploy/step.go and builtins.go). Unlike a
 * StackReference, that is not a resource of its own and asks no backend; the engine adds its provider `pulumi` to the state.
 */
async function lastUid(): Promise<string> {
  const args = { urn: pulumi.runtime.getStackResource()?.urn };
  const { state } = (await pulumi.runtime.invoke("pulumi:pulumi:getResource", args)) as {
    state: { cluster?: string };
  };
  return state.cluster ?? "";
}

/** Empty in a preview, so that a plan is the same with and without a kubeconfig at hand. */
function kubeconfigOf(config: ExistingConfig): string {
  const found = chosenKubeconfig(config);
  if (found === undefined && !pulumi.runtime.isDryRun()) {
    throw noKubeconfig(config);
  }
  return found ?? "";
}
