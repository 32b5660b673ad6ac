"""What Discord says when it does not do what it is asked: status, code and words.

From docs.discord.com, "Opcodes and Status Codes".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

REASONS = {
    0: (401, "401: Unauthorized"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20028: (429, "The channel you are writing has hit the write rate limit"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Tried to perform an operation on an archived thread"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}


class Refusal(Exception):
    """A request is refused, with Discord's own code; ``details`` say what of the body is wrong."""

    def __init__(self, code: int, details: Sequence[str] = (), retry_after: float = 0) -> None:
        self.code = code
        self.status, message = REASONS[code]
        self.body: dict[str, Any] = {"message": message, "code": code}
        if details:
            said = [{"code": "BASE_TYPE", "message": one} for one in details]
            self.body["errors"] = {"_errors": said}
        if retry_after:
            self.body |= {"retry_after": retry_after, "global": False}
        super().__init__(f"{code} {message}: {'; '.join(details)}")
