"""``python -m tests.bench [SUBJECT …] [--json]``: measures every subject, or those named."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
from types import ModuleType

import tests.bench
from tests.bench import figures


def subjects() -> dict[str, ModuleType]:
    """Return the modules that measure something, by name."""
    names = [each.name for each in pkgutil.iter_modules(tests.bench.__path__)]
    modules = {
        name: importlib.import_module(f"tests.bench.{name}") for name in names if name != "__main__"
    }
    return {name: module for name, module in modules.items() if hasattr(module, "measure")}


def main() -> None:
    known = subjects()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(known))
    parser.add_argument("--json", action="store_true", help="only the lines of JSON, no table")
    given = parser.parse_args()
    for name in given.subjects:
        if name not in known:
            parser.error(f"there is no subject {name!r}; there are: {', '.join(known)}")
    for name in given.subjects or known:
        known[name].measure()
    if not given.json:
        print()
        for line in figures.table(figures.taken):
            print(line)
        load, processors = os.getloadavg()[0], os.cpu_count()
        print(f"\nLoad {load:.1f} on {processors} processors: above 1 others were measured too.")


if __name__ == "__main__":
    main()
