import { UserError } from "../workspace/errors.js";
import { isMap } from "../workspace/yaml.js";
import { unknownMask } from "./mask.js";
import { type CloudAddresses, standInOutputs } from "./standIns.js";
import {
  type PropertyMap,
  type PropertyValue,
  type Registered,
  type Registration,
  type ResourceHandler,
  Secret,
  Unknown,
} from "./types.js";

const releaseType = "kubernetes:helm.sh/v3:Release";
const stackReferenceType = "pulumi:pulumi:StackReference";

/** One unknown value would make all outputs of another stack unknown: what is not known is given as its mask. */
function named(value: PropertyValue): PropertyValue {
  if (value instanceof Unknown) {
    return unknownMask;
  }
  if (value instanceof Secret) {
    return new Secret(named(value.value));
  }
  if (Array.isArray(value)) {
    return value.map(named);
  }
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, named(item)]))
    : value;
}

/** A name that the provider makes up is known after the deployment only. */
function namedMetadata(metadata: PropertyValue | undefined): PropertyValue {
  if (metadata !== undefined && !isMap(metadata)) {
    return metadata;
  }
  return { ...metadata, name: metadata?.name ?? Unknown.value };
}

/** What the provider's dry run would add to the inputs of a Kubernetes object. */
function objectOutputs(inputs: PropertyMap): PropertyMap {
  return { metadata: namedMetadata(inputs.metadata), status: Unknown.value };
}

function releaseOutputs(inputs: PropertyMap): PropertyMap {
  return {
    name: inputs.name ?? Unknown.value,
    namespace: inputs.namespace ?? Unknown.value,
    version: inputs.version ?? Unknown.value,
    status: Unknown.value,
    resourceNames: Unknown.value,
  };
}

/**
 * What is known of a resource's outputs in a preview, beside its inputs. All that is not named here is unknown, which
 * the SDK sees to, and secret where the resource's class says so (generated passwords and keys).
 */
function previewOutputs({ type, inputs }: Registration): PropertyMap {
  if (type === releaseType) {
    return releaseOutputs(inputs);
  }
  return type.startsWith("kubernetes:") && "kind" in inputs ? objectOutputs(inputs) : {};
}

/** Canned answers to invokes, by token: what a provider would say, which cannot be asked here. */
export type InvokeAnswers = Record<string, (args: PropertyMap) => PropertyMap>;

export interface PreviewOptions {
  answers?: InvokeAnswers;
  /** Outputs of other stacks, by the stack's name. Default: they are unknown. */
  stacks?: ReadonlyMap<string, PropertyMap>;
  /**
   * Generated secrets, and addresses of these clouds, have stand-ins, as a plan that is to be compared needs. Default:
   * they are unknown.
   */
  standIns?: CloudAddresses;
}

/**
 * Carries nothing out: every custom resource comes back as the real engine's preview has it before it exists. Reads of
 * other stacks and resources give unknown outputs.
 */
export class PreviewHandler implements ResourceHandler {
  readonly #answers: InvokeAnswers;
  readonly #standIns: CloudAddresses | undefined;
  readonly #stacks: ReadonlyMap<string, PropertyMap>;
  /** Names of other stacks that the program asked for and whose outputs are not known. */
  readonly missing = new Set<string>();

  constructor({ answers = {}, standIns, stacks = new Map() }: PreviewOptions = {}) {
    this.#answers = answers;
    this.#standIns = standIns;
    this.#stacks = stacks;
  }

  register(registration: Registration): Promise<Registered> {
    const known = this.#standIns && standInOutputs(registration, this.#standIns);
    return Promise.resolve({ outputs: known ?? previewOutputs(registration) });
  }

  read(registration: Registration, id: string): Promise<Registered> {
    const outputs = registration.type === stackReferenceType ? this.#stackOutputs(id) : {};
    return Promise.resolve({ id, outputs });
  }

  #stackOutputs(name: string): PropertyMap {
    const outputs = this.#stacks.get(name);
    if (outputs === undefined) {
      this.missing.add(name);
      return { name, outputs: Unknown.value, secretOutputNames: Unknown.value };
    }
    const secret = Object.entries(outputs).filter(([, value]) => value instanceof Secret);
    return { name, outputs: named(outputs), secretOutputNames: secret.map(([key]) => key) };
  }

  /** @throws UserError for a token without an answer. */
  invoke(token: string, args: PropertyMap): Promise<PropertyMap> {
    const answer = this.#answers[token];
    if (answer === undefined) {
      return Promise.reject(
        new UserError(
          `The program asks a provider for ${token}, which cannot be answered without the cloud. ` +
            "Use `pulumi preview` for this stack.",
        ),
      );
    }
    return Promise.resolve(answer(args));
  }
}
