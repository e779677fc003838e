{%- if OPENEDX_PULUMI_REDIS_BROKER_HOST %}
# Two servers that sites share: the broker keeps everything (Celery, events), the cache may forget. Each site stays behind
# its prefix; database 0 is the only one that every server has.
import ssl as _ssl
from urllib.parse import quote as _quote, urlencode as _urlencode

_redis_prefix = "{{ OPENEDX_PULUMI_REDIS_PREFIX }}"


def _redis_tls(mode, authority):
    if mode == "off":
        return {}
    if mode == "require":
        return {"ssl_cert_reqs": "none", "ssl_check_hostname": False}
    return {
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": mode == "verify-identity",
        **({"ssl_ca_certs": authority} if authority else {}),
    }


def _redis_url(host, port, user, password, tls):
    account = f"{_quote(user or 'default', safe='')}:{_quote(password, safe='')}@" if password else ""
    return f"{'rediss' if tls else 'redis'}://{account}{host}:{port}/0"


def _host_of(url):
    """Tutor writes passwords as they are, and a cloud's may hold a slash, at which URLs' own readers stop."""
    return url.rpartition("@")[2].rpartition("//")[2].split("/")[0].split(":")[0].lower()


_cache_tls = _redis_tls(
    "{{ OPENEDX_PULUMI_REDIS_CACHE_TLS }}",
    "{{ "/openedx/ca/redis-cache.pem" if OPENEDX_PULUMI_REDIS_CACHE_CA }}",
)
_cache_url = _redis_url(
    "{{ OPENEDX_PULUMI_REDIS_CACHE_HOST }}",
    {{ OPENEDX_PULUMI_REDIS_CACHE_PORT }},
    "{{ REDIS_USERNAME }}",
    "{{ REDIS_PASSWORD }}",
    _cache_tls,
)
_broker_tls = _redis_tls(
    "{{ OPENEDX_PULUMI_REDIS_BROKER_TLS }}",
    "{{ "/openedx/ca/redis-broker.pem" if OPENEDX_PULUMI_REDIS_BROKER_CA }}",
)
_broker_url = _redis_url(
    "{{ OPENEDX_PULUMI_REDIS_BROKER_HOST }}",
    {{ OPENEDX_PULUMI_REDIS_BROKER_PORT }},
    "{{ OPENEDX_PULUMI_REDIS_BROKER_USERNAME }}",
    "{{ OPENEDX_PULUMI_REDIS_BROKER_PASSWORD }}",
    _broker_tls,
)

# A plugin's cache on a server of its own stays there; `redis` is what templates name that forget the setting.
_tutors_hosts = {"redis", "{{ REDIS_HOST }}".lower(), "{{ OPENEDX_PULUMI_REDIS_CACHE_HOST }}".lower()}
for _cache in globals().get("CACHES", {}).values():
    if _host_of(str(_cache.get("LOCATION", ""))) in _tutors_hosts:
        _cache["LOCATION"] = _cache_url
        _cache["KEY_PREFIX"] = _redis_prefix + _cache.get("KEY_PREFIX", "")
        if _cache_tls:
            _cache.setdefault("OPTIONS", {}).setdefault("CONNECTION_POOL_KWARGS", {}).update(_cache_tls)

# The LMS and Studio have Celery's settings without CELERY_, other services with it.
for _name in ("BROKER", "CELERY_BROKER"):
    if f"{_name}_URL" in globals():
        globals()[f"{_name}_URL"] = _broker_url
        globals()[f"{_name}_TRANSPORT_OPTIONS"] = {
            **(globals().get(f"{_name}_TRANSPORT_OPTIONS") or {}),
            "global_keyprefix": _redis_prefix,
        }
        if _broker_tls:
            _verify = _ssl.CERT_NONE if _broker_tls["ssl_cert_reqs"] == "none" else _ssl.CERT_REQUIRED
            globals()[f"{_name}_USE_SSL"] = {**_broker_tls, "ssl_cert_reqs": _verify}

if "EVENT_BUS_REDIS_CONNECTION_URL" in globals():
    EVENT_BUS_REDIS_CONNECTION_URL = _broker_url + (f"?{_urlencode(_broker_tls)}" if _broker_tls else "")
    EVENT_BUS_TOPIC_PREFIX = f"{_redis_prefix}events"
{%- endif %}
