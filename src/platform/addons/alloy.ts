import { requests } from "../pods.js";
import type { AddOn, AddOnPlan } from "../types.js";
import { lokiUrl } from "./loki.js";

/** Does what `vector` does, for those who prefer Grafana's collector. */
export const alloy: AddOn = {
  name: "alloy",
  namespace: "logs",
  after: ["prometheus-operator-crds", "loki"],
  podSecurity: "privileged", // reads the host's log files
  faults: ({ config }) => {
    const { alloy: own, loki } = config.platform.addons;
    return (loki?.state ?? "off") === "off" && !hasOwnPipeline(own?.values ?? {})
      ? [
          "it has nowhere to send logs to; set openedx:platform.addons.loki to on, or write a pipeline of your own in " +
            "values.alloy.configMap.content",
        ]
      : [];
  },
  values: (context) => ({
    controller: {
      type: "daemonset",
      tolerations: [{ operator: "Exists" }], // every node has logs
    },
    crds: { create: false }, // of PodLogs, which nothing here makes
    alloy: {
      enableReporting: false,
      mounts: { varlog: true },
      resources: requests("50m", "128Mi", "512Mi"),
      configMap: { content: pipeline(context) },
    },
    serviceMonitor: { enabled: context.has("prometheus-operator-crds") },
  }),
};

function hasOwnPipeline(values: Record<string, unknown>): boolean {
  const { configMap } = (values.alloy ?? {}) as { configMap?: { content?: unknown } };
  return typeof configMap?.content === "string";
}

/** In Alloy's language. */
function pipeline({ config, sites }: AddOnPlan): string {
  return `\
discovery.kubernetes "pods" {
  role = "pod"
  selectors {
    role  = "pod"
    field = "spec.nodeName=" + sys.env("HOSTNAME")
  }
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
${rules(sites)}
}

local.file_match "pods" {
  path_targets = discovery.relabel.pods.output
}

loki.source.file "pods" {
  targets    = local.file_match.pods.targets
  forward_to = [loki.process.pods.receiver]
}

loki.process "pods" {
  stage.cri {}
  stage.static_labels {
    values = { log_type = "application" }
  }
  stage.match {
    selector = "{instance!=\\"none\\"} |~ \\"\\\\\\\\[tracking\\\\\\\\] [^{}]*\\\\\\\\{.*\\\\\\\\}\\""
    stage.regex {
      expression = "\\\\[tracking\\\\] [^{}]*(?P<event>\\\\{.*\\\\})"
    }
    stage.output {
      source = "event"
    }
    stage.static_labels {
      values = { log_type = "tracking" }
    }
  }
  stage.label_drop {
    values = ["filename"]
  }
  forward_to = [loki.write.logs.receiver]
}

loki.write "logs" {
  endpoint {
    url = "${lokiUrl(config)}/loki/api/v1/push"
  }
}
`;
}

/** Labels of a target, and the file that its container writes. */
function rules(sites: AddOnPlan["sites"]): string {
  const copied: [from: string[], to: string, replacement?: string][] = [
    [["namespace"], "namespace"],
    [["pod_container_name"], "container"],
    [["pod_container_name"], "app"],
    [["pod_label_app_kubernetes_io_name"], "app"],
    [["pod_uid", "pod_container_name"], "__path__", "/var/log/pods/*$1/*.log"],
  ];
  const labels = copied.map(([from, to, replacement]) => {
    const source = from.map((name) => `"__meta_kubernetes_${name}"`).join(", ");
    return rule([
      `source_labels = [${source}]`,
      ...(from.length > 1 ? ['separator     = "/"'] : []),
      'regex         = "(.+)"',
      `target_label  = "${to}"`,
      ...(replacement === undefined ? [] : [`replacement   = "${replacement}"`]),
    ]);
  });
  const instances = sites.map(({ name, namespace }) =>
    rule([
      'source_labels = ["namespace"]',
      `regex         = "${namespace}"`,
      'target_label  = "instance"',
      `replacement   = "${name}"`,
    ]),
  );
  const none = rule(['target_label  = "instance"', 'replacement   = "none"']);
  return [...labels, none, ...instances].join("\n");
}

function rule(lines: readonly string[]): string {
  return ["  rule {", ...lines.map((line) => `    ${line}`), "  }"].join("\n");
}
