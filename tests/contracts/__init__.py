"""Suites that every implementation of a port passes; each suite is written once."""
