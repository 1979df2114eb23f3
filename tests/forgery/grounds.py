"""Other files than were reviewed, other contracts, other histories, and environments that hide it."""

from __future__ import annotations

import os
import shutil
from hashlib import sha1
from pathlib import Path
from struct import pack, pack_into, unpack_from

from tests.forgery.conftest import another
from tests.forgery.forger import CONFIG, OTHER, RECEIPT, TASK, Hand
from tests.forgery.rows import CROSS, Deed, Row, committed, does, edit

NEW = "src/néw name.py"
AS_IT_WAS = "a.py is not as it was"


def folder_swapped(hand: Hand) -> None:
    """A link to a folder that holds the same for now."""
    os.rename(hand.path("src"), hand.shelf / "elsewhere")
    hand.path("src").symlink_to(hand.shelf / "elsewhere")


def twin(hand: Hand) -> None:
    """The file under a name that reads the same and is spelled in other code points."""
    os.rename(hand.path(NEW), hand.path("src/ne\u0301w name.py"))


def encoded(attributes: str) -> Deed:
    """Git would commit what was reviewed, and something else lies there."""

    def deed(hand: Hand) -> None:
        hand.write(attributes, "a.py working-tree-encoding=UTF-7\n")
        hand.write("a.py", "x +AD0- 1\ny = 2\n")
        assert hand.git("hash-object", "a.py") == hand.git("hash-object", "--stdin", feed="x = 1\ny = 2\n")

    return deed


MATERIAL = (
    does("a byte more", lambda hand: hand.append("a.py", " "), AS_IT_WAS),
    does("a byte more, committed", committed(edit), AS_IT_WAS, stage="committed"),
    does("a file taken away", lambda hand: hand.path("a.py").unlink(), "a.py is not there"),
    does("a file made a program", lambda hand: hand.path("a.py").chmod(0o755), AS_IT_WAS),
    does("a program made a file", lambda hand: hand.path("src/tool.sh").chmod(0o644), "src/tool.sh is not as it was"),
    does(
        "a link in a file's place",
        lambda hand: (hand.write("c.py", hand.read("a.py")), hand.swap("a.py", "c.py")),
        AS_IT_WAS,
    ),
    does("a link that leads elsewhere", lambda hand: hand.swap("src/link", "../b.py"), "src/link is not as it was"),
    does(
        "a file in a link's place",
        lambda hand: (hand.path("src/link").unlink(), hand.write("src/link", "tool.sh")),
        "src/link is not as it was",
    ),
    does("a link in a folder's place", folder_swapped, "src/tool.sh is not there"),
    does(
        "a file with a space in its name edited", lambda hand: hand.append(NEW, "evil = 1\n"), f"{NEW} is not as it was"
    ),
    does(
        "the same, committed",
        committed(lambda hand: hand.append(NEW, "evil = 1\n")),
        f"{NEW} is not as it was",
        "committed",
    ),
    does("a rename taken back", lambda hand: os.rename(hand.path(NEW), hand.path("src/old name.py")), "is not there"),
    does("what was renamed put back", lambda hand: hand.write("src/old name.py", "x"), "src/old name.py"),
    does("what was deleted put back", lambda hand: hand.write("src/gone.py", "g = 1\n"), "was deleted, and is there"),
    does("a twin in other code points", twin, f"{NEW} is not there"),
    does("a twin in other case", lambda hand: os.rename(hand.path("a.py"), hand.path("A.py")), "a.py is not there"),
    does(
        "a pipe in a file's place",
        lambda hand: (hand.path("a.py").unlink(), os.mkfifo(hand.path("a.py"))),
        "cannot tell what the tree holds",
    ),
    does("other line ends", lambda hand: hand.write("a.py", "x = 1\r\ny = 2\r\n"), AS_IT_WAS),
    does(
        "other line ends, committed",
        committed(lambda hand: hand.write("a.py", "x = 1\r\ny = 2\r\n")),
        AS_IT_WAS,
        "committed",
    ),
    does("another encoding of the same text", encoded(".gitattributes"), AS_IT_WAS),
    does("the same, and the tree is the one that was reviewed", encoded(".git/info/attributes"), AS_IT_WAS),
    does("the same, committed before", encoded(".git/info/attributes"), AS_IT_WAS, stage="committed"),
    does("below the top of a repository", lambda hand: hand.append("a.py", "evil = 1\n"), AS_IT_WAS, "below-completed"),
    does("the same, committed below", committed(edit), AS_IT_WAS, stage="below-committed"),
)

# Contracts and repositories.


def as_other_task(hand: Hand) -> None:
    """One task's receipt in another's place."""
    another(hand)
    hand.write(f".scafld/receipts/{OTHER}.dsse.json", hand.read(RECEIPT))
    hand.path(RECEIPT).unlink()


def replayed(hand: Hand) -> None:
    """The same files in a repository that has another history."""
    shutil.rmtree(hand.path(".git"))
    hand.git("init", "-q", "-b", "main", "--template=")
    hand.commit("replayed")


def replayed_later(hand: Hand) -> None:
    """An old receipt for what came later under the same contract."""
    hand.write("a.py", "x = 1\ny = 3\n")
    hand.commit("the next change")


def grafted(hand: Hand) -> None:
    """Another history that says to descend from the first commit."""
    base = hand.git("rev-parse", "main")
    hand.git("checkout", "-q", "--orphan", "another")
    head = hand.commit("replayed")
    hand.write(".git/info/grafts", f"{head} {base}\n")


def remembered_otherwise(hand: Hand) -> None:
    """Another history, of which git remembers that it descends: it looks at no commit that it remembers."""
    base = hand.git("rev-parse", "main")
    hand.git("checkout", "-q", "--orphan", "another")
    commits = [hand.commit(words) for words in ("replayed", "again", "and again")]
    hand.git("-c", "commitGraph.generationVersion=1", "commit-graph", "write", "--reachable")
    graph = hand.path(".git/objects/info/commit-graph")
    content = bytearray(graph.read_bytes()[:-20])
    starts = {content[at : at + 4].decode(): unpack_from(">Q", content, at + 4)[0] for at in range(8, 44, 12)}
    names = [content[at : at + 20].hex() for at in range(starts["OIDL"], starts["CDAT"], 20)]
    for generation, commit in enumerate(commits, start=2):
        pack_into(">I", content, starts["CDAT"] + 36 * names.index(commit) + 28, generation << 2)
    pack_into(">I", content, starts["CDAT"] + 36 * names.index(commits[0]) + 20, names.index(base))
    graph.unlink()
    graph.write_bytes(content + sha1(content).digest())
    assert hand.git("merge-base", "HEAD", "main") == base


def replaced(hand: Hand) -> None:
    """Another history whose commit git is told to take for one that descends."""
    descends = hand.git("rev-parse", "feature")
    hand.git("checkout", "-q", "--orphan", "another")
    head = hand.commit("replayed")
    hand.git("replace", "-f", head, descends)


def replaced_blob(hand: Hand) -> None:
    """What is in the commit is to read as what was reviewed."""
    good = hand.git("rev-parse", "HEAD:a.py")
    edit(hand)
    hand.commit("tampered")
    hand.git("replace", "-f", hand.git("rev-parse", "HEAD:a.py"), good)


def elsewhere(hand: Hand) -> None:
    """The work tree is to be where all is well."""
    clean = hand.shelf / "clean"
    shutil.copytree(hand.folder, clean, symlinks=True)
    hand.git("config", "core.worktree", str(clean))
    edit(hand)


def flagged(flag: str) -> Deed:
    """The index is told to take a file for unchanged."""
    return lambda hand: (hand.commit(), hand.git("update-index", flag, "a.py"), edit(hand))


def configured(name: str, text: str, *deeds: Deed) -> Deed:
    """All is committed, git is told how to see the tree, and then something is done that it does not see any more."""
    return lambda hand: (hand.commit(), hand.git("config", name, text), [deed(hand) for deed in deeds])


def fsmonitor(hand: Hand) -> None:
    """A watcher that never saw anything change."""
    script = hand.shelf / "watch"
    script.write_text("#!/bin/sh\nprintf 'token\\0'\n")
    script.chmod(0o755)
    hand.commit()
    hand.git("config", "core.fsmonitor", str(script))
    hand.git("update-index", "--fsmonitor")
    edit(hand)


def remembered(hand: Hand) -> None:
    """The index remembers that a folder has no new file, and of the folder what it is like with one."""
    hand.git("config", "core.untrackedCache", "true")
    hand.git("config", "status.showUntrackedFiles", "all")
    os.utime(hand.path("src"), (1, 1))
    hand.git("status")
    hand.git("status")
    before = stat_data(hand.path("src"))
    hand.write("src/evil.py", "evil = 1\n")
    os.utime(hand.path("src"), (1, 1))
    index = hand.path(".git/index")
    content = index.read_bytes()[:-20]
    assert before in content
    content = content.replace(before, stat_data(hand.path("src")))
    index.write_bytes(content + sha1(content).digest())
    assert "evil" not in hand.git("status", "--porcelain")


def stat_data(path: Path) -> bytes:
    """What git keeps of a file or folder to know it again."""
    found = path.stat()
    times = (*divmod(found.st_ctime_ns, 10**9), *divmod(found.st_mtime_ns, 10**9))
    whose = (found.st_dev, found.st_ino, found.st_uid, found.st_gid, found.st_size)
    return pack(">9L", *(each & 0xFFFFFFFF for each in (*times, *whose)))


def filtered(hand: Hand) -> None:
    """A filter of the repository gives git what was reviewed, whatever lies there."""
    (hand.shelf / "good").write_text(hand.read("a.py"))
    hand.git("config", "filter.good.clean", f"cat '{hand.shelf / 'good'}'")
    hand.write(".git/info/attributes", "a.py filter=good\n")
    edit(hand)


def ident(hand: Hand) -> None:
    """Nothing between two signs of $Id$ is there for git."""
    hand.write(".git/info/attributes", "*.py ident\n")
    edit(hand)


def forged_index(hand: Hand) -> None:
    """The index remembers the size and times of another content than it names."""
    from types import SimpleNamespace

    from tests.adapters.git.test_tracked import hide

    hand.commit()
    hand.write("a.py", "x = 1\ny = 9\n")
    os.utime(hand.path("a.py"), (1, 1))
    hide(SimpleNamespace(root=hand.folder), "a.py")  # type: ignore[arg-type]


def submodule(hand: Hand) -> None:
    """A repository in the place of a folder."""
    shutil.rmtree(hand.path("src"))
    hand.git("clone", "-q", str(hand.folder), str(hand.path("src")))


def corrupt(hand: Hand) -> None:
    """An object of the commit that is not what its name says."""
    hand.commit()
    oid = hand.git("rev-parse", "HEAD:a.py")
    edit(hand)
    evil = hand.git("hash-object", "-w", "a.py")
    hand.git("checkout", "-q", "a.py")
    at = {name: hand.path(f".git/objects/{name[:2]}/{name[2:]}") for name in (oid, evil)}
    at[oid].chmod(0o644)
    at[oid].write_bytes(at[evil].read_bytes())
    hand.path("a.py").unlink()
    hand.path(".git/index").unlink()
    hand.git("reset", "-q", "--hard")


REPOSITORIES = (
    does("another contract", lambda hand: hand.replace(hand.spec, "grep -q y", "test -f"), "the spec reads otherwise"),
    does("no contract", lambda hand: hand.path(hand.spec).unlink(), "its spec is not here"),
    does("a contract of nonsense", lambda hand: hand.write(hand.spec, "nothing"), "its spec is not here"),
    does("another task's receipt", as_other_task, "it is the receipt of add-y"),
    does("another repository's receipt", replayed, "is no ancestor"),
    does("an older change's receipt", replayed_later, AS_IT_WAS),
    does("no repository any more", lambda hand: shutil.rmtree(hand.path(".git")), "this is none"),
    does("history grafted", grafted, "is no ancestor", stage="committed"),
    does("history that git remembers otherwise", remembered_otherwise, "is no ancestor", stage="committed"),
    does("history replaced", replaced, "is no ancestor", stage="committed"),
    does("a file replaced in git's store", replaced_blob, AS_IT_WAS, stage="committed"),
    does("the work tree is elsewhere", elsewhere, AS_IT_WAS),
    does("git told to assume it unchanged", flagged("--assume-unchanged"), AS_IT_WAS),
    does("git told to skip it", flagged("--skip-worktree"), AS_IT_WAS),
    does("git told to skip it below the top", flagged("--skip-worktree"), AS_IT_WAS, stage="below-completed"),
    does("an index that remembers what never was", forged_index, AS_IT_WAS),
    does("a filter that gives git what was reviewed", filtered, AS_IT_WAS),
    does("attributes that hide a part of a file", ident, AS_IT_WAS),
    does(
        "git told that case does not count",
        configured("core.ignoreCase", "true", lambda hand: os.rename(hand.path("a.py"), hand.path("A.py"))),
        "a.py is not there",
    ),
    does("git told to see a part of the tree", configured("core.sparseCheckout", "true", edit), AS_IT_WAS),
    does("git told that little can be known of a file", configured("core.checkStat", "minimal", edit), AS_IT_WAS),
    does("a watcher that saw nothing", fsmonitor, AS_IT_WAS),
    does("a submodule in a folder's place", submodule, "src/tool.sh is not"),
    does("an object that is not what its name says", corrupt, AS_IT_WAS),
    does("the same, asked of the commit", corrupt, "not what its name says", at="HEAD"),
    does("another commit than the one that is named", committed(edit), AS_IT_WAS, stage="committed", at="HEAD"),
)

# The environment.


def clean_and_tampered(hand: Hand) -> None:
    """A clean copy on the shelf, for an environment that points to it; the change is tampered with here."""
    shutil.copytree(hand.folder, hand.shelf / "clean", symlinks=True)
    edit(hand)
    hand.commit("tampered")


def points(name: str, **more: str) -> Row:
    """Git or scafld is pointed elsewhere; `{clean}` is the copy in which all is well."""
    return does(
        name,
        clean_and_tampered,
        AS_IT_WAS,
        stage="committed",
        more=lambda hand: {key: text.format(clean=hand.shelf / "clean") for key, text in more.items()},
    )


ENVIRONMENT = (
    points("GIT_DIR", GIT_DIR="{clean}/.git"),
    points("GIT_DIR and GIT_WORK_TREE", GIT_DIR="{clean}/.git", GIT_WORK_TREE="{clean}"),
    points("GIT_INDEX_FILE", GIT_INDEX_FILE="{clean}/.git/index"),
    points("GIT_OBJECT_DIRECTORY", GIT_OBJECT_DIRECTORY="{clean}/.git/objects"),
    points("GIT_CONFIG_COUNT", GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.worktree", GIT_CONFIG_VALUE_0="{clean}"),
    points("GIT_CEILING_DIRECTORIES and GIT_TRACE", GIT_CEILING_DIRECTORIES="/", GIT_TRACE="1", GIT_TRACE2="1"),
    points("SCAFLD_CONFIG_HOME", SCAFLD_CONFIG_HOME="{clean}"),
    points("SCAFLD_ACTOR", SCAFLD_ACTOR="human:ci"),
    does(
        "CLAUDECODE, to feign another vendor",
        lambda hand: (
            hand.write(CONFIG, CROSS),
            hand.review(CLAUDECODE="1", CLAUDE_CODE_ENTRYPOINT="cli"),
            hand.done("complete", TASK, CLAUDECODE="1"),
        ),
        "its independence is",
        stage="built",
        more=lambda hand: {"CLAUDECODE": "1"},
    ),
)
