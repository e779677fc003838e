"""This project's own Tutor plugin: what every instance needs on Kubernetes behind a proxy, and on shared data services.

It comes last (`LAST`), so that it sees what the operator's plugins have set, and it changes no setting that they chose.
The texts that it adds are files below `openedx_pulumi/`: Django settings, the tasks that make accounts, and their Jobs.
With the defaults of its own settings (OPENEDX_PULUMI_…) it leaves Tutor's own databases as Tutor makes them.
"""

from __future__ import annotations

import hashlib
import os
import re
import typing as t

from tutor import hooks

HERE = os.path.join(os.path.dirname(__file__), "openedx_pulumi")
FIRST = hooks.priorities.HIGH - 1
LAST = hooks.priorities.LOW + 10
AFTER_ALL_PLUGINS = 100  # after aspects too, which makes its databases at 92

DEFAULTS: dict[str, t.Any] = {
    # Before the name of each database and user: letters, digits and "_".
    "MYSQL_PREFIX": "",
    # off, require (any certificate), verify-ca or verify-identity. Each …_CA is PEM, and mounted below /openedx/ca.
    "MYSQL_TLS": "off",
    "MYSQL_CA": "",
    "MONGODB_TLS": "off",
    "MONGODB_CA": "",
    # With an administrator, the instance's user is made.
    "MONGODB_ADMIN_USERNAME": "",
    "MONGODB_ADMIN_PASSWORD": "",
    "MONGODB_ADMIN_AUTH_SOURCE": "admin",
    # acl: a task makes the instance's user, with these rights; managed: the cloud makes it; password: one for all; none.
    "REDIS_USERS": "none",
    "REDIS_RIGHTS": "",
    # Before each key, channel and topic. It ends with what no instance's name has, so that none begins with another's.
    "REDIS_PREFIX": "",
    # One server that keeps everything, for Celery and events. Without it, all is where REDIS_HOST is, as Tutor has it.
    "REDIS_BROKER_HOST": "",
    "REDIS_BROKER_PORT": 6379,
    "REDIS_BROKER_TLS": "off",
    "REDIS_BROKER_CA": "",
    "REDIS_BROKER_USERNAME": "{{ REDIS_USERNAME }}",
    "REDIS_BROKER_PASSWORD": "{{ REDIS_PASSWORD }}",
    "REDIS_BROKER_ADMIN_USERNAME": "default",
    "REDIS_BROKER_ADMIN_PASSWORD": "",
    # One that may forget, for caches.
    "REDIS_CACHE_HOST": "{{ REDIS_HOST }}",
    "REDIS_CACHE_PORT": "{{ REDIS_PORT }}",
    "REDIS_CACHE_TLS": "off",
    "REDIS_CACHE_CA": "",
    "REDIS_CACHE_ADMIN_USERNAME": "default",
    "REDIS_CACHE_ADMIN_PASSWORD": "",
    # With it, the key MEILISEARCH_API_KEY_UID is made. Django would get MEILISEARCH_MASTER_KEY, which stays empty then.
    "MEILISEARCH_MASTER_KEY": "",
    # s3, azure or gcs; nothing: the pods' own disks. Auth: identity (the pods', by the cloud) or keys.
    "STORAGE_KIND": "",
    "STORAGE_AUTH": "identity",
    "STORAGE_BUCKET": "",
    "STORAGE_REGION": "",
    "STORAGE_ENDPOINT": "",
    # Where browsers reach a store whose endpoint only pods do: Caddy has a site of this name that passes them on.
    "STORAGE_BROWSER_HOST": "",
    "STORAGE_ACCOUNT": "",
    "STORAGE_ACCESS_KEY": "",
    "STORAGE_SECRET_KEY": "",
    # Google's service account that signs URLs.
    "STORAGE_SIGNER": "",
    # What all may read (profile images) lies below this folder, and is served at this address.
    "STORAGE_PUBLIC_PREFIX": "",
    "STORAGE_PUBLIC_URL": "",
    # With an administrator's keys, the instance's bucket and keys are made in the SeaweedFS with this master and filer.
    "STORAGE_ADMIN_ACCESS_KEY": "",
    "STORAGE_ADMIN_SECRET_KEY": "",
    "STORAGE_ADMIN_MASTER": "",
    "STORAGE_ADMIN_FILER": "",
    # Mail goes to a relay, SMTP_HOST; it comes from this address, or from CONTACT_EMAIL.
    "MAIL_RELAY": False,
    "MAIL_FROM": "",
    # What the tasks run in that make accounts; those for MySQL and MongoDB have Tutor's images.
    # The same as in src/workspace/versions.ts; a test compares them.
    "IMAGE_VALKEY": "docker.io/valkey/valkey:9.1.1",
    "IMAGE_CURL": "docker.io/curlimages/curl:8.16.0",
    "IMAGE_SEAWEEDFS": "docker.io/chrislusf/seaweedfs:4.44",
}
hooks.Filters.CONFIG_DEFAULTS.add_items([(f"OPENEDX_PULUMI_{key}", value) for key, value in DEFAULTS.items()])


def read(*path: str) -> str:
    with open(os.path.join(HERE, *path), encoding="utf-8") as file:
        return "\n" + file.read()


# Which of our texts goes into which of Tutor's patches.

MYSQL, REDIS, MAIL = (read("settings", name) for name in ("mysql.py", "redis.py", "mail.py"))

PATCHES = [
    ("kustomization", read("kustomization.yml")),
    ("caddyfile-proxy", read("forwarded-proto.caddy")),
    ("caddyfile-cms", read("studio-imports.caddy")),
    ("k8s-services", read("studio-pods.yml")),
    ("openedx-common-settings", MYSQL + REDIS + read("settings", "mongodb.py") + MAIL),
    ("discovery-common-settings", MYSQL + REDIS + MAIL),
    ("notes-settings", MYSQL + REDIS),
    ("credentials-settings-common", MYSQL + REDIS + MAIL),
    ("xqueue-settings", MYSQL + REDIS),
    ("superset-config", read("settings", "superset.py")),
    ("k8s-jobs", read("jobs.yml")),
]
# Known now already, unlike the settings whose values come late. Tutor keeps a line even for an empty patch.
CONFIGURED = dict(hooks.Filters.CONFIG_USER.iterate())
if CONFIGURED.get("RUN_MEILISEARCH") is False:
    PATCHES.append(("caddyfile", read("search.caddy")))
if CONFIGURED.get("OPENEDX_PULUMI_STORAGE_KIND"):
    # Later than the common settings: in between, the LMS says where profile images are.
    PATCHES.append(("openedx-lms-common-settings", read("settings", "storage.py")))
    PATCHES.append(("openedx-cms-common-settings", read("settings", "storage.py")))
if CONFIGURED.get("OPENEDX_PULUMI_STORAGE_KIND") and CONFIGURED.get("OPENEDX_PULUMI_STORAGE_BROWSER_HOST"):
    PATCHES.append(("caddyfile", read("files.caddy")))
for _name, _content in PATCHES:
    hooks.Filters.ENV_PATCHES.add_item((_name, _content), priority=LAST)


# Accounts: our tasks around those of Tutor and its plugins.

ACCOUNT_TASKS = [
    ("openedx-accounts-mongodb", "mongodb-user.sh"),
    ("openedx-accounts-redis", "redis-user.sh"),
    ("openedx-accounts-meilisearch", "meilisearch-key.sh"),
    ("openedx-accounts-storage", "storage-bucket.sh"),
    ("mysql", "mysql-databases.sh"),
]
for _service, _file in ACCOUNT_TASKS:
    hooks.Filters.CLI_DO_INIT_TASKS.add_item((_service, read("tasks", _file)), priority=FIRST)
hooks.Filters.CLI_DO_INIT_TASKS.add_item(("mysql", read("tasks", "mysql-rights.sh")), priority=AFTER_ALL_PLUGINS)

MYSQL_CONNECTION = read("tasks", "mysql-connection.sh")


@hooks.Filters.CLI_DO_INIT_TASKS.add(priority=AFTER_ALL_PLUGINS + 1)
def _adapt_tasks(tasks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Tells all tasks for MySQL how to connect. Where we make the search key, Tutor's, which may do anything, is dropped."""

    def adapted(service: str, script: str) -> str:
        if service == "mysql":
            return MYSQL_CONNECTION + script
        if "MEILISEARCH_MASTER_KEY" in script and "create_key" in script:
            return "{% if MEILISEARCH_MASTER_KEY %}" + script + "{% endif %}"
        return script

    return [(service, adapted(service, script)) for service, script in tasks]


# Names of databases and users in MySQL.

#: Where the plugins' statements name a setting that is a database or a user, or grant all of the one to the other.
DATABASE = re.compile(r"\b(?:DATABASE|EXISTS|ON|FROM|JOIN|INSERT|INTO) `?\{\{\s*(\w+)\s*\}\}")
CREATED = re.compile(r"\bCREATE DATABASE (?:IF NOT EXISTS )?`?\{\{\s*(\w+)\s*\}\}")
USER = re.compile(r"\bUSER (?:IF NOT EXISTS )?'\{\{\s*(\w+)\s*\}\}'")
GRANT = re.compile(r"\bGRANT ALL[\w ]* ON `?\{\{\s*(\w+)\s*\}\}`?\.\* TO '\{\{\s*(\w+)\s*\}\}'")
#: Names that such settings have by custom, for plugins that make their databases in another way.
CUSTOMARY_DATABASE = re.compile(r"_MYSQL_(DATABASE|DB|DB_NAME)$")
CUSTOMARY_USER = re.compile(r"_MYSQL_(USERNAME|USER)$")
LONGEST_DATABASE, LONGEST_USER = 64, 32  # characters, in MySQL


@hooks.Filters.CONFIG_DEFAULTS.add(priority=LAST)
def _name_databases(items: list[tuple[str, t.Any]]) -> list[tuple[str, t.Any]]:
    """Puts the instance's prefix before the databases and users that plugins make, and lists them for our tasks."""
    tasks = hooks.Filters.CLI_DO_INIT_TASKS.iterate()
    scripts = "\n".join(script for service, script in tasks if service == "mysql")
    prefix = str(CONFIGURED.get("OPENEDX_PULUMI_MYSQL_PREFIX") or "")
    databases, users = set(DATABASE.findall(scripts)), set(USER.findall(scripts))

    def named(key: str, value: t.Any) -> t.Any:
        if not prefix or not isinstance(value, str) or not value or "{{" in value:
            return value
        if key in databases or CUSTOMARY_DATABASE.search(key):
            return bounded(prefix + value, LONGEST_DATABASE)
        if key in users or CUSTOMARY_USER.search(key):
            return bounded(prefix + value, LONGEST_USER)
        return value

    created = ["{{ %s }}" % key for key in sorted(set(CREATED.findall(scripts)))]
    grants = [{"database": "{{ %s }}" % one, "user": "{{ %s }}" % two} for one, two in sorted(set(GRANT.findall(scripts)))]
    return [
        *((key, named(key, value)) for key, value in items),
        ("OPENEDX_PULUMI_MYSQL_DATABASES", created),
        ("OPENEDX_PULUMI_MYSQL_GRANTS", grants),
    ]


def bounded(name: str, longest: int) -> str:
    """The name; where it is too long, its beginning and a hash of it."""
    return name if len(name) <= longest else f"{name[:longest - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


@hooks.Filters.CONFIG_DEFAULTS.add(priority=LAST)
def _trust_the_proxy(items: list[tuple[str, t.Any]]) -> list[tuple[str, t.Any]]:
    """Superset trusts forwarded headers by default only when Tutor's own web proxy runs; here one always does."""
    return [(key, True if key == "SUPERSET_ENABLE_PROXY_FIX" else value) for key, value in items]
