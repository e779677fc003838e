import { isAccountPhase, phases } from "./tasks.js";

/** A ConfigMap or Secret that pods read, with tokens where values are to come. */
export interface ConfigObject {
  /** Its name, but for the hash of its content; unique in the instance. */
  id: string;
  kind: "ConfigMap" | "Secret";
  /** Of a Secret, where it isn't Opaque. */
  type?: string;
  /** Texts, some with tokens. */
  data: Record<string, string>;
  /** Base64. */
  binaryData: Record<string, string>;
  /** Settings whose values stand in it, sorted. */
  tokenKeys: string[];
  /**
   * `Kind.name` of what reads it, sorted. None: something finds it by its plain name or its labels, so that it keeps
   * both and has no hash.
   */
  consumers: string[];
  /** Those of the object that it was made from, where it has no consumers. */
  labels?: Record<string, string>;
}

/**
 * Label of the config objects that stay on the cluster when the stack has no more use for them, for the revisions in
 * Helm's history that name them. Its value is always the same.
 */
export const retainedLabel = { key: "openedx.org/config", value: "retained" } as const;

/** Where the keys of a rendered ConfigMap or Secret went: the config object, and what comes before each key there. */
export interface Placement {
  config: ConfigObject;
  prefix: string;
  keys: string[];
}

/** Stands in a manifest for the name of a config object, which only its bound content gives. No name looks like it. */
export function nameOf(id: string): string {
  return `<config ${id}>`;
}

/** The id in what `nameOf` returned; undefined for any other text. */
export function idIn(text: string): string | undefined {
  return /^<config ([^>]+)>$/.exec(text)?.[1];
}

/** The config objects by the namespace of those who read them; one that is read in both is needed in both. */
export function placeConfig(configObjects: readonly ConfigObject[]): {
  instance: ConfigObject[];
  services: ConfigObject[];
} {
  const accountJobs = phases.filter(isAccountPhase).map((phase) => `Job.${phase}`);
  const isAccountJob = (consumer: string): boolean => accountJobs.includes(consumer);
  return {
    instance: configObjects.filter(
      ({ consumers }) => consumers.length === 0 || !consumers.every(isAccountJob),
    ),
    services: configObjects.filter(({ consumers }) => consumers.some(isAccountJob)),
  };
}
