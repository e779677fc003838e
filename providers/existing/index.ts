import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import { readAccess as readClusterAccess } from "../../src/cluster/access.js";
import { Cluster, clusterUid } from "../../src/cluster/cluster.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { ExistingConfig } from "../../src/config/schema.js";
import { UserError } from "../../src/workspace/errors.js";
import { programFolder } from "../../src/workspace/paths.js";
import { ambientKubeconfigs, selectContext } from "./kubeconfig.js";

/**
 * A cluster that exists already, reached by a kubeconfig.
 *
 * A preview works without one; an update does not.
 * @throws UserError when the kubeconfig or its context is missing.
 */
export function existingCluster(name: string, config: ExistingConfig, opts: pulumi.ResourceOptions): Cloud {
  const kubeconfig = pulumi.secret(readAccess(config));
  const clusterIdentifier = config.clusterIdentifier ?? pulumi.getStack();
  const providers = clusterProviders(name, { kubeconfig, clusterIdentifier }, opts);
  const uid = pulumi.unsecret(pulumi.output(kubeconfig).apply(uidAt));
  return { ...providers, uid, kubeconfig, ready: [], storageClasses: config.storageClasses, managed: {} };
}

/** Empty where the cluster does not answer: then the deployment fails by itself, and a plan needs no cluster. */
async function uidAt(kubeconfig: string): Promise<string> {
  if (pulumi.runtime.isDryRun()) {
    return "";
  }
  const cluster = new Cluster(readClusterAccess(kubeconfig));
  try {
    return await clusterUid(cluster);
  } catch {
    return "";
  } finally {
    cluster.close();
  }
}

function readAccess({ kubeconfig, context }: ExistingConfig): string {
  const file = kubeconfig === undefined ? undefined : resolve(programFolder, kubeconfig);
  const files = file === undefined ? ambientKubeconfigs() : [file].filter((path) => existsSync(path));
  if (files.length > 0) {
    return selectContext(files, context);
  }
  if (pulumi.runtime.isDryRun()) {
    return ""; // so that a plan is the same with and without a kubeconfig at hand
  }
  throw new UserError(
    `There is no kubeconfig at ${file ?? process.env.KUBECONFIG ?? "~/.kube/config"}. Set openedx:existing.kubeconfig ` +
      "or KUBECONFIG; for a local cluster: `npm run openedx -- sandbox up`.",
  );
}
