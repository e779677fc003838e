import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import type { AwsSettings } from "./settings.js";

/** Where resources go, and what all of them are made with. */
export interface Place {
  settings: AwsSettings;
  /** Parent; the provider comes with it. */
  opts: pulumi.CustomResourceOptions;
}

/** A component below the place, such as `openedx:aws:Network`, and the place in it. */
export function component(place: Place, kind: string, name: string): Place {
  const parent = new pulumi.ComponentResource(`openedx:aws:${kind}`, name, {}, place.opts);
  return { ...place, opts: { parent } };
}

/** For what holds data, or what all hangs on: it is not deleted, unless the stack is disposable. */
export function kept({ settings, opts }: Place): pulumi.CustomResourceOptions {
  return { ...opts, protect: !settings.disposable };
}

/** For what must outlive even the stack: keys that backups are encrypted with, zones, images. */
export function retained({ settings, opts }: Place): pulumi.CustomResourceOptions {
  return { ...opts, protect: !settings.disposable, retainOnDelete: !settings.disposable };
}

/** The name of a role. Roles belong to the account: one of the same stack's name in another region must not clash. */
export function roleName({ name, region }: AwsSettings, ...parts: string[]): string {
  return cloudName("aws:role", name, region, ...parts);
}

/** An ARN in the stack's region and account; either is left out where the service has none. */
export function arn(
  { partition, region, account }: AwsSettings,
  service: string,
  resource: string,
  { regional = true, owned = true }: { regional?: boolean; owned?: boolean } = {},
): string {
  return `arn:${partition}:${service}:${regional ? region : ""}:${owned ? account : ""}:${resource}`;
}

/** What names of an instance's things end with: a prefix, so that none is taken for an add-on's or the backups'. */
export function siteName(instance: string): string {
  return `site-${instance}`;
}

/** On what belongs to one instance. */
export function instanceTag(instance: string | undefined): Record<string, string> {
  return instance === undefined ? {} : { "openedx:instance": instance };
}
