"""A diary of the channel: what was posted when, one line each; for stories about time."""

from __future__ import annotations

from tests.doubles.house import House
from tests.doubles.script import written


def diary(house: House) -> str:
    """Return a line for everything that stands, with the local time at which it was posted."""
    lines = []
    for one in house.scribe.standing():
        at = one.at.astimezone(house.clock.zone)
        where = "channel" if one.thread is None or one.announced else "thread "
        first = written(one.message).partition("\n")[0].removeprefix("# ")
        if not one.announced:
            first = first.partition(". ")[0]
        lines.append(f"{at:%a %H:%M}  {where}  {first}")
    return "\n".join(lines)
