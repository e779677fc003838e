import assert from "node:assert/strict";
import type { Scheduling } from "../../src/cloud/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { campusInput } from "./campus.js";
import { deploy, manifestsOf, plain, registered } from "./stack.js";

const stateful: Scheduling = {
  nodeSelector: { pool: "stateful" },
  tolerations: [{ key: "pool", operator: "Equal", value: "stateful", effect: "NoSchedule" }],
};

describe("an instance on a cloud", () => {
  it("gives pods and tasks its identity, volume claims its storage class, and data its nodes", async () => {
    const onCloud = await deploy(campusInput(), {
      cloud: {
        storageClasses: { readWriteOnce: "fast" },
        scheduling: { stateful },
        identity: (purpose, { namespace, name }) => ({
          serviceAccountAnnotations: {
            "cloud.test/role": `${typeof purpose === "string" ? purpose : purpose.instance} ${namespace}/${name}`,
          },
          podLabels: { "cloud.test/use": "true" },
        }),
      },
    });
    const account = plain(registered(onCloud, "ServiceAccount", "campus-account").inputs.metadata);
    assert.deepEqual((account as { annotations: unknown }).annotations, {
      "cloud.test/role": "campus campus/campus",
    });
    const labelsOf = (object: KubernetesObject | undefined): Record<string, string> =>
      (object?.spec as { template: { metadata: { labels: Record<string, string> } } }).template.metadata
        .labels;
    assert.equal(labelsOf(manifestsOf(onCloud, "campus")["Deployment.lms"])["cloud.test/use"], "true");
    const data = manifestsOf(onCloud, "campus-data");
    assert.equal(labelsOf(data["Deployment.mysql"])["cloud.test/use"], undefined);
    const nodesOf = (object: KubernetesObject | undefined) =>
      (object?.spec as { template: { spec: Partial<typeof stateful> } }).template.spec.nodeSelector;
    assert.deepEqual(nodesOf(data["Deployment.mysql"]), stateful.nodeSelector);
    assert.equal(nodesOf(manifestsOf(onCloud, "campus")["Deployment.lms"]), undefined);
    assert.equal(
      (data["PersistentVolumeClaim.mysql"]?.spec as { storageClassName: string }).storageClassName,
      "fast",
    );
    const { template } = plain(registered(onCloud, "Job", "campus-init").inputs.spec) as {
      template: { metadata: { labels: Record<string, string> } };
    };
    assert.equal(template.metadata.labels["cloud.test/use"], "true");
  });
});
