{%- if OPENEDX_PULUMI_MAIL_RELAY %}
# Relays take mail from senders that they know. Discovery and Credentials read neither Tutor's contact address nor its
# SMTP_USE_SSL. A setting of this name in lms.env.yml or cms.env.yml is the operator's, and wins.
_sender = "{{ OPENEDX_PULUMI_MAIL_FROM or CONTACT_EMAIL }}"
for _setting in ("DEFAULT_FROM_EMAIL", "SERVER_EMAIL", "BULK_EMAIL_DEFAULT_FROM_EMAIL", "API_ACCESS_FROM_EMAIL"):
    globals()[_setting] = globals().get("ENV_TOKENS", {}).get(_setting, _sender)
EMAIL_USE_SSL = {{ SMTP_USE_SSL }}
{%- endif %}
