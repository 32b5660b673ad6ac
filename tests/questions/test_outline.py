"""The shipped bank is read without the Markdown parser at a start, and gives the same questions."""

from __future__ import annotations

import pytest

from questions.files import read_bank
from questions.format import parse

TRICKY = """\
---
title: Which one
kind: choice
level: beginner
source: [A book]
author: Gradus contributors
licence: CC-BY-4.0
---
A list in a prompt:

- one
- two

```python
## Answer
- [x] not an option
```

## Choices
- [ ] The first, which goes on
  over a second line

  Because of this:

  ```text
  - not an item
  ## Not a heading

  ```

  - nested
- [x] The second

## Answer
1. One.

   And more.
2. Two.

### A heading of one's own

| a | b |
|---|---|
| 1 | 2 |

## Hints
1. Mild
2. Not so mild
   - with a list at once
10. The last
"""


def test_the_whole_bank_reads_alike_with_and_without_the_parser() -> None:
    quick, thorough = read_bank(trusted=True), read_bank(trusted=False)
    assert quick.problems == thorough.problems == ()
    assert quick.questions == thorough.questions


def test_so_does_what_the_bank_does_not_have() -> None:
    assert parse(TRICKY, "a/b", own=True, sound=True) == parse(TRICKY, "a/b", own=True)


@pytest.mark.parametrize("line", ["~~~", "````", "   ```"])
def test_a_fence_ends_at_its_own_mark(line: str) -> None:
    block = f"{line}\n```\n## Answer\n{line}\n" if line != "   ```" else f"{line}\n## Answer\n```\n"
    text = TRICKY.replace("A list in a prompt:\n", f"A fence:\n\n{block}\nA list:\n")
    assert parse(text, "a/b", own=True, sound=True) == parse(text, "a/b", own=True)
