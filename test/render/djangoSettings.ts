import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { Render } from "../../src/tutor/types.js";
import { filesOf } from "./rendering.js";

/** What a settings file leaves, by setting; what is not plain data is left out. */
export type DjangoSettings = Record<string, unknown>;

/**
 * Runs a settings file as Django does. Modules that it imports and settings that they would bring are stand-ins, but for
 * those in `before`.
 */
export function runSettings(text: string, before: DjangoSettings): DjangoSettings {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", runner], {
    input: JSON.stringify({ text, before }),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as DjangoSettings;
}

/** What the platform's own settings bring before Tutor's, as far as it matters here. */
const platform = {
  BROKER_URL: "redis://user:password@elsewhere:6379/0",
  BROKER_TRANSPORT_OPTIONS: { fanout_prefix: true },
  DATABASES: { default: { ENGINE: "django.db.backends.mysql" } },
  VIDEO_IMAGE_SETTINGS: { STORAGE_KWARGS: {} },
  VIDEO_TRANSCRIPTS_SETTINGS: { STORAGE_KWARGS: {} },
  PROFILE_IMAGE_BACKEND: { options: {} },
};

/** What the LMS or Studio of a render has in the end. */
export function platformSettings(
  render: Render,
  service: "lms" | "cms",
  before: DjangoSettings = {},
): DjangoSettings {
  return runSettings(filesOf(render, `openedx-settings-${service}`)["production.py"] ?? "", {
    ...platform,
    ...before,
  });
}

const runner = `
import builtins, importlib.abc, importlib.machinery, json, os, sys, types, warnings
from unittest.mock import MagicMock

asked = json.load(sys.stdin)
real = {"json", "os", "ssl", "urllib", "datetime", "warnings"}


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return None if name.split(".")[0] in real else importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__all__ = []
        module.__getattr__ = lambda name: calls.setdefault(name, MagicMock())
        return module

    def exec_module(self, module):
        pass


class Names(dict):
    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        return self.setdefault(name, MagicMock())


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else "..."


class S3Storage:
    """As django-storages has it: an option wins over the setting."""

    def __init__(self, **options):
        self.endpoint = options.get("endpoint_url", names.get("AWS_S3_ENDPOINT_URL"))

    def url(self, name):
        return f"{self.endpoint}/{name}"


calls = {"S3Boto3Storage": S3Storage}
sys.meta_path.insert(0, StandIns())
os.makedirs = warnings.filterwarnings = lambda *args, **kwargs: None
names = Names(asked["before"], LOG_DIR="/logs", STATIC_ROOT="/static", LMS_ROOT_URL="", __name__="settings")
names["__package__"] = "a.b.c"
exec(compile(asked["text"], "settings", "exec"), names)
told = calls.get("update_module_store_settings")
names["TOLD_MODULESTORES"] = [call.kwargs["doc_store_settings"] for call in told.call_args_list] if told else []
if "ClusterStorage" in names:
    storage = names["ClusterStorage"](location="media")
    names["CLUSTER_STORAGE"] = {"endpoint": storage.endpoint, "link": storage.url("a.png")}
kept = {key: value for key, value in names.items() if key.isupper() and not isinstance(value, MagicMock)}
print(json.dumps({**plain(kept), "mongodb_parameters": plain(names.get("mongodb_parameters"))}))
`;
