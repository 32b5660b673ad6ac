"""One private reminder a day, to those who asked for it and have something due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot import outbox, timetable
from bot.course import Course
from bot.model import Actor, Member, Notice
from bot.planning import Planning
from bot.ports import Records
from bot.wording import me

A_DAY = timedelta(days=1)


def following(at: time, zone: str, now: datetime) -> datetime:
    """Return the first instant after ``now`` when the clocks of ``zone`` show ``at``."""
    day = timetable.local_date(now, zone)
    while True:
        instant = timetable.instant(day, at, zone)
        if instant is not None and instant > now:
            return instant
        day += A_DAY


def remind(planning: Planning, records: Records, member: Member, now: datetime) -> None:
    """Leave a reminder for a member whose time has come, if anything is due; note the next time."""
    if member.nudge is None:
        return
    again = following(member.nudge, member.nudge_zone, now)
    records.save_member(replace(member, nudge_at=again))
    due = len(Course(planning, records, Actor(member.id, None), now).due)
    if due:
        today = timetable.local_date(now, member.nudge_zone)
        notice = Notice(f"nudge||{today}|{member.id}", member.id, now)
        key = outbox.key_of(records.secret(), "nudge")
        records.add_notice(notice, me.nudge(due, key, planning.spelling(member.id)))
