"""Receipts as git notes: they travel in `refs/notes/scafld`, and the tree of a commit does not hold them.

A note is lines, one receipt each, so `git notes merge -s cat_sort_uniq` joins what two people noted. Who may push to
the ref may add and take away: a note is as good as what `verify` finds in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from secrets import token_hex
from typing import Self

from scafld.adapters.git.ground.naming import commit_named, full_name
from scafld.adapters.git.repository import Git, find
from scafld.core.proof.dsse import NotAnEnvelope, read_envelope, write_envelope
from scafld.core.proof.strict_json import LARGEST
from scafld.core.refusal import Gate, Refusal, Refused, Unavailable
from scafld.core.value import value

REF = "refs/notes/scafld"
LARGEST_NOTE = 8 * LARGEST
"""Bytes of the note of one commit."""


@value
class Notes:
    """The notes of a repository."""

    git: Git

    @classmethod
    def of(cls, root: str, git: str | None, environ: Mapping[str, str]) -> Self:
        """Those of the repository that `root` lies in. Unavailable without one, or without the git binary."""
        place = find(os.fsencode(root))
        if place is None:
            raise Unavailable("receipts are noted on commits, and this is no git repository", next="git init")
        if git is None:
            raise Unavailable("receipts are noted by the git binary, and there is none", next="install git")
        return cls(git=Git(git, place, environ))

    def attach(self, commit: str, receipt: bytes) -> tuple[str, bool]:
        """Add a receipt to the note of a commit; the commit's full name, and whether it was not there before. Of many
        that add at once none is lost. Refused for what is no receipt, Misused for what is no commit."""
        named, line = commit_named(self.git, commit, "the commit", {}), _line(receipt)
        for _ in range(_TRIES):
            before = full_name(self.git, REF, {})
            lines = self._lines(before, named)
            if line in lines:
                return named, False
            if self._moved(before, self._with_note(before, named, b"".join(each + b"\n" for each in (*lines, line)))):
                return named, True
        raise Unavailable(f"{REF} is being written to by others all the time", next="run the command again")

    def read(self, commit: str) -> tuple[bytes, ...]:
        """The bytes of every receipt that is noted on a commit, in the order in which they came. What is no receipt is
        given as it stands: it is for `verify` to say so. Misused for what is no commit."""
        named = commit_named(self.git, commit, "the commit", {})
        return tuple(line + b"\n" for line in self._lines(full_name(self.git, REF, {}), named))

    # Private.

    def _lines(self, notes: str | None, commit: str) -> tuple[bytes, ...]:
        """The lines of a commit's note, as a commit of the notes has them."""
        blob = None if notes is None else self._blob(notes, commit)
        if blob is None:
            return ()
        if int(self.git.tell("cat-file", "-s", blob)) > LARGEST_NOTE:
            raise Unavailable(f"the note on {commit[:12]} in {REF} is larger than {LARGEST_NOTE} bytes")
        return tuple(line for line in self.git.tell("cat-file", "blob", blob).splitlines() if line.strip())

    def _blob(self, notes: str, commit: str) -> str | None:
        """Where a note lies in the tree of notes: under the commit's name, in folders of two digits or none."""
        rows = self.git.tell("ls-tree", "-r", "-z", "--full-tree", notes).split(b"\0")
        for row in rows:
            words, _, path = row.partition(b"\t")
            if path.replace(b"/", b"") == commit.encode() and words.split(b" ")[1] == b"blob":
                return words.split(b" ")[2].decode("ascii")
        return None

    def _with_note(self, before: str | None, commit: str, text: bytes) -> str:
        """A commit of notes in which this is the note of a commit; no ref of others names it yet."""
        draft = f"refs/notes/scafld-draft-{token_hex(8)}"
        blob = self.git.tell("hash-object", "-w", "--stdin", feed=text).decode("ascii").strip()
        try:
            if before is not None:
                self.git.tell("update-ref", draft, before)
            self.git.tell("notes", f"--ref={draft}", "add", "-f", "-C", blob, commit, besides=_WHO)
            return self.git.tell("rev-parse", "--verify", draft).decode("ascii").strip()
        finally:
            self.git.tell("update-ref", "-d", draft)

    def _moved(self, before: str | None, after: str) -> bool:
        """Whether the ref was still where it was, and is there now."""
        with self.git.ask("update-ref", REF, after, before or "0" * len(after)) as asked:
            return asked.answer().code == 0


# Private.

_TRIES = 50
_WHO = {
    f"GIT_{who}_{what}": words
    for who in ("AUTHOR", "COMMITTER")
    for what, words in (("NAME", "scafld"), ("EMAIL", "scafld@localhost"))
}


def _line(receipt: bytes) -> bytes:
    """A receipt in one line: as it is where it is one, else written anew, which no signature minds."""
    try:
        envelope = read_envelope(receipt)
    except NotAnEnvelope as error:
        raise Refused(Refusal(gate=Gate.WORKSPACE, reason=f"it is no receipt: {error}")) from error
    bare = receipt.strip()
    return bare if len(bare.splitlines()) == 1 else write_envelope(envelope).strip()
