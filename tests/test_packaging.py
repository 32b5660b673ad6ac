"""What is installed, pinned and packed; tests/test_dockerfile.py has the image."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "adapters", "questions", "config")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_nobody_else_installs_a_package_of_this_name(package: str) -> None:
    """Our import names are common words; with a dependency that has one too, files would mix.

    An editable installation names nobody, a real one names us.
    """
    assert set(importlib.metadata.packages_distributions().get(package, ())) <= {"gradus"}


def test_the_command_line_imports_no_platform() -> None:
    """Whoever runs Gradus in a terminal does not wait for Slack's and Discord's libraries."""
    heavy = {"slack_bolt", "slack_sdk", "discord", "holidays"}
    code = f"import sys, config.cli; print(sorted({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("[]\n", "")


# --- lock files -----------------------------------------------------------------------------------


def entries(lock: str) -> list[str]:
    """Return the requirements of a lock file, each on one line, without comments and options."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("--")]


def pins(lock: str) -> dict[str, str]:
    """Return the version a lock file pins for each distribution."""
    found: dict[str, str] = {}
    for entry in entries(lock):
        requirement = Requirement(entry.partition(" --hash")[0])
        found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_host_and_no_folder(lock: str) -> None:
    """It says what to install; where from is the business of whoever installs it."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"--(index-url|extra-index-url|find-links|trusted-host)", text)
    assert not re.search(r"(^|[\s=])(/|~/|[A-Z]:\\)\w", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_a_hash(lock: str) -> None:
    """Nothing that was changed after we looked gets in."""
    assert entries(lock)
    bare = [
        entry
        for entry in entries(lock)
        if not re.match(r"[\w.-]+==[\w.!+-]+ .*--hash=sha256:[0-9a-f]{64}\b", entry)
    ]
    assert bare == []


@pytest.mark.parametrize(
    "lock, wanted",
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependency-groups"]["dev"]),
        ("requirements-build.txt", PROJECT["dependency-groups"]["build"]),
        ("requirements-build.txt", PROJECT["build-system"]["requires"]),
    ],
)
def test_the_locks_hold_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    """If not, `make lock` was forgotten."""
    locked = pins(lock)
    missing = [
        text
        for text in wanted
        if locked.get(canonicalize_name(Requirement(text).name), "0")
        not in Requirement(text).specifier
    ]
    assert missing == []


def test_development_runs_on_what_is_shipped() -> None:
    """The tests see the very versions that users get."""
    runtime = pins("requirements.txt")
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in runtime} == runtime


def test_pysqlite3_is_never_built_from_source() -> None:
    """Building it needs a compiler and SQLite's sources; it comes as a wheel or not at all."""
    for lock in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
        assert "--only-binary pysqlite3" in lines


# --- licences -------------------------------------------------------------------------------------


def closure(*names: str) -> set[str]:
    """Return the distributions these need at run time on this machine, themselves included."""
    found: set[tuple[str, str]] = set()
    waiting = [(name, "") for name in names]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        for text in importlib.metadata.requires(name) or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(requirement.name)
                waiting += [(needed, wanted) for wanted in ("", *requirement.extras)]
    return {name for name, _ in found}


READ_BY_HAND = {"pysqlite3": "Zlib"}
"""Distributions whose metadata is silent, with the licence that we found in their LICENSE file."""


def licence(name: str) -> str:
    """Return what a distribution says its licence is.

    Its `License-Expression` (the one with a defined meaning) counts alone where there is one. Else
    its licence classifiers do. Else the first line of the free-text `License`: some put the whole
    licence there, and its later lines may name other licences.
    """
    metadata = importlib.metadata.metadata(name)
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classifiers = metadata.get_all("Classifier") or []
    if said := [text for text in classifiers if text.startswith("License ::")]:
        return "; ".join(said)
    if "License" in metadata:
        return metadata["License"].strip().partition("\n")[0]
    return READ_BY_HAND.get(name, "")


def is_copyleft(text: str) -> bool:
    """Return whether a licence is one of the GNU family's: GPL, LGPL or AGPL, any version."""
    return bool(re.search(r"GPL|General Public Licen[sc]e", text))


@pytest.mark.parametrize(
    "text",
    [
        "GPL-3.0-or-later",
        "MIT AND LGPL-2.1-only",
        "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)",
        "License :: OSI Approved :: GNU Affero General Public License v3",
    ],
)
def test_the_gnu_licences_are_recognised(text: str) -> None:
    """The next check can fail."""
    assert is_copyleft(text)


def test_nothing_we_need_at_run_time_is_gpl_or_lgpl() -> None:
    """And everything says what it is. What only developers install may be."""
    needed = closure("gradus")
    assert {"slack-bolt", "discord-py", "aiohttp", "tzlocal"} <= needed, "the closure is too small"
    licences = {name: licence(name) for name in needed}
    assert [name for name, text in licences.items() if not text] == []
    assert {name: text for name, text in licences.items() if is_copyleft(text)} == {}


# --- the wheel ------------------------------------------------------------------------------------


def test_the_wheel_holds_the_packages_with_their_question_bank(tmp_path: Path) -> None:
    """Every file below the four packages, our two licences, and nothing else."""
    here = [sys.executable, "-m", "uv", "build", "--quiet", "--python", sys.executable, "--offline"]
    subprocess.run(
        [*here, "--wheel", "--no-build-isolation", "--out-dir", tmp_path, ROOT], check=True
    )
    (wheel,) = tmp_path.glob("gradus-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert held >= ours
    assert {"questions/sources.yaml", "questions/syllabus.md", "config/cli.py"} <= ours
    assert any(path.startswith("questions/bank/") and path.endswith(".md") for path in ours)
    others = {path for path in held - ours if not path.endswith("/")}
    info = f"gradus-{PROJECT['project']['version']}.dist-info/"
    assert {path for path in others if not path.startswith(info)} == set()
    assert {info + "licenses/LICENSE", info + "licenses/questions/LICENSE"} <= others
