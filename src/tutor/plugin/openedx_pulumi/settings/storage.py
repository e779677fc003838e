# Uploads go to object storage: pods have no disk that lasts.
{%- set bucket = OPENEDX_PULUMI_STORAGE_BUCKET %}
_storage_options = {}
{%- if OPENEDX_PULUMI_STORAGE_KIND == "s3" %}
_storage_backend = "storages.backends.s3boto3.S3Boto3Storage"
_storage_folder = "location"
_public_options = {"querystring_auth": False}
AWS_STORAGE_BUCKET_NAME = "{{ bucket }}"
AWS_DEFAULT_ACL = None
AWS_QUERYSTRING_AUTH = True
AWS_QUERYSTRING_EXPIRE = 3600  # seconds; shorter than the sessions of a pod's identity, with which its signatures end
AWS_S3_SIGNATURE_VERSION = "s3v4"
{%- if OPENEDX_PULUMI_STORAGE_AUTH == "keys" %}
AWS_ACCESS_KEY_ID = "{{ OPENEDX_PULUMI_STORAGE_ACCESS_KEY }}"
AWS_SECRET_ACCESS_KEY = "{{ OPENEDX_PULUMI_STORAGE_SECRET_KEY }}"
{%- else %}
AWS_ACCESS_KEY_ID = AWS_SECRET_ACCESS_KEY = None  # boto3 finds the pod's identity
{%- endif %}
{%- if OPENEDX_PULUMI_STORAGE_REGION %}
AWS_S3_REGION_NAME = "{{ OPENEDX_PULUMI_STORAGE_REGION }}"
os.environ.setdefault("AWS_DEFAULT_REGION", AWS_S3_REGION_NAME)  # for open responses, which call boto3 themselves
{%- endif %}
{%- if OPENEDX_PULUMI_STORAGE_ENDPOINT %}
{%- if OPENEDX_PULUMI_STORAGE_BROWSER_HOST %}
from storages.backends.s3boto3 import S3Boto3Storage as _S3Storage


class ClusterStorage(_S3Storage):
    """Pods reach the store within the cluster; links are signed for the host by which browsers do."""

    def __init__(self, **options):
        super().__init__(**{"endpoint_url": "{{ OPENEDX_PULUMI_STORAGE_ENDPOINT }}", **options})
        self._for_browsers = _S3Storage(**options)

    def url(self, *args, **kwargs):
        return self._for_browsers.url(*args, **kwargs)


_storage_backend = f"{__name__}.ClusterStorage"
AWS_S3_ENDPOINT_URL = "{{ "https" if ENABLE_HTTPS else "http" }}://{{ OPENEDX_PULUMI_STORAGE_BROWSER_HOST }}"
{%- else %}
AWS_S3_ENDPOINT_URL = "{{ OPENEDX_PULUMI_STORAGE_ENDPOINT }}"
{%- endif %}
AWS_S3_ADDRESSING_STYLE = "path"
# Stores other than Amazon's do not know the checksums that boto3 sends since 1.36.
os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
{%- endif %}
{%- elif OPENEDX_PULUMI_STORAGE_KIND == "gcs" %}
_storage_backend = "storages.backends.gcloud.GoogleCloudStorage"
_storage_folder = "location"
_public_options = {"querystring_auth": False}
GS_BUCKET_NAME = "{{ bucket }}"
GS_DEFAULT_ACL = None
GS_QUERYSTRING_AUTH = True
GS_EXPIRATION = 3600  # seconds
{%- if OPENEDX_PULUMI_STORAGE_SIGNER %}
# A pod's identity has no key to sign with; Google signs for it (django-storages 1.14.6 and later).
GS_IAM_SIGN_BLOB = True
GS_SA_EMAIL = "{{ OPENEDX_PULUMI_STORAGE_SIGNER }}"
{%- endif %}
{%- else %}
# Open edX's image lacks the library: build one with django-storages[azure] and azure-identity
# (OPENEDX_EXTRA_PIP_REQUIREMENTS in config.yml).
_storage_backend = "storages.backends.azure_storage.AzureStorage"
_storage_folder = "location"
# What everyone may read is a container of its own, whose addresses carry no signature.
_public_options = {"azure_container": "{{ OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX }}", "expiration_secs": None}
AZURE_ACCOUNT_NAME = "{{ OPENEDX_PULUMI_STORAGE_ACCOUNT }}"
AZURE_CONTAINER = "{{ bucket }}"
AZURE_URL_EXPIRATION_SECS = 3600
AZURE_OVERWRITE_FILES = True  # as the other kinds do: else a new profile image gets a name that no page knows
{%- if OPENEDX_PULUMI_STORAGE_AUTH == "keys" %}
AZURE_ACCOUNT_KEY = "{{ OPENEDX_PULUMI_STORAGE_SECRET_KEY }}"
{%- else %}
from azure.identity import DefaultAzureCredential as _AzureCredential

AZURE_TOKEN_CREDENTIAL = _AzureCredential()
{%- endif %}
{%- if OPENEDX_PULUMI_STORAGE_ENDPOINT %}
AZURE_ENDPOINT_SUFFIX = "{{ OPENEDX_PULUMI_STORAGE_ENDPOINT }}"
{%- endif %}
{%- endif %}

# Django's own setting has two names: one of them went with Django 5.1, in Open edX Ulmo.
if "STORAGES" in globals():
    STORAGES["default"] = {"BACKEND": _storage_backend}
else:
    DEFAULT_FILE_STORAGE = _storage_backend

COURSE_IMPORT_EXPORT_STORAGE = USER_TASKS_ARTIFACT_STORAGE = COURSE_METADATA_EXPORT_STORAGE = _storage_backend
# Keys begin without a slash.
for _settings in (VIDEO_IMAGE_SETTINGS, VIDEO_TRANSCRIPTS_SETTINGS):
    _settings["STORAGE_KWARGS"]["location"] = _settings["STORAGE_KWARGS"]["location"].lstrip("/")
    _settings["STORAGE_KWARGS"].pop("base_url", None)
GRADES_DOWNLOAD = {
    "STORAGE_CLASS": _storage_backend,
    "STORAGE_KWARGS": {"location": "openedx/media/grades"},
}
OPENEDX_LEARNING = {
    "MEDIA": {"BACKEND": _storage_backend, "OPTIONS": {"location": "openedx/media-private/openedx-learning"}},
}
FILE_UPLOAD_STORAGE_BUCKET_NAME = "{{ bucket }}"
FILE_UPLOAD_STORAGE_PREFIX = "submissions_attachments"
ORA2_FILEUPLOAD_BACKEND = "{{ "s3" if OPENEDX_PULUMI_STORAGE_KIND == "s3" else "django" }}"
{%- if OPENEDX_PULUMI_STORAGE_PUBLIC_URL %}
# Browsers fetch these without a signature, which would be new for each page.
PROFILE_IMAGE_BACKEND = {
    "class": _storage_backend,
    "options": {
        {%- if OPENEDX_PULUMI_STORAGE_KIND == "azure" %}
        "location": "profile-images",
        {%- else %}
        "location": "{{ OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX }}".strip("/") + "/profile-images",
        {%- endif %}
        {%- if OPENEDX_PULUMI_STORAGE_KIND == "gcs" %}
        "custom_endpoint": "{{ OPENEDX_PULUMI_STORAGE_PUBLIC_URL }}",
        {%- elif OPENEDX_PULUMI_STORAGE_KIND == "s3" %}
        "custom_domain": "{{ OPENEDX_PULUMI_STORAGE_PUBLIC_URL }}".split("://")[-1].rstrip("/"),
        {%- endif %}
        **_public_options,
    },
}
{%- else %}
PROFILE_IMAGE_BACKEND = {"class": _storage_backend, "options": {"location": "openedx/media/profile-images"}}
{%- endif %}
