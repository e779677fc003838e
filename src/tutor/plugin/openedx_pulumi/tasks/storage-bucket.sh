{% if OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY -%}
# The site's bucket in SeaweedFS, and keys that reach it alone. The administrator's are set too: a server that knows no
# keys lets everybody in. What the shell prints holds keys, so nothing of it is shown.
bucket='{{ OPENEDX_PULUMI_STORAGE_BUCKET }}'

shell() {
    weed shell -master='{{ OPENEDX_PULUMI_STORAGE_ADMIN_MASTER }}' -filer='{{ OPENEDX_PULUMI_STORAGE_ADMIN_FILER }}' 2>&1
}

# has_bucket SAID. SeaweedFS lists a bucket as "  NAME<tab>size:…".
has_bucket() {
    case $1 in
        *" $bucket	"*) return 0 ;;
        *) return 1 ;;
    esac
}

# Made again, a bucket would lose its own settings.
create=
has_bucket "$(echo s3.bucket.list | shell)" || create="s3.bucket.create -name=$bucket"
said=$(
    shell <<COMMANDS
s3.configure -apply -user=administrator -actions=Admin -access_key={{ OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY }} -secret_key={{ OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY }}
$create
s3.configure -apply -user=$bucket -buckets=$bucket -actions=Read,Write,List,Tagging -access_key={{ OPENEDX_PULUMI_STORAGE_ACCESS_KEY }} -secret_key={{ OPENEDX_PULUMI_STORAGE_SECRET_KEY }}
s3.bucket.list
COMMANDS
)
case $said in
    *error:*) failed=yes ;;
    *) has_bucket "$said" && failed= || failed=yes ;;
esac
if [ -n "$failed" ]; then
    echo "SeaweedFS did not make the bucket $bucket and its keys; its master and filer log why" >&2
    exit 1
fi
echo "The bucket $bucket and its keys are there"
{%- endif %}
