"""A bank's own rules: ``bank.toml`` in its folder, beside the topics.

The one rule there is: ``rubrics = "optional"`` lets open questions be ready without a rubric. Then
their answers are shown, and nobody ticks what they said.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from bot.errors import BadQuestionFile

FILE = "bank.toml"
_ALLOWED = {"optional": False, "required": True}


def rubrics_needed(bank: Path) -> bool:
    """Tell whether a bank's open questions need a rubric to be ready; they do unless it says no.

    Raises:
        BadQuestionFile: Its rules cannot be read, or say something else.
    """
    path = bank / FILE
    try:
        rules = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        raise BadQuestionFile(str(path), 1, f"this cannot be read: {error.strerror}.") from None
    except (ValueError, UnicodeDecodeError):
        raise BadQuestionFile(str(path), 1, 'write rubrics = "optional", or delete it.') from None
    said = str(rules.get("rubrics", "required"))
    if rules.keys() - {"rubrics"} or said not in _ALLOWED:
        raise BadQuestionFile(
            str(path), 1, 'the only rule is rubrics = "optional" or "required". Correct it.'
        )
    return _ALLOWED[said]
