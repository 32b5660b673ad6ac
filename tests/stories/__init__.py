"""Stories: what Gradus does, told as conversations. Read these first.

Each file is a theme, each test a scene: somebody does something, time passes, and we look at what
the channel, the thread or one person now shows. Nothing is patched and nothing sleeps; the clock is
moved by hand (``house.go("15:30")``), and the chat platform is the scribe, who writes everything
down. ``test_a_day`` shows one day with each kind of question; go on from there as you like.

What is in ``snapshot(…)`` is what a member really reads, word for word. When you change a wording,
run ``pytest tests/stories --inline-snapshot=fix`` and read the difference as a member would.
"""
