import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Cluster, KubeConfig, type User } from "@kubernetes/client-node";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../../src/cloud/types.js";
import type { ExistingConfig } from "../../src/config/schema.js";
import { messageOf, UserError } from "../../src/workspace/errors.js";
import { programFolder } from "../../src/workspace/paths.js";

/**
 * A cluster that exists already, reached by a kubeconfig.
 *
 * A preview works without one; an update does not.
 * @throws UserError when the kubeconfig or its context is missing.
 */
export function existingCluster(name: string, config: ExistingConfig, opts: pulumi.ResourceOptions): Cloud {
  const kubeconfig = pulumi.secret(readKubeconfig(config));
  const provider = new k8s.Provider(
    `${name}-cluster`,
    {
      kubeconfig,
      clusterIdentifier: config.clusterIdentifier ?? pulumi.getStack(),
      enableServerSideApply: true,
    },
    opts,
  );
  return { provider, kubeconfig, storageClasses: config.storageClasses };
}

/** The chosen context alone, so that the other entries of someone's kubeconfig never reach the state. */
function readKubeconfig(config: ExistingConfig): string {
  const file = config.kubeconfig === undefined ? undefined : resolve(programFolder, config.kubeconfig);
  const source = file ?? process.env.KUBECONFIG ?? "~/.kube/config";
  const loader = load(file, source);
  const wanted = config.context ?? loader?.getCurrentContext();
  const context = loader?.getContextObject(wanted ?? "");
  const cluster = loader?.getCluster(context?.cluster ?? "");
  if (loader !== undefined && context && cluster) {
    const chosen = new KubeConfig();
    chosen.loadFromOptions({
      clusters: [inlineCluster(cluster)],
      users: loader
        .getUsers()
        .filter((user) => user.name === context.user)
        .map(inlineUser),
      contexts: [context],
      currentContext: context.name,
    });
    return chosen.exportConfig();
  }
  if (pulumi.runtime.isDryRun()) {
    return ""; // so that a plan is the same with and without a kubeconfig at hand
  }
  throw new UserError(
    loader === undefined
      ? `There is no kubeconfig at ${source}. Set openedx:existing.kubeconfig or KUBECONFIG; ` +
          "for a local cluster: `npm run openedx -- sandbox up`."
      : `The kubeconfig ${source} has no context "${wanted}". It has: ` +
          `${
            loader
              .getContexts()
              .map((each) => each.name)
              .join(", ") || "none"
          }. ` +
          "Set openedx:existing.context to one of them.",
  );
}

/** The kubeconfig of the file, or of kubectl's usual places; undefined where there is none. */
function load(file: string | undefined, source: string): KubeConfig | undefined {
  const loader = new KubeConfig();
  try {
    if (file === undefined) {
      loader.loadFromDefault();
      // What the library falls back to when there is nothing: nobody means it.
      return loader.getCurrentCluster()?.server === "http://localhost:8080" ? undefined : loader;
    }
    loader.loadFromFile(file);
    return loader;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw new UserError(`The kubeconfig ${source} cannot be read: ${messageOf(error)}`);
  }
}

function inlineCluster({ caFile, ...cluster }: Cluster): Cluster {
  return caFile === undefined ? cluster : { ...cluster, caData: base64(caFile) };
}

function inlineUser({ certFile, keyFile, ...user }: User): User {
  return {
    ...user,
    ...(certFile !== undefined && { certData: base64(certFile) }),
    ...(keyFile !== undefined && { keyData: base64(keyFile) }),
  };
}

function base64(file: string): string {
  return readFileSync(file).toString("base64");
}
