"""Logging: to a file for the terminal's sake, to standard error for everybody else; no secrets.

A screen that people type on is no place for logs; a container's standard error is.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from pathlib import Path

from bot.errors import UsageError

SECRETS = re.compile(
    r"xox[abeprs]-[\w-]+|xapp-[\w-]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"
    r"|(?i:bearer|bot) [\w.-]{20,}"
)
"""Slack and Discord tokens, wherever they turn up."""


class Masked(logging.Formatter):
    """A formatter that never lets a token through, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text with tokens masked."""
        return SECRETS.sub("***", super().format(record))


def set_up(file: Path, *, debug: bool) -> None:
    """Log to standard error, or to ``file`` when a person is looking at a terminal.

    Raises ``UsageError`` where the file cannot be written.
    """
    handler: logging.Handler
    if sys.stderr is not None and not sys.stderr.isatty():
        handler = logging.StreamHandler()
    else:
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handler = logging.handlers.RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2)
        except OSError as error:
            raise UsageError(
                f"The log {file} cannot be written: {error.strerror}. Set GRADUS_DATA to a folder "
                "that may be written."
            ) from error
    handler.setFormatter(Masked("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[handler])
    logging.captureWarnings(capture=True)
