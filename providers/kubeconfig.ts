import type * as pulumi from "@pulumi/pulumi";

/** How a user of a cluster signs in: a command that gives a token. */
export interface SignIn {
  command: string;
  args?: string[];
  /** kubectl tells the command about the cluster. */
  provideClusterInfo?: boolean;
  installHint?: string;
}

/**
 * A kubeconfig whose user asks a command for a token each time: a stored token would expire, and differ at every run.
 * @param cluster where its API is, and by whom its certificate is signed
 */
export function kubeconfigOf(
  name: string,
  cluster: Record<string, pulumi.Input<string>>,
  { command, args, ...others }: SignIn,
): Record<string, unknown> {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command,
    ...(args && { args }),
    interactiveMode: "Never",
    ...others,
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}
