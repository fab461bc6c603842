"""The bulletin as one document: sections, figures and annexes in their order. What they say is in `wording`."""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents import charts, tables, wording, wording_indicators, wording_places
from dashboards.documents.document import Annex, Block, Document, Heading, Imprint, Paragraph, Picture
from dashboards.documents.facts import Facts
from dashboards.documents.letterhead import Letterhead
from dashboards.documents.words import Words

# The methods a reader of a bulletin needs, of those that the pages explain.
METHODS = ("reached", "verdict", "score", "veto", "rank_interval", "tier", "change", "slow", "edition")
RANKING, INDICATORS, MATRIX, GOALS, SLOW, METHOD = "ranking", "indicators", "matrix", "goals", "slow", "method"
WIDE = {RANKING, MATRIX, SLOW}


def bulletin(facts: Facts, letterhead: Letterhead, *, has_figures: bool = True) -> Document:
    """The document. `has_figures` draws the charts, which needs an installed font (DocumentError without one)."""
    words = Words(facts.language, facts.grade_limits)
    has_goals = any(tables.worthwhile(facts.steps_of(row["division_code"])) for row in facts.ranked)
    names = [RANKING, INDICATORS, MATRIX, *([GOALS] if has_goals else []), *([SLOW] if facts.slow else []), METHOD]
    titles = {name: words(f"annex.{name}") for name in names}
    numbers = {name: words.count(place) for place, name in enumerate(names, 1)}
    marks = [words("mark.synthetic")] if facts.source["is_synthetic"] else []
    marks += [words("mark.provisional")] if facts.is_provisional else []
    unit_addressed = words(f"head.addressee.{facts.level}")
    return Document(
        facts.language,
        title=words("title", place=facts.parent["division_name"], period=facts.period),
        marks=words("head.marks", marks=formatting.listing(marks, facts.language)) if marks else "",
        mark=words("banner.synthetic") if facts.source["is_synthetic"] else "",
        issuer=letterhead.issuer,
        number=letterhead.number or words("head.number", year=facts.last_month.year),
        addressee=letterhead.addressee or unit_addressed,
        blocks=_body(facts, words, letterhead, numbers, has_figures),
        annex_list=[
            words(
                "annexes.next" if place else "annexes.first",
                line=words("annex.listed", number=numbers[name], title=titles[name]),
            )
            for place, name in enumerate(names)
        ],
        signature=[*([letterhead.signature] if letterhead.signature else []), words("head.date")],
        imprint=Imprint(
            words("head.copies", copies=letterhead.copies) if letterhead.copies else "",
            letterhead.printed_by,
            words("head.printed", day=formatting.date(letterhead.printed_on, facts.language))
            if letterhead.printed_on
            else "",
        ),
        annexes=[
            Annex(
                words("annex", number=numbers[name]),
                titles[name],
                blocks,
                is_wide=name in WIDE or (name == RANKING and bool(facts.silences)),
            )
            for name, blocks in _annexes(facts, words, {name: titles[name] for name in names}).items()
        ],
        edition=edition(facts, words),
    )


def edition(facts: Facts, words: Words) -> str:
    """Where every figure comes from."""
    source = facts.source
    return words.sentence(
        words(
            "edition",
            as_of=formatting.date(source["newest_as_of"], facts.language),
            edition=source["edition_id"],
            created=formatting.moment(source["created_at"], facts.language),
            software=source["software_version"],
        )
    )


def _body(
    facts: Facts, words: Words, letterhead: Letterhead, annexes: dict[str, str], has_figures: bool
) -> list[Block]:
    ranks, states = _figures(facts, words) if has_figures else (None, None)
    overall = [
        words.text(wording.overall(facts, words), *wording_places.places(facts, words)),
        wording_places.silence(facts, words),
        wording_places.changes(facts, words),
    ]
    results = words.text(*wording_indicators.indicators(facts, words, annexes[INDICATORS]))
    slow = Paragraph(wording_indicators.slow(facts, words, annexes.get(SLOW, "")))
    common = wording_indicators.common(facts, words)
    apart: list[tuple[str, list[Block]]] = [("common", [Paragraph(common)]), ("own", [slow])] if common else []
    steps = _numbered(wording.next_steps(facts, words, annexes), words)
    reporting = wording.reporting(letterhead, words)
    sections: list[tuple[str, list[Block]]] = [
        # A figure stands behind the paragraphs that it shows, not between a heading and its text.
        ("overall", [*_paragraphs(overall), *([ranks] if ranks else [])]),
        ("indicators", [*_paragraphs([results]), *([states] if states else [])]),
        ("slow", _subsections(apart, words) if apart else [slow]),
        ("veto", _paragraphs([wording.vetoes(facts, words)])),
        ("matters", _paragraphs([words.text(*wording.matters(facts, words))])),
        ("next", [*steps, *_paragraphs([reporting])]),
    ]
    body: list[Block] = [Paragraph(wording.opening(facts, words))]
    for place, (name, blocks) in enumerate(((name, blocks) for name, blocks in sections if blocks), 1):
        title = words("number.heading", number=words.numeral(place), title=words(f"section.{name}"))
        body += [Heading(title), *blocks]
    return body


def _paragraphs(texts: list[str]) -> list[Block]:
    return [Paragraph(text) for text in texts if text]


def _subsections(parts: list[tuple[str, list[Block]]], words: Words) -> list[Block]:
    blocks: list[Block] = []
    for place, (name, part) in enumerate(parts, 1):
        title = words("number.subheading", number=words.numeral(place), title=words(f"section.{name}"))
        blocks += [Heading(title, 2), *part]
    return blocks


def _numbered(steps: list[str], words: Words) -> list[Block]:
    return [
        Paragraph(words("number.item", number=words.count(place), text=step)) for place, step in enumerate(steps, 1)
    ]


def _figures(facts: Facts, words: Words) -> list[Picture | None]:
    """The ranks with their ranges, where there are two to compare; and the indicators by verdict."""
    number = 0

    def caption(title: str) -> str:
        nonlocal number
        number += 1
        return words("chart.figure", number=words.count(number), title=title)

    ranks = None
    if len(facts.ranked) > 1:
        ranks = charts.ranks(facts, words, caption(wording_places.finding(facts, words)))
    return [ranks, charts.verdicts(facts, words, caption(wording_indicators.finding(facts, words)))]


def _annexes(facts: Facts, words: Words, titles: dict[str, str]) -> dict[str, list[Block]]:
    """The blocks of each annex that has a title."""
    number = 0

    def caption(title: str) -> str:
        nonlocal number
        number += 1
        return words("table", number=words.count(number), title=title)

    def note(text: str) -> list[Block]:
        return [Paragraph(text, is_note=True)] if text else []

    unit = {"unit": words.unit(facts.level), "unit_one": words.unit_one(facts.level)}
    parts = -(-len(facts.ranking) // tables.UNITS_ACROSS)
    legend = note(words.text(tables.windows(facts, words), words("table.legend")))
    annexes: dict[str, list[Block]] = {
        RANKING: [tables.ranking(facts, words, caption(titles[RANKING])), *note(words("table.ranking.note"))],
        INDICATORS: [
            tables.indicators(facts, words, caption(words("table.indicators", place=facts.parent["division_name"]))),
            *legend,
        ],
    }
    captions = [
        caption(words("table.matrix", **unit) if parts == 1 else words("table.matrix.part", part=part + 1, **unit))
        for part in range(parts)
    ]
    annexes[MATRIX] = [*tables.matrix(facts, words, captions), *legend]
    if GOALS in titles:
        table = tables.goals(facts, words, caption(titles[GOALS]))
        annexes[GOALS] = [*note(words("table.goals.note")), table]
    if SLOW in titles:
        annexes[SLOW] = [*note(words("table.slow.note")), tables.slow(facts, words, caption(titles[SLOW]))]
    methods = [(words(f"method.{name}"), words(f"method.{name}.how")) for name in METHODS]
    annexes[METHOD] = [tables.methods(methods, words, caption(titles[METHOD]))]
    return annexes
