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
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://${host}`,
          ...(ca !== undefined && { "certificate-authority-data": ca }),
        },
      },
    ],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "gke-gcloud-auth-plugin",
            interactiveMode: "Never",
            provideClusterInfo: true,
            installHint: "Install it: gcloud components install gke-gcloud-auth-plugin",
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
