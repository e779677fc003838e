"""This project's own Tutor plugin: what every instance needs on Kubernetes behind a proxy.

It comes last (`LAST`), so that it sees what the operator's plugins have set, and it changes no setting that they chose.
"""

from __future__ import annotations

import typing as t

from tutor import hooks

LAST = hooks.priorities.LOW + 10

# Config objects are named by their bound content later on; kustomize would hash what stands for the secrets.
KUSTOMIZATION = """
generatorOptions:
  disableNameSuffixHash: true
"""

# Tutor asks for utf8mb4 only from a MySQL of its own.
CHARSET = """
for _database in DATABASES.values():
    if "mysql" in _database.get("ENGINE", ""):
        _database.setdefault("OPTIONS", {}).setdefault("charset", "utf8mb4")
"""

# The proxy in front ends TLS. Not every one of them says so in a header, and Tutor states the port in the same way.
FORWARDED_PROTO = """
{%- if ENABLE_HTTPS and not ENABLE_WEB_PROXY %}
request_header X-Forwarded-Proto https
{%- endif %}
"""

PATCHES = [
    ("kustomization", KUSTOMIZATION),
    ("caddyfile-proxy", FORWARDED_PROTO),
    ("openedx-common-settings", CHARSET),
    ("discovery-common-settings", CHARSET),
    ("notes-settings", CHARSET),
    ("credentials-settings-common", CHARSET),
    ("xqueue-settings", CHARSET),
]

for _name, _content in PATCHES:
    hooks.Filters.ENV_PATCHES.add_item((_name, _content), priority=LAST)


@hooks.Filters.CONFIG_DEFAULTS.add(priority=LAST)
def _trust_the_proxy(items: list[tuple[str, t.Any]]) -> list[tuple[str, t.Any]]:
    """Superset trusts forwarded headers by default only when Tutor's own web proxy runs; here one always does."""
    return [(key, True if key == "SUPERSET_ENABLE_PROXY_FIX" else value) for key, value in items]
