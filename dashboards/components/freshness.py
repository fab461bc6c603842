"""Whether figures are older than they should be: a month's data are owed some days after it has ended."""

from __future__ import annotations

import datetime as dt

from orchestration.installation.project_settings import project_setting


def owed(newest_as_of: dt.date, today: dt.date) -> dt.date | None:
    """The last day of the newest month whose data should all be there by `today` and of which nothing is; else None."""
    counted = today - dt.timedelta(days=int(project_setting("days_to_deliver")) + 1)
    last_day = (counted + dt.timedelta(days=1)).replace(day=1) - dt.timedelta(days=1)
    return last_day if newest_as_of < last_day else None
