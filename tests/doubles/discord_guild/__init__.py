"""A fake Discord: REST and gateway over real HTTP and WebSocket, and people who use it.

It is right by Discord's documents, not by our adapter: it keeps what Discord would keep, refuses
what Discord would refuse, and fails where a test wants it to.
"""

from tests.doubles.discord_guild.people import Visitor
from tests.doubles.discord_guild.permissions import May
from tests.doubles.discord_guild.server import FakeDiscord
from tests.doubles.discord_guild.state import Rules

__all__ = ["FakeDiscord", "May", "Rules", "Visitor"]
