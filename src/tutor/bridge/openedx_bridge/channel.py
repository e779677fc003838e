"""The line to the caller, kept apart from what Tutor and its plugins print."""

from __future__ import annotations

import io
import json
import os
import sys
import typing as t


class Channel:
    """Messages on standard input and on the first standard output; all prints go into `output`."""

    def __init__(self) -> None:
        self._replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # children print there
        self._requests = sys.stdin
        self.output = io.StringIO()
        sys.stdout = self.output
        sys.stderr = self.output

    def requests(self) -> t.Iterator[dict[str, t.Any]]:
        """Messages until the caller closes the line."""
        for line in self._requests:
            yield json.loads(line)

    def reply(self, message: dict[str, t.Any]) -> None:
        self._replies.write(json.dumps(message, default=str) + "\n")
        self._replies.flush()
