import type { Json, KubernetesObject } from "../kubernetes/objects.js";
import type { InstanceFiles, InstancePlace } from "./folder.js";
import type { SiteHosts } from "./hosts.js";

/** One instance as an operator wrote it: what is rendered. */
export interface InstanceSource extends InstancePlace {
  files: InstanceFiles;
  /** Settings of this project's own, in Tutor's names; the instance's config.yml wins over them. */
  settings: Record<string, Json>;
  /** Keys whose values the operator gives as Pulumi config secrets; each becomes a token. */
  givenSecrets: readonly string[];
  /** Settings of ours whose values are known only when resources are made; the instance's config.yml wins over them. */
  tokens?: Readonly<Record<string, SettingToken>>;
}

/** A setting that `settings` cannot give, since its value comes with the resources. */
export interface SettingToken {
  /** `bound`: the caller gives the value when it binds; else it is generated. */
  spec: Extract<SecretSpec, { kind: "bound" | "password" | "hmac" }>;
  /** False for what anyone may read who can read ConfigMaps: addresses, bucket names. */
  secret: boolean;
  /** What stays literal around the value, which `{}` stands for: `mongodb+srv://{}`. Default: nothing. */
  template?: string;
}

/** How the value behind a token comes to be. */
export type SecretSpec =
  /** Letters and digits, at least `length` of them; only lower-case ones if `lower`. */
  | { kind: "password"; length: number; lower?: boolean }
  | { kind: "uuid" }
  /** An RSA private key; its tokens stand for the numbers of the JWK. */
  | { kind: "rsa" }
  /** The operator's own: by stack config, or in plain text in config.yml (`fromConfig`). */
  | { kind: "given" }
  /** Known when the resources are made; whoever deploys the instance gives it. */
  | { kind: "bound" }
  /** Hexadecimal HMAC-SHA256 with the value of `key` as the key and that of `message` as the message. */
  | { kind: "hmac"; key: string; message: string }
  /** A bcrypt hash of the value of `of`. */
  | { kind: "bcrypt"; of: string };

/** A setting of Tutor whose value rendering must not know. */
export interface TokenEntry {
  /** Tutor's name of the setting. */
  key: string;
  spec: SecretSpec;
  /** True for all but what may be read by anyone who can read the cluster's ConfigMaps (identifiers). */
  secret: boolean;
  /** The plugin that declares the setting, or `core`. */
  owner: string;
  /**
   * The value stands in plain text in the instance's config.yml. It did not go into the render; `src/instance` reads it
   * there when it binds.
   */
  fromConfig: boolean;
  /**
   * The texts that stand for the value in the render. One for most; an RSA key has one per JWK number (`part` is
   * n, d, p, q, dp, dq or qi).
   */
  tokens: { text: string; part?: string }[];
}

/** One of Tutor's init tasks, rendered. */
export interface InitTask {
  /** Tutor's service name: the task runs in the pod of the Job `<service>-job`. */
  service: string;
  /** The plugin that brought it, or `core`. */
  owner: string;
  /** The shell script, with tokens. */
  script: string;
}

/** All that the later steps need to know of an instance's Tutor. JSON; holds tokens, never secrets. */
export interface Render {
  /** Tutor's version, such as 22.0.3. */
  tutorVersion: string;
  /** Open edX's release, such as verawood. */
  openEdxRelease: string;
  /** Loaded plugins and their versions, this project's own left out. */
  plugins: Record<string, string>;
  /** The full rendered Tutor config without its secrets (those keys are left out). */
  settings: Record<string, Json>;
  tokens: TokenEntry[];
  /** What `kubectl kustomize` prints, parsed, in its order; names without hash suffixes. */
  objects: KubernetesObject[];
  hosts: SiteHosts;
  /** In Tutor's order. */
  tasks: InitTask[];
}
