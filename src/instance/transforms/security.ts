import type { V1Capabilities, V1Container, V1PodSpec, V1SecurityContext } from "@kubernetes/client-node";
import { mapPodSpecs, withContainers } from "../pods.js";
import type { Transform } from "./types.js";

/** What containers that start as root, or whose user the manifest doesn't say, are known to live with. */
const knownImages: Record<string, V1SecurityContext> = {
  // Serves port 80 and has the capability in its binary's file, which makes it fail to start without.
  caddy: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } },
  mfe: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } },
  xqueue: { capabilities: { drop: ["ALL"] } },
  "xqueue-consumer": { capabilities: { drop: ["ALL"] } },
  // Exim hands mail to itself by a setuid binary.
  smtp: { allowPrivilegeEscalation: true },
};

/** Services whose task images run as an ordinary user or, as the MySQL client, need nothing of root. */
const unprivilegedTasks = new Set([
  "lms",
  "cms",
  "mysql",
  "credentials",
  "discovery",
  "notes",
  "xqueue",
  "forum",
]);

/**
 * Security contexts that fit Pod Security's `baseline` level and, where the image can, `restricted`.
 *
 * Always the runtime's seccomp profile and no privilege escalation; no capabilities for containers that don't start
 * as root. Entrypoints that start as root to change owners and users keep theirs.
 */
export const addSecurityContexts: Transform = (objects) =>
  mapPodSpecs(objects, (spec) => securePod(spec, (container) => knownImages[container.name] ?? {}));

/** As `addSecurityContexts`, for the pod of a task of `service`. */
export function secureTaskContainer(container: V1Container, spec: V1PodSpec, service: string): V1Container {
  const known: V1SecurityContext = unprivilegedTasks.has(service) ? { capabilities: { drop: ["ALL"] } } : {};
  return secureContainer(container, spec, known);
}

function securePod(spec: V1PodSpec, known: (container: V1Container) => V1SecurityContext): V1PodSpec {
  const secured = withContainers(spec, (container) => secureContainer(container, spec, known(container)));
  const said = spec.securityContext ?? {};
  return {
    ...secured,
    securityContext: {
      ...(isUser(said.runAsUser) && { runAsNonRoot: true }),
      seccompProfile: { type: "RuntimeDefault" },
      ...said,
    },
  };
}

function secureContainer(container: V1Container, spec: V1PodSpec, known: V1SecurityContext): V1Container {
  const said = container.securityContext ?? {};
  if (said.privileged) {
    return container;
  }
  const user = said.runAsUser ?? spec.securityContext?.runAsUser;
  const capabilities: V1Capabilities | undefined =
    said.capabilities ?? known.capabilities ?? (isUser(user) ? { drop: ["ALL"] } : undefined);
  return {
    ...container,
    securityContext: {
      allowPrivilegeEscalation: known.allowPrivilegeEscalation ?? false,
      ...said,
      ...(capabilities && { capabilities }),
    },
  };
}

function isUser(uid: number | undefined): boolean {
  return uid !== undefined && uid > 0;
}
