{% if OPENEDX_PULUMI_REDIS_USERS == "acl" -%}
# The site's user on both servers.
rights='{{ OPENEDX_PULUMI_REDIS_RIGHTS }}'

# make_user SERVER USER PASSWORD VALKEY-CLI'S OPTIONS; the administrator's password is in the environment.
make_user() {
    server=$1 user=$2 password=$3
    shift 3
    said=$(echo "ACL SETUSER $user reset on >$password $rights" | valkey-cli "$@")
    if [ "$said" != OK ]; then
        echo "$server: $user is not made: $said" >&2
        exit 1
    fi
    said=$(echo "ACL SAVE" | valkey-cli "$@")
    case $said in
        OK)
            echo "$server: $user is made"
            ;;
        *"not configured to use an ACL file"*)
            echo "$server: $user is made, until the server starts anew: it keeps no ACL file"
            ;;
        *)
            echo "$server: $user is made, but not saved: $said" >&2
            exit 1
            ;;
    esac
}
{%- macro options(host, port, user, tls, authority) %}
    --no-auth-warning --user '{{ user }}' -h '{{ host }}' -p {{ port }}
    {%- if tls != "off" %} --tls{% endif %}
    {%- if tls == "require" %} --insecure{% elif tls != "off" and authority %} --cacert {{ authority }}{% endif %}
{%- endmacro %}

export REDISCLI_AUTH='{{ OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD }}'
make_user broker '{{ OPENEDX_PULUMI_REDIS_BROKER_USERNAME }}' '{{ OPENEDX_PULUMI_REDIS_BROKER_PASSWORD }}' \
{{- options(
    OPENEDX_PULUMI_REDIS_BROKER_HOST,
    OPENEDX_PULUMI_REDIS_BROKER_PORT,
    OPENEDX_PULUMI_REDIS_BROKER_ADMIN_USERNAME,
    OPENEDX_PULUMI_REDIS_BROKER_TLS,
    "/openedx/ca/redis-broker.pem" if OPENEDX_PULUMI_REDIS_BROKER_CA,
) }}

export REDISCLI_AUTH='{{ OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD }}'
make_user cache '{{ REDIS_USERNAME }}' '{{ REDIS_PASSWORD }}' \
{{- options(
    OPENEDX_PULUMI_REDIS_CACHE_HOST,
    OPENEDX_PULUMI_REDIS_CACHE_PORT,
    OPENEDX_PULUMI_REDIS_CACHE_ADMIN_USERNAME,
    OPENEDX_PULUMI_REDIS_CACHE_TLS,
    "/openedx/ca/redis-cache.pem" if OPENEDX_PULUMI_REDIS_CACHE_CA,
) }}
{%- endif %}
