import { ProjectBucketConfig } from "@pulumi/gcp/logging/projectBucketConfig.js";
import { ProjectExclusion } from "@pulumi/gcp/logging/projectExclusion.js";
import { ProjectSink } from "@pulumi/gcp/logging/projectSink.js";
import { after, uniqueName } from "../part.js";
import type { GcpContext } from "./context.js";
import { gcpNames } from "./facts.js";

/**
 * A log bucket of the stack's own, for as long as the config says: the project's default one has one retention for all
 * that is in the project. What goes there goes nowhere else, so that it is paid for once.
 */
export function clusterLogs(context: GcpContext): void {
  const { settings, stack, name, base, opts } = context;
  const { project, region } = settings;
  const filter = `resource.type:"k8s_" AND resource.labels.cluster_name="${base}-cluster" AND resource.labels.location="${region}"`;
  const bucket = new ProjectBucketConfig(
    `${name}-logs`,
    {
      project,
      location: region,
      // The name of a deleted one stays taken for a week.
      bucketId: uniqueName(context, gcpNames.logBucket, "logs"),
      retentionDays: settings.logRetentionDays,
      description: `Logs of the cluster of the Open edX stack ${stack}.`,
    },
    opts,
  );
  const sink = new ProjectSink(
    `${name}-logs`,
    {
      project,
      name: `${base}-logs`,
      destination: bucket.id.apply((id) => `logging.googleapis.com/${id}`),
      filter,
      uniqueWriterIdentity: true,
    },
    opts,
  );
  new ProjectExclusion(
    `${name}-logs`,
    { project, name: `${base}-logs`, filter, description: `They are in the bucket of ${base}.` },
    after(opts, [sink]),
  );
}
