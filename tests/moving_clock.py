"""Moves the clock under a running bot and sees that it goes on ticking; part of ``make soak``.

The clock is libfaketime's (Debian: ``apt install faketime``); the monotonic one is left alone, as
it is when an administrator or a time service sets the clock of a machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import watch

LIBRARIES = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/local/lib/faketime/libfaketimeMT.so.1",
)
JUMPS = ("-2m", "+2m", "-1h", "+1h", "-1d", "+30d")
"""From where the clock stands; forward by a month is what exhausts a naive scheduler's memory."""
PATIENCE = 60.0
"""Seconds in which the watchdog must have brought the ticks back; it needs about twenty."""
TICKS = 3
"""Ticks that are waited for after each jump."""


def main() -> int:
    """Move the clock in each way; returns 0 when the ticks came back every time."""
    library = next((one for one in LIBRARIES if Path(one).exists()), None)
    if library is None:
        print("libfaketime is not installed here, so the clock was not moved.", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        data, clock = Path(folder, "data"), Path(folder, "clock")
        data.mkdir()
        clock.write_text("+0", encoding="utf-8")
        with _bot(library, data, clock) as beat:
            _ticks(data, beat)
            for jump in JUMPS:
                clock.write_text(jump, encoding="utf-8")
                waited = _ticks(data, beat)
                print(json.dumps({"clock": jump, "ticks": TICKS, "waited_s": round(waited, 1)}))
                if waited > PATIENCE:
                    return 1
    return 0


@contextmanager
def _bot(library: str, data: Path, clock: Path) -> Iterator[Path]:
    """Run the terminal with nobody typing; yields the file that each tick touches."""
    env = os.environ | {
        "GRADUS_DATA": str(data),
        "GRADUS_CONFIG": str(data / "none.toml"),
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    command = [sys.executable, "-m", "bot"]
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as bot:
        try:
            yield data / "gradus.db.beat"
        finally:
            bot.terminate()


def _ticks(data: Path, beat: Path) -> float:
    """Wait for some ticks and return how many seconds they took, or a little over ``PATIENCE``."""
    began, seen, last = time.monotonic(), 0, -1
    while seen < TICKS:
        left = PATIENCE - (time.monotonic() - began)
        if left <= 0:
            break
        for _ in watch(
            data, rust_timeout=int(left * 1000), yield_on_timeout=True, raise_interrupt=True
        ):
            break
        now = beat.stat().st_mtime_ns if beat.exists() else -1
        seen, last = seen + (now != last), now
    return time.monotonic() - began + (0 if seen >= TICKS else 1)


if __name__ == "__main__":
    sys.exit(main())
