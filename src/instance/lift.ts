import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { UserError } from "../workspace/errors.js";
import { mapContainers, podSpecPath } from "./pods.js";
import type { Tokens } from "../tutor/tokenTexts.js";

/** Workloads without tokens in their containers, and the Secrets that now hold what had one. */
export interface SecretEnv {
  objects: KubernetesObject[];
  secrets: KubernetesObject[];
}

/**
 * Takes tokens out of the environment and the arguments of containers, where everybody who may read the workload would
 * read the secrets: the value goes to a Secret that the variable refers to. An argument becomes `$(NAME)`, which
 * Kubernetes replaces by the variable when the container starts.
 * @throws UserError for a value with a token that also uses Kubernetes' own `$(NAME)`, which a Secret's value cannot.
 */
export function moveToSecrets(
  objects: readonly KubernetesObject[],
  tokens: Tokens,
  instance: string,
): SecretEnv {
  const secrets: KubernetesObject[] = [];
  const moved = objects.flatMap((object) => {
    const name = `${object.metadata.name}-${object.kind.toLowerCase()}-env`;
    const stringData: Record<string, string> = {};
    const where = `instance ${instance}: ${object.kind} ${object.metadata.name}, ${podSpecPath(object)}`;
    const changed = mapContainers([object], (container) =>
      withSecretEnv(container, tokens, (variable, value, place) => {
        if (/(?<!\$)\$\(/.test(value)) {
          const [entry] = tokens.find(value);
          throw new UserError(
            `${where}, container ${container.name}, ${place}: holds the secret ${entry?.key} beside a ` +
              "reference by $(NAME). Kubernetes can't replace that in what comes from a Secret; write it without.",
          );
        }
        // Container names are unique in a pod and hold no underscore, so no two variables meet in one key.
        const key = `${container.name}_${variable}`;
        stringData[key] = value.replaceAll("$$", "$"); // Kubernetes' escape, which a Secret's value doesn't have
        return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
      }),
    );
    if (Object.keys(stringData).length > 0) {
      secrets.push({ apiVersion: "v1", kind: "Secret", metadata: { name }, stringData });
    }
    return changed;
  });
  return { objects: moved, secrets };
}

/** @param move puts a value with a token into the Secret, and gives the variable that refers to it */
function withSecretEnv(
  container: V1Container,
  tokens: Tokens,
  move: (variable: string, value: string, place: string) => V1EnvVar,
): V1Container {
  const { env = [], command, args } = container;
  const isSecret = (text: string | undefined): text is string =>
    text !== undefined && tokens.find(text).length > 0;
  if (![...env.map(({ value }) => value), ...(command ?? []), ...(args ?? [])].some(isSecret)) {
    return container;
  }
  const added: V1EnvVar[] = [];
  const argument = (list: string) => (text: string, index: number) => {
    if (!isSecret(text)) {
      return text;
    }
    const variable = `OPENEDX_${list}_${index}`;
    added.push(move(variable, text, `${list.toLowerCase()} ${index}`));
    return `$(${variable})`;
  };
  return {
    ...container,
    ...(command && { command: command.map(argument("COMMAND")) }),
    ...(args && { args: args.map(argument("ARG")) }),
    env: [
      ...env.map((variable) =>
        isSecret(variable.value) ? move(variable.name, variable.value, `env ${variable.name}`) : variable,
      ),
      ...added,
    ],
  };
}
