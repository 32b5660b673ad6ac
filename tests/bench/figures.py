"""One figure, how it is printed, and how times are taken; not what is measured."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, with what it is to be compared with."""

    name: str
    value: float
    unit: str
    aim: str = ""
    """Such as ``< 90`` or, of the ratio, ``ratio <= 1.3``; empty: none was set."""
    floor: float | None = None
    """The same work without us, in the same unit, taken in the same run."""
    floor_is: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure over its floor."""
        return None if self.floor is None else self.value / self.floor

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; ``None``: there is none."""
        if not self.aim:
            return None
        *what, sign, bound = self.aim.split()
        found = self.ratio if what else self.value
        if found is None:
            raise ValueError(f"{self.name}: a ratio needs a floor")
        return {
            "<": found < float(bound),
            "<=": found <= float(bound),
            ">=": found >= float(bound),
        }[sign]

    def line(self) -> str:
        """Return the figure as a line of JSON."""
        row: dict[str, object] = {"figure": self.name, "value": short(self.value)}
        row["unit"] = self.unit
        if self.floor is not None and self.ratio is not None:
            row |= {"floor": short(self.floor), "floor_is": self.floor_is}
            row["ratio"] = short(self.ratio)
        if self.aim:
            row |= {"aim": self.aim, "reached": self.reached}
        return json.dumps(row)


taken: list[Figure] = []
"""The figures of this run, in order."""


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    aim: str = "",
    floor: float | None = None,
    floor_is: str = "",
) -> None:
    """Note a figure and print its line of JSON."""
    taken.append(Figure(name, value, unit, aim, floor, floor_is))
    print(taken[-1].line(), flush=True)


def table(figures: list[Figure]) -> Iterator[str]:
    """Yield the lines of a table for people."""
    yield f"{'':44} {'figure':>12} {'floor':>12} {'ratio':>8}  aim"
    for one in figures:
        floor = f"{short(one.floor):g}" if one.floor is not None else ""
        ratio = f"{short(one.ratio):g}" if one.ratio is not None else ""
        aim = {None: "", True: f"{one.aim}  reached", False: f"{one.aim}  MISSED"}[one.reached]
        value = f"{short(one.value):g} {one.unit}"
        yield f"{one.name:44} {value:>12} {floor:>12} {ratio:>8}  {aim}".rstrip()


def short(number: float) -> float:
    """Return a number with the three digits that can be told apart, or all of a large one."""
    return round(number) if number >= 1000 else float(f"{number:.3g}")


def percentile(times: list[float], share: float) -> float:
    """Return the value below which a share of the times lies."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Return how long each of several runs took, in seconds."""
    out = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        out.append(time.perf_counter() - began)
    return out


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk the checkout is on, so that a flush costs what it costs there."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as name:
        yield Path(name)
