"""The townships' lists: out as workbooks, back with answers, and what to do with those that say a row is right."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import streamlit as st

from dashboards import formatting, queries
from dashboards.components import download, waivers, workbench_session
from dashboards.components.narrowing import home_name
from dashboards.components.tables import Cell, html_table, title
from dashboards.documents import answers, worklist
from dashboards.edition import Edition, Row
from dashboards.markup import fragments, macros
from dashboards.queries.ledger import Narrowed
from dashboards.view import View, counted, text
from orchestration.workbench import ANSWERS, GivenAnswer, Workbench, row_key, workbench_text

_HTML = macros("lists")

MAX_MEGABYTES, PROBLEMS_SHOWN, ANSWERS_SHOWN = 20, 50, 100


def listing(edition: Edition, view: View, workbench: Workbench, narrowed: Narrowed) -> None:
    counted = queries.ledger.counted(edition, view.language, narrowed)
    townships = [one for one in counted["township"] if one["child_code"]]
    given = workbench.answers(rule_id=narrowed.rule_id, division_code=narrowed.division_code)
    _out(edition, view, narrowed, townships, given)
    _back(edition, view)
    _answered(edition, view, workbench, given)


def _out(edition: Edition, view: View, narrowed: Narrowed, townships: list[Row], given: list[GivenAnswer]) -> None:
    total = formatting.count(sum(one["open"] for one in townships), view.language)
    title(text("lists.title", townships=len(townships), total=total), text("lists.note"))
    _download(edition, view, narrowed, townships)
    answered = Counter((one.division_code, one.answer) for one in given)
    header = [Cell(text("league.division"), "sticky"), Cell(text("rows.open"), "number")]
    header += [Cell(workbench_text("answer", code, view.language), "number") for code in ANSWERS]
    html_table(
        header,
        [
            (
                "chosen" if one["child_code"] == narrowed.division_code else "",
                [
                    Cell(one["division_name"], "sticky", text("lists.choose"), view.link(division=one["child_code"])),
                    Cell(formatting.count(one["open"], view.language), "number"),
                    *(_number(view, answered[one["child_code"], code]) for code in ANSWERS),
                ],
            )
            for one in townships
        ],
        full=False,
    )


def _number(view: View, number: int) -> Cell:
    return Cell(formatting.count(number, view.language) if number else "·", "number" if number else "number small")


def _download(edition: Edition, view: View, narrowed: Narrowed, townships: list[Row]) -> None:
    """The list of the township chosen, or all of them in one archive; made when asked for."""
    if narrowed.division_code:
        one = next((one for one in townships if one["child_code"] == narrowed.division_code), None)
        if one is None or not one["open"]:
            st.html(fragments.quiet(text("lists.nothing")))
            return
        township = _township(edition, one["child_code"])
        download.button(
            text("lists.download", division=one["division_name"]),
            make=lambda: _workbook(edition, narrowed, township),
            name=worklist.file_name(township),
            type="primary",
            key="lists.download",
        )
    elif townships:
        codes = [one["child_code"] for one in townships if one["open"]]
        download.button(
            text("lists.download_all"),
            make=lambda: _archive(edition, narrowed, codes),
            name=f"{text('lists.archive')}.zip",
            key="lists.download_all",
        )


def _township(edition: Edition, division_code: str) -> worklist.Township:
    current = queries.frame.edition(edition)
    name = queries.frame.division(edition, "zh", division_code)["division_name"]
    return worklist.Township(
        division_code, name, current["edition_id"], current["newest_as_of"], current["is_synthetic"]
    )


def _workbook(edition: Edition, narrowed: Narrowed, township: worklist.Township) -> bytes:
    scope = Narrowed(
        narrowed.parent_code, township.division_code, narrowed.rule_id, narrowed.source, narrowed.dimension
    )
    rows = queries.failing.worklist(edition, "zh", scope)
    return worklist.write(township, [row | {"source_name": home_name(row["source"], "zh")} for row in rows])


def _archive(edition: Edition, narrowed: Narrowed, codes: list[str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for code in codes:
            township = _township(edition, code)
            archive.writestr(worklist.file_name(township), _workbook(edition, narrowed, township))
    return target.getvalue()


def _back(edition: Edition, view: View) -> None:
    """A township's file: what it holds, what is wrong with it by line and column, and the button that keeps it."""
    title(text("answers.title"), text("answers.note"))
    workbench_session.outcome()
    _own_words()
    place = st.session_state.setdefault("answers.place", 0)
    file = st.file_uploader(
        text("answers.upload"),
        type=["xlsx"],
        key=f"answers.file.{place}",
        max_upload_size=MAX_MEGABYTES,
        label_visibility="collapsed",
    )
    if file is None:
        return
    children = queries.frame.children(edition, view.language, view.parent_code)
    names = {one["division_code"]: one["division_name"] for one in children}
    reading = answers.read(
        file.getvalue(),
        names,
        lambda code: {tuple(one.values()) for one in queries.failing.known(edition, code)},
    )
    if reading.refused:
        st.html(fragments.banner(_problem(view, reading.refused), "alert"))
        return
    _preview(view, file.name, names[reading.division_code], reading)


def _own_words() -> None:
    """Streamlit's field for a file knows English only: its words are covered by the catalogue's."""
    st.html(_HTML.own_words(text("answers.upload.button"), text("answers.upload.how")))


def _preview(view: View, file_name: str, division: str, reading: answers.Reading) -> None:
    numbers = {"answers": len(reading.answers), "problems": len(reading.problems), "unanswered": reading.unanswered}
    said = {name: formatting.count(number, view.language) for name, number in numbers.items()}
    title(text("answers.preview", division=division, **said), text("answers.preview.note"))
    if reading.problems:
        lines = [_problem(view, problem) for problem in reading.problems[:PROBLEMS_SHOWN]]
        more = len(reading.problems) - PROBLEMS_SHOWN
        st.html(_HTML.problems([*lines, text("answers.more", count=more)] if more > 0 else lines))
    if not reading.answers:
        return
    counts = Counter(answer.answer for answer in reading.answers)
    listed = [
        text("answers.counted", answer=workbench_text("answer", code, view.language), count=counts[code])
        for code in ANSWERS
        if counts[code]
    ]
    st.html(_HTML.words(formatting.clauses(listed, view.language)))
    with st.form(key="answers.form", border=False):
        workbench_session.ask_actor("answers.actor")
        label = counted("answers.do", len(reading.answers))
        st.form_submit_button(label, type="primary", on_click=_keep, args=(reading.answers, file_name))


def _keep(given: list, file_name: str) -> None:
    def record(workbench: Workbench) -> str:
        kept = workbench.record_answers(given, workbench_session.filled("answers")["actor"], file_name)
        return text("answers.done", new=kept.new, same=kept.same, unknown=kept.unknown)

    # Another key is another, empty place for a file.
    workbench_session.act(
        record, lambda: st.session_state.update({"answers.place": st.session_state["answers.place"] + 1})
    )


def _problem(view: View, problem: answers.Problem) -> str:
    """The sentence for a clerk, with line and column where there are any."""
    own = problem.values.get(view.language)
    said = own or text(f"answers.problem.{problem.kind}", **problem.values)
    if problem.row is None:
        return said
    return text("answers.where", row=problem.row, column=problem.column, said=said)


def _answered(edition: Edition, view: View, workbench: Workbench, given: list[GivenAnswer]) -> None:
    """What the townships say is right as it is, to be waived once the county agrees."""
    waived = {row_key(one) for one in workbench.waivers(is_active=True)}
    right = [one for one in given if one.answer == "right_as_is" and row_key(one) not in waived]
    if not right:
        return
    title(counted("answers.right", len(right)), text("answers.right.note"))
    rules = queries.rules.texts(edition, view.language)
    names = {
        one["division_code"]: one["division_name"]
        for one in queries.frame.children(edition, view.language, view.parent_code)
    }
    shown = right[:ANSWERS_SHOWN]
    columns = ("rule_text", "division_name", "record_ref", "comment", "file_name")
    ticked = st.dataframe(
        [
            {
                "rule_text": rules.get((one.rule_id, one.source), one.rule_id),
                "division_name": names.get(one.division_code, ""),
                "record_ref": one.record_ref,
                "comment": one.comment,
                "file_name": one.file_name,
            }
            for one in shown
        ],
        key="answers.right",
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        column_config={name: text(f"column.{name}") for name in columns},
    )
    rows = [vars(shown[place]) for place in ticked["selection"]["rows"] if place < len(shown)]
    waivers.offer(edition, view, rows, key="waive.answered")
