import { existingAbilities } from "../../../providers/existing/abilities.js";
import type { CloudAbilities } from "../../../src/cloud/types.js";
import type { StackConfig } from "../../../src/stack/load.js";
import { configSchema } from "../../../src/stack/schema.js";
import { controllers } from "../../../src/platform/edge/controllers/all.js";
import type { EdgePlan } from "../../../src/platform/edge/types.js";

export type Mode = EdgePlan["mode"];
export type Controller = EdgePlan["controller"];

/** All that any cloud has for the edge. */
export const anyCloud: CloudAbilities = {
  ...existingAbilities,
  dns: true,
  edgeControllers: ["alb", "appgw", "gke"],
};

/** Every controller, in each mode that it knows. */
export const ways = (Object.keys(controllers) as Controller[]).flatMap((controller): [Controller, Mode][] =>
  controllers[controller].gateway === undefined
    ? [[controller, "ingress"]]
    : [
        [controller, "ingress"],
        [controller, "gateway"],
      ],
);

/** A stack's config with `edge` as given, and instances of these names. */
export function edgeConfig(edge: object, ...instances: string[]): StackConfig {
  const config = configSchema.parse({
    cloud: "existing",
    disposable: true,
    edge,
    instances: Object.fromEntries(instances.map((name) => [name, {}])),
  });
  return { ...config, stack: "test" };
}
