/** Texts that are secrets wherever they stand, by how they look. */
const shapes: readonly { what: string; pattern: RegExp }[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})/ },
  { what: "a GitLab token", pattern: /\bglpat-[\w-]{20,}/ },
  { what: "a Slack token", pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/ },
  { what: "a Google API key", pattern: /\bAIza[\w-]{35}\b/ },
  { what: "a Stripe key", pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/ },
  { what: "an Azure storage key", pattern: /\bAccountKey=[A-Za-z0-9+/]{60,}={0,2}/ },
  { what: "a signed token", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
];

const urlPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'<>]*:([^\s/@"'<>]+)@[^\s/@]/gi;

/** What secret a text holds by its look; undefined: none. Stand-ins and references are none. */
export function secretShape(text: string): string | undefined {
  const shape = shapes.find(({ pattern }) => pattern.test(text));
  if (shape !== undefined) {
    return shape.what;
  }
  return [...text.matchAll(urlPassword)].some(([, password = ""]) => isLiteral(password))
    ? "a password in a URL"
    : undefined;
}

/** Names that settings of secrets end in, words parted by underscores. */
const secretName =
  /(^|_)(password|passwd|passphrase|secret|secret_?key|api_?key|auth_?key|master_?key|encryption_?key|signing_?key|secret_access_key|account_?key|private_?key|token|auth_?pass|requirepass|masterauth|pwd)$/;
/** Those of them whose value is the name of a Kubernetes Secret or the like. */
const referenceName =
  /^(existing|image_pull|pull|tls|name_of|use|create|enable|require|mount|automount)_|_(existing|tls|pull)_secret$/;

/** Whether a setting of that name holds a secret itself, and not the name of one. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
  return secretName.test(words) && !referenceName.test(words);
}

/** Whether a text is a value, and neither a stand-in, nor a mask, nor a reference to where the value is. */
function isLiteral(text: string): boolean {
  const value = text.trim().replace(/^(["'])(.*)\1[,;]?$/, "$2");
  return (
    value !== "" &&
    !/^\[(secret|unknown)/.test(value) &&
    !/\[(secret|unknown)( [^\]]*)?\]/.test(value) &&
    !/^(true|false|yes|no|on|off|none|null|undefined|required|optional|disabled|enabled|\*+|x+|\.+|-+)$/i.test(
      value,
    ) &&
    !/^\{*\$|^\$?\{|^<[^>]*>$|^%\(|^\{\{|\$\(\w+\)|\$\{[^}]+\}/.test(value) && // $VAR, ${VAR}, {$VAR}, {{ … }}, <…>, %(…)s
    !/^(os\.|env\(|process\.env|getenv|lookup\(|vault:|ref\+|file:|op:\/\/)/i.test(value) &&
    !/^\/[\w./-]*$/.test(value) // the path of a file that holds it
  );
}

/** Whether a setting holds a secret. What is called a secret is often the name of a Kubernetes Secret: such names pass. */
export function holdsSecret(name: string, text: string): boolean {
  const isObjectName = /^[a-z][-a-z0-9.]*[a-z0-9]$/.test(text) && !/^[a-z0-9]{16,}$/.test(text);
  return isSecretName(name) && isLiteral(text) && !(/secret$/i.test(name) && isObjectName);
}

/** A line of a settings file that sets something: `NAME = value`, `"name": "value"`, `requirepass value`. */
const assignment =
  /^\s*(?:export\s+|-\s+|set\s+)?["']?([A-Za-z][\w.-]*)["']?\s*(?:=>|:=|=|:)\s*(.*?)\s*,?\s*$|^\s*(requirepass|masterauth)\s+(\S+)\s*$/;

export interface SecretLine {
  /** From 1. */
  line: number;
  name: string;
}

/** The lines of a settings file that hold a secret by the name of what they set. Comments are none. */
export function secretLines(text: string): SecretLine[] {
  return text.split("\n").flatMap((content, index) => {
    if (/^\s*(#|;|\/\/|--\s)/.test(content)) {
      return [];
    }
    const [, name, value, directive, argument] = assignment.exec(content) ?? [];
    const key = name ?? directive ?? "";
    // A value that begins a block or a call is not the secret itself.
    const given = (value ?? argument ?? "").replace(/\s+[#;].*$/, "");
    const isBlock = /^[[{(|>&*]|\w\($/.test(given) || /\w+\(.*\)$/.test(given);
    return !isBlock && holdsSecret(key, given) ? [{ line: index + 1, name: key }] : [];
  });
}
