import { kubeconfigOf } from "../kubeconfig.js";

/** Where a cluster's API is. */
export interface ApiServer {
  /** Name or address. */
  host: string;
  /** PEM in base64; undefined where the certificate is one that clients know. */
  ca?: string;
}

/**
 * A kubeconfig whose user gets a token anew each time, by Google's plugin for kubectl, as `gcloud auth` or the
 * environment says.
 * @returns JSON, which is YAML too
 */
export function signedInKubeconfig(name: string, { host, ca }: ApiServer): string {
  const server = {
    server: `https://${host}`,
    ...(ca !== undefined && { "certificate-authority-data": ca }),
  };
  return JSON.stringify(
    kubeconfigOf(name, server, {
      command: "gke-gcloud-auth-plugin",
      provideClusterInfo: true,
      installHint: "Install it: gcloud components install gke-gcloud-auth-plugin",
    }),
  );
}
