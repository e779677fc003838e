"""The conversation."""

from __future__ import annotations

import typing as t

from .channel import Channel
from .failures import Failure, last_line
from .project import Project
from .rendering import mentions, render_targets, render_tasks


def main() -> None:
    channel = Channel()
    project: t.Optional[Project] = None
    for request in channel.requests():
        try:
            step = request.pop("step")
            if step == "load":
                project = Project(**request)
                channel.reply(project.describe())
            elif project is None:
                raise Failure("bridge", f"{step} came before load.")
            elif step == "render":
                config = project.settle(request["values"])
                render_targets(project, config, channel.output.getvalue)
                channel.reply({"settings": config, "tasks": render_tasks(project, config)})
            elif step == "mentions":
                channel.reply({"mentions": mentions(project, request["words"])})
            else:
                raise Failure("bridge", f"unknown step {step}.")
        except Failure as failure:
            channel.reply({"error": failure.as_json()})
        except Exception as error:  # plugin code may raise anything
            channel.reply({"error": Failure("plugin", last_line(error), channel.output.getvalue()).as_json()})
