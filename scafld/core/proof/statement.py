"""A receipt as an in-toto Statement v1: what stands in the payload of the envelope.

Subject: the git tree of the workspace, the commit that holds it where there is one, and each file of the change. All of
it follows from the predicate, so the two cannot say different things.
"""

from __future__ import annotations

from scafld.core.digest import canonical
from scafld.core.evidence.seals import FileKind
from scafld.core.proof.coherence import contradictions
from scafld.core.proof.form import Unfit, camel, read, written
from scafld.core.proof.receipt import MaterialProof, Receipt
from scafld.core.proof.strict_json import Strange, read_json

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://scafld.dev/attestation/change/v1"
"""The identifier of our predicate. It is a name, not a promise that a page answers there."""

TREE = "."
"""The name of the subject that is the workspace as a whole."""


class NotAReceipt(ValueError):
    """This is no receipt that scafld could have made; `problems` are all the reasons."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems


def statement_of(receipt: Receipt) -> dict[str, object]:
    """The statement, as JSON; always the same for the same receipt."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": subject_of(receipt.material),
        "predicateType": PREDICATE_TYPE,
        "predicate": written(receipt, camel),
    }


def payload_of(receipt: Receipt) -> bytes:
    """The bytes that are signed over: the statement in canonical JSON. NotAReceipt for one that nobody would accept."""
    wrong = contradictions(receipt)
    if wrong:
        raise NotAReceipt(wrong)
    return canonical(statement_of(receipt))


def read_receipt(payload: bytes) -> Receipt:
    """The receipt in a payload, which somebody has checked a signature over. NotAReceipt says all that is wrong."""
    try:
        found = read_json(payload)
    except Strange as error:
        raise NotAReceipt((str(error),)) from error
    return receipt_of(found)


def receipt_of(statement: object) -> Receipt:
    """The receipt that a statement is. NotAReceipt for an unknown field, a missing one, a digest that is none, an empty
    subject, one that is not what the predicate says, and a predicate that contradicts itself."""
    receipt = _predicate(_frame(statement))
    wrong = contradictions(receipt)
    if not wrong and (not isinstance(statement, dict) or subject_of(receipt.material) != statement["subject"]):
        wrong = ("the subject is not the tree, commit and files that the predicate tells of",)
    if wrong:
        raise NotAReceipt(wrong)
    return receipt


def subject_of(material: MaterialProof) -> list[dict[str, object]]:
    """What the statement is about: the tree and its commit, then the files by path. What is gone has no digest, and a
    submodule none that others could take: they stand in the predicate alone."""
    names = {"gitCommit": material.commit, "gitTree": material.tree}
    tree = {name: found for name, found in names.items() if found}
    files: list[dict[str, object]] = [
        {"name": str(each.path), "digest": {"sha256": str(each.digest)}}
        for each in material.files
        if each.digest is not None and each.kind is not FileKind.SUBMODULE
    ]
    return [{"name": TREE, "digest": tree}, *files] if tree else files


# Private.

_FRAME = ("_type", "subject", "predicateType", "predicate")


def _frame(statement: object) -> object:
    """The predicate of what is a statement of ours by its outer form."""
    if not isinstance(statement, dict):
        raise NotAReceipt(("the statement is no object",))
    unknown = [f"{ascii(name[:40])[1:-1]}: there is no such field" for name in sorted(statement.keys() - set(_FRAME))]
    absent = [f"{name}: is missing" for name in _FRAME if name not in statement]
    if unknown or absent:
        raise NotAReceipt((*unknown, *absent))
    for name, wanted in (("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)):
        if statement[name] != wanted:
            raise NotAReceipt((f"{name}: expected {wanted}, found {ascii(statement[name])[:80]}",))
    if not isinstance(statement["subject"], list) or not statement["subject"]:
        raise NotAReceipt(("subject: it is empty; the statement is about nothing",))
    return statement["predicate"]


def _predicate(found: object) -> Receipt:
    try:
        return read(Receipt, found, camel)
    except Unfit as error:
        raise NotAReceipt(tuple(f"predicate: {each}" for each in error.problems)) from error
