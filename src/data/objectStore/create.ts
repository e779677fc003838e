import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterContext, createPassword, createSecret, createServiceRelease } from "../cluster.js";
import { sharedNames } from "../names.js";
import { guardedParts, identities, identitiesName, objectStoreValues, partLabels } from "./cluster.js";

export interface ClusterObjectStore {
  ready: pulumi.Resource[];
  adminAccessKey: pulumi.Output<string>;
  adminSecretKey: pulumi.Output<string>;
}

/** The store that the instances share; their buckets and users are made by their own tasks. */
export function createObjectStore(context: ClusterContext): ClusterObjectStore {
  const { config, placement, namespace, parent } = context;
  const adminAccessKey = createPassword(context, "object-store-access-key", { holdsData: true });
  const adminSecretKey = createPassword(context, "object-store-secret-key", { holdsData: true });
  const secret = createSecret(context, identitiesName, {
    seaweedfs_s3_config: pulumi
      .all([adminAccessKey, adminSecretKey])
      .apply(([accessKey, secretKey]) => identities(accessKey, secretKey)),
  });
  const release = createServiceRelease(context, {
    chart: "seaweedfs",
    name: sharedNames.objectStore,
    values: objectStoreValues(config.services, placement),
    holdsData: true,
    after: [secret],
  });
  // The chart has no budgets; a drained node must not take two of the servers that hold a file's copies.
  const budgets = guardedParts.map(
    (part) =>
      new k8s.policy.v1.PodDisruptionBudget(
        `data-${sharedNames.objectStore}-${part}`,
        {
          metadata: { namespace, name: `${sharedNames.objectStore}-${part}` },
          spec: { maxUnavailable: 1, selector: { matchLabels: partLabels(part) } },
        },
        { parent, dependsOn: context.ready },
      ),
  );
  return { ready: [release, ...budgets], adminAccessKey, adminSecretKey };
}
