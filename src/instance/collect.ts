import { join, resolve } from "node:path";
import type { StackConfig } from "../stack/load.js";
import { checkClaims, type Claim, renderedClaims } from "../data/claims.js";
import { instanceServices } from "../data/settings.js";
import type { ServicesPlan } from "../data/table.js";
import type { InstanceServices } from "../data/types.js";
import type { EdgePlan } from "../platform/edge/types.js";
import { renderInstances } from "../tutor/render.js";
import type { InstanceSource } from "../tutor/types.js";
import { joinFaults, messageOf, UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import type { Progress } from "../workspace/progress.js";
import { routedHosts } from "./hosts.js";
import { prepareInstance, type PreparedInstance } from "./prepare.js";
import type { InstanceInput } from "./types.js";
import { writtenKeys } from "./written.js";

export interface CollectOptions {
  edge: EdgePlan;
  services: ServicesPlan;
  /** Default: there is no monitoring. */
  monitoringNamespace?: string;
  /** Gives the path of kubectl; called only when something must be rendered. */
  kubectl: () => Promise<string>;
  progress: Progress;
}

/**
 * Reads, renders and checks every instance of the stack; nothing is made yet.
 * @throws UserError with the faults of all instances.
 */
export async function collectInstances(
  config: StackConfig,
  { edge, services, monitoringNamespace, kubectl, progress }: CollectOptions,
): Promise<PreparedInstance[]> {
  const named = Object.entries(config.instances).map(([name, instance]) => ({
    name,
    instance,
    folder: resolve(programFolder, instance.folder ?? join("instances", name)),
    namespace: instance.namespace ?? name,
  }));
  checkUnique("The namespace", named, ({ namespace, name }) => [[namespace, name]]);
  const sources = gather(named, ({ name, instance, folder, namespace }) => {
    const written = writtenKeys({ name, folder });
    const means = instanceServices(services, name, written);
    return { instance, written, means, source: sourceOf({ name, folder, namespace }, means, config) };
  });
  const renders = await renderInstances(
    sources.map(({ source }) => source),
    { kubectl, progress },
  );
  const sites = sources.map(({ source: { name, namespace } }) => ({
    name,
    namespace,
    hosts: routedHosts(renders.get(name)?.objects ?? []),
  }));
  const prepared = gather(
    sources,
    ({ source, instance, written, means }) => {
      const render = renders.get(source.name);
      if (render === undefined) {
        throw new Error(`instance ${source.name} was not rendered`);
      }
      return prepareInstance({
        source,
        render,
        config: instance,
        written: [...written].sort(),
        edge,
        sites,
        services: means,
        ...(monitoringNamespace !== undefined && { monitoringNamespace }),
        disposable: config.disposable,
        secrets: config.secrets[source.name] ?? {},
      });
    },
    "Nothing was changed. Mend this first",
  );
  checkUnique("The host", prepared, ({ hosts, input }) =>
    hosts.map((host) => [host, hostOwner(host, input)]),
  );
  checkClaims(
    Object.fromEntries(prepared.map(({ input }) => [input.source.name, claimsOf(input, services)])),
  );
  return prepared;
}

/** What an instance has to itself on servers that it shares. */
function claimsOf({ render, written }: InstanceInput, services: ServicesPlan): Claim[] {
  return renderedClaims(services, render.settings, new Set(written));
}

function sourceOf(
  place: Pick<InstanceSource, "name" | "folder" | "namespace">,
  services: InstanceServices,
  config: StackConfig,
): InstanceSource {
  return {
    ...place,
    settings: {
      // TLS and the way in are the edge's; Caddy stays behind it for its rewrites and body limits. Its Service has no
      // targetPort, so the port must be the one that the container listens on.
      ENABLE_WEB_PROXY: false,
      ENABLE_HTTPS: config.edge.https,
      CADDY_HTTP_PORT: 80,
      K8S_NAMESPACE: place.namespace,
      ...services.settings,
    },
    tokens: services.tokens,
    givenSecrets: Object.keys(config.secrets[place.name] ?? {}).sort(),
  };
}

/** Who has a public host, and by which setting where one has that very value. */
function hostOwner(host: string, { source, render }: InstanceInput): string {
  const setting = Object.keys(render.settings).find((key) => render.settings[key] === host);
  return `${source.name}${setting === undefined ? "" : ` (${setting} in ${join(source.folder, "config.yml")})`}`;
}

/** Runs `work` on every item and throws what went wrong with any of them as one error; a single one under `headline`. */
function gather<T, R>(items: readonly T[], work: (item: T) => R, headline?: string): R[] {
  const faults: string[] = [];
  const results = items.flatMap((item) => {
    try {
      return [work(item)];
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      faults.push(messageOf(error));
      return [];
    }
  });
  if (faults.length > 0) {
    throw headline === undefined && faults.length === 1
      ? new UserError(faults[0] ?? "")
      : joinFaults(headline ?? "Instances cannot be read", faults);
  }
  return results;
}

/** @throws UserError when two items have one value; `valuesOf` gives each value with who has it. */
function checkUnique<T>(what: string, items: readonly T[], valuesOf: (item: T) => [string, string][]): void {
  const owners = new Map<string, string[]>();
  for (const [value, owner] of items.flatMap(valuesOf)) {
    owners.set(value, [...(owners.get(value) ?? []), owner]);
  }
  const faults = [...owners]
    .filter(([, who]) => who.length > 1)
    .map(([value, who]) => `${what} ${value} is used by more than one instance: ${who.join(", ")}`);
  if (faults.length > 0) {
    throw joinFaults("Give each instance its own", faults);
  }
}
