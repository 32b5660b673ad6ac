"""A start of the terminal and its memory at rest, beside the imports of what it stands on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.figures import figure, folder, percentile, timed

BARE = (
    "import asyncio, apscheduler.schedulers.asyncio, markdown_it, mdit_py_plugins.front_matter, "
    "platformdirs, prompt_toolkit, pydantic_settings, pylatexenc.latexwalker, rich.syntax, "
    "rich.table, sqlite_utils, typer, tzlocal, watchfiles, yaml"
)
"""What a start imports of other people's, and nothing of ours."""
AT_REST = (
    "{imports}\n"
    "import asyncio, io, os\n"
    "from config import deployment, wiring\n"
    "from tests.bench.starting import memory\n"
    "read, write = os.pipe()\n"
    "async def rest():\n"
    "    running = asyncio.create_task(wiring.run(deployment.Deployment.read(), "
    "os.fdopen(read), io.StringIO()))\n"
    "    await asyncio.sleep(1)\n"
    "    print(memory())\n"
    "    os.close(write)\n"
    "    await running\n"
    "asyncio.run(rest())\n"
)


def measure() -> None:
    """Measure all of it."""
    with folder() as place:
        env = {**os.environ, "GRADUS_DATA": str(place / "data")}
        starting(env)
        resting(env)


def starting(env: dict[str, str]) -> None:
    """Start, first prompt and end of a terminal without input, when it is not the first time."""

    def run(*words: str) -> None:
        subprocess.run(
            [sys.executable, *words],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )

    run("-m", "bot")
    times, floor = [], []
    for _ in range(5):  # in turn, so that both meet the same weather
        times += timed(lambda: run("-m", "bot"), 1)
        floor += timed(lambda: run("-c", BARE), 1)
    figure(
        "start, first prompt, end",
        percentile(times, 0.5),
        "s",
        aim="ratio <= 1.3",
        floor=percentile(floor, 0.5),
        floor_is="the bare imports",
    )


def resting(env: dict[str, str]) -> None:
    """Memory a second after the start, without and with the two SDKs imported."""
    for name, imports, aim in (
        ("memory at rest, terminal only", "", "< 90"),
        ("memory at rest, with both SDKs", "import slack_bolt.async_app, discord", "< 130"),
    ):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", AT_REST.format(imports=imports)],
            env=env,
            capture_output=True,
            check=True,
            text=True,
        )
        figure(name, float(done.stdout), "MB", aim=aim)


def memory() -> float:
    """Return what this process holds of the machine's memory, in MB, where that can be told."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
