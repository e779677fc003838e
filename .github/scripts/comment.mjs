// Puts the reports of a workflow run into the one comment that a pull request has for them. It runs with the right to
// write, on files that a pull request of anybody made: nothing in them is run, and each is looked at before it is shown.
// Plain JavaScript on Node alone, so that no package has to be installed where that right is.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** By it the comment is found again. */
export const mark = "<!-- openedx-diff -->";

/** What a comment may hold on GitHub is 65,536 characters; some are left for the frame. */
export const commentLength = 64_000;

/** A report is a comment at most; in UTF-8 a character has up to four bytes. */
const maxBytes = 4 * commentLength;

const artifactName = /^openedx-report-([a-z]+)((?:-[A-Za-z0-9._-]{1,80})?)$/;

/**
 * The reports that a run left, by name, and the pull request that they say they are about.
 * @param {string} folder holds a folder for each artefact
 * @returns {{ number: number, parts: Map<string, string> }}
 * @throws Error that says which file is not as it must be
 */
export function readReports(folder) {
  const parts = new Map();
  const numbers = new Set();
  for (const name of readdirSync(folder).sort()) {
    const [, kind, suffix] = artifactName.exec(name) ?? [];
    if (kind === undefined || !lstatSync(join(folder, name)).isDirectory()) {
      throw new Error(`${JSON.stringify(name)} is no report`);
    }
    numbers.add(readText(join(folder, name, "number"), 12).trim());
    parts.set(`${kind}${suffix}`, readText(join(folder, name, "report.md"), maxBytes));
  }
  const [number = "", ...others] = numbers;
  if (others.length > 0 || !/^[1-9][0-9]{0,9}$/.test(number)) {
    throw new Error("the reports do not name one pull request");
  }
  return { number: Number(number), parts };
}

function readText(file, most) {
  const { size } = lstatSync(file).isFile() ? lstatSync(file) : { size: Infinity };
  if (size > most) {
    throw new Error(`${file} is no file of at most ${most} bytes`);
  }
  const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) {
    throw new Error(`${file} is no plain text`);
  }
  return text;
}

/** A report that cannot pass for another part of the comment, calls nobody, and leaves nothing open behind it. */
export function harmless(text) {
  const lines = text.replace(/<!--[^]*?(?:-->|$)/g, "").split("\n");
  let fence = "";
  return closed(
    lines
      .map((line) => {
        const wasCode = fence !== "";
        fence = fenceAfter(fence, line);
        return wasCode || fence !== "" ? line : line.replace(/(^|[^\w/`.@-])@(?=[A-Za-z0-9])/g, "$1@\u200b");
      })
      .join("\n")
      .trim(),
  );
}

function fenceAfter(fence, line) {
  const [, ticks = "", rest = ""] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (fence === "") {
    return ticks;
  }
  return ticks.startsWith(fence) && rest.trim() === "" ? "" : fence;
}

/** The text with every fence and fold that it leaves open closed. */
function closed(text) {
  let fence = "";
  let folds = 0;
  for (const line of text.split("\n")) {
    const before = fence;
    fence = fenceAfter(fence, line);
    if (before === "" && fence === "") {
      folds += line.split(/<details[\s>]/).length - line.split("</details>").length;
    }
  }
  return `${text}${fence === "" ? "" : `\n${fence}`}${"\n\n</details>".repeat(Math.max(0, folds))}`;
}

/** The beginning of a text, as many whole paragraphs as there is room for. */
export function cut(text, limit) {
  if (text.length <= limit) {
    return text;
  }
  const told = "\n\n_Cut here: the artefacts of the run have all of it._";
  let end = Math.max(0, limit - told.length - 200);
  for (;;) {
    const at = text.lastIndexOf("\n\n", end);
    const kept = closed(text.slice(0, at < 0 ? end : at)) + told;
    if (kept.length <= limit || at <= 0) {
      return kept.slice(0, limit);
    }
    end = at - 1;
  }
}

const part = /<!-- part ([\w.-]+) -->\n([^]*?)\n<!-- end -->/g;

/** The parts of a comment, by name. */
export function partsOf(body) {
  return new Map([...body.matchAll(part)].map(([, name, text]) => [name, text]));
}

/** The comment of these parts, the plan first; the longest are cut where they are too much together. */
export function bodyOf(parts) {
  const order = [...parts].sort(
    ([a], [b]) => Number(b === "plan") - Number(a === "plan") || (a < b ? -1 : 1),
  );
  const frame = order.reduce((sum, [name]) => sum + name.length + 40, mark.length + 2);
  let room = commentLength - frame;
  // The shortest first: each gets what it needs, at most its share of what is left.
  const fitted = new Map();
  [...order]
    .sort(([, a], [, b]) => a.length - b.length)
    .forEach(([name, text], index) => {
      const shown = cut(text, Math.floor(room / (order.length - index)));
      fitted.set(name, shown);
      room -= shown.length;
    });
  return [mark, ...order.map(([name]) => `<!-- part ${name} -->\n${fitted.get(name)}\n<!-- end -->`)].join(
    "\n",
  );
}

/** The parts with those of a run in the place of all that runs of its kind left before. */
export function merged(before, now) {
  const kinds = new Set([...now.keys()].map((name) => name.split("-")[0]));
  const kept = [...before].filter(([name]) => !kinds.has(name.split("-")[0]));
  return new Map([...kept, ...now]);
}

/**
 * Puts a run's reports into the comment of the pull request that they are about, if the run was for its latest commit.
 * @param {import("./comment.mjs").CommentOptions} options `folder` holds the artefacts; `run` is the page of the run, and
 *   `sha` the commit that it was for, as the forge says and not the artefacts.
 * @returns {Promise<string>} what was done
 */
export async function comment({ forge, folder, sha, run }) {
  const { number, parts } = readReports(folder);
  if (!(await forge.isOpenAt(number, sha))) {
    return `Pull request ${number} is not open at ${sha}: nothing is commented.`;
  }
  const foot = `\n\n<sub>For ${sha.slice(0, 8)}, by [this run](${run}).</sub>`;
  const now = new Map([...parts].map(([name, text]) => [name, harmless(text) + foot]));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const [own, ...doubles] = await marked(forge, number);
    const before = [own, ...doubles].flatMap((each) => (each === undefined ? [] : [...partsOf(each.body)]));
    const body = bodyOf(merged(new Map(before), now));
    await (own === undefined ? forge.create(number, body) : forge.update(number, own.id, body));
    for (const { id } of doubles) {
      await forge.remove(number, id);
    }
    // A run of another workflow may have written at the same time.
    const after = await marked(forge, number);
    if (after.length === 1 && after[0].body === body) {
      return `${own === undefined ? "Commented" : "Updated the comment"} on pull request ${number}.`;
    }
  }
  throw new Error(`The comment on pull request ${number} keeps being changed by others.`);
}

/** The comments of this kind, the oldest first. Somebody else's with the same mark is not ours. */
async function marked(forge, number) {
  return (await forge.own(number)).filter(({ body }) => body.startsWith(mark));
}

/** All pages of a list. */
export async function allPages(request, path) {
  const found = [];
  for (let page = 1; ; page += 1) {
    const items = await request("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    found.push(...items);
    if (items.length < 100) {
      return found;
    }
  }
}

/**
 * @param {import("./comment.mjs").GitHubOptions} options `headRepository` is where the run's commit is from, as GitHub
 *   says; `author` is who the comments are by.
 * @returns {import("./comment.mjs").Forge}
 */
export function gitHub({ request, repository, headRepository, author }) {
  const issues = `/repos/${repository}/issues`;
  return {
    isOpenAt: async (number, sha) => {
      const { state, head } = await request("GET", `/repos/${repository}/pulls/${number}`);
      return state === "open" && head.sha === sha && head.repo?.full_name === headRepository;
    },
    own: async (number) =>
      (await allPages(request, `${issues}/${number}/comments`)).filter(({ user }) => user?.login === author),
    create: (number, body) => request("POST", `${issues}/${number}/comments`, { body }),
    update: (_number, id, body) => request("PATCH", `${issues}/comments/${id}`, { body }),
    remove: (_number, id) => request("DELETE", `${issues}/comments/${id}`),
  };
}

/** Asks an API over the network, JSON both ways. */
export function apiAt(url, headers) {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return response.status === 204 ? undefined : response.json();
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, HEAD_REPOSITORY, HEAD_SHA, REPORTS, RUN_URL } =
    process.env;
  const request = apiAt(GITHUB_API_URL, {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${GITHUB_TOKEN}`,
    "x-github-api-version": "2022-11-28",
  });
  const forge = gitHub({
    request,
    repository: GITHUB_REPOSITORY,
    headRepository: HEAD_REPOSITORY,
    author: "github-actions[bot]",
  });
  const said = await comment({ forge, folder: REPORTS, sha: HEAD_SHA, run: RUN_URL });
  process.stdout.write(`${said}\n`);
}
