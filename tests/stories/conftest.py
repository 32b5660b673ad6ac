"""A real deployment in a folder of its own, for the stories in which its files are edited."""

from tests.config.conftest import home, nursery

__all__ = ["home", "nursery"]
