import type { Site } from "../edge/types.js";
import type { AddOnPlan } from "../types.js";
import { edgeRequests, isEdgeMeasured } from "./edgeMetrics.js";
import { type Alert, alert, type AlertText, instanceLabel, where } from "./rules.js";

/** Deployments that people wait for. */
const faces = "caddy|lms|cms|mfe";

/** What an operator should hear of one site. */
export function siteAlerts(site: Site, { edge, config }: Pick<AddOnPlan, "edge" | "config">): Alert[] {
  const texts = [
    ...podAlerts(site),
    tasksFailed(site, config.services.namespace),
    volumeFull(site),
    scalerAtMaximum(site),
    certificateExpiring(site),
    ...(isEdgeMeasured(edge) ? [errorRate(site)] : []),
  ];
  return texts.map((text) => alert(text, { [instanceLabel]: site.name, namespace: site.namespace }));
}

function podAlerts({ name, namespace }: Site): AlertText[] {
  const available = (deployment: string): string =>
    `kube_deployment_status_replicas_available${where({ namespace, deployment })}`;
  const wanted = (deployment: string): string =>
    `kube_deployment_spec_replicas${where({ namespace, deployment })}`;
  return [
    {
      name: "OpenEdxSiteDown",
      severity: "critical",
      expr: `${available("~caddy|lms")} == 0 or absent(${available("lms")})`,
      for: "5m",
      summary: `The site ${name} is down`,
      description: "The Deployment {{ $labels.deployment }} has had no ready pod for five minutes.",
    },
    {
      name: "OpenEdxPodsNotReady",
      severity: "warning",
      expr: `${available(`~${faces}`)} < on (namespace, deployment) ${wanted(`~${faces}`)}`,
      for: "15m",
      summary: `Pods of the site ${name} are not ready`,
      description:
        "Only {{ $value }} pods of the Deployment {{ $labels.deployment }} are ready, fewer than it asks for.",
    },
    {
      name: "OpenEdxWorkerDown",
      severity: "critical",
      expr: `${available("~.+-worker")} == 0 and on (namespace, deployment) ${wanted("~.+-worker")} > 0`,
      for: "10m",
      summary: `Background tasks of the site ${name} stand still`,
      description:
        "The Deployment {{ $labels.deployment }} has no ready pod: grades, mails and course updates wait in the queue.",
    },
    {
      name: "OpenEdxPodRestarting",
      severity: "warning",
      expr: `sum by (pod, container) (increase(kube_pod_container_status_restarts_total${where({ namespace })}[30m])) > 3`,
      for: "5m",
      summary: `A pod of the site ${name} restarts again and again`,
      description:
        "{{ $labels.container }} in {{ $labels.pod }} has restarted {{ $value | humanize }} times in half an hour.",
    },
  ];
}

/** Its own Jobs, and those that make its accounts where the shared services are. */
function tasksFailed({ name, namespace }: Site, services: string): AlertText {
  const failed = (labels: Record<string, string>): string =>
    `kube_job_failed${where({ ...labels, condition: "true" })} > 0`;
  const accounts = { namespace: services, job_name: `~${name}-(admin|admin-after)-[^-]+` };
  return {
    name: "OpenEdxTasksFailed",
    severity: "critical",
    expr: `${failed({ namespace })} or ${failed(accounts)}`,
    for: "1m",
    summary: `A Job of the site ${name} failed`,
    description: "The Job {{ $labels.job_name }} failed. The version that ran before goes on.",
  };
}

function volumeFull({ name, namespace }: Site): AlertText {
  return {
    name: "OpenEdxVolumeNearlyFull",
    severity: "warning",
    expr: volumeLeft(namespace),
    for: "15m",
    summary: `A volume of the site ${name} is nearly full`,
    description:
      "{{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its space left.",
  };
}

/** Volumes of a namespace with less than a tenth of their space left. */
export function volumeLeft(namespace: string): string {
  const [available, capacity] = ["available", "capacity"].map(
    (what) => `kubelet_volume_stats_${what}_bytes${where({ namespace })}`,
  );
  return `${available} / ${capacity} < 0.1`;
}

function scalerAtMaximum({ name, namespace }: Site): AlertText {
  const scaler = (what: string): string => `kube_horizontalpodautoscaler_${what}${where({ namespace })}`;
  const same = "on (namespace, horizontalpodautoscaler)";
  const [most, least] = [scaler("spec_max_replicas"), scaler("spec_min_replicas")];
  return {
    name: "OpenEdxScalerAtMaximum",
    severity: "warning",
    expr: `${scaler("status_current_replicas")} >= ${same} ${most} and ${same} (${most} > ${same} ${least})`,
    for: "30m",
    summary: `The site ${name} has no more pods to add`,
    description:
      "{{ $labels.horizontalpodautoscaler }} has been at its maximum of {{ $value }} pods for half an hour.",
  };
}

function certificateExpiring({ name, namespace }: Site): AlertText {
  return {
    name: "OpenEdxCertificateExpiring",
    severity: "warning",
    expr: certificateLeft([`exported_namespace="${namespace}"`, `namespace="${namespace}"`]),
    for: "1h",
    summary: `A certificate of the site ${name} runs out`,
    description:
      "{{ $labels.name }} is valid for {{ $value | humanizeDuration }} more, and is not being renewed.",
  };
}

/**
 * Certificates with less than 14 days to go; they are renewed with 30 left.
 * @param matchers one for each way in which Prometheus may have named the certificate's namespace: `exported_namespace`
 * unless the monitor keeps the labels of cert-manager.
 */
export function certificateLeft(matchers: readonly string[]): string {
  const expiry = "certmanager_certificate_expiration_timestamp_seconds";
  return `(${matchers.map((matcher) => `${expiry}{${matcher}}`).join(" or ")}) - time() < 14 * 86400`;
}

function errorRate({ name }: Site): AlertText {
  const all = `sum(${edgeRequests}${where({ [instanceLabel]: name })})`;
  const errors = `sum(${edgeRequests}${where({ [instanceLabel]: name, code: "~5.." })})`;
  return {
    name: "OpenEdxErrorRateHigh",
    severity: "critical",
    // Below one request in ten seconds a single error would be enough.
    expr: `${errors} / ${all} > 0.05 and ${all} > 0.1`,
    for: "10m",
    summary: `The site ${name} answers with errors`,
    description:
      "{{ $value | humanizePercentage }} of the answers at the edge have had a status of 500 or more.",
  };
}
