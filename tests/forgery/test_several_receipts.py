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


BEFORE = "had changed before the task that tells of it began"


def test_what_was_changed_before_a_task_is_none_of_its_change(take: Take) -> None:
    """Its reviewer was shown what came after; of what came before no receipt tells, be it committed or undone later."""
    hand = take("committed")
    hand.append("a.py", "evil = 1\n")
    hand.append("b.py", "evil = 1\n")
    hand.commit("nobody looked at that")
    governed(hand, "second", a="z = 3", b="b = 2")

    ended = hand.scafld("verify", "--no-run", "--range", "main..HEAD")

    assert all(f"{name} {BEFORE}" in ended.words for name in ("a.py", "b.py")), ended


def test_what_an_earlier_task_left_is_told_of(take: Take) -> None:
    """Edited, taken away and made anew; and after a squash, which leaves nothing to compare with."""
    hand = take("committed")
    hand.write("src/gone.py", "g = 2\n")
    governed(hand, "second", a="z = 3", **{"src/gone": "g = 3"})
    governed(hand, "third", a="z = 4")
    hand.git("checkout", "-q", "-b", "squashed", "main")
    hand.git("merge", "-q", "--squash", "feature")
    hand.commit("squashed")

    for head in ("feature", "squashed"):
        ended = hand.scafld("verify", "--no-run", "--range", f"main..{head}")
        assert BEFORE not in ended.words, ended


def test_a_rebase_leaves_nothing_to_compare_with(take: Take) -> None:
    """Where nobody has the commit any more in which the work began. See docs/threat-model.md."""
    hand = take("committed")
    hand.append("a.py", "evil = 1\n")
    hand.commit("nobody looked at that")
    governed(hand, "second", a="z = 3")
    hand.git("checkout", "-q", "-b", "squashed", "main")
    hand.git("merge", "-q", "--squash", "feature")
    hand.commit("squashed")
    assert BEFORE in hand.scafld("verify", "--no-run", "--range", "main..squashed").words
    hand.git("branch", "-q", "-D", "feature")
    hand.git("reflog", "expire", "--expire=now", "--all")
    hand.git("gc", "-q", "--prune=now")

    ended = hand.scafld("verify", "--no-run", "--range", "main..squashed")

    assert (ended.holds, BEFORE in ended.words) == (True, False), ended
