import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { partOf } from "../../kubernetes/conventions.js";
import type { AddOnContext, AddOnPlace } from "../types.js";
import { dashboard } from "./dashboard.js";
import { edgeRules } from "./edgeMetrics.js";
import { platformAlerts } from "./platformAlerts.js";
import type { RuleGroup } from "./rules.js";
import { siteAlerts } from "./siteAlerts.js";

/** The dashboard, and alerts: a set for each site, found by its label `app.kubernetes.io/instance`, and one for the rest. */
export function createMonitoring(context: AddOnContext, at: AddOnPlace): pulumi.Resource[] {
  const sets = context.sites.map((site) =>
    createRules(
      `openedx-${site.name}`,
      [
        { name: `openedx-${site.name}-edge`, rules: edgeRules(site, context.edge) },
        { name: `openedx-${site.name}`, rules: siteAlerts(site, context) },
      ],
      { "app.kubernetes.io/instance": site.name },
      at,
    ),
  );
  return [
    createDashboard(context, at),
    createRules("openedx-platform", [{ name: "openedx-platform", rules: platformAlerts(context) }], {}, at),
    ...sets,
  ];
}

function createDashboard(context: AddOnContext, { namespace, child }: AddOnPlace): pulumi.Resource {
  const { name, opts } = child("openedx-dashboard");
  return new k8s.core.v1.ConfigMap(
    name,
    {
      // The label is what Grafana's sidecar looks for.
      metadata: { name: "openedx-dashboard", namespace, labels: { ...partOf, grafana_dashboard: "1" } },
      data: { "openedx.json": JSON.stringify(dashboard(context), undefined, 1) },
    },
    opts,
  );
}

function createRules(
  name: string,
  groups: readonly RuleGroup[],
  labels: Record<string, string>,
  { namespace, child }: AddOnPlace,
): pulumi.Resource {
  const rules = child(`${name}-alerts`);
  return new k8s.apiextensions.CustomResource(
    rules.name,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name, namespace, labels: { ...partOf, ...labels } },
      spec: { groups: groups.filter((group) => group.rules.length > 0) },
    },
    rules.opts,
  );
}
