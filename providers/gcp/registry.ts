import { Repository } from "@pulumi/gcp/artifactregistry/repository.js";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember.js";
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../../src/cloud/types.js";
import type { Cluster } from "./cluster.js";
import { after } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import type { Keys } from "./keys.js";

/** A container registry that the cluster's nodes pull from, without a password. */
export function gcpRegistry(
  context: GcpContext,
  { nodes }: Cluster,
  keys: Keys,
): NonNullable<Cloud["registry"]> & { ready: pulumi.Resource[] } {
  const { settings, stack, name, base, granting, retained, deletionPolicy } = context;
  const { project, region } = settings;
  const key = keys("images");
  const repository = new Repository(
    `${name}-registry`,
    {
      project,
      location: region,
      repositoryId: `${base}-images`,
      format: "DOCKER",
      description: `Images of the Open edX stack ${stack}.`,
      labels: labelsOf(context),
      ...(key && { kmsKeyName: key.id }),
      cleanupPolicies: [
        {
          id: "untagged",
          action: "DELETE",
          condition: { tagState: "UNTAGGED", olderThan: `${settings.registry.untaggedDays * 86_400}s` },
        },
      ],
      deletionPolicy,
    },
    after(retained, key?.ready ?? []),
  );
  const readers =
    nodes === undefined
      ? []
      : [
          new RepositoryIamMember(
            `${name}-nodes-images`,
            {
              project,
              location: region,
              repository: repository.repositoryId,
              role: "roles/artifactregistry.reader",
              member: nodes.member,
            },
            granting,
          ),
        ];
  return {
    ready: readers,
    prefix: pulumi.interpolate`${region}-docker.pkg.dev/${project}/${repository.repositoryId}`,
  };
}
