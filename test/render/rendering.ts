import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { objectKey, type Json, type KubernetesObject } from "../../src/kubernetes/objects.js";
import { readInstanceFiles } from "../../src/tutor/folder.js";
import { renderInstances } from "../../src/tutor/render.js";
import type { InstanceSource, Render, TokenEntry } from "../../src/tutor/types.js";
import { programFolder } from "../../src/workspace/paths.js";
import { terminalProgress } from "../../src/workspace/progress.js";

/** The settings that every instance behind an ingress gets. */
export const behindProxy: Record<string, Json> = {
  ENABLE_HTTPS: true,
  ENABLE_WEB_PROXY: false,
  CADDY_HTTP_PORT: 80,
};

/** kubectl of the PATH: any release's kustomize will do here. */
const kubectl = "kubectl";

/** One of the repository's own instances. */
export function sample(name: string): InstanceSource {
  const folder = join(programFolder, "instances", name);
  return source(name, folder);
}

function source(name: string, folder: string, settings = behindProxy): InstanceSource {
  const place = { name, folder, namespace: name };
  return { ...place, files: readInstanceFiles(place), settings, givenSecrets: [] };
}

/** Renders one instance with the cache that people have, so that environments are made once. */
export async function renderOne(source: InstanceSource): Promise<Render> {
  const [render] = await renderInstances([source], { kubectl, progress: terminalProgress() });
  if (render === undefined) {
    throw new Error(`${source.name} was not rendered`);
  }
  return render;
}

/** An instance that a test writes. */
export interface Draft {
  requirements: string[];
  config: string;
  /** Files below plugins/. */
  plugins?: Record<string, string>;
  settings?: Record<string, Json>;
  givenSecrets?: string[];
}

/** Writes instances into folders of their own and removes them afterwards. */
export class Drafts {
  private readonly scratch = mkdtempSync(join(tmpdir(), "drafts-"));

  write(name: string, draft: Draft): InstanceSource {
    const folder = join(this.scratch, name);
    const files = {
      "config.yml": draft.config,
      "requirements.txt": draft.requirements.join("\n"),
      ...Object.fromEntries(
        Object.entries(draft.plugins ?? {}).map(([file, text]) => [`plugins/${file}`, text]),
      ),
    };
    rmSync(folder, { recursive: true, force: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return { ...source(name, folder, draft.settings), givenSecrets: draft.givenSecrets ?? [] };
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** The object with that `Kind.name`. */
export function find(render: Render, key: string): KubernetesObject {
  const object = render.objects.find((each) => objectKey(each) === key);
  if (object === undefined) {
    throw new Error(`${key} is not among ${render.objects.map(objectKey).join(", ")}`);
  }
  return object;
}

/** The files of a ConfigMap. */
export function filesOf(render: Render, name: string): Record<string, string> {
  return find(render, `ConfigMap.${name}`).data as Record<string, string>;
}

export function token(render: Render, key: string): TokenEntry {
  const entry = render.tokens.find((each) => each.key === key);
  if (entry === undefined) {
    throw new Error(`${key} is not a token`);
  }
  return entry;
}

/** The one text that stands for a setting. */
export function tokenOf(render: Render, key: string): string {
  return token(render, key).tokens[0]?.text ?? "";
}
