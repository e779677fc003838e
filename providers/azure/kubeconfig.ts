import { z } from "zod";
import { kubeconfigOf } from "../kubeconfig.js";
import type { AzureSettings } from "./config.js";
import { UserError } from "../../src/workspace/errors.js";
import { parseYaml } from "../../src/workspace/yaml.js";

/** The application that stands for every AKS cluster in Entra ID. */
const aksServer = "6dae42f8-4368-4678-94ff-3960e28e3630";

const clusterSchema = z.looseObject({
  cluster: z.object({ server: z.string(), "certificate-authority-data": z.string() }),
});
const deliveredSchema = z.looseObject({ clusters: z.tuple([clusterSchema], clusterSchema) });

/**
 * A kubeconfig whose user signs in anew each time, by kubelogin. As Azure delivers it, it would ask for a code to type.
 * @param delivered what Azure gives a user of the cluster, in base64
 * @param login how kubelogin signs in
 * @returns JSON, which is YAML too
 */
export function signedInKubeconfig(delivered: string, name: string, login: AzureSettings["login"]): string {
  const text = Buffer.from(delivered, "base64").toString("utf8");
  const parsed = deliveredSchema.safeParse(parseYaml(text, `the kubeconfig of ${name}`).content);
  if (!parsed.success) {
    throw new UserError(`Azure's kubeconfig for the cluster ${name} names no server. Run the command again.`);
  }
  const [{ cluster }] = parsed.data.clusters;
  return JSON.stringify(
    kubeconfigOf(name, cluster, {
      command: "kubelogin",
      args: ["get-token", "--server-id", aksServer, "--login", login],
      provideClusterInfo: false,
      installHint: "Install kubelogin: https://azure.github.io/kubelogin",
    }),
  );
}
