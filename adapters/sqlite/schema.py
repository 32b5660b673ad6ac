"""The tables, as migrations, oldest first; nothing here reads or writes a row of the bot's.

Instants are microseconds since 1970 in UTC, days ISO text, values JSON (``codec``), booleans 0 or
1. Each query of ``Records`` is a lookup in one of these indexes; a test reads their plans.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from adapters.sqlite import refusals

migrations = Migrations("gradus")

SCHEMA = 5
"""The number of migrations below: what ``schema_version`` says once all are applied."""

FIRST = (
    # What the store knows of itself, and small facts it is asked to remember.
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # Channels
    """CREATE TABLE channel (
        id TEXT PRIMARY KEY,
        settings TEXT NOT NULL,
        since INTEGER NOT NULL,
        last_date TEXT,
        next_date TEXT,
        next_at INTEGER,
        paused_from INTEGER,
        paused_until INTEGER,
        skips TEXT NOT NULL,
        cycle INTEGER NOT NULL,
        mix_from INTEGER NOT NULL,
        sent INTEGER NOT NULL,
        active INTEGER NOT NULL CHECK (active IN (0, 1))
    ) STRICT""",
    """CREATE INDEX channel_due ON channel (next_at, id)
        WHERE active = 1 AND next_at IS NOT NULL""",
    # How often each stratum was asked since the mix last changed: the rounds with counted = 1.
    """CREATE TABLE tally (
        channel TEXT NOT NULL,
        topic TEXT NOT NULL,
        level TEXT NOT NULL,
        kind TEXT NOT NULL,
        count INTEGER NOT NULL CHECK (count >= 0),
        PRIMARY KEY (channel, topic, level, kind)
    ) STRICT, WITHOUT ROWID""",
    # Rounds. A question's copy is kept once, however many rounds asked that very text.
    "CREATE TABLE copy (hash TEXT PRIMARY KEY, question TEXT NOT NULL) STRICT",
    """CREATE TABLE round (
        id TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        platform TEXT NOT NULL,
        local_date TEXT NOT NULL,
        turn INTEGER NOT NULL CHECK (turn >= 1),
        state TEXT NOT NULL CHECK (state IN (
            'planned', 'sending', 'open', 'closed', 'revealed', 'missed', 'withdrawn')),
        key TEXT NOT NULL UNIQUE,
        due_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        copy TEXT REFERENCES copy (hash),
        number INTEGER NOT NULL,
        late INTEGER NOT NULL CHECK (late IN (0, 1)),
        opened_at INTEGER,
        reveal_at INTEGER,
        closed_at INTEGER,
        revealed_at INTEGER,
        post TEXT,
        thread TEXT,
        reason TEXT NOT NULL,
        cycle INTEGER NOT NULL,
        stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
        edited_at INTEGER,
        asked TEXT,    -- the question's id, while the round counts as having asked it
        topic TEXT,    -- its stratum then
        level TEXT,
        kind TEXT,
        counted INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1)),    -- in the tally
        UNIQUE (channel, local_date, turn),
        CHECK (copy IS NOT NULL OR state = 'missed'),
        CHECK (asked IS NULL OR state <> 'missed'),
        CHECK ((asked IS NULL) = (topic IS NULL)
            AND (asked IS NULL) = (level IS NULL)
            AND (asked IS NULL) = (kind IS NULL)),
        CHECK (counted = 0 OR asked IS NOT NULL)
    ) STRICT""",
    """CREATE INDEX round_unfinished ON round (channel, local_date, turn)
        WHERE state IN ('planned', 'sending', 'open', 'closed')""",
    """CREATE INDEX round_standing ON round (channel, local_date, turn)
        WHERE state IN ('sending', 'open', 'closed')""",
    """CREATE INDEX round_reveal ON round (platform, reveal_at, id)
        WHERE state = 'open' AND reveal_at IS NOT NULL""",
    """CREATE INDEX round_stale ON round (platform, coalesce(edited_at, 0), id)
        WHERE stale = 1 AND post IS NOT NULL""",
    """CREATE INDEX round_asked ON round (channel, asked, local_date, turn, cycle)
        WHERE asked IS NOT NULL""",
    """CREATE INDEX round_stratum ON round (channel, topic, level, kind, local_date, turn, asked)
        WHERE asked IS NOT NULL""",
    "CREATE INDEX round_counted ON round (channel) WHERE counted = 1",
    # Deliveries
    """CREATE TABLE delivery (
        id TEXT PRIMARY KEY,
        round TEXT NOT NULL REFERENCES round (id),
        channel TEXT NOT NULL,
        platform TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN (
            'question', 'thread', 'reveal', 'announcement', 'recap')),
        part INTEGER NOT NULL CHECK (part >= 1),
        state TEXT NOT NULL CHECK (state IN (
            'planned', 'sending', 'unknown', 'sent', 'expired', 'refused', 'cancelled')),
        key TEXT NOT NULL UNIQUE,
        due_at INTEGER NOT NULL,
        after_id TEXT,
        expires_at INTEGER,
        not_before INTEGER,
        attempt INTEGER NOT NULL CHECK (attempt >= 0),
        first_intent_at INTEGER,
        intent_at INTEGER,
        check_at INTEGER,
        ref TEXT,
        sent_at INTEGER,
        sweep_at INTEGER,
        reason TEXT NOT NULL,
        UNIQUE (round, kind, part),
        CHECK ((state = 'sent') = (ref IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX delivery_planned ON delivery (platform, due_at, id) WHERE state = 'planned'",
    """CREATE INDEX delivery_expiring ON delivery (expires_at, id)
        WHERE state = 'planned' AND expires_at IS NOT NULL""",
    "CREATE INDEX delivery_sending ON delivery (id) WHERE state = 'sending'",
    """CREATE INDEX delivery_unknown ON delivery (platform, check_at, id)
        WHERE state = 'unknown' AND check_at IS NOT NULL""",
    """CREATE INDEX delivery_sweep ON delivery (platform, sweep_at, id)
        WHERE state = 'sent' AND sweep_at IS NOT NULL""",
    """CREATE INDEX delivery_top ON delivery (channel, first_intent_at)
        WHERE part = 1 AND kind IN ('question', 'announcement', 'recap')
            AND first_intent_at IS NOT NULL""",
    "CREATE TABLE payload (delivery TEXT PRIMARY KEY, message TEXT NOT NULL) STRICT",
    """CREATE TABLE breaker (
        scope TEXT PRIMARY KEY,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL,
        why TEXT NOT NULL,
        failures INTEGER NOT NULL
    ) STRICT""",
    # Answers: facts, each with its place among the member's answers in the round.
    """CREATE TABLE answer (
        round TEXT NOT NULL,
        member TEXT NOT NULL,
        place INTEGER NOT NULL,
        at INTEGER NOT NULL,
        said TEXT NOT NULL,
        sure TEXT CHECK (sure IN ('sure', 'think so', 'guess')),
        late INTEGER NOT NULL CHECK (late IN (0, 1)),
        PRIMARY KEY (round, member, place)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER answer_stands BEFORE UPDATE ON answer
        BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END""",
    """CREATE TABLE result (
        round TEXT NOT NULL,
        member TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('right', 'partly', 'wrong', 'open')),
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        helped INTEGER NOT NULL CHECK (helped IN (0, 1)),
        locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
        ticks TEXT,
        PRIMARY KEY (round, member)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE help (
        round TEXT NOT NULL,
        member TEXT NOT NULL,
        place INTEGER NOT NULL,
        what TEXT NOT NULL CHECK (what IN ('hint', 'show')),
        at INTEGER NOT NULL,
        PRIMARY KEY (round, member, place)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE member (
        id TEXT PRIMARY KEY,
        first_seen INTEGER NOT NULL,
        board INTEGER CHECK (board IN (0, 1)),
        asked INTEGER NOT NULL CHECK (asked IN (0, 1))
    ) STRICT""",
    # Admin and inbox
    """CREATE TABLE pin (
        channel TEXT NOT NULL,
        local_date TEXT NOT NULL,
        question TEXT NOT NULL,
        PRIMARY KEY (channel, local_date)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE held (
        question TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        reason TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE inbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('suggestion', 'report', 'wording')),
        at INTEGER NOT NULL,
        member TEXT NOT NULL,
        channel TEXT,
        question TEXT,
        text TEXT NOT NULL,
        status TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX inbox_status ON inbox (status, id)",
    """CREATE TABLE notice (
        id TEXT PRIMARY KEY,
        addressee TEXT NOT NULL,
        platform TEXT NOT NULL,
        at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'refused')),
        not_before INTEGER,
        message TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX notice_planned ON notice (platform, at, id) WHERE state = 'planned'",
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        channel TEXT,
        action TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE errand (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        action TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT""",
    # Search: what a question shows before its answer is out, so that no search gives one away.
    """CREATE VIRTUAL TABLE search USING fts5 (
        id UNINDEXED, title, topic, tags, prompt, options,
        tokenize = 'porter unicode61 remove_diacritics 2')""",
)


@migrations()
def first_tables(db: Database) -> None:
    """Create everything the first release keeps."""
    for statement in FIRST:
        db.execute(statement)


@migrations()
def seen_events(db: Database) -> None:
    """Remember which events of a platform were taken up, so that none is taken up twice."""
    db.execute(
        """CREATE TABLE event (
            platform TEXT NOT NULL,
            id TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (platform, id)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX event_at ON event (at)")


@migrations()
def deleted_words(db: Database) -> None:
    """Let the words of a typed answer be deleted ("…" stands for them), and find the oldest."""
    db.execute("DROP TRIGGER answer_stands")
    db.execute(
        """CREATE TRIGGER answer_stands BEFORE UPDATE ON answer
        WHEN NEW.said <> '[[],"…"]' OR substr(OLD.said, 1, 4) <> '[[],'
            OR (NEW.round, NEW.member, NEW.place, NEW.at, NEW.sure, NEW.late)
            IS NOT (OLD.round, OLD.member, OLD.place, OLD.at, OLD.sure, OLD.late)
        BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END"""
    )
    # Those with words of the member; others have option keys, or nothing.
    db.execute(
        """CREATE INDEX answer_typed ON answer (at)
        WHERE substr(said, 1, 4) = '[[],' AND said NOT IN ('[[],""]', '[[],"…"]')"""
    )


LEARNING = (
    "ALTER TABLE member ADD COLUMN interview TEXT",
    # What is learnt from: one row per finished answer, whatever it was given to.
    """CREATE TABLE attempt (
        member TEXT NOT NULL,
        key TEXT NOT NULL,
        question TEXT NOT NULL,
        topic TEXT NOT NULL,
        level TEXT NOT NULL,
        kind TEXT NOT NULL,
        at INTEGER NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('daily', 'quiz', 'review', 'room')),
        said TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('right', 'partly', 'wrong', 'open')),
        sure TEXT CHECK (sure IN ('sure', 'think so', 'guess')),
        helped INTEGER NOT NULL CHECK (helped IN (0, 1)),
        late INTEGER NOT NULL CHECK (late IN (0, 1)),
        PRIMARY KEY (member, key)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX attempt_question ON attempt (member, question, at, key)",
    """CREATE INDEX attempt_missed ON attempt (question, member, key)
        WHERE kind = 'short' AND verdict = 'wrong'""",
    """CREATE INDEX attempt_typed ON attempt (at)
        WHERE substr(said, 1, 4) = '[[],' AND said NOT IN ('[[],""]', '[[],"…"]')""",
    # What a member knows of a question; version and parameters of what computed it are kept once.
    "CREATE TABLE scheduler (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
    """CREATE TABLE card (
        member TEXT NOT NULL,
        question TEXT NOT NULL,
        topic TEXT NOT NULL,
        level TEXT NOT NULL,
        at INTEGER,
        verdict TEXT CHECK (verdict IN ('right', 'partly', 'wrong', 'open')),
        due INTEGER,
        stability REAL,
        difficulty REAL,
        scheduler INTEGER NOT NULL REFERENCES scheduler (id),
        wanted INTEGER,
        PRIMARY KEY (member, question)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX card_due ON card (member, due) WHERE due IS NOT NULL",
    """CREATE TABLE quiz (
        member TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        value TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX quiz_at ON quiz (at)",
    """CREATE TABLE wording (
        question TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (question, text)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX wording_at ON wording (question, at, text)",
)


@migrations()
def learning(db: Database) -> None:
    """Keep attempts, when questions come back, quizzes under way, and accepted wordings."""
    for statement in LEARNING:
        db.execute(statement)


NUMBERS = (
    "ALTER TABLE member ADD COLUMN away TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE member ADD COLUMN nudge TEXT",
    "ALTER TABLE member ADD COLUMN nudge_zone TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE member ADD COLUMN nudge_at INTEGER",
    "CREATE INDEX member_nudge ON member (nudge_at, id) WHERE nudge_at IS NOT NULL",
    # What daily answers count on a channel's board, by month and, with an empty one, for all time;
    # and whether the member may be shown, as in ``member``.
    """CREATE TABLE score (
        channel TEXT NOT NULL,
        month TEXT NOT NULL,
        member TEXT NOT NULL,
        answered INTEGER NOT NULL CHECK (answered >= 0),
        "right" INTEGER NOT NULL CHECK ("right" BETWEEN 0 AND answered),
        board INTEGER CHECK (board IN (0, 1)),
        PRIMARY KEY (channel, month, member)
    ) STRICT, WITHOUT ROWID""",
    """CREATE INDEX score_top ON score (channel, month, "right" DESC, member, board, answered)""",
    "CREATE INDEX score_member ON score (member)",
    """CREATE INDEX attempt_sure ON attempt (member, at, key)
        WHERE sure = 'sure' AND verdict = 'wrong'""",
    """CREATE INDEX round_posted ON round (channel, local_date, turn, id, state, opened_at)
        WHERE opened_at IS NOT NULL""",
    # What a member may ask to have forgotten.
    "CREATE INDEX answer_member ON answer (member)",
    "CREATE INDEX result_member ON result (member)",
    "CREATE INDEX help_member ON help (member)",
    "CREATE INDEX inbox_member ON inbox (member)",
    "CREATE INDEX notice_addressee ON notice (addressee)",
)


@migrations()
def numbers(db: Database) -> None:
    """Keep scores, absences and nudges, and find what belongs to a member."""
    for statement in NUMBERS:
        db.execute(statement)


def version(db: Database) -> int | None:
    """Return the schema of an existing database, ``None`` for one without any table.

    Raises ``refusals.Foreign`` when its tables are not ours.
    """
    rows = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    tables = {row[0] for row in rows}
    if not tables:
        return None
    if "meta" in tables:
        row = db.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
        if row is not None and isinstance(row[0], int):
            return row[0]
    raise refusals.Foreign(path=path_of(db))


def path_of(db: Database) -> str:
    """Return where a database's file is."""
    return str(db.execute("PRAGMA database_list").fetchone()[2])


def migrate(db: Database, *, secret: bytes, seed: bytes) -> None:
    """Bring a database up to date, and seed a new one, in one transaction.

    ``secret`` and ``seed`` are 32 random bytes each, kept only when there are none yet. Any number
    of processes may do this at once. Raises ``refusals.Newer`` and changes nothing when the
    database is newer than this code.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        found = version(db)
        if found is not None and found > SCHEMA:
            raise refusals.Newer(path=path_of(db), found=found, known=SCHEMA)
        migrations.apply(db)
        db.execute("INSERT OR IGNORE INTO meta VALUES ('secret', ?), ('seed', ?)", (secret, seed))
        db.execute("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)", (SCHEMA,))
        db.execute("COMMIT")
    finally:
        if db.conn.in_transaction:
            db.execute("ROLLBACK")
