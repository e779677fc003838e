import { mapOf, mapsOf } from "../../workspace/yaml.js";
import { textsOf } from "../../kubernetes/objects.js";
import {
  type CarriedObject,
  chartName,
  instanceType,
  leavesOf,
  objectsOf,
  pathText,
  releasesOf,
  unchecked,
  unknown,
  unreadReleases,
} from "../objects.js";
import type { Finding, PolicyResource, PolicyStack, Rule } from "../types.js";
import { databaseNetworkFindings } from "./databaseNetworks.js";
import { databaseGroups, databaseName, databasePorts } from "./databases.js";

/** Databases are asked by sites on the cluster alone; one that the internet reaches is tried by everybody. */
export const publicDatabases: Rule = {
  name: "no-public-databases",
  level: "mandatory",
  description: "No database, search engine, Redis or object store can be reached from the internet.",
  check: (stack) => {
    const ofInstances = instanceDataReleases(stack);
    return [
      ...unreadReleases(stack),
      ...stack.resources.flatMap((resource) => databaseNetworkFindings(resource, stack.facts)),
      ...objectsOf(stack).flatMap((carried) => [
        ...serviceFindings(carried, ofInstances.has(carried.urn)),
        ...operatorFindings(carried),
      ]),
      ...releaseFindings(stack),
    ];
  },
};

/** Releases with the data services that instances' renders bring, whatever their plugins call them. */
function instanceDataReleases(stack: PolicyStack): ReadonlySet<string> {
  const instances = new Map(
    stack.resources.filter(({ type }) => type === instanceType).map(({ urn, name }) => [urn, name]),
  );
  const isData = ({ name, parent }: PolicyResource): boolean => {
    const instance = instances.get(parent);
    return instance !== undefined && name === `${instance}-data`;
  };
  return new Set(
    releasesOf(stack)
      .filter(isData)
      .map(({ urn }) => urn),
  );
}

const remedy =
  "Make it a ClusterIP; who must reach it from outside uses `kubectl port-forward` or a private load balancer.";

/** Annotations by which a cloud's load balancer has an address of the network alone. */
const internalAnnotations: Record<string, string> = {
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
  "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
  "networking.gke.io/load-balancer-type": "Internal",
  "cloud.google.com/load-balancer-type": "Internal",
};

function isInternal(annotations: Record<string, unknown>): boolean {
  return Object.entries(internalAnnotations).some(
    ([name, value]) => textsOf(annotations[name])[0]?.toLowerCase() === value.toLowerCase(),
  );
}

function serviceFindings({ urn, label, object }: CarriedObject, isOfInstance: boolean): Finding[] {
  if (object.kind !== "Service" || object.apiVersion !== "v1") {
    return [];
  }
  const spec = mapOf(object.spec);
  const ports = mapsOf(spec.ports).flatMap(({ port, targetPort }) => [port, targetPort]);
  const { name, labels = {}, annotations = {} } = object.metadata;
  const isDatabase =
    isOfInstance ||
    ports.some((port) => databasePorts.has(Number(port))) ||
    databaseName.test(name) ||
    textsOf(labels["app.kubernetes.io/name"], ...Object.values(mapOf(spec.selector))).some((text) =>
      databaseName.test(text),
    );
  if (!isDatabase) {
    return [];
  }
  if (spec.type === unknown) {
    return [unchecked(urn, `The type of ${label}`, label)];
  }
  const opened =
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && !isInternal(annotations))
      ? [`is of type ${spec.type}`]
      : [];
  const addresses = textsOf(spec.externalIPs);
  return [...opened, ...(addresses.length > 0 ? [`answers at ${addresses.join(", ")}`] : [])].map((what) => ({
    urn,
    object: label,
    message: `${label} ${what}, so that a database can be reached from outside the cluster. ${remedy}`,
  }));
}

/** In the custom resources of database operators and in values of charts: fields that say how it is exposed. */
function exposures(value: unknown): { path: string; type: string }[] {
  return leavesOf(value).flatMap(({ path, value: leaf }) => {
    const isType =
      /^(serviceType|type)$/.test(path.at(-1) ?? "") &&
      (path.at(-1) === "serviceType" ||
        /^(service|expose|exposePrimary|exposeReplicas|primary|replicas)$/.test(path.at(-2) ?? ""));
    return isType && (leaf === "LoadBalancer" || leaf === "NodePort")
      ? [{ path: pathText(path), type: leaf }]
      : [];
  });
}

function operatorFindings({ urn, label, object }: CarriedObject): Finding[] {
  return databaseGroups.test(object.apiVersion)
    ? exposures(object).map(({ path, type }) => ({
        urn,
        object: label,
        message: `${label}: ${path} is ${type}, so that the database can be reached from outside the cluster. ${remedy}`,
      }))
    : [];
}

/** Values of charts of databases that could not be rendered. */
function releaseFindings(stack: PolicyStack): Finding[] {
  return releasesOf(stack)
    .filter((release) => stack.manifests[release.urn] === undefined && databaseName.test(chartName(release)))
    .flatMap(({ urn, name, inputs }) =>
      exposures(inputs.values).map(({ path, type }) => ({
        urn,
        message: `Release ${name}: values.${path} is ${type}, so that the database can be reached from outside the cluster. ${remedy}`,
      })),
    );
}
