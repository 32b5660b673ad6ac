"""What importing, comparing and finding questions cost on collections larger than any we know."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from adapters.sqlite import schema
from adapters.sqlite.records import SqliteRecords
from bot.model import QuestionId
from questions.duplicates import Asked, duplicates
from questions.files import Library, read_bank
from questions.importing import importer
from tests.bench.figures import figure, folder, percentile

MEGABYTES = 20
COMPARED = 5_000
SEARCHED = 100_000


def measure() -> None:
    """Measure an import of 20 MB, a comparison of 5,000 questions, a search among 100,000."""
    importing()
    comparing()
    searching()


def document(megabytes: int) -> Iterator[str]:
    """Yield the shipped bank's questions as one long Markdown page, over and over."""
    questions = read_bank(trusted=True).questions
    size = number = 0
    while size < megabytes * 1_000_000:
        for question in questions:
            number += 1
            lines = [question.prompt, *(f"- {option.text}" for option in question.options)]
            prompt = " ".join(" ".join(lines).split())[:200]
            text = f"### Q{number}: {prompt}\n\nAnswer:\n\n{question.answer}\n\n"
            size += len(text.encode())
            yield text


def imported(path: Path) -> None:
    """Read one document as a dry run does, and print the seconds and the peak of memory in MB."""
    import resource

    began = time.perf_counter()
    report = importer.run(importer.Wanted([path], path.parent / "bank", dry_run=True), Library())
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([len(report.plan.steps), took, peak]))


def importing() -> None:
    """An import of a large page, in a process of its own because of its memory."""
    with folder() as place:
        path = place / "page.md"
        path.write_text("# Questions\n\n" + "".join(document(MEGABYTES)), encoding="utf-8")
        megabytes = path.stat().st_size / 1_000_000
        command = [sys.executable, "-m", "tests.bench.documents", str(path)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count, took, peak = json.loads(said)
    figure(f"import of {megabytes:.0f} MB, {count:,.0f} questions", megabytes / took, "MB/s")
    figure("memory of that import at its peak", peak, "MB")


def wordings(count: int) -> list[Asked]:
    """Return questions made of words that are used as often as words are, some asked twice."""
    draw = random.Random(8)
    subjects = [f"subject{n}" for n in range(count // 3)]
    frames = ("What is {}?", "How does {} work?", "Explain {}.", "Why is {} used with {}?")
    out = []
    for n in range(count):
        chosen = [" ".join(draw.choices(subjects, k=2)) for _ in range(2)]
        out.append(Asked(f"q{n}", frames[n % len(frames)].format(*chosen)))
        if n % 20 == 0 and out:
            out[-1] = Asked(f"q{n}", draw.choice(out).text.replace("What is", "Define"))
    return out


def comparing() -> None:
    """Duplicates among 5,000 questions: invented ones, and the bank's own words ten times over."""
    invented = wordings(COMPARED)
    bank = [question.prompt for question in read_bank(trusted=True).questions]
    again = [Asked(f"b{n}", f"{bank[n % len(bank)]} {n // len(bank)}") for n in range(COMPARED)]
    for name, questions in (("invented", invented), ("the bank's, repeated", again)):
        began = time.perf_counter()
        duplicates(questions, related=False)
        took = time.perf_counter() - began
        figure(f"dedupe of {COMPARED:,} questions, {name}", took, "s", aim="< 5")


def searching() -> None:
    """Searches of one to three words among 100,000 questions."""
    bank = read_bank(trusted=True).questions
    draw = random.Random(8)
    vocabulary = sorted({word for question in bank for word in question.prompt.split()})
    questions = [
        replace(
            bank[n % len(bank)],
            id=QuestionId(f"t{n % 50}/q{n}"),
            prompt=" ".join(draw.choices(vocabulary, k=30)),
            options=(),
        )
        for n in range(SEARCHED)
    ]
    with closing(Database(memory=True, execute_plugins=False)) as db:
        schema.migrations.apply(db)
        records = SqliteRecords(db)
        records.reindex(questions)
        words = [" ".join(draw.choices(vocabulary, k=1 + n % 3)) for n in range(300)]
        times = []
        for each in words:
            began = time.perf_counter()
            records.search(each, 20)
            times.append(time.perf_counter() - began)
    for share, aim in ((0.5, ""), (0.99, "< 5")):
        milliseconds = percentile(times, share) * 1000
        figure(f"search of {SEARCHED:,} questions, p{share * 100:g}", milliseconds, "ms", aim=aim)


if __name__ == "__main__":
    imported(Path(sys.argv[1]))
