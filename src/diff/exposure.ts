import type { PlannedResource } from "../engine/plan.js";
import type { Json, KubernetesObject } from "../kubernetes/objects.js";
import { isMap } from "../workspace/yaml.js";
import { isList } from "./properties.js";
import type { Side } from "./side.js";
import type { InstanceImpact, PropertyChange, ResourceChange, Warning } from "./types.js";

/** What more people could reach, or read on the way. */
export function exposureWarnings(
  before: Side,
  after: Side,
  resources: readonly ResourceChange[],
  instances: readonly InstanceImpact[],
): Warning[] {
  const gone = instances.filter(({ kind }) => kind === "delete").map(({ instance }) => instance);
  const texts = [
    ...after
      .releases()
      .flatMap(({ urn, name }) => objectExposure(name, before.objectsOf(urn), after.objectsOf(urn))),
    ...instances.flatMap(({ instance }) => withoutHttps(instance, before, after)),
    ...resources
      .filter(
        ({ kind, name }) => kind !== "delete" || !gone.some((instance) => name.endsWith(`-${instance}`)),
      )
      .flatMap((change) => resourceExposure(change, before, after)),
  ];
  return [...new Set(texts)].map((text) => ({ about: "exposure", text }));
}

type Objects = ReadonlyMap<string, KubernetesObject>;

function objectExposure(release: string, before: Objects, after: Objects): string[] {
  const opened = [...after].flatMap(([name, object]) => {
    const [was, is] = [serviceType(before.get(name)), serviceType(object)];
    return isOpenType(is) && is !== was
      ? [
          `${release}: Service ${object.metadata.name} is of type ${is}, which can be reached from outside the cluster.`,
        ]
      : [];
  });
  // Nothing is left to be guarded where a release is gone; one whose chart can't be had tells nothing.
  const unguarded = [...before].filter(
    ([name, { kind }]) => after.size > 0 && kind === "NetworkPolicy" && !after.has(name),
  );
  return [
    ...opened,
    ...unguarded.map(
      ([, { metadata }]) =>
        `${release}: NetworkPolicy ${metadata.name} is gone; what it kept out may reach its pods.`,
    ),
  ];
}

function serviceType(object: KubernetesObject | undefined): string | undefined {
  return object?.kind === "Service" ? (object.spec as { type?: string } | undefined)?.type : undefined;
}

function isOpenType(type: string | undefined): type is string {
  return type === "LoadBalancer" || type === "NodePort";
}

/** A site that had certificates and has none now. */
function withoutHttps(instance: string, before: Side, after: Side): string[] {
  const [was, is] = [before, after].map((side) => ingressesOf(instance, side));
  return was?.some(hasTls) && is !== undefined && is.length > 0 && !is.some(hasTls)
    ? [`${instance}: HTTPS is switched off; passwords and sessions would cross the network in plain text.`]
    : [];
}

function ingressesOf(instance: string, side: Side): KubernetesObject[] {
  return side
    .releases(instance)
    .flatMap(({ urn }) => [...side.objectsOf(urn).values()])
    .filter(({ kind }) => kind === "Ingress");
}

function hasTls({ spec }: KubernetesObject): boolean {
  return ((spec as { tls?: unknown[] } | undefined)?.tls?.length ?? 0) > 0;
}

const everybody = /^(0\.0\.0\.0\/0|::\/0|\*|Internet)$/;
/** Where an address range says who may come in; a route or an egress rule says where one may go. */
const inward = /ingress|inbound|source|publicAccessCidrs|authorized|allowed|ipRange|cidrIpv[46]/i;
const outward = /egress|outbound|destination/i;
/** Types whose rules are about who comes in, whatever the property is called. */
const inwardTypes = /Ingress|FirewallRule|MasterAuthorized/;
const outwardTypes = /Egress|ec2\/route:|RouteTable/;

/** Switches of clouds that let the public in when they are on. */
const publicSwitch =
  /(^|\.|\])(publiclyAccessible|endpointPublicAccess|publicNetworkAccess|allowBlobPublicAccess|ipv4Enabled|enablePublicFqdn|publicRead)$/i;
/** Switches that keep the public out when they are on. */
const guardSwitch =
  /(^|\.|\])(blockPublicAcls|blockPublicPolicy|ignorePublicAcls|restrictPublicBuckets|enablePrivateNodes|enablePrivateEndpoint|enablePrivateCluster|endpointPrivateAccess|publicAccessPrevention)$/;

function resourceExposure(
  { urn, kind, type, name, changes }: ResourceChange,
  before: Side,
  after: Side,
): string[] {
  if (kind === "delete") {
    return guardGone(type, name);
  }
  const found = kind === "create" ? leavesOf(after.resources.get(urn)) : changes.flatMap(leavesOfChange);
  const known = new Set(
    leavesOf(before.resources.get(urn)).map(({ path, after: value }) => text(path, value)),
  );
  const opened = found
    .filter(({ path, after: value }) => isOpening(type, path, value) && !known.has(text(path, value)))
    .map(({ path, after: value }) => `${shortType(type)} ${name}: ${path} is ${JSON.stringify(value)}.`);
  const service = kubernetesService(type, urn, before, after);
  return [...opened, ...service.map((is) => `Service ${name} is of type ${is}.`)];
}

function isOpening(type: string, path: string, value: Json | undefined): boolean {
  if (typeof value === "string" && everybody.test(value)) {
    return !outward.test(path) && !outwardTypes.test(type) && (inwardTypes.test(type) || inward.test(path));
  }
  return (
    (publicSwitch.test(path) && (value === true || value === "Enabled")) ||
    (guardSwitch.test(path) && (value === false || value === "inherited"))
  );
}

function guardGone(type: string, name: string): string[] {
  return /^aws:s3\/bucketPublicAccessBlock|^kubernetes:networking\.k8s\.io\/v1:NetworkPolicy$/.test(type)
    ? [`${shortType(type)} ${name} is gone; what it kept out may come in.`]
    : [];
}

function kubernetesService(type: string, urn: string, before: Side, after: Side): string[] {
  if (type !== "kubernetes:core/v1:Service") {
    return [];
  }
  const [was, is] = [before, after].map((side) => {
    const { spec } = side.resources.get(urn)?.inputs ?? {};
    return isMap(spec) && typeof spec.type === "string" ? spec.type : undefined;
  });
  return isOpenType(is) && is !== was ? [is] : [];
}

function leavesOf(resource: PlannedResource | undefined): PropertyChange[] {
  return leaves(resource?.inputs ?? {}, "");
}

function leavesOfChange({ path, after }: PropertyChange): PropertyChange[] {
  return after === undefined ? [] : leaves(after, path);
}

/** Items of a list count as the list. */
function leaves(value: Json, path: string): PropertyChange[] {
  if (isList(value)) {
    return value.flatMap((item) => leaves(item, path));
  }
  return isMap(value)
    ? Object.entries(value).flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`))
    : [{ path, after: value }];
}

function text(path: string, value: Json | undefined): string {
  return `${path.replace(/\[[^\]]*\]/g, "")} ${JSON.stringify(value)}`;
}

function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}
