import { z } from "zod";
import type { AzureConfig } from "../../src/config/azureSizes.js";
import { UserError } from "../../src/workspace/errors.js";
import { parseYaml } from "../../src/workspace/yaml.js";

/** The application that stands for every AKS cluster in Entra ID. */
const aksServer = "6dae42f8-4368-4678-94ff-3960e28e3630";

const deliveredSchema = z.looseObject({
  clusters: z
    .array(
      z.looseObject({
        cluster: z.looseObject({ server: z.string(), "certificate-authority-data": z.string() }),
      }),
    )
    .min(1),
});

/**
 * A kubeconfig whose user signs in anew each time, by kubelogin. As Azure delivers it, it would ask for a code to type.
 * @param delivered what Azure gives a user of the cluster, in base64
 * @param login how kubelogin signs in
 * @returns JSON, which is YAML too
 */
export function signedInKubeconfig(delivered: string, name: string, login: AzureConfig["login"]): string {
  const text = Buffer.from(delivered, "base64").toString("utf8");
  const parsed = deliveredSchema.safeParse(parseYaml(text, `the kubeconfig of ${name}`).content);
  if (!parsed.success) {
    throw new UserError(`Azure's kubeconfig for the cluster ${name} names no server. Run the command again.`);
  }
  const [cluster] = parsed.data.clusters;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: cluster?.cluster }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: ["get-token", "--server-id", aksServer, "--login", login],
            interactiveMode: "Never",
            provideClusterInfo: false,
            installHint: "Install kubelogin: https://azure.github.io/kubelogin",
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
