"""Renders one Tutor project through Tutor's Python API, for Tutor 18 and later.

A conversation in JSON, a line a message: `load` tells what the plugins declare, `render` writes what Kubernetes needs
below the project root, `mentions` finds who uses a setting. One process a project, because Tutor's hooks are global.
"""
