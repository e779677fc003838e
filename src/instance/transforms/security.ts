import type { V1Capabilities, V1Container, V1PodSpec, V1SecurityContext } from "@kubernetes/client-node";
import { mapPodSpecs, withContainers, withoutUndefined } from "../pods.js";
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
export const addSecurityContexts: Transform = (objects, { tasks }) =>
  mapPodSpecs(objects, (spec, object) =>
    tasks
      ? secureTask(spec, object.metadata.name.replace(/-job$/, ""))
      : securePod(spec, (container) => knownImages[container.name] ?? {}),
  );

/** The tasks of a Job share one pod: what a template says of users for its whole pod goes to its containers. */
function secureTask(spec: V1PodSpec, service: string): V1PodSpec {
  const known: V1SecurityContext = unprivilegedTasks.has(service) ? { capabilities: { drop: ["ALL"] } } : {};
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile, seLinuxOptions } = spec.securityContext ?? {};
  const ofPod = withoutUndefined({ runAsUser, runAsGroup, runAsNonRoot, seccompProfile, seLinuxOptions });
  return withContainers(spec, (container) =>
    secureContainer(
      { ...container, securityContext: { ...ofPod, ...container.securityContext } },
      spec,
      known,
    ),
  );
}

function securePod(spec: V1PodSpec, known: (container: V1Container) => V1SecurityContext): V1PodSpec {
  const secured = withContainers(spec, (container) => secureContainer(container, spec, known(container)));
  const own = spec.securityContext ?? {};
  return {
    ...secured,
    securityContext: {
      ...(isUser(own.runAsUser) && { runAsNonRoot: true }),
      seccompProfile: { type: "RuntimeDefault" },
      ...own,
    },
  };
}

function secureContainer(container: V1Container, spec: V1PodSpec, known: V1SecurityContext): V1Container {
  const own = container.securityContext ?? {};
  if (own.privileged) {
    return container;
  }
  const user = own.runAsUser ?? spec.securityContext?.runAsUser;
  const capabilities: V1Capabilities | undefined =
    own.capabilities ?? known.capabilities ?? (isUser(user) ? { drop: ["ALL"] } : undefined);
  return {
    ...container,
    securityContext: {
      allowPrivilegeEscalation: known.allowPrivilegeEscalation ?? false,
      ...own,
      ...(capabilities && { capabilities }),
    },
  };
}

function isUser(uid: number | undefined): boolean {
  return uid !== undefined && uid > 0;
}
