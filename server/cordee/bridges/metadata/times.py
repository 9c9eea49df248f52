"""Times of documents (V3 TS) as times of metadata (DTM, always UTC).

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_TIME = re.compile(r"(\d{4}(?:\d{2}){0,5})(?:\.\d+)?([+-]\d{4})?")
_FORMS = {10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def utc(value: str, zone: tzinfo) -> str | None:
    """Give a time in UTC with the precision it has; None for what is no time.

    One without a zone is local to `zone`. Days, months and years stay as they are.
    """
    found = _TIME.fullmatch(value.strip())
    if found is None:
        return None
    digits, offset = found.groups()
    form = _FORMS.get(len(digits))
    if form is None:
        return digits
    try:
        local = datetime.strptime(digits, form).replace(tzinfo=_offset(offset) or zone)
    except ValueError:
        return None
    return local.astimezone(UTC).strftime(form)


def dtm(moment: datetime) -> str:
    """Give a moment, to the second."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def date_time(value: str) -> str | None:
    """Give a time of metadata as a FHIR dateTime; None for what is no time."""
    found = _TIME.fullmatch(value)
    if found is None:
        return None
    digits = found[1]
    if len(digits) < 12:
        return "-".join(piece for piece in (digits[:4], digits[4:6], digits[6:8]) if piece)
    clock = f"{digits[8:10]}:{digits[10:12]}:{digits[12:14] or '00'}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{clock}Z"


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
