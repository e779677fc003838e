import type { InputRule } from "./rules.js";

type Inputs = Readonly<Record<string, unknown>>;

/** What is known of a type of resources, for who reads plans without asking the cloud. */
export interface TypeFacts {
  /** It costs money for as long as it exists, or by what it holds, sends or is asked. */
  billed?: boolean;
  /**
   * It holds data for good and must be protected: always, or with such inputs. `part`: what it holds is protected with
   * something else, or can be had anew; that it goes should be told. Default: it holds none.
   */
  data?: true | "part" | ((inputs: Inputs) => boolean);
  /** Inputs that are fixed at creation: another value makes another resource. A path stands for all below it. */
  fixed?: readonly string[];
  /** It is a group of nodes. */
  nodes?: true;
  /** It keeps the public out: once it is gone, what it guarded may be reached. */
  guard?: true;
  /** It gives rights: what uses them depends on it, so that it comes before and goes after. */
  grant?: true;
  /** Days that the name of a deleted one stays taken. Default: it is free at once. */
  nameTakenDays?: number;
  /** Who may reach a database, as its inputs say it. Default: they do not. */
  access?: (inputs: Inputs) => readonly Access[];
}

/** One way to a database: a switch that lets the internet in, a rule of a firewall, or addresses that are let in. */
export type Access =
  | { path: string; on: unknown }
  /** `*` stands for all ports. */
  | { rule: string; sources: readonly string[]; ports: readonly string[] }
  /** @property text what it says of one of them: `it lets 0.0.0.0/0 in`. */
  | { allowed: readonly string[]; text: (address: string) => string };

/** What is known of a cloud's resources. */
export interface CloudFacts {
  /** What its type tokens begin with. */
  tokens: string;
  /** Inputs of all of its types that are fixed at creation. Default: none. */
  fixed?: readonly string[];
  /** Outputs that tell where a service answers. Default: none. */
  addresses?: readonly string[];
  /** What the API takes in inputs, beyond what the SDK's types say. Default: nothing is known. */
  rules?: {
    /** Of all types that have such inputs, such as tags. */
    all: readonly InputRule[];
    /** By the rest of the type token. */
    types: Readonly<Record<string, readonly InputRule[]>>;
  };
  /** By the rest of the type token. Every type that a module makes is here. */
  types: Readonly<Record<string, TypeFacts>>;
}

/** The facts of all clouds. */
export interface Facts {
  /** Whether the type is a cloud's. */
  isCloud: (type: string) => boolean;
  /** What is known of a type; undefined for one that no cloud lists. */
  of: (type: string) => TypeFacts | undefined;
  /** Inputs of a type that are fixed at creation. */
  fixed: (type: string) => readonly string[];
  /** What the cloud's API takes in a type's inputs. */
  rules: (type: string) => readonly InputRule[];
  /** Outputs that tell where a service answers, of all clouds. */
  addresses: readonly string[];
}

/** Puts the facts of clouds together. */
export function mergeFacts(clouds: readonly CloudFacts[]): Facts {
  const types = new Map(
    clouds.flatMap(({ tokens, types: own }) =>
      Object.entries(own).map(([type, facts]) => [tokens + type, facts] as const),
    ),
  );
  const cloudOf = (type: string): CloudFacts | undefined =>
    clouds.find(({ tokens }) => type.startsWith(tokens));
  // A version of the API may be in it: PACKAGE:storage/v20240101:StorageAccount.
  const bare = (type: string): string => type.replace(/\/v\d[^:]*:/, ":");
  const of = (type: string): TypeFacts | undefined => types.get(bare(type));
  return {
    isCloud: (type) => cloudOf(type) !== undefined,
    of,
    fixed: (type) => [...(of(type)?.fixed ?? []), ...(cloudOf(type)?.fixed ?? [])],
    rules: (type) => {
      const { tokens = "", rules } = cloudOf(type) ?? {};
      return [...(rules?.types[bare(type).slice(tokens.length)] ?? []), ...(rules?.all ?? [])];
    },
    addresses: [...new Set(clouds.flatMap(({ addresses = [] }) => addresses))],
  };
}

/** The same facts for many types, which are separated by white space. */
export function typesWith(facts: TypeFacts, types: string): Record<string, TypeFacts> {
  const names = types.split(/\s+/).filter((name) => name !== "");
  return Object.fromEntries(names.map((name) => [name, facts]));
}
