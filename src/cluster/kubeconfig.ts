import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { processEnvironment } from "../workspace/environment.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { parseYaml } from "../workspace/yaml.js";

const settings = z.record(z.string(), z.unknown());
const kubeconfigSchema = z.looseObject({
  "current-context": z.string().optional(),
  clusters: z.array(z.looseObject({ name: z.string(), cluster: settings })).nullish(),
  contexts: z
    .array(
      z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string(), user: z.string() }) }),
    )
    .nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: settings.nullish() })).nullish(),
});

/** Fields that name a file, and those that hold its content in base64 instead. */
const fileFields = {
  "certificate-authority": "certificate-authority-data",
  "client-certificate": "client-certificate-data",
  "client-key": "client-key-data",
};

/** What a stack says of the cluster that exists. */
export interface KubeconfigChoice {
  /** Path of a file, relative to the program. Default: the ambient files. */
  kubeconfig?: string;
  /** Default: the current one. */
  context?: string;
}

/**
 * The kubeconfig that a stack's choice means, as a text with its context alone; undefined where there is no file.
 * @throws UserError as `selectContext`.
 */
export function chosenKubeconfig(
  choice: KubeconfigChoice,
  env: NodeJS.ProcessEnv = processEnvironment(),
): string | undefined {
  const { kubeconfig, context } = choice;
  const files =
    kubeconfig === undefined
      ? ambientKubeconfigs(env)
      : [resolve(programFolder, kubeconfig)].filter((file) => existsSync(file));
  return files.length > 0 ? selectContext(files, context) : undefined;
}

/** The error where there is no file. */
export function noKubeconfig(
  { kubeconfig }: KubeconfigChoice,
  env: NodeJS.ProcessEnv = processEnvironment(),
): UserError {
  const file = kubeconfig === undefined ? undefined : resolve(programFolder, kubeconfig);
  return new UserError(
    `There is no kubeconfig at ${file ?? env.KUBECONFIG ?? "~/.kube/config"}. Set openedx:existing.kubeconfig ` +
      "or KUBECONFIG; for a local cluster: `npm run openedx -- sandbox up`.",
  );
}

/** The files that kubectl would read: those of $KUBECONFIG that are there, else ~/.kube/config. */
export function ambientKubeconfigs(env: NodeJS.ProcessEnv = processEnvironment()): string[] {
  const named = env.KUBECONFIG ?? "";
  const files = named === "" ? [join(homedir(), ".kube", "config")] : named.split(delimiter);
  return files.filter((file) => file !== "" && existsSync(file));
}

/**
 * One context of kubeconfig files as a kubeconfig of its own, so that the other entries never reach the state. Files
 * that it refers to are put into it. As with kubectl, the first file that has an entry wins.
 * @param context default: the current one
 * @returns JSON, which is YAML too
 * @throws UserError when a file is not a kubeconfig or none has the context.
 */
export function selectContext(files: readonly string[], context?: string): string {
  const configs = files.map(readKubeconfig);
  const wanted = context ?? configs.find((each) => each["current-context"])?.["current-context"] ?? "";
  const contexts = configs.flatMap((each) => each.contexts ?? []);
  const chosen = contexts.find(({ name }) => name === wanted);
  const cluster = configs
    .flatMap((each) => each.clusters ?? [])
    .find(({ name }) => name === chosen?.context.cluster);
  const user = configs.flatMap((each) => each.users ?? []).find(({ name }) => name === chosen?.context.user);
  if (chosen === undefined || cluster === undefined) {
    throw new UserError(
      `The kubeconfig ${files.join(delimiter)} has no complete context "${wanted}". It has: ` +
        `${contexts.map(({ name }) => name).join(", ") || "none"}. Set openedx:existing.context to one of them.`,
    );
  }
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    users: user === undefined ? [] : [user],
    contexts: [chosen],
    "current-context": wanted,
  });
}

function readKubeconfig(file: string): z.infer<typeof kubeconfigSchema> {
  const checked = kubeconfigSchema.safeParse(parseYaml(readFileSync(file, "utf8"), file).content);
  if (!checked.success) {
    const keys = checked.error.issues.map((issue) => issue.path.join(".") || "(top)").join(", ");
    throw new UserError(`${file} is not a kubeconfig: look at ${keys}.`);
  }
  const config = checked.data;
  return {
    ...config,
    clusters: config.clusters?.map((each) => ({ ...each, cluster: inlineFiles(each.cluster, file) })),
    users: config.users?.map((each) => ({ ...each, user: inlineFiles(each.user ?? {}, file) })),
  };
}

function inlineFiles(entry: Record<string, unknown>, kubeconfig: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([field, value]) => {
      const dataField = fileFields[field as keyof typeof fileFields];
      if (dataField === undefined || typeof value !== "string") {
        return [field, value];
      }
      const path = resolve(dirname(kubeconfig), value);
      try {
        return [dataField, readFileSync(path).toString("base64")];
      } catch (error) {
        throw new UserError(`${kubeconfig} refers to ${path}, which cannot be read: ${messageOf(error)}`);
      }
    }),
  );
}
