import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { allOrFaults, once } from "../workspace/concurrency.js";
import { withStep, type Progress } from "../workspace/progress.js";
import { readRender, renderKey, writeRender } from "./cache.js";
import { tutorEnvironment } from "./environment.js";
import { renderFresh } from "./project.js";
import type { InstanceSource, Render } from "./types.js";

export interface RenderOptions {
  /** Path of kubectl, or how to get it; asked for only when something must be rendered. */
  kubectl: string | (() => Promise<string>);
  progress: Progress;
  /** Instances that are rendered side by side, each by two processes. Default: half the cores, one at least. */
  concurrency?: number;
}

/**
 * Renders instances by their own Tutor, or takes their renders from the cache.
 * @returns The renders, in the order of `sources`.
 * @throws UserError with the faults of all instances.
 */
export function renderInstances(
  sources: readonly InstanceSource[],
  options: RenderOptions,
): Promise<Render[]> {
  const limit = pLimit(options.concurrency ?? Math.max(1, Math.ceil(availableParallelism() / 2)));
  const { kubectl: given } = options;
  const kubectl = once(async () => (typeof given === "string" ? given : given()));
  const work = sources.map(async (source) => {
    const key = renderKey(source);
    const known = readRender(source.name, key);
    if (known !== undefined) {
      return known;
    }
    return limit(async () => {
      const python = await tutorEnvironment(source.name, source.files.requirements, options.progress);
      const binary = await kubectl();
      const render = await withStep(options.progress, `Rendering ${source.name}`, () =>
        renderFresh(source, { python, kubectl: binary }),
      );
      writeRender(source.name, key, render);
      return render;
    });
  });
  return allOrFaults("Instances cannot be rendered", work);
}
