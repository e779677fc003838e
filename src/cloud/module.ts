import type * as pulumi from "@pulumi/pulumi";
import type { Check, CheckedPlan } from "./check.js";
import type { Scope } from "./request.js";
import type { Cloud, CloudAbilities, OpenCloud } from "./types.js";

/**
 * What a cloud is to the program. All but `create` is plain and loads no SDK.
 * @typeParam Request what it reads of the stack's config
 * @typeParam Config its own part of it
 */
export interface CloudModule<Request, Config> {
  /** What the config may ask of this cloud. */
  abilities: (request: Request, config: Config) => CloudAbilities;
  /** Faults in the config that the schema cannot see; each a sentence with key path and remedy. Default: none. */
  faults?: (request: Request, config: Config) => string[];
  /** What works and should be known before it is deployed; each a sentence with key path and remedy. Default: nothing. */
  warnings?: (request: Request, config: Config) => string[];
  /** What to ask the cloud before a stack is deployed, with the caller's credentials. Loads SDKs. Default: nothing. */
  checks?: (request: Request, config: Config, plan: CheckedPlan) => Promise<Check[]>;
  /** What to do where the stack's config has no part for this cloud. Default: says which key is missing. */
  missing?: string;
  /** What a stack on this cloud may hold. Default: all, or the platform. */
  scopes?: readonly Scope[];
  /** Asks others before anything is decided. Default: there is nobody to ask. */
  open?: (request: Request, config: Config) => Promise<OpenCloud>;
  /** Makes, or reaches, the cluster. Loads the cloud's SDK, which the other clouds need not wait for. */
  create: (name: string, request: Request, config: Config, opts: pulumi.ResourceOptions) => Promise<Cloud>;
}
