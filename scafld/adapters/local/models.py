"""The verbs that ask a model, made for this machine: what it is sent, who it is, and what is watched meanwhile."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from scafld.adapters.trace import trace

if TYPE_CHECKING:
    from scafld.adapters.local.briefs import Briefs
    from scafld.adapters.local.house import House
    from scafld.app.ask import Bench, Inquiry, Wanted
    from scafld.app.guard import Guard
    from scafld.app.task.draft_by_model import DraftByModel
    from scafld.app.task.harden import HardenByModel
    from scafld.app.task.review import Review
    from scafld.app.trial import Trial
    from scafld.core.evidence.terms import Subject


class Models:
    """The part of a house in which models are asked."""

    def __init__(self, house: House) -> None:
        self._house = house

    def review(self) -> Review:
        from scafld.adapters.config.overlay import policy_unkept
        from scafld.adapters.files.context import context_files
        from scafld.app.task.review import Review

        policy = policy_unkept(self._house.root)
        return Review(
            journal=self._house.journal,
            observer=self._house.observer,
            trial=self._trial(),
            presence=self._house.presence,
            policy=policy,
            role=lambda: self._house.prompt("review"),
            context=lambda: context_files(self._house.root, policy.review.context.files),
            countersign=self._house.countersign,
        )

    def _trial(self) -> Trial:
        from scafld.adapters.files.citations import locate
        from scafld.adapters.process.abreast import abreast
        from scafld.app.trial import Trial

        return Trial(
            journal=self._house.journal,
            inquiry=self._inquiry(),
            guard=self._guard(),
            abreast=abreast,
            locate=locate(self._house.root),
        )

    def _inquiry(self) -> Inquiry:
        from scafld.adapters.codec.answers import accepted
        from scafld.app.ask import Inquiry

        return Inquiry(accept=accepted, now=self._house.now, watch=self._house.around.watch or (lambda _pulse: None))

    def _guard(self) -> Guard:
        from scafld.adapters.files.pages import Pages
        from scafld.adapters.local.whole_estate import WholeEstate
        from scafld.app.guard import Guard

        estate = WholeEstate(root=self._house.root, environ=self._house.around.environ)
        return Guard(observer=self._house.observer, estate=estate, keep=Pages(scafld_dir=self._house.scafld_dir).save)

    def question(self) -> HardenByModel:
        from scafld.adapters.files.citations import cite
        from scafld.app.task.harden import HardenByModel

        return HardenByModel(
            journal=self._house.journal,
            inquiry=self._inquiry(),
            guard=self._guard(),
            presence=self._house.presence,
            packet=self.briefs.hardening,
            cite=lambda opened: cite(self._house.root, opened.spec),
            rules=self._house.policy.harden,
            lease_seconds=self._house.policy.review.lease_seconds,
        )

    def draft(self) -> DraftByModel:
        from scafld.adapters.markdown.proposed import write_proposal
        from scafld.app.task.draft_by_model import DraftByModel

        return DraftByModel(
            journal=self._house.journal,
            inquiry=self._inquiry(),
            guard=self._guard(),
            write=write_proposal,
            read=self._house.specs.reading,
            detect=self._house.detect,
            packet=self.briefs.planning,
            rules=self._house.policy.plan,
        )

    @cached_property
    def briefs(self) -> Briefs:
        from scafld.adapters.local.briefs import Briefs

        return Briefs(self._house)

    def bench(self, subject: Subject, wanted: Wanted) -> Bench:
        from scafld.adapters.local.benches import bench_for

        bench = bench_for(self._house, subject, wanted)
        for provider in bench.providers:
            trace("provider.chosen", provider=provider.name, authorises=provider.authorises)
        return bench

    def names_a_model(self, subject: Subject) -> bool:
        from scafld.adapters.local.benches import asked_for

        return bool(str(asked_for(self._house.policy, subject).provider))
