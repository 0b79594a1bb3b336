"""Days and times as people say them: due dates, and the time that is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from grader.language import tell, tell_number


def describe_due(due: str | None, now: datetime | None) -> str:
    """Describe when something is due and the time that is left.

    An example is `due Mon 12 Oct 23:59, in 2 days`. `due` is a time in ISO 8601, or any other text, which is shown as
    it is. The time is given on the clock of `now`, which has a time zone. Without `now`, it is given on the deadline's
    own clock, and without the time that is left. Empty if nothing is due.
    """
    if not due:
        return ""
    try:
        moment = datetime.fromisoformat(due)
    except ValueError:
        return tell("due {day}", day=due)
    if now is None:
        return tell("due {day}", day=describe_day(moment))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    local = moment.astimezone(now.tzinfo)
    day = describe_day(local) + _name_other_zone(local, moment)
    if moment < now:
        return tell("was due {day}", day=day)
    return tell("due {day}, in {span}", day=day, span=_describe_span(moment - now))


def describe_day(moment: datetime) -> str:
    """Name a day and its time: `Mon 12 Oct 23:59`."""
    return tell("{weekday} {day} {month} {time}", **_name_moment(moment))


def describe_date(moment: datetime, local: datetime) -> str:
    """Name a due date with its year: `due Mon 05 Oct 2026 23:59`.

    `moment` is the deadline, and `local` the same moment on the reader's clock.
    """
    due = tell("due {weekday} {day:02} {month} {year} {time}", year=local.year, **_name_moment(local))
    return due + _name_other_zone(local, moment)


def _name_other_zone(local: datetime, moment: datetime) -> str:
    """Name the reader's zone, as in ` UTC+02:00`, if the deadline's differs.

    Without it a reader could be confused: the handout, and friends, may tell the time on the deadline's clock.
    """
    if local.utcoffset() == moment.utcoffset():
        return ""
    ahead = f"{local:%z}"
    return f" UTC{ahead[:3]}:{ahead[3:5]}" if local.utcoffset() else " UTC"


def _name_moment(moment: datetime) -> dict[str, str | int]:
    days = (tell("Mon"), tell("Tue"), tell("Wed"), tell("Thu"), tell("Fri"), tell("Sat"), tell("Sun"))
    winter, spring = (tell("Jan"), tell("Feb"), tell("Mar")), (tell("Apr"), tell("May"), tell("Jun"))
    summer, autumn = (tell("Jul"), tell("Aug"), tell("Sep")), (tell("Oct"), tell("Nov"), tell("Dec"))
    month = (*winter, *spring, *summer, *autumn)[moment.month - 1]
    return {"weekday": days[moment.weekday()], "day": moment.day, "month": month, "time": f"{moment:%H:%M}"}


def _describe_span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes >= 2 * 24 * 60:
        return tell("{number} days", number=minutes // (24 * 60))
    if minutes >= 2 * 60:
        return tell("{number} hours", number=minutes // 60)
    return tell_number("{number} minute", "{number} minutes", minutes)
