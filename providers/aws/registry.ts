import * as ecr from "@pulumi/aws/ecr/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../../src/cloud/types.js";
import type { Keys } from "./keys.js";
import { domainOf } from "./objectStore.js";
import type { AwsContext } from "./context.js";

/** Images that nobody names any more go after this many days. */
const untaggedDays = 14;

/** A repository for each of the config's images; ECR has none that is made by pushing to it. */
export function awsRegistry(context: AwsContext, keys: Keys): NonNullable<Cloud["registry"]> {
  const { settings } = context;
  for (const image of settings.images) {
    const name = `${settings.name}-${image}`;
    const repository = new ecr.Repository(
      name,
      {
        name: `${settings.name}/${image}`,
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keys.data.arn }],
        imageScanningConfiguration: { scanOnPush: true },
        forceDelete: context.disposable,
      },
      context.retained,
    );
    new ecr.LifecyclePolicy(
      name,
      {
        repository: repository.name,
        policy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: "images without a tag",
              selection: {
                tagStatus: "untagged",
                countType: "sinceImagePushed",
                countUnit: "days",
                countNumber: untaggedDays,
              },
              action: { type: "expire" },
            },
          ],
        }),
      },
      { ...context.opts, parent: repository },
    );
  }
  const { account, region, name, partition } = settings;
  return { prefix: pulumi.output(`${account}.dkr.ecr.${region}.${domainOf(partition)}/${name}`) };
}
