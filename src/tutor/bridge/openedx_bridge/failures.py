"""What can go wrong in a project, in a form that the caller can show."""

from __future__ import annotations

import re
import traceback
import typing as t


class Failure(Exception):
    """A mistake in the project: `kind` says where to look, `context` is what Tutor printed about it."""

    def __init__(self, kind: str, message: str, context: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.context = context

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "message": self.message, "context": self.context}


def last_line(error: BaseException, folder: str = "") -> str:
    """The exception as its traceback's last line has it, with the place in the innermost frame below `folder`."""
    mark = getattr(error, "problem_mark", None)  # of broken YAML
    if mark is not None:
        return f"{getattr(error, 'problem', None) or 'broken YAML'} ({mark.name}, line {mark.line + 1})"
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg} ({error.filename}, line {error.lineno})"
    text = "".join(traceback.format_exception_only(type(error), error)).strip().split("\n")[-1]
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if folder and frame.filename.startswith(folder)]
    others = [frame for frame in frames if "/tutor/" not in frame.filename and "importlib" not in frame.filename]
    if own or others:
        frame = (own or others)[-1]
        return f"{text} ({frame.filename}, line {frame.lineno})"
    return text


def template_failure(error: BaseException, output: str, patches: t.Mapping[str, list[tuple[str, str]]]) -> Failure:
    """A failure that names the patch or the template which Tutor was rendering.

    `patches` maps a plugin to its (patch name, content) pairs.
    """
    message = str(error.args[0]) if error.args else str(error)
    if not type(error).__module__.startswith(("tutor", "jinja2")):
        message = last_line(error)
    lineno = getattr(error, "lineno", None)
    places = []
    patch = re.search(r"Error rendering patch '([^']+)':", output)
    if patch:
        owners = [
            plugin
            for plugin, items in patches.items()
            if any(name == patch[1] and content.strip() and content.strip() in output for name, content in items)
        ]
        places.append(f"patch {patch[1]}" + (f" of plugin {', '.join(owners)}" if owners else ""))
    template = re.search(r"Error (?:rendering|loading) template (\S+)", output) or re.search(
        r"error rendering template (\S+)", output
    )
    if template:
        places.append(f"template {template[1]}" + (f", line {lineno}" if lineno and not patch else ""))
    remedy = "Set what it names in config.yml, or fix the template." if "undefined" in message else "Fix it there."
    return Failure("template", f"{' in '.join([message, *places])}. {remedy}", output)
