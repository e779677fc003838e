{% if not RUN_MYSQL -%}
# What each user may do, after the plugins' own tasks: all in its own database, nothing in another site's.

# In a name that GRANT takes, _ stands for any character, so that a right on a_b is one on axb too; with
# partial_revokes it does not.
literal=$(sql "SHOW VARIABLES LIKE 'partial_revokes'" | grep -c ON || true)
pattern_of() {
    if [ "$literal" = 0 ]; then
        printf %s "$1" | sed 's/[_%]/\\&/g'
    else
        printf %s "$1"
    fi
}

site_patterns=" "
for database in {{ OPENEDX_PULUMI_MYSQL_DATABASES | unique | join(" ") }}; do
    site_patterns="$site_patterns$(pattern_of "$database") "
done

limit_rights() {
    database=$1
    account="'$2'@'%'"
    grantee="CONCAT(QUOTE('$2'), '@', QUOTE('%'))"
    pattern=$(pattern_of "$database")
    if [ "$pattern" != "$database" ]; then
        sql "GRANT ALL ON \`$pattern\`.* TO $account; REVOKE ALL ON \`$database\`.* FROM $account"
    fi
    global=$(sql "SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES
                  WHERE GRANTEE = $grantee AND (PRIVILEGE_TYPE <> 'USAGE' OR IS_GRANTABLE = 'YES')")
    if [ "$global" != 0 ]; then
        sql "REVOKE ALL ON *.* FROM $account; REVOKE GRANT OPTION ON *.* FROM $account"
        echo "$account had rights on all databases, which are taken away"
    fi
{%- if OPENEDX_PULUMI_MYSQL_PREFIX %}
    granted=$(sql "SELECT DISTINCT TABLE_SCHEMA FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = $grantee")
    printf '%s\n' "$granted" | grep . | while IFS= read -r other; do
        case $site_patterns in
            *" $other "*) ;;
            *)
                sql "REVOKE ALL ON \`$other\`.* FROM $account"
                echo "$account had rights on $other, which are taken away"
                ;;
        esac
    done
{%- endif %}
}

{% for grant in OPENEDX_PULUMI_MYSQL_GRANTS -%}
limit_rights '{{ grant.database }}' '{{ grant.user }}'
{% endfor -%}
echo "Each user has rights to its own database"
{%- endif %}
