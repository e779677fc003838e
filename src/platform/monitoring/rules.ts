/** One entry of a PrometheusRule: a series that is computed ahead, or an alert. */
export type Rule = RecordingRule | Alert;

export interface RecordingRule {
  record: string;
  expr: string;
  labels: Record<string, string>;
}

export interface Alert {
  /** Also the heading, in docs/monitoring.md, of what to do. */
  alert: string;
  expr: string;
  /** How long it is so before anybody hears of it, such as 10m. */
  for: string;
  labels: { severity: "critical" | "warning" } & Record<string, string>;
  annotations: {
    summary: string;
    /** May hold Prometheus's templates, such as `{{ $labels.pod }}`. */
    description: string;
    /** Where it says what to do. */
    runbook: string;
  };
}

export interface RuleGroup {
  name: string;
  rules: Rule[];
}

/** Label of series and alerts; `instance` is Prometheus's own for the process that it asks. */
export const instanceLabel = "openedx_instance";

export interface AlertText {
  name: string;
  severity: Alert["labels"]["severity"];
  expr: string;
  for: string;
  summary: string;
  description: string;
}

/** An alert with the place where it is explained. */
export function alert(text: AlertText, labels: Record<string, string> = {}): Alert {
  return {
    alert: text.name,
    expr: text.expr,
    for: text.for,
    labels: { severity: text.severity, ...labels },
    annotations: {
      summary: text.summary,
      description: text.description,
      runbook: `docs/monitoring.md#${text.name.toLowerCase()}`,
    },
  };
}

/** The label matchers of a selector; what begins with `~` is a regular expression. */
export function where(labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([label, value]) =>
    value.startsWith("~") ? `${label}=~${quote(value.slice(1))}` : `${label}=${quote(value)}`,
  );
  return `{${matchers.join(", ")}}`;
}

/** PromQL's string is JSON's, but for what neither of ours holds. */
function quote(text: string): string {
  return JSON.stringify(text);
}
