import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { openCloud } from "./cloud/select.js";
import { bringCharts } from "./charts/bring.js";
import type { StackConfig } from "./stack/load.js";
import { chartsOfServices } from "./data/charts.js";
import { serviceModes } from "./data/lost.js";
import { hasSharedServices, planServices } from "./data/plan.js";
import { DataServices, type DataServicesUser } from "./data/services.js";
import { collectInstances } from "./instance/render/collect.js";
import { OpenEdxInstance } from "./instance/instance.js";
import type { PreparedInstance } from "./instance/render/prepare.js";
import { addOnCharts, chartReference } from "./platform/chartSource.js";
import { Edge } from "./platform/edge/edge.js";
import { planEdge } from "./platform/edge/plan.js";
import { type PlatformLimits, planAddOns } from "./platform/plan.js";
import { Platform } from "./platform/platform.js";
import { sharedPlatform } from "./sharedPlatform.js";
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
  const { config, abilities, create } = await openCloud(given);
  const edge = planEdge(config, abilities);
  const facts = { config, abilities, edge };
  const addOns = planAddOns(facts, limits);
  const services = planServices(config, abilities);
  const monitoring = addOns.namespaces["kube-prometheus-stack"];
  const { sites, instances: prepared } = await collectInstances(config, {
    edge,
    services,
    ...(monitoring !== undefined && { monitoringNamespace: monitoring }),
    kubectl,
    progress,
  });
  const charts = [...addOnCharts(addOns), ...chartsOfServices(services)];
  await bringCharts(
    charts.map((name) => chartReference(name, config)),
    helm,
  );

  const cloud = await create("openedx", {});
  const { adopting } = cloud;
  const secretProviders = [new random.Provider("openedx-random"), new tls.Provider("openedx-tls")];
  const platform =
    addOns.on.length + addOns.completed.length === 0
      ? undefined
      : new Platform("openedx-platform", {
          plan: addOns,
          about: { ...facts, sites },
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
    ...(abilities.kubernetesVersion && { kubernetesVersion: abilities.kubernetesVersion }),
    ...(config.scope === "platform" &&
      sharedPlatform({ config, abilities, edge, addOns, services, cloud, data })),
    ...(cloud.dns?.nameServers && { nameServers: cloud.dns.nameServers }),
    ...(platform && { addOns: platform.addOns }),
    services: serviceModes(services, Object.keys(config.instances)),
    instances: Object.fromEntries(instances.map(([name, instance]) => [name, instance.outputs])),
  };
}

function serviceUser({ urls, input }: PreparedInstance): DataServicesUser {
  const { name, namespace } = input.source;
  return { name, namespace, origins: urls, services: input.services };
}
