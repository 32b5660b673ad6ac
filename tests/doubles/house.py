"""The whole core in one call, over a store and the scribe; only the outside is doubled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from bot.arriving import Deployed
from bot.desk import Desk
from bot.model import (
    Bank,
    Channel,
    ChannelId,
    ChannelState,
    Kind,
    Level,
    MemberId,
    NumberKey,
    Option,
    Question,
    QuestionId,
    Reveal,
    RevealRule,
    Rhythm,
    Round,
    Source,
)
from bot.planning import Planning
from bot.ports import ChatPlatform, Records, Store
from bot.rounds import Rounds
from bot.sender import Sender
from tests.doubles.clock import ManualClock
from tests.doubles.scribe import Posted, Scribe

ROOM = ChannelId("scribe://team/ml")
ADMIN = MemberId("scribe://team/admin")
WORKDAYS = frozenset(range(5))


def rhythm(at: str = "09:30", reveal: Reveal | None = None) -> Rhythm:
    """Return Berlin working days at a time, revealed after six hours unless told otherwise."""
    return Rhythm(
        time=time.fromisoformat(at),
        zone="Europe/Berlin",
        days=WORKDAYS,
        reveal=reveal or Reveal(RevealRule.AFTER, after=timedelta(hours=6)),
        grace=timedelta(hours=4),
    )


def channel(**changes: object) -> Channel:
    """Return the team's channel."""
    base = Channel(ROOM, rhythm(), name="#ml", admins=(ADMIN,))
    return replace(base, **changes)  # type: ignore[arg-type]


def choice(name: str = "optimisation/zero-start", **changes: object) -> Question:
    """Return a question with four options, of which B is right."""
    base = Question(
        QuestionId(name),
        title="All weights start at zero",
        kind=Kind.CHOICE,
        level=Level.BEGINNER,
        topic=name.partition("/")[0],
        prompt="A network starts with all weights at zero. What happens?",
        answer="Every unit of a layer gets the same gradient, so they stay alike.",
        options=(
            Option("a", "It trains slowly", right=False, why="It never gets going."),
            Option("b", "The units of a layer stay alike", right=True),
            Option("c", "The loss is not a number", right=False, why="Nothing overflows."),
            Option("d", "It overfits at once", right=False, why="It cannot even fit."),
        ),
        hints=("Think of symmetry.", "Compare two units of one layer."),
        follow_ups=("Do biases need random values too?",),
        sources=(Source("Goodfellow et al. 2016, section 8.4"),),
        author="Gradus contributors",
        licence="CC-BY-4.0",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def multi() -> Question:
    """Return a question with two right options, A and C."""
    return choice(
        "regularisation/what-helps",
        title="What helps against overfitting",
        kind=Kind.MULTI,
        prompt="Which of these reduce overfitting?",
        answer="Dropout and more data both do.",
        options=(
            Option("a", "Dropout", right=True),
            Option("b", "A larger network", right=False, why="It fits noise more easily."),
            Option("c", "More data", right=True),
        ),
        hints=(),
    )


def numeric() -> Question:
    """Return a question about a size in KiB."""
    from fractions import Fraction

    return choice(
        "convolution/bytes",
        title="Bytes of a feature map",
        kind=Kind.NUMERIC,
        prompt="How large is a 128 by 98 map of 4-byte numbers, in KiB?",
        answer="128 · 98 · 4 bytes are 49 KiB.",
        options=(),
        number=NumberKey(
            Fraction(49), Fraction(1, 100), relative=True, unit="KiB",
            units={"MiB": Fraction(1024)}, written="49",
        ),
    )  # fmt: skip


def short() -> Question:
    """Return a question answered by a term."""
    return choice(
        "transformers/which-layer",
        title="Which normalisation",
        kind=Kind.SHORT,
        prompt="Which normalisation do transformers use?",
        answer="Layer normalisation works on each token alone.",
        options=(),
        accepted=("layer normalisation", "layer norm"),
    )


def explain() -> Question:
    """Return an open question with a rubric of three points."""
    return choice(
        "transformers/why-divide",
        title="Why divide by the root of d",
        kind=Kind.OPEN,
        prompt="Why are attention scores divided by the root of d?",
        answer="Scores of independent parts have variance d, and softmax saturates.",
        options=(),
        rubric=("the variance grows with d", "softmax saturates", "gradients vanish"),
    )


class House:
    """The core, wired with doubles; ``go`` moves the clock and lets everything due happen."""

    def __init__(
        self,
        store: Store,
        questions: Sequence[Question],
        *,
        at: str = "2026-11-20 12:00",
        channels: Sequence[Channel] | None = None,
        holidays: Mapping[str, Collection[date]] | None = None,
        platform: ChatPlatform | None = None,
        clock: ManualClock | None = None,
    ) -> None:
        """Start on a Friday noon, so that the first question comes on Monday 23 November 2026."""
        self.clock = clock or ManualClock(at)
        self.store = store
        self.bank = Bank.of(tuple(questions))
        self.channels = list(channels or [channel()])
        self.holidays = holidays or {}
        self.scribe = platform if isinstance(platform, Scribe) else Scribe(self.clock)
        self.platform: ChatPlatform = platform or self.scribe
        self.wire()

    def wire(self) -> None:
        """Build the core anew over the same store and platform, as a restart does."""
        self.planning = Planning(
            lambda: self.bank,
            {self.platform.name: self.platform},
            lambda code: self.holidays.get(code, ()),
        )
        self.rounds = Rounds(self.store, self.clock, self.planning)
        self.sender = Sender(self.platform, self.store, self.rounds, self.clock)
        deployed = Deployed(
            admins=lambda: (ADMIN,),
            template=lambda place: channel(id=place, name="", admins=()),
            place=lambda _: "gradus.toml, line 7",
        )
        self.desk = Desk(self.store, self.rounds, self.planning, self.clock, deployed)

    async def start(self) -> None:
        """Do what a start does: recover, take the settings, look once."""
        await self.rounds.recover()
        await self.configure()
        await self.settle()

    async def restart(self) -> None:
        """Throw away everything in memory and start again over the same store."""
        self.wire()
        await self.start()

    async def configure(self, *channels: Channel) -> None:
        """Take the settings as they are, or as given."""
        if channels:
            self.channels = list(channels)

        def work(records: Records) -> None:
            self.planning.configure(records, self.channels, self.clock())
            records.reindex(tuple(self.bank.questions.values()))

        await self.store.transact(work)

    async def settle(self) -> None:
        """Let everything that is due now happen."""
        await self.rounds.tick()
        await self.sender.work()

    async def go(self, at: str) -> None:
        """Move the clock to a local wall time and let what is due then happen."""
        self.clock.set(at)
        await self.settle()

    async def through(self, at: str, *, step: int = 5) -> None:
        """Move to a local wall time in steps of minutes, settling at each."""
        end = self.clock.instant(at)
        while self.clock() < end:
            self.clock.set(min(self.clock() + timedelta(minutes=step), end))
            await self.settle()

    # What a test looks at ------------------------------------------------------------------------

    async def round(self, which: int = 0) -> Round:
        """Return the newest round of the first channel, or an older one."""
        rounds = await self.store.transact(lambda r: r.rounds(self.channels[0].id, which + 1))
        return rounds[which]

    async def state(self) -> ChannelState:
        """Return what the store knows of the first channel."""
        state = await self.store.transact(lambda r: r.channel(self.channels[0].id))
        if state is None:
            raise AssertionError("the channel is not in the store")
        return state

    def parent(self) -> Posted:
        """Return the newest message that stands in the channel outside threads."""
        return [one for one in self.scribe.parents() if one.message.choices or one.message.title][
            -1
        ]
