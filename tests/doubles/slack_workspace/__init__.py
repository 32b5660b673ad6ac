"""A Slack workspace on loopback: its Web API and Socket Mode over real HTTP and WebSocket.

Built from Slack's documents, not from our adapter; what they leave open is decided here against the
app. ``Workspace`` is the door; ``python -m tests.doubles.slack_workspace`` serves one by hand.
"""

from tests.doubles.slack_workspace import faults, sight
from tests.doubles.slack_workspace.faults import Fault, Faults
from tests.doubles.slack_workspace.human import Human, NotAcked
from tests.doubles.slack_workspace.state import App, Channel, Message, User, View
from tests.doubles.slack_workspace.workspace import Workspace

__all__ = [
    "App", "Channel", "Fault", "Faults", "Human", "Message", "NotAcked", "User", "View",
    "Workspace", "faults", "sight",
]  # fmt: skip
