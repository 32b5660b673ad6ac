"""Before anything was asked: the bot says so, and when the first question comes."""

from inline_snapshot import snapshot

from bot.model import ChannelId
from tests.doubles.house import House
from tests.doubles.person import ScribePerson


async def test_nothing_is_open_yet(ada: ScribePerson) -> None:
    """Asking for today's question before the first names the day of the first."""
    await ada.commands("today")
    await ada.commands("answer B")
    await ada.commands("next")
    await ada.commands("history")
    assert ada.sees() == snapshot("""\
No question has been asked here yet. The first comes Mon 23 Nov 09:30.

No question has been asked here yet. The first comes Mon 23 Nov 09:30.

Next question: Mon 23 Nov 09:30.
[Five-question quiz]

No question has been asked here yet.\
""")


async def test_what_can_be_asked(ada: ScribePerson, admin: ScribePerson) -> None:
    """``help`` lists the words; an admin learns where theirs are."""
    await ada.commands("help")
    await admin.commands("admin help")
    assert ada.sees() == snapshot("""\
What you can ask:
    /today                                 today's question again
    /answer TEXT                           answer it in your own words
    /hint                                  the next hint, in private
    /show [yes]                            the solution now, in private
    /result                                how you did in the latest question
    /tick POINTS|none                      the rubric points you made
    /quiz [TOPIC LEVEL NUMBER]             a quiz in private: topics, a level and a number, in any order
    /review [NUMBER]                       what you got wrong, when it is due again
    /me [date DATE|away DATES|nudge TIME]  your numbers, and what you set
    /board [month|all|yes|no]              the board; whether you are on it
    /next                                  when the next question comes
    /topics                                what is asked here
    /search WORDS                          search the questions
    /history                               the latest questions and how you did
    /suggest TEXT                          suggest a question
    /report TEXT                           report a mistake in the latest question
    /privacy                               what is kept of you
    /export [csv|json|anki]                your answers to take away
    /forget [yes]                          erase everything kept of you
    /help                                  this list\
""")
    assert admin.sees() == snapshot("""\
For admins:
    /admin status                   how this channel stands
    /admin plan [DAYS]              what will be asked on the coming days
    /admin pin QUESTION DATE        fix a question to a day
    /admin swap [DATE]              ask another question on a planned day
    /admin post                     post today's question now
    /admin reveal                   reveal the open question now
    /admin withdraw REASON          withdraw the current question, with a reason
    /admin pause [until DATE]       ask nothing for a while
    /admin resume                   ask again
    /admin skip DATE[..DATE]        post nothing on these days
    /admin topics [TOPIC=WEIGHT …]  show or set the weights of topics
    /admin setup                    set this channel up, or change how it is set up
    /admin help                     this list\
""")


async def test_topics_and_search(ada: ScribePerson) -> None:
    """Topics are counted; a search shows titles, never answers."""
    await ada.commands("topics")
    await ada.commands("search zero start")
    await ada.commands("search quantum")
    assert ada.sees() == snapshot("""\
Topics asked here:
    optimisation             30 questions

# Found 10 questions
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)
- All weights start at zero (Optimisation, beginner, choice)

Nothing found for:
| quantum\
""")


async def test_a_channel_the_bot_does_not_know(house: House) -> None:
    """Elsewhere the bot says that it asks no questions there."""
    ada = ScribePerson(house, "ada", at=ChannelId("scribe://team/random"))
    await ada.commands("today")
    assert ada.sees() == snapshot(
        "I ask no questions in this channel. An admin can set it up: /admin setup."
    )
