"""Discord: what a message looks like there.

Nothing here calls Discord yet; the connection is built upon these pure functions.
"""
