"""What Slack refuses in a message or a view, each under the name it gives it.

Lengths are those of ``adapters.slack.limits``, which is data from Slack's pages; whatever a wrong
line there could let pass into a channel is counted here once more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from adapters.slack import limits
from tests.doubles.slack_workspace.state import Json, Refused

LONGEST = 40_000
BLOCKS = 50
VIEW_BLOCKS = 100
BUDGET = 12_000
"""Characters of text in all blocks of a message (slackapi/bolt-js#2509)."""
_WORDS = frozenset({"text", "alt_text", "fallback"})


def message(text: str, blocks: Sequence[Json], metadata: object) -> None:
    """See that a message may be posted; raises ``Refused``."""
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > LONGEST:
        raise Refused("msg_too_long")
    _metadata(metadata)
    if sum(_length(block) for block in blocks) > BUDGET:
        raise Refused("msg_blocks_too_long")
    wrong = list(_blocks(blocks, BLOCKS))
    if sum(block.get("type") == "table" for block in blocks) > 1:
        wrong.append("only_one_table_allowed")
    twice = Counter(one["action_id"] for one in nodes(blocks) if "action_id" in one)
    wrong += [f"action_id {one} stands twice" for one, times in twice.items() if times > 1]
    # The shortest text passes limits.problems, whose advice on its length is no law.
    wrong += _listed({"text": "x", "blocks": list(blocks)})
    if any(one.startswith("weight") for one in wrong):
        raise Refused("msg_blocks_too_long")
    if wrong:
        raise Refused("invalid_blocks", errors=wrong, response_metadata={"messages": wrong})


def view(content: object, kind: str) -> None:
    """See that a view may be shown as a ``modal`` or as ``home``; raises ``Refused``."""
    if not isinstance(content, dict) or not isinstance(content.get("blocks"), list):
        raise Refused("invalid_arguments", response_metadata={"messages": ["no view"]})
    if len(json.dumps(content).encode()) > limits.VIEW_BYTES:
        raise Refused("view_too_large")
    wrong = [*_blocks(content["blocks"], VIEW_BLOCKS)]
    if content.get("type") != kind:
        wrong.append(f"this is {content.get('type')}, not {kind}")
    if kind == "home" and "title" in content:
        wrong.append("home has no title")
    wrong += _listed(content)
    if wrong:
        raise Refused("invalid_arguments", response_metadata={"messages": wrong})


def nodes(value: object) -> Iterator[Json]:
    """Yield every object within a payload, in reading order, the outermost first."""
    left = [value]
    while left:
        match left.pop():
            case dict() as node:
                yield node
                left += reversed(node.values())
            case list() as some:
                left += reversed(some)
            case _:
                pass


def _blocks(blocks: Sequence[Json], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks are more than {most}"
    named = Counter(one["block_id"] for one in blocks if "block_id" in one)
    yield from (f"block_id {one} stands twice" for one, times in named.items() if times > 1)


def _listed(payload: Json) -> list[str]:
    try:
        return limits.problems(payload)
    except (AttributeError, KeyError, TypeError) as error:
        return [f"malformed: {type(error).__name__}"]


def _metadata(metadata: object) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if not 0 < len(metadata["event_type"]) <= limits.EVENT_TYPE:
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > 10 * limits.METADATA_BYTES:
        raise Refused("metadata_too_large")


def _length(value: object) -> int:
    """Return how many characters are shown in a block."""
    found = 0
    for node in nodes(value):
        found += sum(len(node[name]) for name in _WORDS if isinstance(node.get(name), str))
    return found
