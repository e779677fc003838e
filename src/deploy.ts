import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { bringCharts } from "./charts/bring.js";
import type { StackConfig } from "./stack/load.js";
import { openCloud } from "./stack/selectCloud.js";
import { backupWarnings } from "./data/backupStore.js";
import { serviceModes } from "./data/serviceChanges.js";
import { hasSharedServices } from "./data/plan.js";
import { directMailWarnings } from "./data/mail/sender.js";
import { DataServices } from "./data/services.js";
import type { ServiceUser } from "./data/types.js";
import { collectInstances } from "./instance/render/collect.js";
import { OpenEdxInstance } from "./instance/instance.js";
import type { PreparedInstance } from "./instance/render/prepare.js";
import { chartReference } from "./platform/chartSource.js";
import { Edge } from "./platform/edge/edge.js";
import type { PlatformLimits } from "./platform/plan.js";
import { Platform } from "./platform/platform.js";
import { platformAccess, platformContract } from "./sharedPlatform.js";
import { planStack } from "./stack/plan.js";
import { createToolchain } from "./toolchain/toolchain.js";
import { type Progress, terminalProgress } from "./workspace/progress.js";

/**
 * Everything that a stack consists of, in order: the instances are read, rendered and checked; the charts are brought;
 * then the cluster is reached; then come what all instances share, and each instance.
 * @param limits what the cluster at hand cannot do, where that is known. Default: it can all.
 */
export async function deploy(
  given: StackConfig,
  progress: Progress = terminalProgress(),
  limits: PlatformLimits = {},
): Promise<Record<string, unknown>> {
  const { kubectl, helm } = createToolchain({ progress });
  const opened = await openCloud(given);
  const plan = planStack(given, opened, limits);
  const { config, edge, addOns, services } = plan;
  const { sites, instances: prepared } = await collectInstances(config, { ...plan, kubectl, progress });
  await bringCharts(
    plan.charts.map((name) => chartReference(name, config)),
    helm,
  );

  const directMail = directMailWarnings(
    plan.abilities,
    prepared.map(({ input }) => [input.source.name, input.render.settings]),
  );
  const volumesBackedUp = addOns.on.some(({ addOn }) => addOn.name === "velero");
  const unsaved = backupWarnings(config, services, plan.abilities, volumesBackedUp);
  [...opened.warnings, ...directMail, ...unsaved].forEach((warning) => void pulumi.log.warn(warning));
  const cloud = await opened.create("openedx", {});
  const { adopting } = cloud;
  const secretProviders = [new random.Provider("openedx-random"), new tls.Provider("openedx-tls")];
  const platform =
    addOns.on.length + addOns.completed.length === 0
      ? undefined
      : new Platform("openedx-platform", {
          plan: addOns,
          about: { ...plan, sites },
          cloud,
          secretProviders,
          podsRun: limits.podsRun,
        });
  const afterPlatform = { dependsOn: platform?.ready ?? [] };
  const routes =
    edge.sharedObjects(sites).length > 0
      ? new Edge("openedx-edge", { plan: edge, config: config.edge, cloud, sites }, afterPlatform)
      : undefined;
  const data = hasSharedServices(services)
    ? new DataServices(
        "openedx-data",
        { plan: services, config, cloud, users: prepared.map(serviceUser), secretProviders },
        afterPlatform,
      )
    : undefined;
  const dependsOn = [...afterPlatform.dependsOn, ...(routes?.ready ?? [])];
  const instances = prepared.map((instance) => {
    const { name } = instance.input.source;
    const shared = data && { services: { ...data.valuesFor(name), namespace: data.namespace } };
    const args = { ...instance, cloud, secretProviders, ...(adopting && { adopting }), ...shared };
    return [name, new OpenEdxInstance(name, args, { dependsOn })] as const;
  });
  return {
    kubeconfig: pulumi.secret(cloud.kubeconfig),
    ...(cloud.uid && { cluster: cloud.uid }),
    ...(plan.abilities.kubernetesVersion && { kubernetesVersion: plan.abilities.kubernetesVersion }),
    ...(config.scope === "platform" && {
      contract: platformContract(plan),
      access: platformAccess(cloud, data?.servers),
    }),
    ...(cloud.registry && { registry: cloud.registry.prefix }),
    ...(cloud.dns?.nameServers && { nameServers: cloud.dns.nameServers }),
    ...(platform && { addOns: platform.addOns }),
    services: serviceModes(services, Object.keys(config.instances)),
    instances: Object.fromEntries(instances.map(([name, instance]) => [name, instance.outputs])),
  };
}

function serviceUser({ urls, input }: PreparedInstance): ServiceUser {
  const { name, namespace } = input.source;
  return { name, namespace, origins: urls, services: input.services, settings: input.render.settings };
}
