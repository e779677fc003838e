import { join, resolve } from "node:path";
import type { InstanceConfig } from "../../config/instances.js";
import { checkClaims, type Claim, renderedClaims } from "../../data/claims.js";
import { instanceServices, renderedFaults } from "../../data/settings.js";
import type { ServicesPlan } from "../../data/table.js";
import type { InstanceServices } from "../../data/types.js";
import type { EdgePlan, Site } from "../../platform/edge/types.js";
import { type InstancePlace, readInstanceFiles } from "../../tutor/folder.js";
import { renderInstances } from "../../tutor/render.js";
import { configKeys } from "../../tutor/siteConfig.js";
import type { Render } from "../../tutor/types.js";
import { allOrFaults } from "../../workspace/concurrency.js";
import { joinFaults } from "../../workspace/errors.js";
import { programFolder } from "../../workspace/paths.js";
import type { Progress } from "../../workspace/progress.js";
import { prepareInstance, type PreparedInstance } from "./prepare.js";
import type { InstanceInput } from "../types.js";

/** What a stack's config says of its instances. */
export interface InstancesConfig {
  instances: Readonly<Record<string, InstanceConfig>>;
  /** By instance and setting. */
  secrets: Readonly<Record<string, Record<string, string>>>;
  disposable: boolean;
}

export interface CollectOptions {
  edge: EdgePlan;
  services: ServicesPlan;
  /** Default: there is no monitoring. */
  monitoringNamespace?: string;
  /** Gives the path of kubectl; called only when something must be rendered. */
  kubectl: () => Promise<string>;
  progress: Progress;
}

/** The instances of a stack. */
export interface CollectedInstances {
  /** With the hosts that the edge routes. */
  sites: Site[];
  instances: PreparedInstance[];
}

/**
 * Reads, renders and checks every instance of the stack; nothing is made yet.
 * @throws UserError with the faults of all instances.
 */
export async function collectInstances(
  { instances, secrets, disposable }: InstancesConfig,
  { edge, services, monitoringNamespace, kubectl, progress }: CollectOptions,
): Promise<CollectedInstances> {
  const places = Object.entries(instances).map(([name, config]) => ({
    name,
    folder: resolve(programFolder, config.folder ?? join("instances", name)),
    namespace: config.namespace ?? name,
    config,
  }));
  checkUnique("The namespace", places, ({ namespace, name }) => [[namespace, name]]);
  const drafts = await allOrFaults("Instances cannot be read", places, ({ config, ...source }) => {
    const files = readInstanceFiles(source);
    const ofServices = instanceServices(services, source.name, configKeys(files.config));
    const given = secrets[source.name] ?? {};
    refuseBound(source.name, ofServices, Object.keys(given));
    return { source, config, files, services: ofServices, secrets: given };
  });
  const renders = await renderInstances(
    drafts.map(({ source, files, ...draft }) => ({
      ...source,
      files,
      settings: settingsOf(source, edge, draft.services),
      tokens: draft.services.tokens,
      givenSecrets: Object.keys(draft.secrets).sort(),
    })),
    { kubectl, progress },
  );
  const inputs = drafts.map(({ files, ...draft }, index): InstanceInput => {
    const render = renders[index] as Render;
    return { ...draft, siteConfig: files.config, render, edge, monitoringNamespace, disposable };
  });
  const sites = inputs.map(({ source: { name, namespace }, render: { hosts } }) => ({
    name,
    namespace,
    hosts: hosts.routed,
  }));
  const prepared = await allOrFaults("Instances cannot be deployed", inputs, (input) =>
    prepareInstance(input, sites),
  );
  const refused = inputs.flatMap(({ source, render, services: { uses } }) =>
    renderedFaults(services, render.settings, uses).map((fault) => `${source.name}: ${fault}`),
  );
  if (refused.length > 0) {
    throw joinFaults("Instances cannot use the stack's services", refused);
  }
  checkUnique("The host", inputs, (input) =>
    input.render.hosts.public.map((host) => [host, hostOwner(host, input)]),
  );
  checkClaims(Object.fromEntries(inputs.map((input) => [input.source.name, claimsOf(input, services)])));
  return { sites, instances: prepared };
}

/** @throws UserError for secrets of the stack that would take the place of what a service gives. */
function refuseBound(instance: string, { tokens }: InstanceServices, given: readonly string[]): void {
  const taken = given.filter((key) => tokens[key]?.spec.kind === "bound");
  if (taken.length > 0) {
    throw joinFaults(
      `instance ${instance}: openedx:services gives what the stack's secrets give too. Remove them, or put the ` +
        "service's address into the instance's config.yml, which then has that service to itself",
      taken.map((key) => `openedx:secrets.${instance}.${key}`),
    );
  }
}

/** What an instance has to itself on servers that it shares. */
function claimsOf({ render, siteConfig }: InstanceInput, services: ServicesPlan): Claim[] {
  return renderedClaims(services, render.settings, configKeys(siteConfig));
}

function settingsOf(
  { namespace }: InstancePlace,
  edge: EdgePlan,
  services: InstanceServices,
): InstanceServices["settings"] {
  return {
    // TLS and routing are the edge's; Caddy stays behind it for its rewrites and body limits. Its Service has no
    // targetPort, so the port must be the one that the container listens on.
    ENABLE_WEB_PROXY: false,
    ENABLE_HTTPS: edge.https,
    CADDY_HTTP_PORT: 80,
    K8S_NAMESPACE: namespace,
    ...services.settings,
  };
}

/** Who has a public host, and by which setting where one has that very value. */
function hostOwner(host: string, { source, render }: InstanceInput): string {
  const setting = Object.keys(render.settings).find((key) => render.settings[key] === host);
  return `${source.name}${setting === undefined ? "" : ` (${setting} in ${join(source.folder, "config.yml")})`}`;
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
