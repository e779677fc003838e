"""Loads a Tutor project: its config, its plugins and what they declare."""

from __future__ import annotations

import os
import typing as t

from .failures import Failure, last_line

OLDEST_TUTOR = 18


class Project:
    """A project that lives in `root` and in memory: `user` stands for its config.yml.

    Values of the operator's config.yml never reach the disk before `settle` has replaced the secret ones.
    """

    def __init__(self, root: str, config_file: str, settings: dict[str, t.Any], rsa: str, own_plugin: str) -> None:
        from tutor.__about__ import __version__

        if int(__version__.split(".")[0]) < OLDEST_TUTOR:
            raise Failure("tutor", f"Tutor {__version__} is too old: {OLDEST_TUTOR} is the oldest that works here.")

        import tutor.commands.cli  # noqa: F401  registers the core's init tasks
        from tutor import config as tutor_config
        from tutor import hooks, serialize

        self.root = root
        self.version = __version__
        self.own_plugin = own_plugin
        self._serialize = serialize
        hooks.Actions.CORE_READY.do()

        with open(config_file, encoding="utf-8") as file:
            written: dict[str, t.Any] = serialize.load(file) or {}
        tutor_config.upgrade_obsolete(written)
        self.written = written
        self.user: dict[str, t.Any] = {**settings, **written}
        names = list(self.user.get("PLUGINS", tutor_config.get_template("base.yml")["PLUGINS"]))
        self.user["PLUGINS"] = names = [*names, own_plugin]
        self.user.setdefault("JWT_RSA_PRIVATE_KEY", rsa)
        self._write({"PLUGINS": names})
        hooks.Filters.CONFIG_USER.add()(lambda items: [*items, *self.user.items()])

        self._check_installed(names)
        try:
            hooks.Actions.PROJECT_ROOT_READY.do(root)
        except Exception as error:
            raise self._config_failure(error) from error
        self._check_loaded(names)
        self.names = sorted(set(names))

    def describe(self) -> dict[str, t.Any]:
        """What the caller needs to choose the tokens; holds no value of the operator's."""
        from tutor import env, hooks

        versions = dict(hooks.Filters.PLUGINS_INFO.iterate())
        return {
            "tutorVersion": self.version,
            "openEdxRelease": env.get_current_open_edx_release_name(),
            "plugins": {
                name: "local" if os.sep in str(versions.get(name, "")) else str(versions.get(name, ""))
                for name in self.names
                if name != self.own_plugin
            },
            "written": {key: _shape(value) for key, value in self.written.items()},
            "declared": self._declared(),
        }

    def settle(self, values: dict[str, t.Any]) -> dict[str, t.Any]:
        """Puts `values` in the place of what was written and returns Tutor's full config."""
        from tutor import config as tutor_config

        self.user.update(values)
        self._write(self.user)
        try:
            config = tutor_config.load_full(self.root)
        except Exception as error:
            raise self._config_failure(error) from error
        for key, value in config.items():
            if key in self.user and _holds_template(value):
                raise Failure(
                    "config",
                    f"{key} still holds a template after rendering: it names a setting that is itself a template. "
                    "Write the value out.",
                )
        return config

    def _declared(self) -> list[dict[str, t.Any]]:
        from tutor import config as tutor_config
        from tutor import hooks

        contexts = {name: hooks.Contexts.app(name).name for name in self.names}
        found: dict[str, dict[str, t.Any]] = {}

        def add(source: str, items: t.Iterable[tuple[str, t.Any]], owners: dict[str, str]) -> None:
            for key, value in items:
                entry: dict[str, t.Any] = {"key": key, "source": source, "owner": owners.get(key, "core")}
                if isinstance(value, str):
                    entry["text"] = value
                found[key] = entry

        for source, keys in (
            ("default", hooks.Filters.CONFIG_DEFAULTS),
            ("unique", hooks.Filters.CONFIG_UNIQUE),
            ("override", hooks.Filters.CONFIG_OVERRIDES),
        ):
            if source == "unique":
                add(source, tutor_config.get_template("base.yml").items(), {})
            owners = {
                key: name for name, context in contexts.items() for key, _ in keys.iterate_from_context(context)
            }
            add(source, keys.iterate(), owners)
        return list(found.values())

    def _check_installed(self, names: list[str]) -> None:
        from tutor import plugins

        known = sorted(set(plugins.iter_installed()) - {self.own_plugin})
        for name in names:
            if name not in known and name != self.own_plugin:
                raise Failure(
                    "plugin-missing",
                    f"plugin {name} in PLUGINS is not installed; known here: {', '.join(known) or 'none'}. Add its "
                    "package to requirements.txt or its file to plugins/, or take it out of PLUGINS in config.yml.",
                )

    def _check_loaded(self, names: list[str]) -> None:
        from tutor import plugins

        for name in sorted(set(names) - set(plugins.iter_loaded())):
            try:
                plugins.load(name)  # Tutor has only warned: once more, for the exception
            except Exception as error:
                folder = os.environ.get("TUTOR_PLUGINS_ROOT", "")
                raise Failure(
                    "plugin-broken",
                    f"plugin {name} cannot be loaded: {last_line(error, folder)}. Fix it, or take it out of PLUGINS "
                    "in config.yml.",
                ) from error
            raise Failure("plugin-broken", f"plugin {name} was not loaded.")

    def _config_failure(self, error: Exception) -> Failure:
        """Finds the setting whose template raises."""
        from tutor import config as tutor_config
        from tutor import env, exceptions

        config = {**tutor_config.get_defaults(), **tutor_config.get_base(), **self.user}
        keys = [*self.user, *(key for key in config if key not in self.user)]
        for key in keys:
            try:
                env.render_unknown(config, config[key])
            except Exception:
                where = "config.yml: " if key in self.written else ""
                return Failure("config", f"{where}{key} cannot be rendered: {error}. Set what it names, or fix it.")
        if isinstance(error, exceptions.TutorError):
            return Failure("config", str(error))
        return Failure("config", last_line(error))

    def _write(self, config: dict[str, t.Any]) -> None:
        with open(os.path.join(self.root, "config.yml"), "w", encoding="utf-8") as file:
            self._serialize.dump(config, file)


def _shape(value: t.Any) -> str:
    """What stands in config.yml, without saying it."""
    if isinstance(value, str):
        return "empty" if value == "" else "template" if _holds_template(value) else "text"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "text"  # a password of digits
    return "empty" if value is None else "other"


def _holds_template(value: t.Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_template(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_template(item) for item in value)
    return isinstance(value, str) and ("{{" in value or "{%" in value)
