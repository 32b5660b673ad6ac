"""Answers what members ask: a command in, a reply out, one transaction each.

It checks who asks and looks everything up again; what admins ask for is done by ``steering``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot import commands as c
from bot import grading, inbox, learning, outbox, timetable
from bot.arriving import Arriving, Deployed
from bot.grading import AskBack
from bot.messages import Form, Message, Reply
from bot.model import (
    Actor,
    Answer,
    BoardRule,
    ChannelId,
    ChannelState,
    Confidence,
    Help,
    InboxKind,
    Kind,
    Member,
    MemberId,
    Result,
    RevealRule,
    Round,
    RoundState,
    Said,
    Verdict,
    platform_of,
)
from bot.numbers import Numbers
from bot.planning import Planning
from bot.ports import Clock, Records, Store
from bot.privacy import Privacy
from bot.quizzes import Quizzes
from bot.rounds import Rounds, newest
from bot.steering import Steering
from bot.wording import home, phrases, posts, quizzes, replies

log = logging.getLogger(__name__)

TIME_TO_BE_SURE = timedelta(seconds=60)
"""How long a reveal by ``answered`` waits for how sure the member was."""
MOST_SUGGESTIONS = 5
"""Open suggestions of one member."""
MOST_COMMANDS = 20
"""Commands of one member within a minute."""
CLICKS = 3
"""What an item of a quiz takes: an answer, how sure, on to the next."""
A_MINUTE = timedelta(minutes=1)
ON_HOME = 3
"""Channels shown on a member's own page."""
_OVER = (RoundState.CLOSED, RoundState.REVEALED)


@dataclass(frozen=True, slots=True)
class Ask:
    """One command under way: who asks, where, what, and when."""

    records: Records
    actor: Actor
    command: c.Command
    state: ChannelState
    now: datetime

    @property
    def may_admin(self) -> bool:
        """Whether the actor is an admin of the channel."""
        channel = self.state.channel
        return self.actor.vouched_for(channel.id) or self.actor.member in channel.admins


class Desk:
    """Answers commands. A reply is private unless it says otherwise."""

    def __init__(
        self,
        store: Store,
        rounds: Rounds,
        planning: Planning,
        clock: Clock,
        deployed: Deployed,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what it reads and writes, and ``ring``, which asks for a tick at once."""
        self.store = store
        self.planning = planning
        self.clock = clock
        self.ring = ring
        self.steering = Steering(rounds, planning)
        self.arriving = Arriving(planning, deployed)
        self.quizzes = Quizzes(planning)
        self.numbers = Numbers(planning)
        self.privacy = Privacy(planning)
        self._lately: dict[tuple[MemberId, bool], list[datetime]] = {}
        """When each member asked something within the last minute, in a quiz and outside."""

    async def handle(self, actor: Actor, command: c.Command) -> Reply:
        """Answer a command; never raises. Whatever it changed is durable when this returns."""
        now = self.clock()
        if self._too_fast(actor.member, command, now):
            return Reply(replies.too_fast())
        try:
            reply = await self.store.transact(
                partial(self._handle, actor=actor, command=command, now=now)
            )
        except Exception:  # the store's trouble, or a mistake of ours: the member hears of it
            log.exception("a %s could not be answered", type(command).__name__)
            return Reply(replies.apology())
        self.ring()
        return reply

    def _too_fast(self, member: MemberId, command: c.Command, now: datetime) -> bool:
        """Whether somebody asks more than a person does; a terminal may be fed from a file."""
        quiz = getattr(command, "round", "").startswith(c.QUIZ_KEY)
        key, most = (member, quiz), MOST_COMMANDS * (CLICKS if quiz else 1)
        if platform_of(member) == "terminal":
            return False
        if len(self._lately) > 1_000:
            self._lately = {m: at for m, at in self._lately.items() if now - at[-1] < A_MINUTE}
        lately = [at for at in self._lately.get(key, ()) if now - at < A_MINUTE]
        self._lately[key] = [*lately, now] if len(lately) < most else lately
        return len(lately) >= most

    def _spelling(self, actor: Actor) -> c.Spelling:
        return self.planning.spelling(actor.member)

    def _handle(
        self, records: Records, *, actor: Actor, command: c.Command, now: datetime
    ) -> Reply:
        if isinstance(command, c.Joined | c.Left | c.Setup | c.TestPost):
            return self.arriving.answer(records, actor, command, now)
        if (reply := self._anywhere(records, actor, command, now)) is not None:
            return reply
        key = getattr(command, "round", "")
        if isinstance(command, c.Quiz | c.Review) or key.startswith(c.QUIZ_KEY):
            return self.quizzes.answer(records, actor, command, now)
        round_ = records.round_by_key(key) if key else None
        if key and (round_ is None or platform_of(round_.channel) != platform_of(actor.member)):
            return Reply(replies.misread(c.Misread(key, "button"), self._spelling(actor)))
        state = self._channel(records, actor, round_)
        if state is None:
            several = actor.channel is None and any(_on(s, actor) for s in records.channels())
            spelling = self._spelling(actor)
            return Reply(replies.which_channel() if several else replies.not_here(spelling))
        ask = Ask(records, actor, command, state, now)
        if isinstance(command, c.ADMIN_COMMANDS):
            if not ask.may_admin:
                return Reply(replies.refused_admin())
            return Reply(self.steering.answer(records, actor, command, state, now))
        if (message := self._about_nothing(ask)) is not None:
            return Reply(message)
        if round_ is None:
            round_ = newest(records.rounds(state.channel.id, 30))
        if round_ is None:
            following = self.planning.following(state)
            first = state.sent == 0
            return Reply(replies.nothing_open(following, state.channel, now, first=first))
        if round_.question is None:  # a button of a post that nobody could confirm
            return Reply(replies.over(round_))
        return self._about_round(ask, round_)

    # What needs no channel ----------------------------------------------------------------------

    def _anywhere(
        self, records: Records, actor: Actor, command: c.Command, now: datetime
    ) -> Reply | None:
        match command:
            case c.SuggestThis(text):
                key = outbox.key_of(records.secret(), "suggest")
                return Reply(form=posts.suggest_form(key, text[: inbox.LONGEST_TEXT]))
            case c.Suggest(text):
                return Reply(self._suggest(records, actor, text, now))
            case c.Board(yes):
                member = records.member(actor.member) or Member(actor.member, now)
                records.save_member(replace(member, board=yes, asked=True))
                return Reply(replies.board(yes=yes))
            case c.Me() | c.ShowBoard():
                state = self._channel(records, actor, None)
                return Reply(self.numbers.answer(records, actor, command, state, now))
            case c.Privacy() | c.Export() | c.Forget():
                return Reply(self.privacy.answer(records, actor.member, command, now))
            case c.Misread() as bad:
                return Reply(replies.misread(bad, self._spelling(actor)))
            case c.Home(channels):
                return self._home(records, actor, channels, now)
            case _:
                return None

    def _home(
        self, records: Records, actor: Actor, channels: Sequence[ChannelId], now: datetime
    ) -> Reply:
        """Return a member's own page: today's questions, how they did, what they may set."""
        states = [records.channel(channel) for channel in channels]
        known = [state for state in states if state is not None and state.active][:ON_HOME]
        shown: list[Message] = []
        for state in known:
            shown += self._home_of(records, actor.member, state, now)
        member = records.member(actor.member) or Member(actor.member, now)
        key = outbox.key_of(records.secret(), "home")
        if records.tallies(actor.member):
            only = known[0] if len(known) == 1 else None
            shown.append(self.numbers.answer(records, actor, c.Me(), only, now))
        return Reply(home.opening(shown=len(known)), extra=(*shown, home.settings(member, key)))

    def _home_of(
        self, records: Records, member: MemberId, state: ChannelState, now: datetime
    ) -> tuple[Message, ...]:
        """Return what a member's own page says of one channel."""
        channel = state.channel
        rounds = [r for r in records.rounds(channel.id, 10) if r.state is not RoundState.PLANNED]
        current = newest(rounds)
        if current is None:
            return (home.quiet(channel, self.planning.following(state), now),)
        count = records.answered(current.id)
        face = posts.face(current, channel, current.key, count, now)
        mine = [(round_, records.result(round_.id, member)) for round_ in rounds]
        return home.newest(channel, face), replies.history(mine)

    # What needs a channel -----------------------------------------------------------------------

    def _channel(self, records: Records, actor: Actor, round_: Round | None) -> ChannelState | None:
        if round_ is not None:
            return records.channel(round_.channel)
        if actor.channel is not None:
            state = records.channel(actor.channel)
            return state if state is not None and state.active else None
        mine = [state for state in records.channels() if _on(state, actor)]
        return mine[0] if len(mine) == 1 else None

    # What needs no round ------------------------------------------------------------------------

    def _about_nothing(self, ask: Ask) -> Message | None:
        state, now = ask.state, ask.now
        channel = state.channel
        match ask.command:
            case c.Next():
                following = next(iter(self.planning.slots(state, 1)), None)
                paused = timetable.paused(state, now)
                coming = replies.coming(
                    following, channel, now, paused=paused, until=state.paused_until
                )
                key = outbox.key_of(ask.records.secret(), "quiz")
                return replace(coming, actions=(quizzes.offer(key),))
            case c.Topics():
                counts: dict[str, int] = {}
                for (topic, _, _), ids in self.planning.bank().shelves.items():
                    counts[topic] = counts.get(topic, 0) + len(ids)
                return replies.topics(counts, channel.mix.topics)
            case c.Search(words):
                bank = self.planning.bank()
                hits = ask.records.search(words, 10)
                return replies.found(
                    words, [bank.questions[q] for q in hits if q in bank.questions]
                )
            case c.History():
                rounds = ask.records.rounds(channel.id, 10)
                mine = [(r, ask.records.result(r.id, ask.actor.member)) for r in rounds]
                shown = [(r, result) for r, result in mine if r.state is not RoundState.PLANNED]
                return replies.history(shown)
            case c.HelpMe(admin_help):
                if admin_help and not ask.may_admin:
                    return replies.refused_admin()
                return self._overview(ask, admin=admin_help)
            case c.Quit():
                return self._overview(ask, admin=False)
            case _:
                return None

    def _overview(self, ask: Ask, *, admin: bool) -> Message:
        elsewhere = "setup" if platform_of(ask.state.channel.id) == "terminal" else "quit"
        return replies.overview(
            self._spelling(ask.actor),
            admin=admin,
            may_admin=ask.may_admin,
            leave_out=frozenset({elsewhere}),
        )

    def _suggest(self, records: Records, actor: Actor, text: str, now: datetime) -> Message:
        if len(text) > inbox.LONGEST_TEXT:
            return replies.too_long()
        waiting = [
            item
            for item in records.inbox("new")
            if item.member == actor.member and item.kind is InboxKind.SUGGESTION
        ]
        if len(waiting) >= MOST_SUGGESTIONS:
            return replies.too_many_suggestions()
        state = self._channel(records, actor, None)
        channel = state.channel if state is not None else None
        inbox.contribute(records, actor, InboxKind.SUGGESTION, channel, None, text, now)
        return replies.thanks("suggestion")

    def _member(self, ask: Ask) -> Member:
        return ask.records.member(ask.actor.member) or Member(ask.actor.member, ask.now)

    # What concerns a round ----------------------------------------------------------------------

    def _about_round(self, ask: Ask, round_: Round) -> Reply:
        match ask.command:
            case c.Today():
                return Reply(self._today(ask, round_))
            case c.Give(text, _, sure):
                question = phrases.asked(round_)
                said = grading.read(question, text)
                if isinstance(said, AskBack):
                    return Reply(replies.ask_back(question, said))
                return Reply(self._give(ask, round_, said, sure))
            case c.OpenForm(verb):
                return self._form(ask, round_, verb)
            case c.AnswerHere():
                return self._answer_here(ask, round_)
            case c.Think(_, sure):
                if phrases.asked(round_).kind is not Kind.OPEN:
                    return Reply(
                        replies.misread(c.Misread("", "button"), self._spelling(ask.actor))
                    )
                return Reply(self._give(ask, round_, Said(), sure))
            case c.Sure(how, _):
                return Reply(self._sure(ask, round_, how), replaces=True)
            case c.Hint():
                return Reply(self._hint(ask, round_))
            case c.Show(_, certain):
                return Reply(self._show(ask, round_, certain=certain))
            case c.Mine():
                return Reply(self._mine(ask, round_))
            case c.Tick(points, _):
                return Reply(self._tick(ask, round_, points))
            case c.CountMine():
                return Reply(self._count_mine(ask, round_))
            case c.ReviewLater():
                return Reply(self._later(ask, round_))
            case c.Report(text, _):
                return Reply(self._report(ask, round_, text))
            case _:
                return Reply(replies.apology())

    def _report(self, ask: Ask, round_: Round, text: str) -> Message:
        if len(text) > inbox.LONGEST_TEXT:
            return replies.too_long()
        channel, asked = ask.state.channel, phrases.asked(round_)
        inbox.contribute(
            ask.records, ask.actor, InboxKind.REPORT, channel, asked.id, text, ask.now
        )  # fmt: skip
        return replies.thanks("report")

    def _form(self, ask: Ask, round_: Round, verb: str) -> Reply:
        """Open the form of a button, filled in with what the member said before."""
        asked = phrases.asked(round_)
        if round_.state in (RoundState.WITHDRAWN, RoundState.PLANNED):
            return Reply(replies.over(round_))
        result = ask.records.result(round_.id, ask.actor.member)
        said, sure = (result.last.said, result.last.sure) if result is not None else (None, None)
        form: Form
        match verb:
            case "report":
                form = posts.report_form(round_.key)
            case "tick" if not asked.rubric:
                return Reply(replies.no_ticks(asked))
            case "tick" if result is None:
                return Reply(replies.my_result(round_, None))
            case "tick":
                form = posts.tick_form(asked, round_.key, (result and result.ticks) or ())
            case _ if result is not None and result.locked:
                return Reply(replies.locked())
            case _ if result is not None and round_.state in _OVER:
                return Reply(replies.already_late() if result.first.late else replies.closed())
            case "think":
                form = posts.think_form(round_.key, sure)
            case _:
                form = posts.answer_form(asked, round_.key, said, sure)
        return Reply(form=form)

    def _answer_here(self, ask: Ask, round_: Round) -> Reply:
        """Open the answer's form from a message's own menu; after the close, offer the answer."""
        result = ask.records.result(round_.id, ask.actor.member)
        if round_.state in _OVER and result is None:
            return Reply(replies.answer_or_reveal(round_, streak=self._keeps_streak(ask, round_)))
        return self._form(ask, round_, "answer")

    def _today(self, ask: Ask, round_: Round) -> Message:
        if round_.state is RoundState.PLANNED:
            return replies.over(round_)
        count = ask.records.answered(round_.id)
        message = posts.face(round_, ask.state.channel, round_.key, count, ask.now)
        return replace(message, mention="", thread="")

    def _give(self, ask: Ask, round_: Round, said: Said, sure: Confidence | None) -> Message:
        records, member = ask.records, ask.actor.member
        before = records.result(round_.id, member)
        if round_.state in _OVER:
            return self._give_late(ask, round_, before, said, sure)
        pressed = bool(getattr(ask.command, "round", ""))
        # A button that was pressed proves that the question stands, whatever we have heard so far.
        if round_.state is not RoundState.OPEN and not (
            pressed and round_.state is RoundState.SENDING
        ):
            return replies.over(round_)
        if before is not None and before.locked:
            return replies.locked()
        same = before is not None and before.last.said == said
        if sure is None and same and before is not None:
            sure = before.last.sure
        answer = Answer(round_.id, member, ask.now, said, sure)
        if before is None or not same or before.last.sure != sure:
            records.add_answer(answer)
            result = self._result(ask, round_, before, answer)
            records.save_result(result)
            self._answered(ask, round_, is_new=before is None, sure=sure is not None)
        return self._recorded(ask, round_, said, sure)

    def _recorded(self, ask: Ask, round_: Round, said: Said, sure: Confidence | None) -> Message:
        member = self._member(ask)
        ask_board = ask.state.channel.board is BoardRule.ASK and not member.asked
        if ask_board:
            ask.records.save_member(replace(member, asked=True))
        fresh = ask.records.round(round_.id) or round_
        return replies.recorded(fresh, ask.state.channel, said, sure, ask.now, ask_board=ask_board)

    def _result(self, ask: Ask, round_: Round, before: Result | None, answer: Answer) -> Result:
        question = learning.with_wordings(ask.records, phrases.asked(round_))
        helped = bool(ask.records.helps(round_.id, ask.actor.member))
        if before is not None and before.last.said == answer.said:
            helped = before.helped  # only how sure was changed
        verdict = grading.judge(question, answer.said).verdict
        first = before.first if before is not None else answer
        return Result(round_.id, ask.actor.member, verdict, first, answer, helped)

    def _answered(self, ask: Ask, round_: Round, *, is_new: bool, sure: bool) -> None:
        reveal_at = round_.reveal_at
        if ask.state.channel.rhythm.reveal.rule is RevealRule.ANSWERED:
            reveal_at = ask.now if sure else ask.now + TIME_TO_BE_SURE
            if ask.state.next_at is not None:
                reveal_at = min(reveal_at, max(ask.state.next_at, ask.now))
        stale = round_.stale or is_new
        ask.records.save_round(replace(round_, reveal_at=reveal_at, stale=stale))

    def _give_late(
        self,
        ask: Ask,
        round_: Round,
        before: Result | None,
        said: Said,
        sure: Confidence | None,
    ) -> Message:
        if before is not None:
            return replies.already_late() if before.first.late else replies.closed()
        answer = Answer(round_.id, ask.actor.member, ask.now, said, sure, late=True)
        ask.records.add_answer(answer)
        result = self._result(ask, round_, None, answer)
        ask.records.save_result(result)
        self._learn(ask, round_, result)
        return replies.late_recorded(round_, result, streak=self._keeps_streak(ask, round_))

    def _keeps_streak(self, ask: Ask, round_: Round) -> bool:
        """Whether no later question stands in the channel yet."""
        posted = (r for r in ask.records.rounds(round_.channel, 30) if r.post is not None)
        newest_post = next(posted, None)
        return newest_post is not None and newest_post.id == round_.id

    def _sure(self, ask: Ask, round_: Round, how: Confidence | None) -> Message:
        records, member = ask.records, ask.actor.member
        before = records.result(round_.id, member)
        if round_.state is RoundState.WITHDRAWN:
            return replies.over(round_)
        if before is None:
            return replies.nothing_to_be_sure_of()
        if round_.state in _OVER:
            return replies.closed()
        if before.locked:
            return replies.locked()
        if how is not None and how != before.last.sure:
            answer = replace(before.last, at=ask.now, sure=how)
            records.add_answer(answer)
            first = replace(before.first, sure=how) if before.first == before.last else before.first
            records.save_result(replace(before, first=first, last=answer))
        if ask.state.channel.rhythm.reveal.rule is RevealRule.ANSWERED:
            records.save_round(replace(round_, reveal_at=ask.now))
        asked = self._member(ask)
        # Saying how sure takes the place of the message that asked about the board as well.
        ask_board = asked.asked and asked.board is None and asked.first_seen == before.first.at
        return replies.sureness(how, round_, ask.state.channel, ask.now, ask_board=ask_board)

    def _hint(self, ask: Ask, round_: Round) -> Message:
        if round_.state in (RoundState.WITHDRAWN, RoundState.PLANNED):
            return replies.over(round_)
        records, member = ask.records, ask.actor.member
        question = phrases.asked(round_)
        had = sum(what is Help.HINT for what, _ in records.helps(round_.id, member))
        if had >= len(question.hints):
            return replies.no_hint(had)
        records.add_help(round_.id, member, Help.HINT, ask.now)
        result = records.result(round_.id, member)
        stands = result is not None and (result.locked or round_.state in _OVER)
        return replies.hint(question, had, answered=result is not None, stands=stands)

    def _show(self, ask: Ask, round_: Round, *, certain: bool) -> Message:
        if round_.state in (RoundState.WITHDRAWN, RoundState.PLANNED):
            return replies.over(round_)
        records, member = ask.records, ask.actor.member
        result = records.result(round_.id, member)
        over = round_.state in _OVER
        if result is not None:
            if over:
                return replies.with_solution(round_, result)
            if not result.locked:
                records.save_result(replace(result, locked=True))
                self._answered(ask, round_, is_new=False, sure=True)
            return replies.solution(round_, answered=True)
        if over and not certain:
            return replies.answer_or_reveal(round_, streak=self._keeps_streak(ask, round_))
        records.add_help(round_.id, member, Help.SHOW, ask.now)
        return replies.solution(round_, answered=False)

    def _mine(self, ask: Ask, round_: Round) -> Message:
        result = ask.records.result(round_.id, ask.actor.member)
        if round_.state is RoundState.WITHDRAWN:
            return replies.over(round_)
        if round_.state not in _OVER and not (result is not None and result.locked):
            return replies.not_yet(round_, ask.state.channel, ask.now)
        return replies.my_result(round_, result)

    def _tick(self, ask: Ask, round_: Round, points: tuple[int, ...]) -> Message:
        question = phrases.asked(round_)
        if not question.rubric or not set(points) <= set(range(1, len(question.rubric) + 1)):
            return replies.no_ticks(question)
        result = ask.records.result(round_.id, ask.actor.member)
        if result is None:
            return replies.my_result(round_, None)
        if round_.state not in _OVER and not result.locked:
            return replies.not_yet(round_, ask.state.channel, ask.now)
        verdict = grading.by_rubric(len(question.rubric), len(points))
        ticked = replace(result, verdict=verdict, ticks=points)
        ask.records.save_result(ticked)
        self._learn(ask, round_, ticked)
        return replies.ticked(round_, ticked)

    def _learn(self, ask: Ask, round_: Round, result: Result) -> None:
        """Take in what was said after the close; until then the close will."""
        if round_.state in _OVER and (attempt := learning.of_result(round_, result)) is not None:
            learning.learn(ask.records, attempt)

    def _later(self, ask: Ask, round_: Round) -> Message:
        if round_.state not in _OVER:
            return replies.not_yet(round_, ask.state.channel, ask.now)
        card = learning.later(ask.records, ask.actor.member, phrases.asked(round_), ask.now)
        return quizzes.noted_later(card, ask.now, self._spelling(ask.actor))

    def _count_mine(self, ask: Ask, round_: Round) -> Message:
        question = phrases.asked(round_)
        result = ask.records.result(round_.id, ask.actor.member)
        if (
            question.kind is not Kind.SHORT
            or result is None
            or result.verdict is not Verdict.WRONG
            or (round_.state not in _OVER and not result.locked)
        ):
            return replies.nothing_to_count()
        said = result.last.said.text
        inbox.contribute(
            ask.records, ask.actor, InboxKind.WORDING, ask.state.channel, question.id, said, ask.now
        )
        return replies.counted()


def _on(state: ChannelState, actor: Actor) -> bool:
    """Whether a channel is served and on the actor's platform."""
    return state.active and platform_of(state.channel.id) == platform_of(actor.member)
