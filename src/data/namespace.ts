import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { partOf, podSecurity } from "../kubernetes/conventions.js";
import { meilisearchName, opensearchName } from "./names.js";

/** A site that uses the services: its pods may reach them. */
export interface ServiceUser {
  /** The instance's name. */
  name: string;
  namespace: string;
}

export interface DataNamespaceArgs {
  name: string;
  users: readonly ServiceUser[];
  protect: boolean;
  /** Sites of other stacks use the services, too: any namespace of an Open edX site reaches them. */
  open: boolean;
  /** What all of the services wait for: everything comes after their namespace. */
  dependsOn: NonNullable<pulumi.ComponentResourceOptions["dependsOn"]>;
}

/** Ports of what the sites share: MySQL, MongoDB, Redis, S3. Operators, replication and administration have others. */
const sharedPorts = [3306, 27017, 6379, 8333];
/** Of what each site has to itself: Meilisearch, OpenSearch. */
const ownPorts = [7700, 9200];

/** The services' namespace, which only the sites' own namespaces reach, and only at the ports of the services. */
export function createDataNamespace(
  { name, users, protect, open, dependsOn }: DataNamespaceArgs,
  parent: pulumi.Resource,
): { name: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const namespace = new k8s.core.v1.Namespace(
    "data-namespace",
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
    { parent, protect, dependsOn },
  );
  const place = namespace.metadata.name;
  const shared = new k8s.networking.v1.NetworkPolicy(
    "data-network",
    {
      metadata: { namespace: place, name: "data-services" },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [
          { from: [{ podSelector: {} }] },
          {
            from: [
              open
                ? { namespaceSelector: { matchLabels: partOf } }
                : fromNamespaces(users.map((user) => user.namespace)),
            ],
            ports: tcp(sharedPorts),
          },
        ],
      },
    },
    { parent },
  );
  const own = users.map(
    (user) =>
      new k8s.networking.v1.NetworkPolicy(
        `data-network-${user.name}`,
        {
          metadata: { namespace: place, name: `search-of-${user.name}` },
          spec: {
            podSelector: {
              matchExpressions: [
                {
                  key: "app.kubernetes.io/instance",
                  operator: "In",
                  values: [meilisearchName(user.name), opensearchName(user.name)],
                },
              ],
            },
            policyTypes: ["Ingress"],
            ingress: [{ from: [fromNamespaces([user.namespace])], ports: tcp(ownPorts) }],
          },
        },
        { parent },
      ),
  );
  return { name: place, ready: [namespace, shared, ...own] };
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
