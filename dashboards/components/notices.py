"""Whether somebody is told by mail or message of what a run found, and what of it did not arrive."""

from __future__ import annotations

import streamlit as st

from dashboards import formatting
from dashboards.edition import last_run
from dashboards.markup import fragments
from dashboards.view import View, counted, text
from orchestration.alerts import AlertsError, read_settings
from orchestration.installation.paths import Home


def draw(view: View) -> None:
    """One quiet line; a settings file that cannot be read, or news that did not arrive, is said aloud."""
    try:
        settings = read_settings(Home.from_environment())
    except AlertsError as error:
        _banner(error.text[view.language])
        return
    if settings is None:
        st.html(fragments.quiet(text("notices.off")))
        return
    names = formatting.listing([channel.name for channel in settings.channels], view.language)
    st.html(fragments.quiet(text("notices.on", channels=names)))
    if failed := [one[view.language] for one in last_run().get("alerts", [])]:
        said = counted("notices.failed", len(failed))
        _banner(f"{said} {' '.join(failed)}")


def _banner(said: str) -> None:
    st.html(fragments.banner(said, "alert"))
