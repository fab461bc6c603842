"""Lines of the pdf: nothing is lost, no line is too wide, none begins with a closing mark, figures stay whole."""

from __future__ import annotations

import re
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from dashboards.documents.document import Document
from dashboards.documents.line_breaking import CLOSING, OPENING, is_chinese, length, lines, needs_gap, runs

TEXT = st.text(st.sampled_from("镇乡率月（）“”、，。；：98.0%/–A b1"), max_size=80)


def measure(text: str) -> float:
    return sum(1.0 if is_chinese(one) else 0.5 for one in text)


@given(TEXT, st.integers(12, 30))
def test_nothing_is_lost_and_nothing_sticks_out(text, width):
    broken = list(lines(text, width, measure, 0.2))
    assert re.sub(r"\s", "", "".join(broken)) == re.sub(r"\s", "", text)
    # What hangs together may be wider than a line only where it cannot be broken at all.
    assert all(length(line, measure, 0.2) <= width + 2 or not re.search("[镇乡率月]", line) for line in broken)


def test_marks_stay_with_their_text_and_figures_whole():
    text = "名次居前的是店子镇（97.4分）、石门乡（97.0分）；协查按期办结率100.0%，1,234/1,250。" * 4
    for width in range(8, 40):
        for line in lines(text, width, measure, 0.2, indent=2):
            assert line[0] not in CLOSING
            assert line[-1] not in OPENING
            assert not re.search(r"^\.?\d?%", line)


def test_a_thin_gap_stands_between_the_scripts_but_not_at_marks():
    assert runs("2026年9月（暂定）") == ["2026", "年", "9", "月（暂定）"]
    assert needs_gap("2026", "年")
    assert needs_gap("共", "16")
    assert not needs_gap("（", "16")
    assert not needs_gap("Lintan ", "County")


def test_a_title_is_broken_evenly_and_never_within_quotes():
    blank = ["", "", "", "", "", [], [], [], "", [], ""]
    names = [field.name for field in fields(Document)][2:]
    for place in ("临潭县", "积石山保安族东乡族撒拉族自治县", "县"):
        for period in ("2026年9月", "2026年1月至12月", "2026年第3季度"):
            title = f"关于{place}{period}“双百”考核情况的通报"
            broken = Document("zh", title, **dict(zip(names, blank, strict=True))).title_lines
            assert "".join(broken) == title
            assert all(line.count("“") == line.count("”") for line in broken)
            assert all(measure(line) <= 21 for line in broken)
