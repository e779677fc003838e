import type { ProgramResult } from "../../src/engine/types.js";
import type { InstanceInput } from "../../src/instance/types.js";
import type { Render } from "../../src/tutor/types.js";
import { campusInput, campusRender } from "./campus.js";
import { token } from "./objects.js";
import { deploy } from "./stack.js";

/** The setting that makes its owner an administrator of the shared MySQL. */
export const adminKey = "MYSQL_ROOT_PASSWORD";
export const adminPassword = "administrator";
const authority = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";

/** A site whose MySQL is shared: no MySQL of its own, an address that comes late, an authority to trust. */
export function sharedRender(): Render {
  const { objects, tokens, ...rest } = campusRender();
  return {
    ...rest,
    objects: objects.filter(({ metadata }) => metadata.name !== "mysql"),
    tokens: [
      ...tokens.filter(({ key }) => key !== adminKey),
      token(adminKey, { kind: "bound" }),
      token("OPENEDX_PULUMI_MYSQL_CA", { kind: "bound" }, { secret: false }),
    ],
  };
}

/** What such a site is told of its services. */
export const shared: Partial<InstanceInput> = {
  services: { settings: {}, tokens: {}, adminSettings: [adminKey], uses: [] },
};

/** Runs such a site as a program of its own. */
export function deployShared(render = sharedRender()): Promise<ProgramResult> {
  return deploy(campusInput(render, shared), {
    services: {
      namespace: "openedx-data",
      values: { [adminKey]: adminPassword, OPENEDX_PULUMI_MYSQL_CA: authority },
      ready: [],
    },
  });
}
