"""What must be true when all is over: the store and the platform say the same, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.model import ENDED, FINAL, ChannelState, DeliveryState, MemberId, Round, RoundState
from bot.ports import Records
from tests.killing.world import Truth


@dataclass(slots=True)
class Verdict:
    """What was found."""

    counts: Counter[str] = field(default_factory=Counter)
    """``messages``, ``rounds``, ``missed``, ``doubles made``, ``doubles left``, ``lost`` …"""
    problems: list[str] = field(default_factory=list)
    """What must not be, one line each."""

    def blame(self, what: str, problem: str) -> None:
        """Count a problem and keep it."""
        self.counts[what] += 1
        self.problems.append(f"{what}: {problem}")


def judge(
    records: Records, truth: Truth, violations: Iterable[str], answers: Iterable[str], today: date
) -> Verdict:
    """Compare the store with the platform.

    ``answers`` are lines of a round's key and a member whose answer was acknowledged; ``today`` is
    the last day that had its question.
    """
    verdict = Verdict(Counter({"doubles made": truth.doubles}))
    verdict.counts += Counter(sends=truth.sends, swept=truth.swept)
    if truth.doubles:
        verdict.problems.append(f"{truth.doubles} doubles were made")
    for violation in violations:
        verdict.blame("not written ahead", violation)
    standing: dict[str, list[str]] = {}
    for key, ref in truth.standing:
        standing.setdefault(key, []).append(ref)
    for state in records.channels():
        rounds = records.rounds(state.channel.id, 1_000_000)
        for missing in _missing_days(state, rounds, today):
            verdict.blame("lost", f"{state.channel.id} has no round on {missing}")
        for one in rounds:
            _judge_round(records, one, standing, verdict)
    for key in standing:
        verdict.blame("stray", f"a message stands under {key}, which the store does not know")
    for line in answers:
        key, _, member = line.strip().partition(" ")
        answered = records.round_by_key(key)
        if answered is None or not records.answers(answered.id, MemberId(member)):
            verdict.blame("lost", f"the answer {line.strip()} was acknowledged and is not kept")
        verdict.counts["answers"] += 1
    return verdict


def _missing_days(state: ChannelState, rounds: Iterable[Round], today: date) -> Iterator[date]:
    days = {one.date for one in rounds}
    day = min(days)
    while day <= today:
        if day not in days:
            yield day
        day += timedelta(days=1)


def _judge_round(
    records: Records, round_: Round, standing: dict[str, list[str]], verdict: Verdict
) -> None:
    verdict.counts["rounds"] += 1
    if round_.state not in ENDED:
        verdict.blame("unfinished", f"{round_.id} is {round_.state}")
    if round_.state is not RoundState.REVEALED:
        verdict.counts[round_.state] += 1
        if not round_.reason:
            verdict.blame("lost", f"{round_.id} is {round_.state} and does not say why")
    for one in records.deliveries(round_.id):
        refs = standing.pop(one.key, [])
        verdict.counts["messages"] += len(refs)
        if one.state not in FINAL:
            verdict.blame("unfinished", f"{one.id} is {one.state}")
        elif one.state is not DeliveryState.SENT and refs:
            verdict.blame("stray", f"{one.id} is {one.state} and stands as {refs}")
        elif one.state is DeliveryState.SENT and not refs:
            verdict.blame("lost", f"{one.id} is sent and does not stand")
        elif len(refs) > 1:
            verdict.blame("doubles left", f"{one.id} stands as {refs}")
        elif refs and refs != [one.ref]:
            verdict.blame("wrong id", f"{one.id} stands as {refs}, not {one.ref}")
