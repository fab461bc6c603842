"""The bulletin as one document: sections, figures and annexes in their order. What they say is in `wording`."""

from __future__ import annotations

from dashboards import formatting
from dashboards.documents import charts, tables, wording, wording_domains, wording_places
from dashboards.documents.document import Annex, Block, Document, Heading, Paragraph, Picture
from dashboards.documents.facts import Facts
from dashboards.documents.letterhead import Letterhead
from dashboards.documents.words import Words

DOMAINS = ("information", "exchange", "service")
# The methods a reader of a bulletin needs, of those that the pages explain.
METHODS = ("reached", "verdict", "score", "veto", "rank_interval", "tier", "change", "slow", "edition")
MATRIX, SLOW, METHOD = "matrix", "slow", "method"
WIDE = {MATRIX, SLOW}


def bulletin(facts: Facts, letterhead: Letterhead, *, has_figures: bool = True) -> Document:
    """The document. `has_figures` draws the charts, which needs an installed font (DocumentError without one)."""
    words = Words(facts.language)
    names = ["ranking", "indicators", MATRIX, *([SLOW] if facts.slow else []), METHOD]
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
        blocks=_body(facts, words, numbers.get(SLOW, ""), has_figures),
        annex_list=[
            words(
                "annexes.next" if place else "annexes.first",
                line=words("annex.listed", number=numbers[name], title=titles[name]),
            )
            for place, name in enumerate(names)
        ],
        signature=[*([letterhead.signature] if letterhead.signature else []), words("head.date")],
        copies=words("head.copies", copies=letterhead.copies) if letterhead.copies else "",
        annexes=[
            Annex(words("annex", number=numbers[name]), titles[name], blocks, is_wide=name in WIDE)
            for name, blocks in _annexes(facts, words, titles).items()
            if name in names
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


def _body(facts: Facts, words: Words, slow_annex: str, has_figures: bool) -> list[Block]:
    figures = iter(_figures(facts, words) if has_figures else [None, None])
    places, changes = wording_places.places(facts, words), wording_places.changes(facts, words)
    sections: list[tuple[str, list[Block]]] = [
        ("overall", [Paragraph(wording.overall(facts, words))]),
        ("indicators", []),
        ("veto", [Paragraph(wording.vetoes(facts, words))]),
        ("slow", [Paragraph(wording.slow(facts, words, slow_annex))]),
        ("matters", [Paragraph(one) for one in wording.matters(facts, words)]),
        ("next", _numbered(wording.next_steps(facts, words, slow_annex), words)),
    ]
    overall, indicators = sections[0][1], sections[1][1]
    parts = [("places", [Paragraph(words.text(*places))] if places else [])]
    parts.append(("change", [Paragraph(changes)] if changes else []))
    _subsections(overall, parts, words)
    _subsections(
        indicators,
        [
            (f"domain.{domain}", [Paragraph(one) for one in wording_domains.of_domain(facts, words, domain)])
            for domain in DOMAINS
        ],
        words,
    )
    for blocks in (overall, indicators):
        figure = next(figures)
        if figure:
            # Behind the paragraph that it shows, not between a heading and its text.
            blocks.insert(3 if blocks is overall else len(blocks), figure)
    body: list[Block] = [Paragraph(wording.opening(facts, words))]
    for place, (name, blocks) in enumerate(sections, 1):
        title = words("number.heading", number=words.numeral(place), title=words(f"section.{name}"))
        body += [Heading(title), *blocks]
    return body


def _subsections(blocks: list[Block], parts: list[tuple[str, list[Block]]], words: Words) -> None:
    """Adds the parts that say something, numbered."""
    filled = [(name, part) for name, part in parts if part]
    for place, (name, part) in enumerate(filled, 1):
        title = words("number.subheading", number=words.numeral(place), title=words(f"section.{name}"))
        blocks += [Heading(title, 2), *part]


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
    worst = max(facts.indicators, key=lambda row: (row["short"], -row["position"]), default=None)
    title = words("chart.indicators.title.none")
    if worst and worst["short"]:
        count = words.count(worst["short"])
        title = words("chart.indicators.title", indicator=worst["indicator_name"], count=count)
    return [ranks, charts.verdicts(facts, words, caption(title))]


def _annexes(facts: Facts, words: Words, titles: dict[str, str]) -> dict[str, list[Block]]:
    number = 0

    def caption(title: str) -> str:
        nonlocal number
        number += 1
        return words("table", number=words.count(number), title=title)

    unit = {"unit": words.unit(facts.level), "unit_one": words.unit_one(facts.level)}
    ranking = tables.ranking(facts, words, caption(titles["ranking"]))
    own = tables.indicators(facts, words, caption(words("table.indicators", place=facts.parent["division_name"])))
    parts = -(-len(facts.ranking) // tables.UNITS_ACROSS)
    captions = [
        caption(words("table.matrix", **unit) if parts == 1 else words("table.matrix.part", part=part + 1, **unit))
        for part in range(parts)
    ]
    legend = Paragraph(words("table.legend"), is_note=True)
    annexes: dict[str, list[Block]] = {
        "ranking": [ranking],
        "indicators": [own, legend],
        MATRIX: [*tables.matrix(facts, words, captions), legend],
    }
    if facts.slow:
        annexes[SLOW] = [
            Paragraph(words("table.slow.note"), is_note=True),
            tables.slow(facts, words, caption(titles[SLOW])),
        ]
    annexes[METHOD] = [Paragraph(words(f"method.{name}.how"), lead=words(f"method.{name}")) for name in METHODS]
    annexes[METHOD].append(Paragraph(edition(facts, words), is_note=True))
    return annexes
