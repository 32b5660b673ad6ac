"""Full-text search over questions without a store: the same index, in memory, for one question."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from adapters.sqlite import schema
from adapters.sqlite.records import SqliteRecords
from bot.model import Question, QuestionId


def find(questions: Sequence[Question], words: str, limit: int) -> Sequence[QuestionId]:
    """Return the best matching questions, best first; any text is a valid query."""
    db = Database(memory=True, execute_plugins=False)
    try:
        schema.migrations.apply(db)
        records = SqliteRecords(db)
        records.reindex(questions)
        return records.search(words, limit)
    finally:
        db.close()
