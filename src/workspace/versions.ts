import { readFileSync } from "node:fs";
import { join } from "node:path";
import { programFolder } from "./paths.js";

/*
 * What this program is made for and tested with, in one place. Charts are in src/platform/charts.ts, npm packages in
 * package.json, Go modules in tools/. renovate.json finds the entries by their form.
 */

const manifest = JSON.parse(readFileSync(join(programFolder, "package.json"), "utf8")) as {
  version: string;
  dependencies: Record<string, string>;
};

/** Of this program. */
export const programVersion = manifest.version;

/** The exact version of a package that this program depends on, such as `@pulumi/pulumi`, which the CLI's must equal. */
export function packageVersion(name: string): string {
  const version = manifest.dependencies[name];
  if (version === undefined) {
    throw new Error(`${name} is not a dependency in package.json.`);
  }
  return version;
}

/** What a new instance begins with: the newest Tutor that the tests render, with its default plugins. */
export const tutorRequirements = ["tutor==22.0.3", "tutor-mfe==22.1.0", "tutor-indigo==22.0.0"] as const;

/** The oldest major version of Tutor that the bridge can talk to. */
export const oldestTutor = 18;

/** Minor versions of Kubernetes on clusters in clouds: the oldest that upstream still fixes, and the default. */
export const clusterVersions = { oldest: "1.35", default: "1.36" } as const;

/**
 * Tools in official releases, as tools/go.mod has them. Their digests are in src/toolchain/releases.ts. The sandbox's
 * control plane is of this version of Kubernetes.
 */
export const releasedVersions = { etcd: "3.6.8", helm: "3.21.0", kubernetes: "1.36.3", kwok: "0.8.0" };

/** Minor versions of the oldest tools on the PATH that are taken. */
export const oldestTools = { kubectl: "1.31", helm: "3.14" } as const;

/** Images that are named by this program and not by a chart or by Tutor: on Docker Hub, by exact tags. */
export const images = {
  mongodb: { repository: "percona/percona-server-mongodb", tag: "7.0.30-16" },
  mysql: { repository: "percona/percona-server", tag: "8.4.8-8.1" },
  // Client and gzip of MySQL's own image: the server's has no gzip for sure.
  mysqlClient: { repository: "library/mysql", tag: "8.4.8" },
  opensearch: { repository: "opensearchproject/opensearch", tag: "2.19.3" },
  // Of the chart's version; the instances' tasks use it for its shell. The defaults of our Tutor plugin are equal to these.
  seaweedfs: { repository: "chrislusf/seaweedfs", tag: "4.44" },
  valkey: { repository: "valkey/valkey", tag: "9.1.1" },
  curl: { repository: "curlimages/curl", tag: "8.16.0" },
  rclone: { repository: "rclone/rclone", tag: "1.74.4" },
  // 1.14 goes with Velero 1.18.
  veleroAws: { repository: "velero/velero-plugin-for-aws", tag: "v1.14.0" },
  veleroAzure: { repository: "velero/velero-plugin-for-microsoft-azure", tag: "v1.14.0" },
  veleroGcs: { repository: "velero/velero-plugin-for-gcp", tag: "v1.14.0" },
} as const;

/** `repository:tag`, as manifests name an image of Docker Hub. */
export function imageName({ repository, tag }: { repository: string; tag: string }): string {
  return `${repository}:${tag}`;
}
