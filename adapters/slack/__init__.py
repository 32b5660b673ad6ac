"""Slack: what a message and a form look like there, and a workspace to show them in.

``connect`` alone needs Slack's SDK, which is imported when somebody asks for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.slack.connection import Slack, connect

__all__ = ["Slack", "connect"]


def __getattr__(name: str) -> object:
    """Return what the connection offers."""
    if name in __all__:
        return getattr(import_module("adapters.slack.connection"), name)
    raise AttributeError(name)
