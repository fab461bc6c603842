"""What every page shares: style, banners, the sentence, freshness, the choice of period and language, empty states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import formatting, queries
from dashboards.components import freshness
from dashboards.edition import Edition, current_edition, is_current, last_run
from dashboards.markup import fragments
from dashboards.theme import STYLE
from dashboards.view import PERIOD_KINDS, View, begin_rerun, choose, language, read_view, text
from orchestration.installation.messages import LANGUAGES


def begin() -> tuple[Edition, View]:
    """The edition and the view of this rerun. A page that cannot be shown says why, and ends here."""
    begin_rerun()
    st.html(STYLE)
    edition = current_edition()
    _banner_of_last_run(edition)
    if edition is None:
        _language_control()
        state("empty.nothing_published", "empty.nothing_published.do")
        st.stop()
    _watch(edition)
    current = queries.frame.edition(edition)
    if current["is_synthetic"]:
        banner(text("banner.synthetic"))
    view = read_view(edition)
    if not current["is_synthetic"]:
        _banner_of_age(view, current["newest_as_of"])
    if not view.parent_code:
        lead(edition, view, text("empty.no_ranking"))
        st.stop()
    if view.shown is None:
        lead(edition, view, text("empty.no_period", period=view.asked))
        newest = formatting.listing(
            [formatting.period(view.kind, one, view.language) for one in view.periods], view.language
        )
        state("empty.no_period.why", "empty.no_period.do", periods=newest)
        st.stop()
    return edition, view


def _banner_of_age(view: View, newest_as_of: dt.date) -> None:
    if owed := freshness.owed(newest_as_of, formatting.today()):
        month = formatting.month(owed, view.language)
        banner(text("banner.stale", as_of=formatting.date(newest_as_of, view.language), month=month))


def lead(edition: Edition, view: View, sentence: str) -> DeltaGenerator:
    """The sentence, how fresh the figures are and of which edition, and the controls; gives their row, to add to."""
    current = queries.frame.edition(edition)
    said = text(
        "frame.edition",
        as_of=formatting.date(current["newest_as_of"], view.language),
        edition=current["edition_id"].rpartition("-")[2],
        created=formatting.moment(current["created_at"], view.language),
    )
    st.html(fragments.lead(sentence, said, current["edition_id"]))
    return _controls(edition, view)


def banner(message: str) -> None:
    st.html(fragments.banner(message))


def links(**targets: str) -> None:
    """A line of quiet links: text key `link.<name>` and where it leads."""
    st.html(fragments.links([(href, text(f"link.{name}")) for name, href in targets.items()]))


def state(headline: str, advice: str, **values: object) -> None:
    """A designed empty state: what there is to know, and what to do."""
    st.html(fragments.state(text(headline, **values), text(advice, **values)))


def _controls(edition: Edition, view: View) -> DeltaGenerator:
    row = st.container(horizontal=True, vertical_alignment="center", key="controls")
    with row:
        _choice("kind", PERIOD_KINDS, view.kind, lambda kind: text(f"kind.{kind}"), lambda kind: choose("kind", kind))
        st.session_state["control.period"] = view.shown
        st.selectbox(
            text("control.period"),
            list(view.periods),
            format_func=lambda start: _period_label(view, start),
            key="control.period",
            on_change=lambda: choose("period", f"{st.session_state['control.period']:%Y-%m}"),
            placeholder=text("control.period"),
            label_visibility="collapsed",
            width=180,
        )
        counties = {row["division_code"]: row["division_name"] for row in queries.frame.parents(edition, view.language)}
        if len(counties) > 1:
            st.session_state["control.parent"] = view.parent_code
            st.selectbox(
                text("control.parent"),
                list(counties),
                format_func=counties.__getitem__,
                key="control.parent",
                on_change=_choose_parent,
                label_visibility="collapsed",
                width=160,
            )
        _language_control()
    return row


def _period_label(view: View, start: dt.date) -> str:
    label = formatting.period(view.kind, start, view.language)
    return text("control.period.provisional", period=label) if view.periods[start]["is_provisional"] else label


def _choose_parent() -> None:
    choose("parent", st.session_state["control.parent"])
    choose("division", None)


def _language_control() -> None:
    _choice(
        "lang",
        LANGUAGES,
        language(),
        lambda code: {"zh": "中文", "en": "English"}[code],
        lambda code: choose("lang", code),
    )


def _choice(
    name: str, options: Sequence[str], value: str, label: Callable[[str], str], on_choice: Callable[[str], None]
) -> None:
    key = f"control.{name}"
    st.session_state[key] = value
    st.segmented_control(
        text(key),
        options,
        format_func=label,
        key=key,
        on_change=lambda: on_choice(st.session_state[key]),
        required=True,
        label_visibility="collapsed",
    )


def _banner_of_last_run(edition: Edition | None) -> None:
    """Newer data that were refused, and why: all of them, so that the figures are older, or some files only."""
    run = last_run()
    why = [reason[language()] for reason in (*run.get("reasons", []), *run.get("refused", []))]
    if run.get("state") in ("blocked", "refused", "failed"):
        message = f"banner.{run['state']}"
    elif run.get("refused"):
        message = "banner.some_refused"
    else:
        return
    when = formatting.moment(dt.datetime.fromisoformat(run["finished_at"]), language())
    reasons = " ".join(why) or text("banner.no_reason")
    banner(text(message, when=when, reasons=reasons, figures=_figures_shown(edition)))


def _figures_shown(edition: Edition | None) -> str:
    """Which edition's figures stand below the banner."""
    if edition is None:
        return text("banner.no_figures")
    current = queries.frame.edition(edition)
    as_of = formatting.date(current["newest_as_of"], language())
    return text("banner.figures", edition=current["edition_id"].rpartition("-")[2], as_of=as_of)


@st.fragment(run_every="20s")
def _watch(shown: Edition) -> None:
    """Shows a new edition, other rights or the end of the session soon after the change, without a restart."""
    if not is_current(shown):
        st.rerun()
