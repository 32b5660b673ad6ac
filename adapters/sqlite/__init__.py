"""The store in a file: all SQL of the product, and the thread that writes; it decides nothing."""

from adapters.sqlite.store import SqliteReader, SqliteStore, append_errand, open_reader

__all__ = ["SqliteReader", "SqliteStore", "append_errand", "open_reader"]
