"""Several tasks on one branch: what each receipt answers for, and what none does."""

from __future__ import annotations

from tests.forgery.conftest import Take
from tests.forgery.forger import Hand


def governed(hand: Hand, task: str, **files: str) -> None:
    """One more task, committed: it appends these words to these files."""
    names = [f"{name}.py" for name in files]
    scope = [word for name in names for word in ("--file", name)]
    command = f"grep -q '{next(iter(files.values()))}' {names[0]}"
    hand.done("quick", task, "--title", "More", "--command", command, *scope)
    for name, words in zip(names, files.values(), strict=True):
        hand.append(name, f"{words}\n")
    hand.done("build", task)
    program = hand.reviewer("print(json.dumps(told))")
    hand.done("review", task, "--provider", "command", "--provider-command", program)
    hand.done("complete", task)
    hand.commit(task)


def test_who_supersedes_may_be_superseded_in_turn(take: Take) -> None:
    """By the third receipt for one file, and it answers for the other, which is how the first one wants it."""
    hand = take("committed")
    governed(hand, "second", a="z = 3", b="b = 2")
    governed(hand, "third", b="b = 3")

    for words in ((), ("--range", "main..HEAD")):
        ended = hand.scafld("verify", "--no-run", *words)
        assert ended.holds, ended
    hand.append("a.py", "evil = 1\n")
    told = {each["task_id"]: each["holds"] for each in hand.scafld("verify", "--no-run").told["result"]["receipts"]}
    assert told == {"add-y": False, "second": False, "third": True}
