{%- if not RUN_MONGODB %}
{%- if OPENEDX_PULUMI_MONGODB_TLS != "off" %}
# The platform has copied the parameters by now, so it is told again.
_mongodb_tls = {
    "ssl": True,
    {%- if OPENEDX_PULUMI_MONGODB_TLS == "require" %}
    "tlsAllowInvalidCertificates": True,
    {%- elif OPENEDX_PULUMI_MONGODB_TLS == "verify-ca" %}
    "tlsAllowInvalidHostnames": True,
    {%- endif %}
    {%- if OPENEDX_PULUMI_MONGODB_CA and OPENEDX_PULUMI_MONGODB_TLS != "require" %}
    "tlsCAFile": "/openedx/ca/mongodb.pem",
    {%- endif %}
}
mongodb_parameters.update(_mongodb_tls)
update_module_store_settings(MODULESTORE, doc_store_settings=DOC_STORE_CONFIG)
if "FORUM_MONGODB_CLIENT_PARAMETERS" in globals():
    FORUM_MONGODB_CLIENT_PARAMETERS.update(_mongodb_tls)
{%- endif %}
{%- if FORUM_MONGODB_DATABASE is defined %}
# From Tutor 19 on the forum plugin writes a constant.
FORUM_MONGODB_DATABASE = "{{ FORUM_MONGODB_DATABASE }}"
{%- endif %}
{%- endif %}
