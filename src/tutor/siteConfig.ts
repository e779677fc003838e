import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  type ScalarTag,
  type Tags,
  visit,
} from "yaml";
import { messageOf } from "../workspace/errors.js";

/** An instance's config.yml as Tutor reads it: by PyYAML's SafeLoader, in YAML 1.1. */
export interface SiteConfig {
  /** By key. Secret, since operators write passwords there. A date stays as it is written. */
  settings: Readonly<Record<string, unknown>>;
  /** Secret. What Tutor's templates print of the settings that are texts or numbers, by key. */
  texts: Readonly<Record<string, string>>;
}

/** What PyYAML refuses or takes for a line break, and the parser here does not. */
const foreignCharacter = /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|\r(?!\n)/;

/**
 * Reads a config.yml. A fault is what Tutor would refuse, and what it would read as a value that JavaScript cannot hold,
 * such as a number of twenty digits.
 * @returns the settings, none if there are faults; each fault has its line and key, and never a value.
 */
export function readConfig(text: string): { config: SiteConfig; faults: string[] } {
  const config: SiteConfig = { settings: {}, texts: {} };
  const lines = new LineCounter();
  const document = parse(text, valueTags, lines);
  const faults = faultsOf(text, document, lines);
  if (faults.length > 0) {
    return { config, faults };
  }
  try {
    const settings: unknown = document.toJS();
    if (settings === null || typeof settings !== "object" || Array.isArray(settings)) {
      return {
        config,
        faults: ["config.yml holds no settings: one `KEY: value` a line, LMS_HOST at least"],
      };
    }
    const printed = Object.entries(parse(text, textTags).toJS() as object);
    const texts = Object.fromEntries(printed.filter(([, value]) => typeof value === "string"));
    return { config: { settings: settings as SiteConfig["settings"], texts }, faults };
  } catch (error) {
    return { config, faults: [`config.yml: ${messageOf(error)}`] }; // an alias without its anchor
  }
}

/** The keys that have a value: they win over settings of ours. */
export function configKeys({ settings }: SiteConfig): Set<string> {
  const entries = Object.entries(settings).filter(([, value]) => value !== null && value !== "");
  return new Set(entries.map(([key]) => key));
}

function parse(text: string, customTags: Tags, lineCounter?: LineCounter): Document.Parsed {
  const options = { version: "1.1", schema: "failsafe", resolveKnownTags: false } as const;
  return parseDocument(text, { ...options, customTags, lineCounter });
}

function faultsOf(text: string, document: Document.Parsed, lines: LineCounter): string[] {
  const found: [at: number, what: string][] = [];
  const pairs = isMap(document.contents) ? document.contents.items : [];
  const foreign = foreignCharacter.exec(text);
  if (foreign !== null) {
    found.push([foreign.index, "a control character or an uncommon line break; write it as \\u… in quotes"]);
  }
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const [at] = pos;
    // No more than a key of the line may be shown: its value may be a secret.
    const reason = message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
    const key = pairs.findLast((pair) => pair.key.range[0] <= at)?.key;
    found.push([
      at,
      code === "DUPLICATE_KEY"
        ? `${/^\w+/.exec(text.slice(at))?.[0] ?? "a key"} is there twice; keep one`
        : code === "TAG_RESOLVE_FAILED" && isScalar(key)
          ? `${String(key.source)}: ${reason}`
          : reason,
    ]);
  }
  for (const { key } of pairs) {
    if (!isScalar(key) || (typeof key.value !== "string" && typeof key.value !== "symbol")) {
      found.push([key.range[0], "the key is not a text in YAML 1.1; put it in quotes"]);
    }
  }
  visit(document, {
    Scalar: (_, { tag, range }) => {
      if (tag === "!") {
        found.push([range?.[0] ?? 0, "the tag ! has a meaning of its own; take it out"]);
      }
    },
  });
  return found.map(([at, what]) => {
    const { line, col } = lines.linePos(at);
    return `config.yml, line ${line}, column ${col}: ${what}`;
  });
}

/** The types that PyYAML gives to a text without quotes, by its expressions (resolver.py); all else is a text. */
function tags(
  integer: (value: bigint) => unknown,
  float: (value: number) => unknown,
  date: (text: string) => unknown,
): Tags {
  const tag = (name: string, test: RegExp, resolve: ScalarTag["resolve"]): ScalarTag => ({
    tag: `tag:yaml.org,2002:${name}`,
    default: true,
    test,
    resolve,
  });
  return [
    tag("bool", /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/, (text) =>
      /^(?:yes|true|on)$/i.test(text),
    ),
    tag(
      "float",
      /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
      (text) => float(floatOf(text)),
    ),
    tag(
      "int",
      /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
      (text) => integer(integerOf(text)),
    ),
    tag("null", /^(?:~|null|Null|NULL|)$/, () => null),
    tag(
      "timestamp",
      /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/,
      date,
    ),
    "merge",
    tag("value", /^(?:=|<<)$/, () => {
      throw new Error("a sign with a meaning of its own in YAML; put it in quotes");
    }),
  ];
}

const valueTags = tags(Number, (value) => value, dateOf);
const textTags = tags(String, printed, () => null);

/** @throws Error when JavaScript cannot hold the number, or Python finds none. */
function integerOf(text: string): bigint {
  const [, sign, digits = ""] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "")) ?? [];
  const whole = digits.includes(":")
    ? digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : numberOf(digits.replace(/^0(?=[0-9])/, "0o"));
  if (whole > Number.MAX_SAFE_INTEGER) {
    throw new Error("a number that is too large to be kept exactly; put it in quotes");
  }
  return sign === "-" ? -whole : whole;
}

function numberOf(digits: string): bigint {
  if (/^0[bx]$/.test(digits)) {
    throw new Error("a number without digits; put it in quotes");
  }
  return BigInt(digits);
}

/** @throws Error for one that is infinite, which no later step can pass on. */
function floatOf(text: string): number {
  const [, sign, digits = ""] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "")) ?? [];
  const value = digits
    .split(":")
    .reverse()
    .reduce((sum, part, index) => sum + Number(part) * 60 ** index, 0);
  if (!Number.isFinite(value)) {
    throw new Error("a number that is infinite or undefined; put it in quotes");
  }
  return sign === "-" ? -value : value;
}

/** As Python prints a float. */
function printed(value: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : String(value);
}

/** Stays as it is written. @throws Error for a day or an hour that does not exist. */
function dateOf(text: string): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[^0-9]+/).map(Number);
  const [, zoneHour = 0, zoneMinute = 0] = /[-+]([0-9]+):?([0-9]*)$/.exec(text.slice(10))?.map(Number) ?? [];
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || Math.max(hour, zoneHour) > 23 || Math.max(minute, second, zoneMinute) > 59) {
    throw new Error("a date that does not exist; put it in quotes");
  }
  return text;
}
