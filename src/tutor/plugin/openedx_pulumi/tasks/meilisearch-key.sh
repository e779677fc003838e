{% if OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY and MEILISEARCH_PUBLIC_URL is defined -%}
# The site's key for Meilisearch: what the platform does, on the site's indexes. The platform looks its own key up, hence
# keys.get. A key's actions can't be changed, so its name tells them, and one that has others is made anew; its value
# comes from its uid and the master key, and stays the same.
url='{{ MEILISEARCH_URL }}'
uid='{{ MEILISEARCH_API_KEY_UID }}'
actions='"search","documents.*","indexes.*","settings.*","stats.get","tasks.get","keys.get"'
indexes='"{{ MEILISEARCH_INDEX_PREFIX }}*"'
name="openedx $(echo "$actions on $indexes" | tr -d '"')"

# call METHOD PATH CURL'S OPTIONS prints the reply. The master key goes by standard input.
call() {
    method=$1 path=$2
    shift 2
    curl --silent --show-error --max-time 30 --request "$method" --header "Content-Type: application/json" \
        --config - "$@" "$url$path" <<CONFIG
header = "Authorization: Bearer {{ OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY }}"
CONFIG
}

attempt=1
until curl --silent --show-error --fail --max-time 10 --output /dev/null "$url/health"; do
    if [ $attempt -eq 30 ]; then
        echo "Meilisearch at $url does not answer" >&2
        exit 1
    fi
    attempt=$((attempt + 1))
    sleep 4
done

found=$(call GET "/keys/$uid")
case $found in
    *"\"name\":\"$name\""*)
        echo "The key $uid is there"
        exit
        ;;
    *'"code":"api_key_not_found"'*) ;;
    *"\"uid\":\"$uid\""*)
        echo "The key $uid may do other things, and is made anew"
        call DELETE "/keys/$uid" --fail
        ;;
    *)
        echo "Meilisearch does not tell of the key $uid: $found" >&2
        exit 1
        ;;
esac
call POST /keys --fail --output /dev/null --data \
    "{\"uid\":\"$uid\",\"name\":\"$name\",\"actions\":[$actions],\"indexes\":[$indexes],\"expiresAt\":null}"
echo "The key $uid is made"
{%- endif %}
