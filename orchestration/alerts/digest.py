"""The words of an alert: what is new and what is over, by rule, delivery and deadline, each with its townships.

Here: grouping, ordering and cutting short. Not here: what holds (`situation`), or what a channel makes of the lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from orchestration.alerts.situation import Situation
from orchestration.contracts import load_contracts
from orchestration.installation.messages import command_line_messages
from orchestration.workbench import Condition
from orchestration.workbench.typed import looks_personal

# In the order in which they are read; a deadline passes and does not recover.
KINDS = ("unpublished", "failing", "missing", "due")
RECOVERING = ("unpublished", "failing", "missing")
LINES_SHOWN = 12
TOWNSHIPS_SHOWN = 6
REASON_LENGTH = 300


@dataclass(frozen=True)
class Section:
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Digest:
    """One message: a title for the subject line, sections, and a last line."""

    title: str
    sections: tuple[Section, ...]
    closing: str


def compose(
    situation: Situation, new: Collection[Condition], recovered: Collection[Condition], language: str
) -> Digest | None:
    """None if there is nothing to tell: deadlines that passed are forgotten in silence."""
    return _Writer(situation, language).digest(new, [what for what in recovered if what.kind in RECOVERING])


def trial_digest(language: str) -> Digest:
    """What `shuangbai alerts` sends to see whether it arrives."""
    say = command_line_messages()
    section = Section(say("alerts.test.heading", language), (say("alerts.test.line", language),))
    return Digest(say("alerts.test.title", language), (section,), say("alerts.closing", language))


class _Writer:
    def __init__(self, situation: Situation, language: str) -> None:
        self._situation, self._language = situation, language
        contracts = load_contracts()
        self._sources = {
            source: {"zh": contract.name_zh, "en": contract.name_en} for source, contract in contracts.items()
        }

    def digest(self, new: Collection[Condition], recovered: Collection[Condition]) -> Digest | None:
        parts = [("new", kind, [what for what in new if what.kind == kind]) for kind in KINDS]
        parts += [("over", kind, [what for what in recovered if what.kind == kind]) for kind in RECOVERING]
        parts = [part for part in parts if part[2]]
        if not parts:
            return None
        sections = tuple(
            Section(self._say(f"alerts.{state}.{kind}"), tuple(self._lines(state, kind, found)))
            for state, kind, found in parts
        )
        told = self._say("alerts.and").join(
            self._say(f"alerts.title.{state}.{kind}", count=len(self._grouped(found)), cases=self._total(found))
            for state, kind, found in parts
        )
        title = self._say("alerts.title", told=told)
        if self._situation.is_synthetic:
            title = self._say("alerts.synthetic", title=title)
        return Digest(title, sections, self._say("alerts.closing"))

    def _lines(self, state: str, kind: str, found: Collection[Condition]) -> Iterator[str]:
        if kind == "unpublished":
            yield from self._publication(state, found)
            return
        groups = sorted(self._grouped(found).items(), key=lambda item: (-self._total(item[1]), item[0]))
        if kind != "failing":
            groups.sort(key=lambda item: item[0].period, reverse=kind == "missing")
        for group, members in groups[:LINES_SHOWN]:
            yield self._say(
                f"alerts.line.{state}.{kind}",
                what=self._name(group.subject) if group.subject else "",
                source=self._source(group.source),
                period=group.period,
                count=self._total(members),
                places=self._places(state, members),
            )
        if len(groups) > LINES_SHOWN:
            yield self._say("alerts.more", count=len(groups) - LINES_SHOWN)

    def _publication(self, state: str, found: Collection[Condition]) -> Iterator[str]:
        if state == "over":
            yield self._say("alerts.line.over.unpublished")
            return
        for what in found:
            yield self._say(f"run.{what.subject}")
        reasons = [reason[self._language] for reason in self._situation.reasons]
        # A reason names seeds and tests; should one ever name more, it goes no further than the record of the run.
        yield from (reason[:REASON_LENGTH] for reason in reasons[:LINES_SHOWN] if not looks_personal(reason))

    def _grouped(self, found: Collection[Condition]) -> dict[Condition, list[Condition]]:
        """By everything but the township."""
        groups: dict[Condition, list[Condition]] = {}
        for what in sorted(found):
            groups.setdefault(Condition(what.kind, what.subject, what.source, "", what.period), []).append(what)
        return groups

    def _places(self, state: str, members: Collection[Condition]) -> str:
        """The townships, those with most first; those without one have none to name."""
        placed = sorted((what for what in members if what.division_code), key=lambda what: (-self._count(what), what))
        key = "alerts.place" if state == "over" or all(what.kind == "missing" for what in placed) else "alerts.counted"
        shown = [
            self._say(key, place=self._name(what.division_code), count=self._count(what))
            for what in placed[:TOWNSHIPS_SHOWN]
        ]
        if len(placed) > TOWNSHIPS_SHOWN:
            shown.append(self._say("alerts.other_places", count=len(placed) - TOWNSHIPS_SHOWN))
        return self._say("alerts.places", places=self._say("alerts.comma").join(shown)) if shown else ""

    def _count(self, what: Condition) -> int:
        return self._situation.counts.get(what, 0)

    def _total(self, found: Collection[Condition]) -> int:
        return sum(self._count(what) for what in found)

    def _name(self, code: str) -> str:
        return self._situation.names.get(code, {}).get(self._language) or code

    def _source(self, source: str) -> str:
        return self._sources.get(source, {}).get(self._language, source)

    def _say(self, key: str, **values: object) -> str:
        return command_line_messages()(key, self._language, **values)
