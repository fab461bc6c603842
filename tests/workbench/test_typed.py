"""What people type is trimmed, bounded, and never the number of a person."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from orchestration.installation.messages import command_line_messages
from orchestration.landing.persons import HOLDS_MOBILE, holds_identity, squeezed
from orchestration.workbench import (
    ANSWERS,
    REASONS,
    STATUSES,
    WAIVER_REASONS,
    Failing,
    RowKey,
    WorkbenchError,
    workbench_text,
)
from orchestration.workbench.incidents import MOVES
from orchestration.workbench.typed import comment, file_name, looks_personal, name

BODY = "62302119900307123"
IDENTITY = BODY + ric.calc_check_digit(f"{BODY}?")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY, f"身份证{IDENTITY}号", IDENTITY[:-1] + "X", IDENTITY.translate(WIDE), IDENTITY[:6] + IDENTITY[8:17],
        "623021 19900307 1231", "623021-19900307-1231", "13800138000", "电话：138 0013 8000。", "+86 138-0013-8000",
        "（138）00138000", "013800138000", "１３８００１３８０００", "张三13800138000", "138\n0013\n8000",
        "13800138000 3次", "3次 13800138000(5)", "138-0013-8000 2人", "8613800138000",
    ],
)  # fmt: skip
def test_numbers_of_persons_and_phones_are_refused_and_not_repeated(text):
    with pytest.raises(WorkbenchError, match="个人信息") as told:
        comment(text)
    assert text not in str(told.value) and IDENTITY not in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "档案 GPL-00012345 已更正", "区划 623021100000", "2026-11-03 已去村里看过",
        "第 12、15、138、1001、1002、1003 行",
        "2026-10-01 至 2026-10-31", "0941-3121234", "协查 XC10000043", "623021100-007",
    ],
)  # fmt: skip
def test_what_work_is_about_may_be_said(text):
    assert comment(text) == text


GROUPS = st.from_regex(r"[0-9]{1,6}", fullmatch=True)
PIECES = st.one_of(GROUPS, st.sampled_from([*" -_./#()（）X８日号a", "138", "86"]))


@settings(deadline=None, max_examples=500)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_landing_finds_nothing_that_is_not_found_here(text):
    """The rule of landing, asked itself."""
    is_somebodys = holds_identity(squeezed(text)) or holds_identity(text.upper()) or HOLDS_MOBILE.search(text)
    assert not is_somebodys or looks_personal(text)


@given(st.from_regex(r"[1-9][0-9]{5}(19|20)[0-9]{9}[0-9X]", fullmatch=True), st.text("档案, 号\n", max_size=5))
def test_no_identity_number_passes_whatever_stands_around_it(number, around):
    assert looks_personal(around + number + around)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-", ".", "/"]))
def test_no_mobile_number_passes_however_it_is_grouped(number, mark):
    assert looks_personal(f"打{number[:3]}{mark}{number[3:7]}{mark}{number[7:]}找他")


def test_blanks_and_controls_go_and_lengths_are_bounded():
    assert comment("　 看过\x00\ud800了 \t\n") == "看过了"
    assert comment("第一行\n第二行") == "第一行\n第二行"
    assert name("  李\t 质 ") == "李 质"
    assert file_name("C:\\报表\\城关镇.xlsx") == "城关镇.xlsx"
    assert comment("", is_required=False) == ""
    assert len(comment("字" * 1000)) == 1000
    for refused in (lambda: comment("字" * 1001), lambda: name("名" * 61), lambda: name("\u3000")):
        with pytest.raises(WorkbenchError):
            refused()


@pytest.mark.parametrize("given", ["auto", "AUTO", " Auto "])
def test_nobody_may_pass_for_the_system(given):
    with pytest.raises(WorkbenchError, match="系统自用"):
        name(given)


def test_every_way_in_is_guarded(workbench):
    """Each text that a person gives, through each method: nothing of it is kept."""
    workbench.sync("run1", dt.date(2026, 11, 3), [Failing("gpl_id_valid", "gpl_resident", None, 1, True)])
    (incident,) = workbench.incidents()
    row, day = RowKey("gpl_id_valid", "gpl_resident", "A-001"), dt.date.today()
    (waiver,) = workbench.waive([row], "李质", "other", "看过", day)
    before = workbench.incident(incident.id), workbench.waivers()
    bad = "13800138000"
    ways = [
        lambda: workbench.acknowledge(incident.id, 1, bad, "other", "看过"),
        lambda: workbench.acknowledge(incident.id, 1, "李质", "other", bad),
        lambda: workbench.acknowledge(incident.id, 1, "李质", bad, "看过"),
        lambda: workbench.assign(incident.id, 1, "李质", bad, "other", "看过"),
        lambda: workbench.resolve(incident.id, 1, "李质", "other", bad),
        lambda: workbench.comment(incident.id, "李质", bad),
        lambda: workbench.waive([row], bad, "other", "看过", day),
        lambda: workbench.waive([row], "李质", "other", bad, day),
        lambda: workbench.withdraw(waiver.id, "李质", bad),
        lambda: workbench.record_answers([], bad, "f.xlsx"),
        lambda: workbench.record_answers([], "李质", f"{bad}.xlsx"),
    ]
    for way in ways:
        with pytest.raises(WorkbenchError):
            way()
    assert (workbench.incident(incident.id), workbench.waivers()) == before


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("status", STATUSES),
        ("action", ("open", "rows", "comment", "waive", "withdraw", *MOVES)),
        ("reason", REASONS),
        ("waiver_reason", WAIVER_REASONS),
        ("answer", ANSWERS),
    ],
)
def test_codes_and_their_texts_face_each_other(kind, codes):
    prefix = f"workbench.{kind}."
    told = {key.removeprefix(prefix) for key in command_line_messages().keys if key.startswith(prefix)}
    assert told == set(codes)
    assert all(workbench_text(kind, code, language) for code in codes for language in ("zh", "en"))
