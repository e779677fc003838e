"""Renders what Kubernetes needs, and finds who uses a setting."""

from __future__ import annotations

import os
import re
import typing as t

from .failures import Failure, template_failure
from .project import Project

#: Targets that only Docker Compose and image builds use.
UNNEEDED = ("build", "local", "dev")


def render_targets(project: Project, config: dict[str, t.Any], output: t.Callable[[], str]) -> None:
    """Writes the environment below the project's root: what `kubectl kustomize` reads."""
    from tutor import env, hooks

    for source, destination in hooks.Filters.ENV_TEMPLATE_TARGETS.iterate():
        if source.rstrip("/").split("/")[-1] == "build" or source.rstrip("/") in UNNEEDED:
            continue
        try:
            env.save_all_from(source, os.path.join(env.base_dir(project.root), destination), config)
        except Exception as error:
            raise template_failure(error, output(), _patches(project)) from error


def render_tasks(project: Project, config: dict[str, t.Any]) -> list[dict[str, str]]:
    """The init tasks in Tutor's order, each with the plugin that brought it."""
    from tutor import env, hooks

    brought = [
        (name, service, template)
        for name in project.names
        for service, template in hooks.Filters.CLI_DO_INIT_TASKS.iterate_from_context(hooks.Contexts.app(name).name)
    ]
    tasks = []
    for service, template in hooks.Filters.CLI_DO_INIT_TASKS.iterate():
        # This project's plugin puts something around some of the others' tasks.
        mine = next((each for each in brought if each[1] == service and each[2] in template), None)
        owner = "core" if mine is None else mine[0]
        if mine is not None:
            brought.remove(mine)
        try:
            script = env.render_str(config, template).strip()
        except Exception as error:
            where = f"the init task of {owner} in service {service}"
            raise Failure("template", f"{error} in {where}. Fix it there.") from error
        if script or owner != project.own_plugin:
            tasks.append({"service": service, "owner": owner, "script": script})
    return tasks


def mentions(project: Project, words: list[str]) -> list[dict[str, str]]:
    """Where plugins, not the core, use the settings named: patches, templates and init tasks."""
    from tutor import hooks

    found = []

    def look(plugin: str, place: str, text: str) -> None:
        for word in words:
            if re.search(rf"(?<![A-Z0-9_]){re.escape(word)}(?![A-Z0-9_])", text):
                found.append({"word": word, "plugin": plugin, "place": place})

    for plugin, patches in _patches(project).items():
        for name, content in patches:
            look(plugin, f"patch {name}", content)
    for plugin in project.names:
        if plugin == project.own_plugin:
            continue
        context = hooks.Contexts.app(plugin).name
        for service, script in hooks.Filters.CLI_DO_INIT_TASKS.iterate_from_context(context):
            look(plugin, f"init task in service {service}", script)
        for folder in hooks.Filters.ENV_TEMPLATE_ROOTS.iterate_from_context(context):
            for path, text in _texts(folder):
                look(plugin, f"template {path}", text)
    return found


def _patches(project: Project) -> dict[str, list[tuple[str, str]]]:
    from tutor import hooks

    return {
        name: list(hooks.Filters.ENV_PATCHES.iterate_from_context(hooks.Contexts.app(name).name))
        for name in project.names
        if name != project.own_plugin
    }


def _texts(folder: str) -> t.Iterator[tuple[str, str]]:
    for base, _, files in os.walk(folder):
        for file in files:
            path = os.path.join(base, file)
            try:
                with open(path, encoding="utf-8") as stream:
                    yield os.path.relpath(path, folder), stream.read()
            except (OSError, UnicodeDecodeError):
                continue
