{%- if not RUN_MYSQL -%}
# Tutor's tasks give passwords and statements as arguments, which all on the machine can read, and know nothing of TLS.
mysql() {
    mysql_password='' mysql_statement='' before=''
    for argument in "$@"; do
        shift
        case $before$argument in
            -e) before='-e ' ;;
            "-e "*) mysql_statement=$argument before='' ;;
            --password=*) mysql_password=${argument#--password=} ;;
            -p?*) mysql_password=${argument#-p} ;;
            *) set -- "$@" "$argument" ;;
        esac
    done
    printf '%s\n' "$mysql_statement" | MYSQL_PWD=$mysql_password command mysql
        {%- if OPENEDX_PULUMI_MYSQL_TLS == "require" %} --ssl-mode=REQUIRED
        {%- elif OPENEDX_PULUMI_MYSQL_TLS != "off" %} \
        --ssl-mode={{ "VERIFY_CA" if OPENEDX_PULUMI_MYSQL_TLS == "verify-ca" else "VERIFY_IDENTITY" }} \
        --ssl-ca={{ "/openedx/ca/mysql.pem" if OPENEDX_PULUMI_MYSQL_CA else "/etc/pki/tls/certs/ca-bundle.crt" }}
        {%- endif %} "$@"
}

# Runs statements as the administrator, and prints bare what they find.
sql() {
    mysql -u '{{ MYSQL_ROOT_USERNAME }}' --password='{{ MYSQL_ROOT_PASSWORD }}' --host '{{ MYSQL_HOST }}' \
        --port {{ MYSQL_PORT }} --batch --raw --skip-column-names -e "$1"
}

{% endif -%}
