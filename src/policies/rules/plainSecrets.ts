import { mapOf, mapsOf } from "../../workspace/yaml.js";
import { textsOf } from "../../kubernetes/objects.js";
import {
  containersOf,
  leavesOf,
  objectsOf,
  pathText,
  podOf,
  releasesOf,
  unchecked,
  unknown,
  unreadReleases,
} from "../objects.js";
import type { CarriedObject } from "../objects.js";
import type { Finding, PolicyStack, Rule } from "../types.js";
import { holdsSecret, isSecretName, secretLines, secretShape } from "./secretShapes.js";

const remedy = "Put it into a Secret, or into the stack's config by `pulumi config set --secret`.";

/** Secrets belong into Secrets: everything else is read by whoever may look at the cluster, the plan or the state. */
export const plainSecrets: Rule = {
  name: "no-plain-secrets",
  level: "mandatory",
  description:
    "No secret stands in ConfigMaps, in the environment of pods, in values of Helm releases or in plain inputs.",
  check: (stack) => [
    ...unreadReleases(stack),
    ...objectsOf(stack).flatMap((carried) => [
      ...configMapFindings(carried),
      ...environmentFindings(carried),
    ]),
    ...releaseFindings(stack),
    ...inputFindings(stack),
  ],
};

function configMapFindings({ urn, label, object }: CarriedObject): Finding[] {
  if (object.kind !== "ConfigMap") {
    return [];
  }
  if (object.data === unknown) {
    return [unchecked(urn, `What ${label} holds`, label)];
  }
  return Object.entries(mapOf(object.data)).flatMap(([key, content]): Finding[] => {
    if (typeof content !== "string") {
      return [];
    }
    if (content === unknown) {
      return [unchecked(urn, `${key} of ${label}`, label)];
    }
    const found = [
      ...(!content.includes("\n") && holdsSecret(key, content) ? [`holds a secret by its name`] : []),
      ...secretLines(content).map(({ line, name }) => `sets ${name} in line ${line}`),
      ...withShape(content),
    ];
    return found.map((what) => ({
      urn,
      object: label,
      message: `${label}: ${key} ${what}, and everybody who may read ConfigMaps sees it. ${remedy}`,
    }));
  });
}

function withShape(text: string): string[] {
  const shape = secretShape(text);
  return shape === undefined ? [] : [`holds ${shape}`];
}

function environmentFindings({ urn, label, object }: CarriedObject): Finding[] {
  return containersOf(podOf(object) ?? {}).flatMap((container) => {
    const where = `${label}: container ${textsOf(container.name)[0] ?? "?"}`;
    const environment = mapsOf(container.env).flatMap(({ name, value }): Finding[] => {
      if (typeof name !== "string" || typeof value !== "string") {
        return [];
      }
      if (value === unknown) {
        return isSecretName(name) ? [unchecked(urn, `${where}: the value of ${name}`, label)] : [];
      }
      const what = holdsSecret(name, value) ? "a secret by its name" : secretShape(value);
      return what === undefined
        ? []
        : [{ urn, object: label, message: `${where}: its variable ${name} holds ${what}. ${remedy}` }];
    });
    const command = textsOf(container.command, container.args).flatMap((text): Finding[] =>
      withShape(text).map((what) => ({
        urn,
        object: label,
        message: `${where}: its command line ${what}. ${remedy}`,
      })),
    );
    return [...environment, ...command];
  });
}

function plainLeaves(value: unknown): { path: string; what: string }[] {
  return leavesOf(value).flatMap(({ path, value: leaf }) => {
    const name = path.findLast((key) => !/^\d+$/.test(key)) ?? "";
    if (typeof leaf !== "string" || leaf.includes("STAND-IN.")) {
      return [];
    }
    const named = holdsSecret(name, leaf) ? "a secret by its name" : undefined;
    const what = named ?? secretShape(leaf);
    return what === undefined ? [] : [{ path: pathText(path), what }];
  });
}

function releaseFindings(stack: PolicyStack): Finding[] {
  return releasesOf(stack).flatMap(({ urn, name, inputs }) => {
    // What is rendered of `manifests` was looked at object by object.
    const { manifests: _, ...values } = mapOf(inputs.values);
    return plainLeaves(values).map(({ path, what }): Finding => ({
      urn,
      ...(!stack.secretsMarked && { level: "advisory" as const }),
      message:
        `Release ${name}: values.${path} holds ${what}. ` +
        "Let the chart read it from a Secret (mostly by a value such as existingSecret)." +
        (stack.secretsMarked
          ? ""
          : " If it is marked as secret already, ignore this: the engine does not tell."),
    }));
  });
}

/** Kinds whose inputs are looked at above, are secret as a whole, or lead to the cluster. */
const elsewhere = /^(kubernetes:(core\/v1:(ConfigMap|Secret)|helm\.sh)|pulumi:|random:|tls:)/;

function inputFindings({ resources, secretsMarked }: PolicyStack): Finding[] {
  if (!secretsMarked) {
    return [];
  }
  return resources
    .filter(({ type }) => !elsewhere.test(type))
    .flatMap(({ urn, type, name, inputs }) =>
      plainLeaves(inputs)
        .filter(({ path }) => !/\.env\[\d+\]\.value$/.test(path))
        .map(({ path, what }) => ({
          urn,
          message: `${type.split(":").at(-1)} ${name}: ${path} holds ${what}, in plain text also in the stack's state. Mark it by \`pulumi.secret\`, or take it from the stack's config as a secret.`,
        })),
    );
}
