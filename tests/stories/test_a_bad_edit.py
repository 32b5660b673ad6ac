"""An admin saves the settings with two mistakes in them while the bot runs.

The only story with a real process: the file, the signal and the watching are its subject.
"""

import re
import signal

from inline_snapshot import snapshot

from tests.config.conftest import SETTINGS, Home


def test_a_bad_edit_changes_nothing_and_is_told(home: Home) -> None:
    """Every mistake is named with its line, the old settings go on, and the repair is taken."""
    with home.starts() as gradus:
        gradus.sees("In the thread:")
        gradus.types("/admin plan 2")
        gradus.sees("Only pins are fixed.")
        home.settings.write_text(f'{SETTINGS}topics = {{ trainning = 1 }}\ntime = "25:00"\n')
        gradus.signal(signal.SIGHUP)
        gradus.sees("was not applied")
        told = gradus.sees("lists the same.")
        assert re.sub(r"\b[0-2]\d:\d\d\b", "HH:MM", told) == snapshot("""\
. The settings of HH:MM stay in
  force. Two mistakes:

  > line 6, defaults.topics: "trainning" is not in your banks. Nearest:
  > "training".
  > line 7, defaults.time: "HH:MM" is not a time of day. Write "HH:MM".

  Save the corrected file; I read it within five seconds. `gradus config check`
  lists the same.\
""")
        gradus.types("/topics", "/next", "B", "sure")
        assert "00:00" in gradus.sees("Your answer, B, is right.")
        home.settings.write_text(f'{SETTINGS}time = "06:30"\n')
        gradus.signal(signal.SIGHUP)
        for number in range(500):  # until the file was read again
            gradus.types("/next", f"round {number}")
            if "06:30" in gradus.sees(f"round {number}\n"):
                return
        raise AssertionError("the repaired settings were not taken")
