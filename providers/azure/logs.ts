import type * as pulumi from "@pulumi/pulumi";
import { DataCollectionRule } from "@pulumi/azure-native/monitor/dataCollectionRule.js";
import { DataCollectionRuleAssociation } from "@pulumi/azure-native/monitor/dataCollectionRuleAssociation.js";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import { uniqueName } from "../part.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";

/** Where logs go, each with a cap of its own. */
export interface Logs {
  /** Who did what, and slow queries. */
  audit: Workspace;
  /** What pods write; undefined where it is not kept. */
  pods?: Workspace;
}

/** The stack's workspaces. Deleted ones keep their names for two weeks, and would come back with what they held. */
export function logWorkspaces(context: AzureContext): Logs {
  const { settings, name, groups, opts } = context;
  const workspace = (what: string, dailyQuotaGb: number): Workspace =>
    new Workspace(
      `${name}-${what}`,
      {
        resourceGroupName: groups.cluster.name,
        workspaceName: uniqueName(context, azureNames.workspace, what),
        location: settings.location,
        tags: tagsOf(context),
        sku: { name: "PerGB2018" },
        retentionInDays: settings.logRetentionDays,
        workspaceCapping: { dailyQuotaGb },
        features: { disableLocalAuth: true },
      },
      opts,
    );
  const { containers, auditDailyQuotaGb, dailyQuotaGb } = settings.logs;
  return {
    audit: workspace("audit", auditDailyQuotaGb),
    ...(containers && { pods: workspace("logs", dailyQuotaGb) }),
  };
}

/** Sends categories of a resource's logs to a workspace. */
export function sendLogs(
  { name, opts }: AzureContext,
  what: string,
  resource: pulumi.Input<string>,
  workspace: Workspace,
  categories: readonly string[],
): DiagnosticSetting {
  return new DiagnosticSetting(
    `${name}-${what}-logs`,
    {
      name: "openedx",
      resourceUri: resource,
      workspaceId: workspace.id,
      logAnalyticsDestinationType: "Dedicated",
      logs: categories.map((category) => ({ category, enabled: true })),
    },
    opts,
  );
}

/** What the control plane writes: who changed what, who was let in, and why nodes come and go. */
const controlPlaneLogs = ["kube-audit-admin", "guard", "cluster-autoscaler", "cloud-controller-manager"];

/** Sends the cluster's logs, and those of its pods if the config says so, to the workspaces. */
export function clusterLogs(
  context: AzureContext,
  cluster: pulumi.Input<string>,
  { audit, pods }: Logs,
): void {
  const { settings, name, base, groups, opts } = context;
  sendLogs(context, "cluster", cluster, audit, controlPlaneLogs);
  if (pods === undefined) {
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
      destinations: { logAnalytics: [{ name: "workspace", workspaceResourceId: pods.id }] },
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
