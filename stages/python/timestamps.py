"""Reads dates and times with zone (RFC 3339) as milliseconds since 1970."""

import re

NO_TIMESTAMP = (
    "is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z"
)

_TIMESTAMP = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[Tt ]"
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60)"
    r"(?:\.(?P<fraction>\d+))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d))",
    re.ASCII,
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MINUTE_MS = 60_000


def parse_timestamp(text):
    """Returns a float, or None if the text is no date and time with zone.

    What there is beyond milliseconds is cut. Second 60, a leap second, is the
    next second.
    """
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        return None
    minutes = (_days_since_1970(year, month, day) * 24 + hour) * 60 + minute
    if found["sign"]:
        zone = int(found["hours"]) * 60 + int(found["minutes"])
        minutes += zone if found["sign"] == "-" else -zone
    ms = int((found["fraction"] or "").ljust(3, "0")[:3])
    return float(minutes * _MINUTE_MS + second * 1_000 + ms)


def _days_in(year, month):
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _DAYS[month - 1] + (month == 2 and is_leap)


def _days_since_1970(year, month, day):
    """Counts the days of the Gregorian calendar; `datetime` lacks the year 0."""
    before = year - 1
    leap_days = before // 4 - before // 100 + before // 400
    day_of_year = sum(_days_in(year, each) for each in range(1, month)) + day
    return before * 365 + leap_days + day_of_year - _DAYS_UNTIL_1970


# From the first of January of the year 1 to 1970, that day counted too.
_DAYS_UNTIL_1970 = 719_163
