import { type Check, type CheckedPlan, fails, ok } from "../cloud/check.js";
import { ResourcePaths } from "../cluster/resourcePaths.js";
import type { Asked } from "./asked.js";

interface Right {
  verb: string;
  group: string;
  resource: string;
}

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** What a Helm release makes beside what the plan shows: the record of itself, and what charts of the catalogue have. */
const ofReleases: readonly Right[] = [
  { group: "", resource: "secrets" },
  { group: "", resource: "serviceaccounts" },
  { group: "", resource: "services" },
  { group: "apps", resource: "deployments" },
  { group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
  { group: "rbac.authorization.k8s.io", resource: "clusterroles" },
  { group: "rbac.authorization.k8s.io", resource: "clusterrolebindings" },
].map((each) => ({ ...each, verb: "create" }));

/** Whether the caller may make all kinds of the plan: by all rights there are, or by each of them. */
export async function clusterRights(asked: Asked, plan: CheckedPlan): ReturnType<Check["ask"]> {
  const may = async ({ verb, group, resource }: Right): Promise<boolean> => {
    // No dry run, which a review refuses: it is a question by itself and leaves nothing.
    const { status } = await asked.cluster.demand<{ status: { allowed: boolean } }>("POST", path, {
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { verb, group, resource } },
      },
    });
    return status.allowed;
  };
  if (await may({ verb: "*", group: "*", resource: "*" })) {
    return ok("all rights");
  }
  const rights = await rightsFor(asked, plan);
  const refused = (
    await Promise.all(rights.map(async (right) => ((await may(right)) ? [] : [right])))
  ).flat();
  return refused.length === 0
    ? ok(`may make all ${rights.length} kinds of the plan`)
    : fails(
        `may not ${refused.map(({ verb, group, resource }) => `${verb} ${resource}${group && `.${group}`}`).join(", ")}`,
        "have the cluster's administrator bind a role with these rights to you; cluster-admin has them",
      );
}

async function rightsFor(asked: Asked, plan: CheckedPlan): Promise<Right[]> {
  const paths = new ResourcePaths(asked.cluster);
  const types = new Set(
    plan.resources.map(({ type }) => type).filter((type) => type.startsWith("kubernetes:")),
  );
  const hasReleases = [...types].some((type) => type.endsWith(":Release"));
  const own = await Promise.all(
    [...types].map(async (type): Promise<Right[]> => {
      const [, groupVersion = "", kind = ""] = type.split(":");
      const apiVersion = groupVersion.replace(/^core\//, "");
      // What the stack itself defines is not known yet.
      const known = await paths.kind(apiVersion, kind);
      const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
      return known === undefined ? [] : [{ verb: "create", group, resource: known.plural }];
    }),
  );
  const all = [...own.flat(), ...(hasReleases ? ofReleases : [])];
  return [...new Map(all.map((right) => [`${right.group}/${right.resource}`, right])).values()];
}
