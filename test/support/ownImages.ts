import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { programFolder } from "../../src/workspace/paths.js";

/**
 * Copies of the program's own instances, with an image of their own: Azure's files ask for libraries that Tutor's lacks.
 * @param into folder that they go to, which is the test's
 * @returns what stands under `openedx:instances`
 */
export function withOwnImages(into: string, names: readonly string[]): Record<string, { folder: string }> {
  return Object.fromEntries(
    names.map((name) => {
      const folder = join(into, name);
      cpSync(join(programFolder, "instances", name), folder, { recursive: true });
      appendFileSync(
        join(folder, "config.yml"),
        "DOCKER_IMAGE_OPENEDX: registry.example.com/openedx:1.0.0\n",
      );
      return [name, { folder }];
    }),
  );
}
