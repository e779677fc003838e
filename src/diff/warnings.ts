import type { PlannedResource } from "../engine/plan.js";
import type { KubernetesObject } from "../kubernetes/objects.js";
import type { Side } from "./side.js";
import type { InstanceImpact, PropertyChange, ResourceChange, Warning } from "./types.js";

/** What a reviewer must not overlook: data in danger, protection gone, a step without a way back, more exposure. */
export function findWarnings(
  before: Side,
  after: Side,
  resources: readonly ResourceChange[],
  instances: readonly InstanceImpact[],
): Warning[] {
  return [
    ...resources.flatMap(dataWarnings),
    ...resources.flatMap((change) => protectionWarnings(change, before, after)),
    ...instances.flatMap(releaseWarnings),
    ...exposureWarnings(before, after, resources),
  ];
}

/** Resources that hold data for good, beside all that are protected. */
const dataTypes =
  /^kubernetes:core\/v1:(PersistentVolumeClaim|Namespace)$|^aws:(rds|s3|efs|elasticache|opensearch|kms)\/|^azure-native:(dbformysql|storage|redisenterprise|keyvault):|^gcp:(sql|storage|redis|kms|filestore)\/|^mongodbatlas:/;
/** Parts of the above that hold none. */
const accessories =
  /(Policy|Block|Controls|Configuration|Versioning|ParameterGroup|SubnetGroup|Mount\w*|IAMMember|IamMember|User)$/;

function dataWarnings({ kind, type, name, protect, changes }: ResourceChange): Warning[] {
  const holdsData = protect || (dataTypes.test(type) && !accessories.test(type));
  if (!holdsData || (kind !== "delete" && kind !== "replace")) {
    return [];
  }
  const why = kind === "replace" ? ` (${changes.map(({ path }) => path).join(", ")})` : "";
  const stop = protect ? " It is protected: the update stops there until the protection is lifted." : "";
  return [
    {
      about: "data",
      text: `${shortType(type)} ${name} would be ${kind === "delete" ? "deleted" : "replaced"}${why}, and what it holds with it.${stop}`,
    },
  ];
}

function protectionWarnings({ urn, kind, type, name }: ResourceChange, before: Side, after: Side): Warning[] {
  const dropped = before.resources.get(urn)?.protect === true && after.resources.get(urn)?.protect === false;
  return kind !== "delete" && dropped
    ? [{ about: "protection", text: `${shortType(type)} ${name} is no longer protected from deletion.` }]
    : [];
}

/** Open edX and Tutor go one major release at a time, and never back. */
function releaseWarnings({ instance, versions }: InstanceImpact): Warning[] {
  const tutor = versions.find(({ what }) => what === "Tutor");
  const [was, is] = [major(tutor?.before), major(tutor?.after)];
  if (was === undefined || is === undefined || is === was) {
    return [];
  }
  const step = `${instance}: Tutor ${tutor?.before} to ${tutor?.after}`;
  if (is < was) {
    return [
      {
        about: "release",
        text: `${step} is a downgrade; Open edX's databases can't be taken back a release.`,
      },
    ];
  }
  return is - was > 1
    ? [
        {
          about: "release",
          text: `${step} skips ${is - was - 1} release(s); upgrade one at a time, with a backup before each.`,
        },
      ]
    : [
        {
          about: "release",
          text: `${step} is a new Open edX release: its migrations can't be undone; make a backup first.`,
        },
      ];
}

function major(version: string | undefined): number | undefined {
  return version === undefined ? undefined : Number.parseInt(version, 10);
}

function exposureWarnings(before: Side, after: Side, resources: readonly ResourceChange[]): Warning[] {
  return [
    ...after
      .releases()
      .flatMap(({ urn, name }) => objectExposure(name, before.objectsOf(urn), after.objectsOf(urn))),
    ...resources.flatMap((change) => resourceExposure(change, after.resources.get(change.urn))),
  ];
}

type Objects = ReadonlyMap<string, KubernetesObject>;

function objectExposure(release: string, before: Objects, after: Objects): Warning[] {
  const opened = [...after].flatMap(([name, object]) => {
    const [was, is] = [serviceType(before.get(name)), serviceType(object)];
    return object.kind === "Service" && is !== was && (is === "LoadBalancer" || is === "NodePort")
      ? [
          `${release}: Service ${object.metadata.name} is of type ${is} and can be reached from outside the cluster.`,
        ]
      : [];
  });
  const unguarded =
    after.size === 0
      ? []
      : [...before]
          .filter(([name, { kind }]) => kind === "NetworkPolicy" && !after.has(name))
          .map(([, { metadata }]) => `${release}: NetworkPolicy ${metadata.name} is gone.`);
  return [...opened, ...unguarded].map((text) => ({ about: "exposure", text }));
}

function serviceType(object: KubernetesObject | undefined): string | undefined {
  return (object?.spec as { type?: string } | undefined)?.type;
}

const open = /^(0\.0\.0\.0\/0|::\/0|\*|Internet)$/;
/** Switches of clouds that let the public in when they are on. */
const publicSwitch =
  /(publiclyAccessible|endpointPublicAccess|publicNetworkAccess|allowBlobPublicAccess|ipv4Enabled|publicIp\w*)$/i;

function resourceExposure({ kind, type, name, changes }: ResourceChange, after?: PlannedResource): Warning[] {
  const found: PropertyChange[] =
    kind === "create" ? leaves(after?.inputs ?? {}, "") : kind === "delete" ? [] : changes;
  return found
    .filter(
      ({ path, after: value }) =>
        (typeof value === "string" &&
          open.test(value) &&
          /ingress|source|cidr|range|prefix/i.test(path + type)) ||
        (publicSwitch.test(path) && (value === true || value === "Enabled")),
    )
    .map(({ path, after: value }) => ({
      about: "exposure",
      text: `${shortType(type)} ${name}: ${path} is ${JSON.stringify(value)}.`,
    }));
}

function leaves(value: unknown, path: string): PropertyChange[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`));
  }
  return [{ path, after: value as string }];
}

function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}
