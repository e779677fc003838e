import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { UserError } from "../workspace/errors.js";
import { mapContainers, podSpecPath } from "./pods.js";
import type { Tokens } from "./tokens.js";

/** Workloads without tokens in their containers, and the Secrets that now hold what had one. */
export interface Lifted {
  objects: KubernetesObject[];
  secrets: KubernetesObject[];
}

/**
 * Takes tokens out of the environment and the arguments of containers, where everybody who may read the workload would
 * read the secrets: the value goes to a Secret that the variable refers to. An argument becomes `$(NAME)`, which
 * Kubernetes replaces by the variable when the container starts.
 * @throws UserError for a value with a token that also uses Kubernetes' own `$(NAME)`: both at once can't be had.
 */
export function liftTokens(objects: readonly KubernetesObject[], tokens: Tokens, instance: string): Lifted {
  const secrets: KubernetesObject[] = [];
  const lifted = objects.flatMap((object) => {
    const name = `${object.metadata.name}-${object.kind.toLowerCase()}-env`;
    const stringData: Record<string, string> = {};
    const where = `instance ${instance}: ${object.kind} ${object.metadata.name}, ${podSpecPath(object)}`;
    const changed = mapContainers([object], (container) =>
      new ContainerLift(container, tokens, name, stringData, where).run(),
    );
    if (Object.keys(stringData).length > 0) {
      secrets.push({ apiVersion: "v1", kind: "Secret", metadata: { name }, stringData });
    }
    return changed;
  });
  return { objects: lifted, secrets };
}

/** The work on one container; what is lifted goes into `stringData` of the Secret `secretName`. */
class ContainerLift {
  private readonly container: V1Container;
  private readonly tokens: Tokens;
  private readonly secretName: string;
  private readonly stringData: Record<string, string>;
  private readonly where: string;

  constructor(
    container: V1Container,
    tokens: Tokens,
    secretName: string,
    stringData: Record<string, string>,
    where: string,
  ) {
    this.container = container;
    this.tokens = tokens;
    this.secretName = secretName;
    this.stringData = stringData;
    this.where = where;
  }

  run(): V1Container {
    const { env, command, args } = this.container;
    const texts = [...(env ?? []).map(({ value }) => value ?? ""), ...(command ?? []), ...(args ?? [])];
    if (this.tokens.find(...texts).length === 0) {
      return this.container;
    }
    const added: V1EnvVar[] = [];
    const liftedCommand = command?.map((text, index) => this.argument(text, `COMMAND_${index}`, added));
    const liftedArgs = args?.map((text, index) => this.argument(text, `ARG_${index}`, added));
    const liftedEnv = (env ?? []).map((variable) => this.variable(variable));
    return {
      ...this.container,
      ...(liftedCommand && { command: liftedCommand }),
      ...(liftedArgs && { args: liftedArgs }),
      env: [...liftedEnv, ...added],
    };
  }

  private variable(variable: V1EnvVar): V1EnvVar {
    const { name, value } = variable;
    return value === undefined || !this.holdsToken(value) ? variable : this.lift(name, value, `env ${name}`);
  }

  private argument(text: string, place: string, added: V1EnvVar[]): string {
    if (!this.holdsToken(text)) {
      return text;
    }
    const name = `OPENEDX_${place}`;
    added.push(this.lift(name, text, place.toLowerCase().replace("_", " ")));
    return `$(${name})`;
  }

  private holdsToken(text: string): boolean {
    return this.tokens.find(text).length > 0;
  }

  private lift(name: string, value: string, place: string): V1EnvVar {
    if (/(?<!\$)\$\(/.test(value)) {
      const [entry] = this.tokens.find(value);
      throw new UserError(
        `${this.where}, container ${this.container.name}, ${place}: holds the secret ${entry?.key} beside a ` +
          "reference by $(NAME). Kubernetes can't replace that in what comes from a Secret; write it without.",
      );
    }
    // Container names are unique in a pod and hold no underscore, so no two variables meet in one key.
    const key = `${this.container.name}_${name}`;
    this.stringData[key] = value.replaceAll("$$", "$"); // Kubernetes' escape, which a Secret's value doesn't have
    return { name, valueFrom: { secretKeyRef: { name: this.secretName, key } } };
  }
}
