"""The rules of a packet as rows of tables: what was asked, by whom, what was found, and how it came out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from planner.model.reviews import Finding, Verdict
from planner.output.packet.titles import titles
from planner.output.packet.values import CorridorPage, LawFacts, Packet
from planner.output.packet.wording import TRADITIONAL, Telling
from planner.output.sentences.translating import translated
from planner.safety.findings import LAW, worst_of_each_rule
from planner.safety.rules import is_bookkeeping, is_waived

CARGO = ("order.", "custody.", "customs.", "coldchain.", "value.", "volume.", "payload.")
"""How the ids of rules on orders and what is in the box begin."""

ALIKE = 1e-6
"""Figures that differ by less, as a share, are told as equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text with the language it is in; empty where that is the page's own."""

    words: str
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule in a table."""

    rule: str
    title: Text
    source: Text
    evidence: Text
    flight: str
    """Sortie and leg on which it was found, as far as it was on one."""
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules that belong together, and those that are told by their ids alone."""

    head: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rules came out how."""

    passed: int
    failed: int
    not_checked: int

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Counts:
        """Return the counts of some findings."""
        verdicts = [finding.verdict for finding in findings]
        return cls(
            passed=verdicts.count(Verdict.PASS),
            failed=verdicts.count(Verdict.FAIL),
            not_checked=verdicts.count(Verdict.NOT_CHECKED),
        )


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """The rules of a packet in one language."""

    packet: Packet
    telling: Telling

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return titles(self.telling.say)

    @cached_property
    def _laws(self) -> Mapping[str, LawFacts]:
        return {law.rule: law for law in self.packet.laws}

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The citations of law, each once; their places are the numbers that rows tell."""
        cited = [law.citation for law in sorted(self.packet.laws, key=lambda law: not self.own(law.rule))]
        return tuple(dict.fromkeys(cited))

    @cached_property
    def worst(self) -> tuple[Finding, ...]:
        """The worst finding of each rule over all corridors."""
        return worst_of_each_rule(finding for page in self.packet.corridors for finding in page.findings)

    @cached_property
    def everywhere(self) -> tuple[Finding, ...]:
        """Rules of law that were not checked on any corridor, and for which nothing was measured on any."""
        measured = {
            one.rule
            for page in self.packet.corridors
            for one in page.findings
            if one.verdict is not Verdict.NOT_CHECKED or one.measured is not None
        }
        return tuple(one for one in self.worst if one.rule.startswith(LAW) and one.rule not in measured)

    def own(self, rule: str) -> bool:
        """Tell whether a rule is one of the authority's own law."""
        return rule in self._laws and self.packet.side in self._laws[rule].sides

    def foreign(self, rule: str) -> bool:
        """Tell whether a rule is one of another side's law."""
        return rule in self._laws and not self.own(rule)

    def counts(self, findings: Iterable[Finding]) -> Counts:
        """Return how the rules came out that the authority asks about: its own law, and what the check asks."""
        return Counts.of(one for one in findings if not self.foreign(one.rule))

    # --- tables -------------------------------------------------------------------------------------------------------

    def groups(self, page: CorridorPage) -> tuple[Group, ...]:
        """Return the rules of a corridor in the order of its page: the authority's law, the plan's own, other law."""
        say, told = self.telling.say, self._told_by_id(page)
        shown = [one for one in page.findings if one.rule not in told]
        own = [one for one in shown if self.own(one.rule)]
        others = [one for one in shown if self.foreign(one.rule)]
        checked = [one for one in shown if one.rule not in self._laws]
        groups = (
            (say("Law of {side}", side=self.telling.side(self.packet.side)), own),
            (say("What the check asks of every flight"), checked),
            (say("Law of other sides"), others),
        )
        return tuple(
            Group(head=head, rows=tuple(self.row(one, page) for one in found)) for head, found in groups if found
        )

    def _told_by_id(self, page: CorridorPage) -> set[str]:
        return {*self.agreeing(page.findings), *self.carried(page.findings), *self.left_open(page)}

    def agreeing(self, findings: Iterable[Finding]) -> tuple[str, ...]:
        """Return the rules by which the record agrees with itself."""
        return tuple(one.rule for one in findings if one.verdict is Verdict.PASS and is_bookkeeping(one.rule))

    def carried(self, findings: Iterable[Finding]) -> tuple[str, ...]:
        """Return the rules on orders and cargo that hold: the operator's own affair where nothing is wrong."""
        return tuple(
            one.rule
            for one in findings
            if one.verdict is Verdict.PASS and one.rule.startswith(CARGO) and not is_bookkeeping(one.rule)
        )

    def left_open(self, page: CorridorPage) -> tuple[str, ...]:
        """Return the rules of law that are not checked on this corridor as on every other."""
        everywhere = {one.rule for one in self.everywhere}
        return tuple(one.rule for one in page.findings if one.rule in everywhere)

    def cited(self, page: CorridorPage) -> tuple[tuple[int, str], ...]:
        """Return the sources of law that the rows of a corridor name, with their numbers."""
        told = self._told_by_id(page)
        named = {
            self._laws[one.rule].citation for one in page.findings if one.rule in self._laws and one.rule not in told
        }
        return tuple((number, text) for number, text in enumerate(self.sources, start=1) if text in named)

    def rows(self, findings: Iterable[Finding]) -> tuple[Row, ...]:
        """Return findings as rows."""
        return tuple(self.row(one) for one in findings)

    def row(self, finding: Finding, page: CorridorPage | None = None) -> Row:
        """Return a finding as a row."""
        return Row(
            rule=finding.rule.removeprefix(LAW) if finding.rule in self._laws else finding.rule,
            title=self.title(finding.rule),
            source=self._source(finding),
            evidence=self._evidence(finding),
            flight="" if page is None else self._flight(finding, page),
            verdict=finding.verdict,
        )

    def title(self, rule: str) -> Text:
        """Return a rule in a few words."""
        law = self._laws.get(rule)
        if law is None:
            return Text(words=self._titles.get(rule, rule))
        told = self.english(law.title)
        return Text(words=law.title_zh, lang=zh_tag(law.sides)) if told.lang and law.title_zh else told

    def english(self, words: str) -> Text:
        """Return a text of the record in the page's language; marked as English where nobody has translated it."""
        told = translated(words, self.telling.say) if words else words
        return Text(words=words, lang="en") if told is None else Text(words=told)

    def _source(self, finding: Finding) -> Text:
        law = self._laws.get(finding.rule)
        if law is None:
            return self.english(finding.source)
        number = self.sources.index(law.citation) + 1
        parts = [f"[{number}] {law.article}".strip(), self.telling.confidence(law.confidence)]
        return Text(words=", ".join(parts))

    def _evidence(self, finding: Finding) -> Text:
        waived = is_waived(finding.rule, finding.verdict, finding.margin)
        if waived or finding.measured is None or finding.required is None or finding.margin is None:
            return self._sentence(finding)
        measured, required = finding.measured, finding.required
        sign = "=" if _alike(measured, required) else "≥" if _alike(finding.margin, measured - required) else "≤"
        if finding.margin < 0:
            sign = {"≥": "<", "≤": ">"}.get(sign, sign)
        told = self.telling.measured
        return Text(words=f"{told(measured, finding.unit)} {sign} {told(required, finding.unit)}")

    def _sentence(self, finding: Finding) -> Text:
        """Return what a finding says in words, without the title of its rule."""
        law = self._laws.get(finding.rule)
        words = finding.detail if law is None else finding.detail.removeprefix(f"{law.title}: ")
        return self.english(words)

    def _flight(self, finding: Finding, page: CorridorPage) -> str:
        found = (
            f"{flight.sortie}/{flight.leg}"
            for flight in self.packet.flights
            if flight.page == page.number and finding.subject.startswith(f"{flight.sortie} leg {flight.leg} ")
        )
        return next(found, "")


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= ALIKE * max(1.0, abs(one), abs(other))


def zh_tag(sides: Sequence[str]) -> str:
    """Return the language tag of Chinese as written on some sides."""
    return "zh-Hant" if any(side.upper().startswith(TRADITIONAL) for side in sides) else "zh-Hans"
