{% if OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY -%}
# The site's bucket in SeaweedFS, and keys that reach it alone. The administrator's are set too: a server that knows no
# keys lets everybody in. What the shell prints holds keys, so nothing of it is shown.
said=$(
    weed shell -master='{{ OPENEDX_PULUMI_STORAGE_ADMIN_MASTER }}' -filer='{{ OPENEDX_PULUMI_STORAGE_ADMIN_FILER }}' 2>&1 <<COMMANDS
s3.configure -apply -user=administrator -actions=Admin -access_key={{ OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY }} -secret_key={{ OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY }}
s3.bucket.create -name={{ OPENEDX_PULUMI_STORAGE_BUCKET }}
s3.configure -apply -user={{ OPENEDX_PULUMI_STORAGE_BUCKET }} -buckets={{ OPENEDX_PULUMI_STORAGE_BUCKET }} -actions=Read,Write,List,Tagging -access_key={{ OPENEDX_PULUMI_STORAGE_ACCESS_KEY }} -secret_key={{ OPENEDX_PULUMI_STORAGE_SECRET_KEY }}
s3.bucket.list
COMMANDS
)
case $said in
    *error:*) failed=yes ;;
    *" {{ OPENEDX_PULUMI_STORAGE_BUCKET }}	"*) failed= ;;
    *) failed=yes ;;
esac
if [ -n "$failed" ]; then
    echo "SeaweedFS did not make the bucket {{ OPENEDX_PULUMI_STORAGE_BUCKET }} and its keys; its master and filer log why" >&2
    exit 1
fi
echo "The bucket {{ OPENEDX_PULUMI_STORAGE_BUCKET }} and its keys are there"
{%- endif %}
