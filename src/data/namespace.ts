import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { partOf, podSecurity } from "../kubernetes/conventions.js";
import { type MakeContext, serviceChild } from "./cluster.js";
import type { ServiceFacts } from "./facts.js";
import type { ServiceUser } from "./types.js";

export interface DataNamespaceArgs {
  namespace: string;
  users: readonly Pick<ServiceUser, "name" | "namespace">[];
  /** Their ports are open to the users. Operators, replication and administration have others. */
  services: readonly ServiceFacts[];
  protect: boolean;
  /** Sites of other stacks use the services, too: any namespace of an Open edX site reaches them. */
  open: boolean;
  /** What all of the services wait for: everything comes after their namespace. */
  dependsOn: NonNullable<pulumi.ComponentResourceOptions["dependsOn"]>;
}

/** The services' namespace, which only the sites' own namespaces reach, and only at the ports of the services. */
export function createDataNamespace(
  { namespace: name, users, services, protect, open, dependsOn }: DataNamespaceArgs,
  at: Pick<MakeContext, "name" | "parent">,
): { name: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const child = serviceChild(at, "namespace", { protect, dependsOn });
  const namespace = new k8s.core.v1.Namespace(
    child.name,
    {
      metadata: {
        name,
        labels: {
          ...partOf,
          "app.kubernetes.io/component": "data-services",
          ...podSecurity("baseline", "restricted"),
        },
      },
    },
    child.opts,
  );
  const place = namespace.metadata.name;
  const portsOf = (each: readonly ServiceFacts[]): number[] => each.flatMap(({ ports }) => ports.slice(0, 1));
  const own = services.filter(({ instanceRelease }) => instanceRelease !== undefined);
  const allow = (
    child: string,
    name: string,
    spec: Pick<k8s.types.input.networking.v1.NetworkPolicySpec, "podSelector" | "ingress">,
  ): k8s.networking.v1.NetworkPolicy => {
    const { name: logicalName, opts } = serviceChild(at, child);
    const args = { metadata: { namespace: place, name }, spec: { ...spec, policyTypes: ["Ingress"] } };
    return new k8s.networking.v1.NetworkPolicy(logicalName, args, opts);
  };
  const shared = allow("network", "data-services", {
    podSelector: {},
    ingress: [
      { from: [{ podSelector: {} }] },
      {
        from: [
          open
            ? { namespaceSelector: { matchLabels: partOf } }
            : fromNamespaces(users.map((user) => user.namespace)),
        ],
        ports: tcp(portsOf(services.filter((each) => !own.includes(each)))),
      },
    ],
  });
  const ofEach = users.map((user) =>
    allow(`network-${user.name}`, `search-of-${user.name}`, {
      podSelector: {
        matchExpressions: [
          {
            key: "app.kubernetes.io/instance",
            operator: "In",
            values: own.flatMap(({ instanceRelease }) => instanceRelease?.(user.name) ?? []),
          },
        ],
      },
      ingress: [{ from: [fromNamespaces([user.namespace])], ports: tcp(portsOf(own)) }],
    }),
  );
  return { name: place, ready: [namespace, shared, ...ofEach] };
}

function fromNamespaces(names: readonly string[]): k8s.types.input.networking.v1.NetworkPolicyPeer {
  return {
    namespaceSelector: {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...names] }],
    },
  };
}

function tcp(ports: readonly number[]): k8s.types.input.networking.v1.NetworkPolicyPort[] {
  return ports.map((port) => ({ protocol: "TCP", port }));
}
