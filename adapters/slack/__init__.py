"""Slack: what a message and a form look like there.

Nothing here calls Slack yet; the connection is built upon these pure functions.
"""
