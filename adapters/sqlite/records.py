"""``SqliteRecords``: every table of the store inside one transaction, put together from its parts.

It never begins or commits; ``store.py`` does.
"""

from __future__ import annotations

from adapters.sqlite.channels import ChannelRows
from adapters.sqlite.deliveries import DeliveryRows
from adapters.sqlite.desk import DeskRows
from adapters.sqlite.numbers import NumberRows
from adapters.sqlite.rounds import RoundRows


class SqliteRecords(ChannelRows, RoundRows, DeliveryRows, NumberRows, DeskRows):
    """``bot.ports.Records`` on one SQLite connection; of use only inside a transaction."""
