"""Discord: what a message and a form look like there, and the servers to show them in.

``connect`` alone needs discord.py, which is imported when somebody asks for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.discord.connection import Discord, connect

__all__ = ["Discord", "connect"]


def __getattr__(name: str) -> object:
    """Return what the connection offers."""
    if name in __all__:
        return getattr(import_module("adapters.discord.connection"), name)
    raise AttributeError(name)
