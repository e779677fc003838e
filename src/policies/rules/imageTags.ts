import { mapOf } from "../../workspace/yaml.js";
import { textsOf } from "../../kubernetes/objects.js";
import {
  type CarriedObject,
  containersOf,
  objectsOf,
  pathText,
  podOf,
  releasesOf,
  unchecked,
  unknown,
  unreadReleases,
} from "../objects.js";
import type { Finding, PolicyResource, Rule } from "../types.js";

const remedy = "Name a version, such as `:1.2.3`, or a digest: what runs must not change by itself.";

/** An image without a fixed version is another one after each restart, and no rollback finds the old one. */
export const imageTags: Rule = {
  name: "no-latest-images",
  level: "mandatory",
  description: "Every image has a tag or digest, and the tag is not `latest`.",
  check: (stack) => [
    ...unreadReleases(stack),
    ...objectsOf(stack).flatMap((carried) => imagesOf(carried).flatMap((image) => findings(carried, image))),
    ...releasesOf(stack)
      .filter(({ urn }) => stack.manifests[urn] === undefined)
      .flatMap(valueFindings),
  ],
};

interface Image {
  where: string;
  image: string;
}

/** What is wrong with an image's reference; undefined: nothing. */
export function imageFault(image: string): string | undefined {
  const [name = "", digest] = image.split("@");
  if (digest !== undefined) {
    return undefined;
  }
  const last = name.slice(name.lastIndexOf("/") + 1);
  const tag = /:(.*)$/.exec(last)?.[1] ?? "";
  if (tag === "") {
    return "has no tag, which means `latest`";
  }
  return /^latest$/i.test(tag) ? "has the tag `latest`" : undefined;
}

function imagesOf({ object }: CarriedObject): Image[] {
  const pod = podOf(object);
  if (pod !== undefined) {
    return containersOf(pod).flatMap(({ name, image }) =>
      textsOf(image).map((text) => ({ where: `container ${textsOf(name)[0] ?? "?"}`, image: text })),
    );
  }
  // The operators of custom resources start what these name in fields called `image`.
  return /^(v1|apps\/|batch\/|[\w.]+\.k8s\.io\/|policy\/|autoscaling\/)/.test(object.apiVersion)
    ? []
    : named(object);
}

/** Texts in fields of the name `image`, wherever they are. */
function named(value: unknown, path: string[] = []): Image[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    key === "image" && typeof item === "string" && item !== ""
      ? [{ where: pathText([...path, key]), image: item }]
      : named(item, [...path, key]),
  );
}

function findings({ urn, label }: CarriedObject, { where, image }: Image): Finding[] {
  if (image.includes(unknown)) {
    return [unchecked(urn, `${label}: the image of ${where}`, label)];
  }
  const fault = imageFault(image);
  return fault === undefined
    ? []
    : [{ urn, object: label, message: `${label}: ${where}: image ${image} ${fault}. ${remedy}` }];
}

/** Without its chart, a release's images are known as far as its values name them. */
function valueFindings({ urn, name, inputs }: PolicyResource): Finding[] {
  const values = mapOf(inputs.values);
  const texts = named(values)
    // Charts take a tag beside it, or fill in their own.
    .filter(({ image }) => /[/:]/.test(image.replace(/^[\w.-]+:\d+\//, "")) && /:[^/]*$|@/.test(image));
  const faults = texts.flatMap(({ where, image }) => {
    const fault = imageFault(image);
    return fault === undefined ? [] : [`values.${where}: image ${image} ${fault}`];
  });
  return [...faults, ...latestTags(values)].map((what) => ({
    urn,
    message: `Release ${name}: ${what}. ${remedy}`,
  }));
}

function latestTags(value: unknown, path: string[] = []): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const here = mapOf(value);
  const isImage = /image/i.test(path.at(-1) ?? "") || here.repository !== undefined;
  return [
    ...(isImage && textsOf(here.tag).some((tag) => /^latest$/i.test(tag))
      ? [`values.${pathText([...path, "tag"])} is \`latest\``]
      : []),
    ...Object.entries(value).flatMap(([key, item]) => latestTags(item, [...path, key])),
  ];
}
