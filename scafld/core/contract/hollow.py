"""Which commands and which prose prove nothing: a command that cannot fail, a sentence that stands for another."""

from __future__ import annotations

import re
import shlex


def cannot_fail(command: str) -> str:
    """Why this shell command ends with 0 whatever the world is like, or "". It reads the words, it runs nothing.

    Sound for what it names: plain builtins, `|| true`, a closing `; true` or `; echo`, a pipe into a command that
    swallows the exit code. A shell can hide more than this sees; the red run before the work is the other guard.
    """
    if is_placeholder(command):
        return f"{command.strip()!r} stands for a command that is still to be written"
    words = _words(command)
    if not words:
        return "is empty"
    clauses = _clauses(words)
    if all(_is_idle(clause) for _, clause in clauses):
        return "runs nothing that can fail"
    if words[-1] == "&":
        return "is left to the background, where nobody waits for its exit code"
    joint, last = clauses[-1]
    if joint in ("||", ";", "&") and _is_idle(last):
        return f"ends in {joint} {' '.join(last)}, which succeeds whatever came before"
    if joint in ("|", "|&") and _name(last[0]) in _SWALLOWERS and "pipefail" not in words:
        return f"ends in a pipe into {last[0]}, whose exit code hides that of what came before"
    return ""


def runs_scafld(command: str) -> str:
    """The scafld verb that this command calls, or "". A criterion that moves its own task proves nothing."""
    for _, clause in _clauses(_words(command)):
        words = [word for word in clause if "=" not in word.split("/")[0] and _name(word) not in _WRAPPERS]
        if len(words) > 1 and _name(words[0]) == "scafld" and words[1] in _MOVERS:
            return words[1]
        if len(words) > 3 and words[1:3] == ["-m", "scafld"] and words[3] in _MOVERS:
            return words[3]
    return ""


def is_unwritten(text: str) -> bool:
    """Whether a text says of itself that it is still to be written: it begins with TODO, TBD, FIXME and their like."""
    words = text.strip().strip("`'\"*_ ").lower().split()
    return bool(words) and words[0].strip(":,.-()[]") in _MARKS


def is_placeholder(text: str) -> bool:
    """Whether a text only holds the place of another: TODO, TBD, `...`, `<command>`, a question to the author."""
    bare = text.strip().strip("`'\"*_ ").rstrip(".!:").strip()
    lowered = bare.lower()
    if not bare or lowered in _HOLDERS or set(bare) <= set(".-_?…"):
        return True
    return is_unwritten(text) or (bare.startswith("<") and bare.endswith(">") and bare.count("<") == 1)


# Private.

_IDLE = frozenset({"true", ":", "echo", "printf", "pwd", "date", "sleep", "whoami", "hostname", "clear", "yes"})
_SWALLOWERS = frozenset({"tee", "cat", "head", "tail", "less", "more", "sort", "wc", "sed", "tr", "true", "echo"})
_WRAPPERS = frozenset({"env", "exec", "command", "nohup", "time", "sudo"})
_MOVERS = frozenset(
    {
        "approve",
        "build",
        "harden",
        "review",
        "complete",
        "finalize",
        "fail",
        "cancel",
        "quick",
        "plan",
        "init",
        "update",
    }
)
_MARKS = frozenset({"todo", "tbd", "fixme", "xxx", "placeholder", "tk"})
_HOLDERS = frozenset(
    {
        "none",
        "n/a",
        "na",
        "command",
        "your command",
        "your command here",
        "replace me",
        "to be done",
        "to be decided",
        "to be defined",
        "fill in",
        "fill me in",
        "describe the change",
        "lorem ipsum",
        "change me",
    }
)
_JOINTS = ("&&", "||", ";", "|", "&", "|&", ";;", "\n")


_OPERATOR = re.compile(r"&&|\|\||\|&|[();&|]")
_BRACKETS = frozenset("(){}")


def _words(command: str) -> list[str]:
    lexer = shlex.shlex(command.strip().replace("\n", " ; "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return [part for word in lexer for part in _parted(word)]
    except ValueError:
        return command.split()


def _parted(word: str) -> list[str]:
    """Operators that stand together, each for itself: `);` is two."""
    return _OPERATOR.findall(word) if word and set(word) <= set("();&|") else [word]


def _clauses(words: list[str]) -> list[tuple[str, list[str]]]:
    """The commands of a line, each with what joins it to the one before."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for word in words:
        if word in _JOINTS:
            found.append((word, []))
        else:
            found[-1][1].append(word)
    return [(joint, clause) for joint, clause in found if not _BRACKETS.issuperset(clause)] or [("", [])]


def _is_idle(clause: list[str]) -> bool:
    words = [word for word in clause if word not in _BRACKETS and word != "!"]
    negated = "!" in clause
    if not words:
        return True
    name, rest = _name(words[0]), words[1:]
    if name == "exit":
        return not rest or rest[0] == "0"
    if name == "test" or name == "[":
        return rest[:1] in (["1"], ["true"])
    return not negated and name in _IDLE and not any(word in (">", ">>", "<") or "$(" in word for word in rest)


def _name(word: str) -> str:
    return word.rsplit("/", 1)[-1]
