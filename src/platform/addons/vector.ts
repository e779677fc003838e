import type { HelmValues } from "../../cloud/types.js";
import { requests } from "../pods.js";
import type { AddOn, AddOnContext } from "../types.js";
import { lokiUrl } from "./loki.js";

/**
 * A line that the LMS, Studio or one of their workers wrote through the logger `tracking`, in the format of edx-platform's
 * console handler: `2026-11-23 10:00:00,000 INFO 42 [tracking] [user 5] [ip 203.0.113.7] logger.py:41 - {"name": …}`.
 */
const trackingLine = String.raw`\[tracking\] [^{}]*(?P<event>\{.*\})\s*$`;

const metricsPort = 9598;

/** In Vector's own language. Who wrote a line, and, where it is a tracking event, the event alone. */
const sortLines = `\
.namespace = string(.kubernetes.pod_namespace) ?? "none"
.pod = string(.kubernetes.pod_name) ?? "none"
.container = string(.kubernetes.container_name) ?? "none"
.app = string(.kubernetes.pod_labels."app.kubernetes.io/name") ?? .container
.instance = "none"
if .kubernetes.namespace_labels."app.kubernetes.io/part-of" == "openedx" {
  .instance = string(.kubernetes.namespace_labels."app.kubernetes.io/instance") ?? "none"
}
.log_type = "application"
if .instance != "none" {
  line, wrong = parse_regex(.message, r'${trackingLine}')
  if wrong == null {
    event, wrong = parse_json(line.event)
    if wrong == null && is_object(event) {
      .log_type = "tracking"
      .message = line.event
    }
  }
}
`;

/** Reads the logs of all pods, and sends them on: those of Open edX's tracking as a stream of their own. */
export const vector: AddOn = {
  name: "vector",
  namespace: "logs",
  after: ["prometheus-operator-crds", "loki"],
  podSecurity: "privileged", // reads the host's log files
  values: (context) => ({
    role: "Agent",
    service: { enabled: false },
    serviceHeadless: { enabled: false },
    tolerations: [{ operator: "Exists" }], // every node has logs
    resources: requests("50m", "128Mi", "512Mi"),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    podMonitor: { enabled: context.has("prometheus-operator-crds") },
    readinessProbe: { httpGet: { path: "/metrics", port: metricsPort } },
    customConfig: {
      data_dir: "/vector-data-dir",
      sources: {
        pods: { type: "kubernetes_logs" },
        internal_metrics: { type: "internal_metrics" },
      },
      transforms: {
        sorted: { type: "remap", inputs: ["pods"], source: sortLines },
        // Two names to send from: `streams.tracking`, and `streams._unmatched` for all else.
        streams: { type: "route", inputs: ["sorted"], route: { tracking: '.log_type == "tracking"' } },
      },
      sinks: {
        // The pod monitor asks for this name.
        prom_exporter: {
          type: "prometheus_exporter",
          inputs: ["internal_metrics"],
          address: `0.0.0.0:${metricsPort}`,
        },
        ...sinks(context),
      },
    },
  }),
};

function sinks({ config, has }: AddOnContext): HelmValues {
  if (has("loki")) {
    return {
      application: lokiSink(lokiUrl(config), "streams._unmatched", "application"),
      tracking: lokiSink(lokiUrl(config), "streams.tracking", "tracking"),
    };
  }
  // What pods write is theirs to show; tracking events are put together here, without the lines around them.
  return {
    tracking: { type: "console", inputs: ["streams.tracking"], encoding: { codec: "json" } },
  };
}

function lokiSink(endpoint: string, input: string, logType: string): HelmValues {
  return {
    type: "loki",
    inputs: [input],
    endpoint,
    encoding: { codec: "text" },
    labels: {
      log_type: logType,
      namespace: field("namespace"),
      instance: field("instance"),
      app: field("app"),
      container: field("container"),
    },
    // Of a pod there are too many names in a year to make a label of.
    structured_metadata: { pod: field("pod") },
    out_of_order_action: "accept",
  };
}

/** Vector's template for a field, kept from Helm, which would take it for one of its own. */
function field(name: string): string {
  return `{{ print "{{ ${name} }}" }}`;
}
