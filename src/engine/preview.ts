import { UserError } from "../workspace/errors.js";
import { standInOutputs } from "./standIns.js";
import {
  type PropertyMap,
  type PropertyValue,
  type Registered,
  type Registration,
  type ResourceHandler,
  Unknown,
} from "./types.js";

const releaseType = "kubernetes:helm.sh/v3:Release";
const stackReferenceType = "pulumi:pulumi:StackReference";

function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && value.constructor === Object;
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
export function previewOutputs({ type, inputs }: Registration): PropertyMap {
  if (type === releaseType) {
    return releaseOutputs(inputs);
  }
  return type.startsWith("kubernetes:") && "kind" in inputs ? objectOutputs(inputs) : {};
}

/** Canned answers to invokes, by token: what a provider would say that nobody can ask here. */
export type InvokeAnswers = Record<string, (args: PropertyMap) => PropertyMap>;

export interface PreviewOptions {
  answers?: InvokeAnswers;
  /** Generated secrets have stand-ins, as a plan that is to be compared needs. Default: they are unknown. */
  standIns?: boolean;
}

/**
 * Carries nothing out: every custom resource comes back as the real engine's preview has it before it exists. Reads of
 * other stacks and resources give unknown outputs.
 */
export class PreviewHandler implements ResourceHandler {
  readonly #answers: InvokeAnswers;
  readonly #standIns: boolean;

  constructor({ answers = {}, standIns = false }: PreviewOptions = {}) {
    this.#answers = answers;
    this.#standIns = standIns;
  }

  register(registration: Registration): Promise<Registered> {
    const known = this.#standIns ? standInOutputs(registration) : undefined;
    return Promise.resolve({ outputs: known ?? previewOutputs(registration) });
  }

  read(registration: Registration, id: string): Promise<Registered> {
    const outputs: PropertyMap =
      registration.type === stackReferenceType
        ? { name: id, outputs: Unknown.value, secretOutputNames: Unknown.value }
        : {};
    return Promise.resolve({ id, outputs });
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
