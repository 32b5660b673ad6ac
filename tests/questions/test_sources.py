"""``sources.yaml`` and ``syllabus.md``: what they hold, and what is refused."""

import pytest

from bot.errors import BadQuestionFile
from bot.model import Level, Source
from questions.sources import Work, cite, free_text, read_works, written
from questions.syllabus import Subject, read_syllabus

ADAM = """\
kingma-2015:
  title: "Adam: A Method for Stochastic Optimization"
  authors: [Diederik P. Kingma, Jimmy Ba]
  year: 2015
  address: "arXiv:1412.6980"
"""


def test_a_work() -> None:
    assert read_works(ADAM, "sources.yaml") == {
        "kingma-2015": Work(
            "kingma-2015",
            "Adam: A Method for Stochastic Optimization",
            ("Diederik P. Kingma", "Jimmy Ba"),
            "2015",
            "arXiv:1412.6980",
        )
    }


@pytest.mark.parametrize(
    "authors, short",
    [
        ("Andrej Karpathy", "Karpathy 2015"),
        ("Diederik P. Kingma, Jimmy Ba", "Kingma & Ba 2015"),
        ("Ashish Vaswani, Noam Shazeer, Niki Parmar", "Vaswani et al. 2015"),
        ("Michiel de Jong", "de Jong 2015"),
        ("Laurens van der Maaten, Geoffrey Hinton", "van der Maaten & Hinton 2015"),
    ],
)
def test_how_a_work_is_cited(authors: str, short: str) -> None:
    works = read_works(ADAM.replace("Diederik P. Kingma, Jimmy Ba", authors), "sources.yaml")

    assert cite("kingma-2015 §3", works) == Source(f"{short}, §3", "arXiv:1412.6980")
    assert cite("kingma-2015", works) == Source(short, "arXiv:1412.6980")
    assert cite("kingma-2016 §3", works) is None


@pytest.mark.parametrize(
    "source",
    [
        Source("Kingma & Ba 2015, §3", "arXiv:1412.6980"),
        Source("https://example.org/a", "https://example.org/a"),
        Source("Ng 2018, chapter 5"),
        Source("Hastie et al. 2009, §7.10.2", "doi:10.1007/978-0-387-84858-7"),
        Source("A book", "ISBN 978-0-262-03561-3"),
    ],
)
def test_free_text_keeps_the_address_apart(source: Source) -> None:
    assert free_text(written(source)) == source


@pytest.mark.parametrize(
    "old, new, message",
    [
        (
            "kingma-2015:",
            "Adam:",
            'line 1: "Adam" is not a key. Write author-year, such as kingma-2015.',
        ),
        (
            "  year: 2015",
            "  yaer: 2015",
            'line 4: a work has no "yaer". It has title, authors, year, address. Nearest: "year".',
        ),
        ("  year: 2015\n", "", "line 1: kingma-2015 has no year. Add it, as text."),
        ("year: 2015", "year: '15", "line 4: this cannot be read as key: value."),
        ("year: 2015", 'year: "15"', 'line 4: "15" is not a year of four digits.'),
        (
            "[Diederik P. Kingma, Jimmy Ba]",
            "Kingma",
            "line 1: kingma-2015 has no list of authors. Write authors: [First Last, …].",
        ),
        (
            "arXiv:1412.6980",
            "the arXiv",
            'line 5: "the arXiv" is no address. Write arXiv:…, doi:…, ISBN … or https://….',
        ),
        ("  year: 2015", "  title: Adam", "line 4: title is given twice, first on line 2."),
        (ADAM, "kingma-2015: Adam\n", "line 1: kingma-2015 has no title, authors, year, address."),
    ],
)
def test_a_wrong_list_of_works_is_refused(old: str, new: str, message: str) -> None:
    assert old in ADAM
    with pytest.raises(BadQuestionFile) as refusal:
        read_works(ADAM.replace(old, new), "sources.yaml")

    assert str(refusal.value).startswith(f"sources.yaml, {message}")


def test_the_syllabus() -> None:
    text = "# Syllabus\n\nWords.\n\n### Losses\n\n- `mse-loss` | mean squared error | beginner\n"

    assert read_syllabus(text, "syllabus.md") == (
        Subject("mse-loss", "mean squared error", Level.BEGINNER, "Losses"),
    )


@pytest.mark.parametrize(
    "line, message",
    [
        (
            "- mse | error | beginner",
            "line 3: write - `slug` | subject | level, with beginner, intermediate, advanced.",
        ),
        (
            "- `mse` | error | hard",
            "line 3: write - `slug` | subject | level, with beginner, intermediate, advanced.",
        ),
        ("- `a` | again | beginner", "line 3: the slug a is used twice. Rename one."),
    ],
)
def test_a_wrong_syllabus_is_refused(line: str, message: str) -> None:
    with pytest.raises(BadQuestionFile) as refusal:
        read_syllabus(f"# S\n- `a` | b | beginner\n{line}\n", "syllabus.md")

    assert str(refusal.value) == f"syllabus.md, {message}"
