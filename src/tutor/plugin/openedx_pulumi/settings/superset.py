{%- if OPENEDX_PULUMI_REDIS_BROKER_HOST %}
# Superset counts on three databases of one Redis. Here caches and results have a prefix each in database 0 of the cache,
# and Celery one on the broker.
from urllib.parse import quote as _quote

_redis_prefix = "{{ OPENEDX_PULUMI_REDIS_PREFIX }}superset_"


def _redis_url(host, port, user, password, query):
    account = f"{_quote(user or 'default', safe='')}:{_quote(password, safe='')}@" if password else ""
    return f"{'rediss' if query else 'redis'}://{account}{host}:{port}/0{query}"


{%- macro query(tls, authority) -%}
{%- if tls == "require" %}?ssl_cert_reqs=none
{%- elif tls != "off" %}?ssl_cert_reqs=required{{ "&ssl_ca_certs=" ~ authority if authority }}
{%- endif %}
{%- endmacro %}

_cache_url = _redis_url(
    "{{ OPENEDX_PULUMI_REDIS_CACHE_HOST }}",
    {{ OPENEDX_PULUMI_REDIS_CACHE_PORT }},
    "{{ REDIS_USERNAME }}",
    "{{ REDIS_PASSWORD }}",
    "{{ query(OPENEDX_PULUMI_REDIS_CACHE_TLS, "/openedx/ca/redis-cache.pem" if OPENEDX_PULUMI_REDIS_CACHE_CA) }}",
)
_broker_url = _redis_url(
    "{{ OPENEDX_PULUMI_REDIS_BROKER_HOST }}",
    {{ OPENEDX_PULUMI_REDIS_BROKER_PORT }},
    "{{ OPENEDX_PULUMI_REDIS_BROKER_USERNAME }}",
    "{{ OPENEDX_PULUMI_REDIS_BROKER_PASSWORD }}",
    "{{ query(OPENEDX_PULUMI_REDIS_BROKER_TLS, "/openedx/ca/redis-broker.pem" if OPENEDX_PULUMI_REDIS_BROKER_CA) }}",
)

for _cache in (CACHE_CONFIG, FILTER_STATE_CACHE_CONFIG, EXPLORE_FORM_DATA_CACHE_CONFIG):
    _cache.update(CACHE_KEY_PREFIX=_redis_prefix, CACHE_REDIS_DB=0, CACHE_REDIS_URL=_cache_url)
RESULTS_BACKEND = RedisCache(key_prefix=f"{_redis_prefix}results")
RESULTS_BACKEND._read_client = RESULTS_BACKEND._write_client = __import__("redis").Redis.from_url(_cache_url)
CeleryConfig.BROKER_URL = CeleryConfig.CELERY_RESULT_BACKEND = _broker_url
CeleryConfig.BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": _redis_prefix}
CeleryConfig.CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"global_keyprefix": _redis_prefix}
{%- endif %}
