"""Real kills: a real process on a real file is killed with ``kill -9`` again and again.

``python -m tests.killing --kills 20000`` runs it for as long as you like. ``loop`` is the killer,
``life`` what it kills, ``world`` what a chat platform must bring so that a bot on it can be killed.
"""
