import type { V1Container } from "@kubernetes/client-node";
import { configSchema } from "../../src/stack/schema.js";
import type { InstanceInput } from "../../src/instance/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { existingAbilities } from "../../providers/existing/abilities.js";
import { planEdge } from "../../src/platform/edge/plan.js";
import { hostsOf } from "../../src/tutor/hosts.js";
import { readConfig } from "../../src/tutor/siteConfig.js";
import type { InitTask, Render } from "../../src/tutor/types.js";
import {
  claim,
  configMap,
  deployment,
  job,
  object,
  password,
  pick,
  podOf,
  rsa,
  rsaParts,
  service,
  token,
  tokenOf,
} from "./objects.js";

const platformImage = "docker.io/overhangio/openedx:22.0.3-indigo";
const settingsMounts = [
  { mountPath: "/openedx/edx-platform/lms/envs/tutor/", name: "settings-lms" },
  { mountPath: "/openedx/config", name: "config" },
];
const settingsVolumes = [
  { name: "settings-lms", configMap: { name: "openedx-settings-lms" } },
  { name: "config", configMap: { name: "openedx-config" } },
];

function platform(name: string, container: Partial<V1Container> = {}): KubernetesObject {
  return deployment(
    name,
    {
      image: platformImage,
      env: [{ name: "SERVICE_VARIANT", value: name.slice(0, 3) }],
      securityContext: { allowPrivilegeEscalation: false },
      volumeMounts: settingsMounts,
      ...container,
    },
    { securityContext: { runAsUser: 1000, runAsGroup: 1000 }, volumes: settingsVolumes },
  );
}

function database(
  name: string,
  uid: number,
  port: number,
  container: Partial<V1Container> = {},
): KubernetesObject[] {
  return [
    deployment(
      name,
      {
        ports: [{ containerPort: port }],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
        ...container,
      },
      {
        securityContext: { runAsUser: uid, runAsGroup: uid, fsGroup: uid },
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
      },
      { strategy: { type: "Recreate" } },
    ),
    service(name, port),
    claim(name),
  ];
}

const caddyfile = `{
    servers {
    }
}
(proxy) {
    reverse_proxy {args.0} {
        header_up X-Forwarded-Port 80
    }
}
campus.test{$default_site_port} {
    import proxy "lms:8000"
}
studio.campus.test{$default_site_port}, preview.campus.test{$default_site_port} {
    import proxy "cms:8000"
}
# meilisearch.campus.test{$default_site_port} {
apps.campus.test{$default_site_port} {
    redir / http://campus.test
}
{$default_site_port:80} {
    respond 404
}
`;

const root = tokenOf("MYSQL_ROOT_PASSWORD");

/** Tutor 22's tasks with discovery, credentials, forum, indigo, mfe, notes and xqueue, in its order, cut short. */
export const campusTasks: InitTask[] = [
  { service: "lms", owner: "core", script: "for mounted_dir in /mnt/*; do :; done\nexit" },
  {
    service: "mysql",
    owner: "core",
    script: `mysql --password="${root}" -e "ALTER USER 'openedx' IDENTIFIED BY '${tokenOf("OPENEDX_MYSQL_PASSWORD")}';"`,
  },
  {
    service: "lms",
    owner: "core",
    script:
      `python -c "meilisearch.Client('http://meilisearch:7700', '${tokenOf("MEILISEARCH_MASTER_KEY")}')` +
      `.create_key('${tokenOf("MEILISEARCH_API_KEY_UID")}')"`,
  },
  { service: "lms", owner: "core", script: "./manage.py lms migrate" },
  { service: "cms", owner: "core", script: "./manage.py cms migrate" },
  {
    service: "mysql",
    owner: "credentials",
    script: `mysql --password="${root}" -e 'CREATE DATABASE credentials;'`,
  },
  { service: "lms", owner: "credentials", script: "./manage.py lms manage_user credentials" },
  { service: "credentials", owner: "credentials", script: "./manage.py migrate" },
  {
    service: "mysql",
    owner: "credentials",
    script: `mysql --password="${root}" -e 'INSERT credentials.core_user SELECT ...'`,
  },
  {
    service: "mysql",
    owner: "discovery",
    script: `mysql --password="${root}" -e 'CREATE DATABASE discovery;'`,
  },
  { service: "lms", owner: "discovery", script: "./manage.py lms manage_user discovery" },
  { service: "discovery", owner: "discovery", script: "make migrate\n./manage.py refresh_course_metadata" },
  { service: "lms", owner: "mfe", script: "./manage.py lms waffle_flag --list" },
];

/** A site of the size of a screen, with every sort of object that Tutor's real ones have. */
export function campusRender(change: Partial<Render> = {}): Render {
  const jwt = rsaParts.map((part) => `${part} = "${tokenOf("JWT_RSA_PRIVATE_KEY", part)}"`).join("\n");
  const settings = { volumeMounts: settingsMounts, image: platformImage };
  const credentials = {
    mounts: [{ name: "settings", mountPath: "/openedx/credentials/production.py", subPath: "production.py" }],
    volumes: [{ name: "settings", configMap: { name: "credentials-settings" } }],
  };
  const discovery = {
    mounts: [{ name: "settings", mountPath: "/openedx/discovery/production.py", subPath: "production.py" }],
    volumes: [{ name: "settings", configMap: { name: "discovery-settings" } }],
  };
  const render: Omit<Render, "hosts"> = {
    tutorVersion: "22.0.3",
    openEdxRelease: "verawood",
    plugins: { credentials: "22.0.0", discovery: "22.0.0", mfe: "22.1.0" },
    settings: { LMS_HOST: "campus.test" },
    tokens: [
      password("CMS_OAUTH2_SECRET", 24),
      password("MEILISEARCH_MASTER_KEY", 24),
      token("MEILISEARCH_API_KEY_UID", { kind: "uuid" }),
      token("MEILISEARCH_API_KEY", {
        kind: "hmac",
        key: "MEILISEARCH_MASTER_KEY",
        message: "MEILISEARCH_API_KEY_UID",
      }),
      password("MYSQL_ROOT_PASSWORD"),
      password("OPENEDX_MYSQL_PASSWORD"),
      password("OPENEDX_SECRET_KEY", 24),
      password("CREDENTIALS_MYSQL_PASSWORD"),
      password("CREDENTIALS_OAUTH2_SECRET_DEV", 16),
      password("DISCOVERY_MYSQL_PASSWORD"),
      rsa(),
    ],
    objects: [
      object("Namespace", "campus"),
      configMap("caddy-config", { Caddyfile: caddyfile }),
      configMap("credentials-settings", {
        "production.py": `PASSWORD = "${tokenOf("CREDENTIALS_MYSQL_PASSWORD")}"`,
      }),
      configMap("discovery-settings", {
        "production.py": `PASSWORD = "${tokenOf("DISCOVERY_MYSQL_PASSWORD")}"`,
      }),
      configMap("mfe-caddy-config", { Caddyfile: ":8002 {\n}\n" }),
      configMap("openedx-config", {
        "lms.env.yml": `SECRET_KEY: "${tokenOf("OPENEDX_SECRET_KEY")}"\nP: "${tokenOf("OPENEDX_MYSQL_PASSWORD")}"\n`,
      }),
      configMap("openedx-settings-lms", {
        "__init__.py": "",
        "development.py": `KEY = "${tokenOf("OPENEDX_SECRET_KEY")}"`,
        "production.py": `${jwt}\nMEILI = "${tokenOf("MEILISEARCH_API_KEY")}"\nK = "${tokenOf("CMS_OAUTH2_SECRET")}"`,
        "test.py": "",
      }),
      configMap("openedx-uwsgi-config", { "uwsgi.ini": "[uwsgi]\n" }),
      configMap("redis-config", { "redis.conf": "save 60 1\n" }),
      service("caddy", 80),
      service("lms", 8000),
      service("mfe", 8002, { type: "NodePort" }),
      service("credentials", 8000, { type: "NodePort" }),
      service("discovery", 8000),
      deployment(
        "caddy",
        {
          ports: [{ containerPort: 80 }],
          env: [{ name: "default_site_port", value: ":80" }],
          volumeMounts: [{ name: "config", mountPath: "/etc/caddy/" }],
        },
        { volumes: [{ name: "config", configMap: { name: "caddy-config" } }] },
      ),
      withUwsgi(
        platform("lms", { ports: [{ containerPort: 8000 }], resources: { requests: { memory: "2Gi" } } }),
      ),
      platform("lms-worker", { args: ["celery", "worker"] }),
      deployment(
        "mfe",
        { ports: [{ containerPort: 8002 }], volumeMounts: [{ name: "config", mountPath: "/etc/caddy/" }] },
        { volumes: [{ name: "config", configMap: { name: "mfe-caddy-config" } }] },
      ),
      deployment(
        "credentials",
        { ports: [{ containerPort: 8000 }], volumeMounts: credentials.mounts },
        { volumes: credentials.volumes, securityContext: { runAsUser: 1000 } },
      ),
      deployment(
        "discovery",
        { ports: [{ containerPort: 8000 }], volumeMounts: discovery.mounts },
        { volumes: discovery.volumes, securityContext: { runAsUser: 1000 } },
      ),
      ...database("elasticsearch", 1000, 9200),
      ...database("meilisearch", 1000, 7700, {
        env: [{ name: "MEILI_MASTER_KEY", value: tokenOf("MEILISEARCH_MASTER_KEY") }],
      }),
      ...database("mysql", 999, 3306, {
        args: ["mysqld", "--character-set-server=utf8mb4"],
        env: [{ name: "MYSQL_ROOT_PASSWORD", value: root }],
      }),
      ...withRedisConfig(database("redis", 1000, 6379)),
      job("lms", settings, { volumes: settingsVolumes }),
      job("cms", settings, { volumes: settingsVolumes }),
      job("mysql", { image: "docker.io/mysql:8.4.11" }),
      job("credentials", { volumeMounts: credentials.mounts }, { volumes: credentials.volumes }),
      job("discovery", { volumeMounts: discovery.mounts }, { volumes: discovery.volumes }),
    ],
    tasks: campusTasks,
    ...change,
  };
  return { hosts: hostsOf(render.objects), ...render };
}

/** Redis reads its configuration from a ConfigMap of its own. */
function withRedisConfig(objects: KubernetesObject[]): KubernetesObject[] {
  const [redis, ...rest] = structuredClone(objects) as [KubernetesObject, ...KubernetesObject[]];
  podOf(redis).volumes?.push({ name: "config", configMap: { name: "redis-config" } });
  return [redis, ...rest];
}

function withUwsgi(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object);
  podOf(copy).volumes?.push({
    name: "uwsgi-config",
    configMap: { name: "openedx-uwsgi-config", items: [{ key: "uwsgi.ini", path: "uwsgi.ini" }] },
  });
  return copy;
}

/** The render with one object changed. */
export function changed(render: Render, key: string, change: (object: KubernetesObject) => void): Render {
  const objects = structuredClone(render.objects);
  change(pick(objects, key));
  return { ...render, objects };
}

/** The instance `campus` as a stack with all defaults has it. */
export function campusInput(
  render: Render = campusRender(),
  change: Partial<InstanceInput> = {},
): InstanceInput {
  const config = configSchema.parse({ cloud: "existing", instances: { campus: {} } });
  return {
    source: {
      name: "campus",
      folder: "/nowhere/instances/campus",
      namespace: "campus",
    },
    siteConfig: readConfig("LMS_HOST: campus.test\nOPENEDX_SECRET_KEY: x\nPLATFORM_NAME: Campus\n").config,
    render,
    config: config.instances.campus as InstanceInput["config"],
    edge: planEdge({ ...config, stack: "test" }, existingAbilities),
    services: { settings: {}, tokens: {}, adminSettings: [], uses: [] },
    disposable: false,
    secrets: {},
    ...change,
  };
}
