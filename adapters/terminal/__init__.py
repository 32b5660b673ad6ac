"""A room of one in the terminal: lines in, text out, with no account and no network.

It holds no rule of the game; it reads what is typed and shows what it is given.
"""

from adapters.terminal.room import Terminal, connect

__all__ = ["Terminal", "connect"]
