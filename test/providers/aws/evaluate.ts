import type { Statement } from "../../contract/awsRights.js";

export interface Request {
  action: string;
  resource?: string;
  /** A service or ARN; for policies of resources, and trust. */
  principal?: string;
  /** Values of condition keys. */
  context?: Record<string, string | string[]>;
}

/** IAM's wildcards: `*` for any text, `?` for one character. */
function matches(pattern: string, text: string, ignoreCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, ignoreCase ? "i" : "").test(text);
}

type Compare = (given: string, wanted: string) => boolean;
const comparisons: Record<string, Compare> = {
  StringEquals: (given, wanted) => given === wanted,
  StringLike: (given, wanted) => matches(wanted, given),
  ArnLike: (given, wanted) => matches(wanted, given),
  Bool: (given, wanted) => given === wanted,
  NumericLessThan: (given, wanted) => Number(given) < Number(wanted),
};

function holds(
  operator: string,
  key: string,
  wanted: string[],
  context: NonNullable<Request["context"]>,
): boolean {
  const found = context[key];
  if (operator === "Null") {
    return (found === undefined) === (wanted[0] === "true");
  }
  const [quantifier, name] = operator.includes(":") ? operator.split(":") : ["ForAnyValue", operator];
  const compare = comparisons[name ?? ""];
  if (compare === undefined) {
    throw new Error(`the evaluator knows no ${operator}`);
  }
  const given = found === undefined ? [] : [found].flat();
  const fits = (value: string): boolean => wanted.some((each) => compare(value, each));
  return quantifier === "ForAllValues" ? given.every(fits) : given.some(fits);
}

function applies(statement: Statement, { action, resource, principal, context = {} }: Request): boolean {
  const named = statement.Principal;
  const principals =
    named === undefined
      ? undefined
      : named === "*"
        ? ["*"]
        : Object.values(named as Record<string, string | string[]>).flat();
  return (
    statement.Action.some((pattern) => matches(pattern, action, true)) &&
    (statement.Resource === undefined ||
      statement.Resource.some((pattern) => matches(pattern, resource ?? ""))) &&
    (principals === undefined || principals.some((pattern) => matches(pattern, principal ?? ""))) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, key, [wanted].flat(), context)),
    )
  );
}

/**
 * What IAM says to a request, by its rules for one account: a Deny that applies wins, else an Allow is needed.
 * @throws Error for a condition operator that it does not know, so that none is passed over.
 */
export function evaluate(statements: readonly Statement[], request: Request): "allowed" | "denied" {
  const applying = statements.filter((statement) => applies(statement, request));
  const denied = applying.some(({ Effect }) => Effect === "Deny");
  return !denied && applying.some(({ Effect }) => Effect === "Allow") ? "allowed" : "denied";
}
