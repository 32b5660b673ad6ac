"""The image without Docker: the Dockerfile's own COPY, RUN and ENV lines, in an empty folder.

Paths in the first stage are relative to its WORKDIR, so that another folder can stand in for it.
What this cannot show: that the base image exists, that user 10001 may read everything, HEALTHCHECK.
Packages come from the registry or from the installers' caches, as they would in a build.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUR_OWN = ("PYTHON", "VIRTUAL_ENV", "COV", "GRADUS")
"""Variables that would lead the image's commands into the tests' environment begin like this."""


def stages(text: str) -> list[list[tuple[str, str]]]:
    """Return a Dockerfile's stages, each a list of instructions: their name and the rest."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[tuple[str, str]]] = []
    for line in filter(str.strip, text.splitlines()):
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest.strip()))
    return found


BUILD, FINAL = stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def said(stage: list[tuple[str, str]], name: str) -> list[str]:
    """Return what a stage says in the instructions of one name."""
    return [rest for instruction, rest in stage if instruction == name]


def test_a_dockerfile_is_read_line_by_line() -> None:
    """Comments go, continued lines are joined, stages are told apart."""
    text = "FROM a AS b\n# no\nRUN x \\\n    y\nFROM c\nCMD z\n"
    assert stages(text) == [
        [("FROM", "a AS b"), ("RUN", "x      y")],
        [("FROM", "c"), ("CMD", "z")],
    ]


def test_what_runs_is_a_numeric_user_with_one_folder_of_its_own() -> None:
    """The promises of the last stage that its text can show."""
    assert said(FINAL, "USER") == ["10001:10001"]
    assert said(FINAL, "VOLUME") == ["/data"]
    assert said(FINAL, "COPY") == ["--from=build /build/gradus /opt/gradus"]
    assert said(FINAL, "STOPSIGNAL") == ["SIGTERM"]
    assert said(FINAL, "ENTRYPOINT") == ['["gradus"]']
    assert {
        line.rpartition(":")[2] for line in said(BUILD, "FROM") + said(FINAL, "FROM")
    }.isdisjoint({"latest", ""})


def environment(stage: list[tuple[str, str]], places: dict[str, Path]) -> dict[str, str]:
    """Return what a stage sets, with the folders of the image replaced by others."""
    found = {}
    for pair in " ".join(said(stage, "ENV")).split():
        name, _, value = pair.partition("=")
        for place, folder in places.items():
            value = re.sub(rf"(?<![\w/]){place}(?![\w-])", str(folder), value)
        found[name] = value.replace(":$PATH", f":{os.defpath}")
    return found


def built(folder: Path) -> Path:
    """Carry out the first stage in an empty folder; return what the last stage copies from it."""
    assert said(BUILD, "WORKDIR") == ["/build"]
    # The commands see a bare Python and none of the tools this test runs among, but do keep what
    # leads the installers to their registry and their caches.
    binaries = folder.parent / "bin"
    binaries.mkdir()
    (binaries / "python").symlink_to(Path(sys.executable).resolve())
    env = {name: os.environ[name] for name in os.environ if not name.startswith(OUR_OWN)}
    env["PATH"] = f"{binaries}:{os.defpath}"
    for instruction, rest in BUILD:
        if instruction == "COPY":
            *sources, target = rest.split()
            for source in sources:
                if (ROOT / source).is_dir():
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(ROOT / source, folder / target, ignore=ignored)
                else:
                    shutil.copy(ROOT / source, folder / target)
        elif instruction == "RUN":
            assert not re.search(r"(^|\s|=)/", rest), "a path in the first stage must be relative"
            run = subprocess.run(
                ["/bin/sh", "-c", rest],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, f"{rest}\n{run.stdout}{run.stderr}"
    return folder / "gradus"


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of everything in a folder."""
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def test_the_image_starts_with_all_but_data_read_only(tmp_path: Path) -> None:
    """Build, move, forbid writing, start: the help, and a terminal whose input ends at once.

    Root may write wherever it likes, so the folder is also compared with what it was before.
    """
    (tmp_path / "build").mkdir()
    program, data = tmp_path / "opt/gradus", tmp_path / "data"
    data.mkdir(mode=0o700)
    shutil.copytree(built(tmp_path / "build"), program, symlinks=True)
    shutil.rmtree(tmp_path / "build")
    for path in (program, *program.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o555)
    before = contents(program)
    env = environment(FINAL, {"/opt/gradus": program, "/data": data})
    try:
        for arguments in (["--help"], []):
            run = subprocess.run(
                [program / "bin/gradus", *arguments],
                cwd=data,
                env=env,
                input="",
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert run.returncode == 0, run.stdout + run.stderr
            assert "Traceback" not in run.stderr
        assert contents(program) == before
    finally:
        for path in (program, *program.rglob("*")):  # or pytest could not remove it
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
