"""When a document falls due."""

from datetime import date, timedelta

from local.qbo.state.store import Row


def due_date(day: str, term: Row | None) -> str:
    """Date a document falls due under a term; without one, its own date."""
    start = date.fromisoformat(day)
    if term is None:
        return day
    if term.data.get("DueDays") is not None:
        return (start + timedelta(days=term.data["DueDays"])).isoformat()
    due_day = int(term.data["DayOfMonthDue"])
    ahead = 1 if start.day + int(term.data.get("DueNextMonthDays") or 0) > due_day else 0
    year, month = divmod(start.year * 12 + start.month - 1 + ahead, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(due_day, last)).isoformat()
