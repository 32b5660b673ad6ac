"""A user whom missing rights stop: tests may run as root, who reads and writes everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NOBODY = 65534
"""The number of the user without rights, on Linux and macOS alike."""


@contextmanager
def without_power() -> Iterator[None]:
    """Be a user whom missing rights stop, while the block runs."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)
