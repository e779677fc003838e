{#- Tutor asks for utf8mb4 only from a MySQL of its own, and never for TLS. #}
for _database in DATABASES.values():
    if "mysql" in _database.get("ENGINE", ""):
        _database.setdefault("OPTIONS", {}).setdefault("charset", "utf8mb4")
{%- if OPENEDX_PULUMI_MYSQL_TLS != "off" %}
        _database["OPTIONS"].setdefault("ssl_mode", "{{
            {"require": "REQUIRED", "verify-ca": "VERIFY_CA", "verify-identity": "VERIFY_IDENTITY"}[OPENEDX_PULUMI_MYSQL_TLS]
        }}")
{%- if OPENEDX_PULUMI_MYSQL_TLS != "require" %}
        _database["OPTIONS"].setdefault("ssl", {"ca": "{{
            "/openedx/ca/mysql.pem" if OPENEDX_PULUMI_MYSQL_CA else "/etc/ssl/certs/ca-certificates.crt"
        }}"})
{%- endif %}
{%- endif %}
