import type * as pulumi from "@pulumi/pulumi";
import { DataCollectionRule } from "@pulumi/azure-native/monitor/dataCollectionRule.js";
import { DataCollectionRuleAssociation } from "@pulumi/azure-native/monitor/dataCollectionRuleAssociation.js";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import { type AzureContext, tagsOf } from "./context.js";

/** Log Analytics keeps logs without a fee for this long, and no shorter. */
const shortestRetention = 30;

/** Where all logs of the stack go. */
export function logsWorkspace(context: AzureContext): Workspace {
  const { settings, name, base, groups, opts } = context;
  return new Workspace(
    `${name}-logs`,
    {
      resourceGroupName: groups.cluster.name,
      workspaceName: `${base}-logs`,
      location: settings.location,
      tags: tagsOf(context),
      sku: { name: "PerGB2018" },
      retentionInDays: Math.max(settings.logRetentionDays, shortestRetention),
      workspaceCapping: { dailyQuotaGb: settings.logs.dailyQuotaGb },
      features: { disableLocalAuth: true },
    },
    opts,
  );
}

/** What the control plane writes: who changed what, who was let in, and why nodes come and go. */
const controlPlaneLogs = ["kube-audit-admin", "guard", "cluster-autoscaler", "cloud-controller-manager"];

/** Sends the cluster's logs, and those of its pods if the config says so, to the workspace. */
export function clusterLogs(
  context: AzureContext,
  cluster: pulumi.Input<string>,
  workspace: Workspace,
): void {
  const { settings, name, base, groups, opts } = context;
  new DiagnosticSetting(
    `${name}-cluster-logs`,
    {
      name: "openedx",
      resourceUri: cluster,
      workspaceId: workspace.id,
      logAnalyticsDestinationType: "Dedicated",
      logs: controlPlaneLogs.map((category) => ({ category, enabled: true })),
    },
    opts,
  );
  if (!settings.logs.containers) {
    return;
  }
  const streams = ["Microsoft-ContainerLogV2", "Microsoft-KubeEvents"];
  const rule = new DataCollectionRule(
    `${name}-container-logs`,
    {
      resourceGroupName: groups.cluster.name,
      dataCollectionRuleName: `${base}-container-logs`,
      location: settings.location,
      tags: tagsOf(context),
      kind: "Linux",
      dataSources: {
        extensions: [
          {
            name: "ContainerInsightsExtension",
            extensionName: "ContainerInsights",
            streams,
            extensionSettings: {
              dataCollectionSettings: {
                interval: "1m",
                namespaceFilteringMode: "Exclude",
                namespaces: ["kube-system", "gatekeeper-system"],
                enableContainerLogV2: true,
              },
            },
          },
        ],
      },
      destinations: { logAnalytics: [{ name: "workspace", workspaceResourceId: workspace.id }] },
      dataFlows: [{ streams, destinations: ["workspace"] }],
    },
    opts,
  );
  new DataCollectionRuleAssociation(
    `${name}-container-logs`,
    { associationName: "openedx-container-logs", resourceUri: cluster, dataCollectionRuleId: rule.id },
    opts,
  );
}
