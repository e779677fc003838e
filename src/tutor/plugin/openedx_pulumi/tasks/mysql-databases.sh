{% if not RUN_MYSQL -%}
# The databases of Tutor and its plugins. Their own tasks would make them with whatever character set the server has.
attempt=1
until sql "SELECT 1" >/dev/null; do
    if [ $attempt -eq 10 ]; then
        echo "MySQL at {{ MYSQL_HOST }} does not let {{ MYSQL_ROOT_USERNAME }} in" >&2
        exit 1
    fi
    echo "Waiting for MySQL ($attempt of 10)"
    attempt=$((attempt + 1))
    sleep 10
done

for database in {{ OPENEDX_PULUMI_MYSQL_DATABASES | unique | join(" ") }}; do
    charset=$(sql "SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '$database'")
    case $charset in
        utf8mb4)
            echo "$database is there, with utf8mb4"
            ;;
        "")
            sql "CREATE DATABASE \`$database\` CHARACTER SET utf8mb4"
            echo "$database is made, with utf8mb4"
            ;;
        *)
            sql "ALTER DATABASE \`$database\` CHARACTER SET utf8mb4"
            echo "$database had $charset: new tables get utf8mb4, those that are there keep theirs"
            ;;
    esac
done
{%- endif %}
