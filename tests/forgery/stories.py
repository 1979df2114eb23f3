"""What a receipt may not say, whoever signed it, and what may not be said under an old signature."""

from __future__ import annotations

from typing import Any

from tests.forgery.forger import OTHER
from tests.forgery.rows import does, framed, new, old


def first(told: Any) -> Any:
    return told["criteria"][0]


def without_files(told: Any) -> None:
    told["predicate"]["material"]["files"] = []
    told["subject"] = told["subject"][:1]


def of_nothing(told: Any) -> None:
    told["predicate"]["material"] |= {"files": [], "tree": None, "commit": None}
    told["subject"] = []


SEALED = "the subject is not"
STORIES = (
    old("another title", lambda told: told.update(title="Other")),
    old("an earlier moment", lambda told: told.update(mintedAt=told["review"]["at"])),
    old("another profile", lambda told: told.update(profile="strict")),
    old("another approver", lambda told: told["approval"]["by"].update(name="boss")),
    old("a better reviewer", lambda told: told["review"].update(provider="codex", independence="cross-vendor")),
    old("a better guard", lambda told: told["guard"].update(completion="changed")),
    old("another output of a run", lambda told: first(told)["run"].update(output="0" * 64)),
    new("another task", lambda told: told.update(task=OTHER), "it is the receipt of add-z"),
    new("another command", lambda told: first(told).update(command="true"), "its fingerprint"),
    new("a fail as a pass", lambda told: first(told)["run"].update(exitCode=1), "is no pass"),
    new("no criteria", lambda told: told.update(criteria=[]), "nothing was shown"),
    new("a criterion that fails", lambda told: first(told).update(outcome="fail"), "its outcome is fail"),
    new(
        "a verdict of fail",
        lambda told: told["review"].update(verdict="fail", blockers=1, findings=1),
        "the verdict is fail",
    ),
    new("a pass over a blocker", lambda told: told["review"].update(blockers=1), "blocker"),
    new(
        "a review of other material",
        lambda told: told["review"].update(material="0" * 64),
        "it sealed another material",
    ),
    new(
        "a review of another contract",
        lambda told: told["review"].update(contract="0" * 64),
        "review.contract: it binds another",
    ),
    new("a rehearsed review", lambda told: told["review"].update(provider="local", authorises=False), "rehearses"),
    new("a verdict of nobody", lambda told: told.update(review=None), "review: expected an object"),
    new("a guard that saw a change", lambda told: told["guard"].update(reviewer="changed"), "something changed"),
    new("a guard that did not look", lambda told: told["guard"].update(completion="unwatched"), "the tree was"),
    new(
        "an approval after the review",
        lambda told: told["approval"].update(entry=9),
        "one entry cannot be the approval and the review",
    ),
    new("a last run before the review", lambda told: first(told).update(entry=6), "it ran before the review"),
    new(
        "an approval of another contract",
        lambda told: told["approval"].update(contract="0" * 64),
        "approval.contract: it binds another",
    ),
    new(
        "a signature that is claimed", lambda told: told["approval"].update(provenBy="signature"), "bears 0 signatures"
    ),
    new("a far moment", lambda told: told.update(mintedAt="2999-01-01T00:00:00.000Z"), "it says that it was minted"),
    new(
        "a moment before all else",
        lambda told: told.update(mintedAt="2020-01-01T00:00:00.000Z"),
        "older than what it tells of",
    ),
    new("no moment", lambda told: told.update(mintedAt="yesterday"), "mintedAt"),
    new("a member more", lambda told: told.update(trust="me"), "there is no such field"),
    new("a member less", lambda told: told.pop("guard"), "is missing"),
    new("another tree", lambda told: told["material"].update(tree="0" * 40), SEALED),
    new("another digest of a file", lambda told: told["material"]["files"][0].update(digest="0" * 64), SEALED),
    new("another folder", lambda told: told["material"].update(folder="elsewhere"), "this workspace is ."),
    new(
        "a path out of the workspace",
        lambda told: told["material"]["files"][0].update(path="../a.py"),
        "not a path of a file in the workspace",
    ),
    new(
        "a path twice",
        lambda told: told["material"]["files"].append(told["material"]["files"][0]),
        "stands there twice",
    ),
    new("a ledger of no entries", lambda told: told["ledger"].update(entries=0), "an entry outside of it is named"),
    new("a number that is none", lambda told: told["ledger"].update(entries=1.5), "is no whole number"),
    framed("an empty subject", lambda told: told.update(subject=[]), "about nothing"),
    framed("a subject less", lambda told: told["subject"].pop(), SEALED),
    framed(
        "a subject more", lambda told: told["subject"].append({"name": "b.py", "digest": {"sha256": "0" * 64}}), SEALED
    ),
    framed("about nothing at all", of_nothing, "about nothing"),
    framed(
        "another predicate's type",
        lambda told: told.update(predicateType="https://slsa.dev/provenance/v1"),
        "predicateType: expected",
    ),
    framed(
        "another statement's type",
        lambda told: told.update(_type="https://in-toto.io/Statement/v0.1"),
        "_type: expected",
    ),
    framed("a statement that is a list", lambda told: told.clear(), "is missing"),
    does(
        "no files, and a change elsewhere",
        lambda hand: (hand.retold(without_files), hand.append("a.py", "evil\n")),
        "names no file to go by",
    ),
)
