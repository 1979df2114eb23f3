"""What changed, as a patch."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.git.worktree import open_worktree
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from conftest import Opener, Repository

EVERYTHING = (RepoPath("."),)


def paths(*names: str) -> tuple[RepoPath, ...]:
    return tuple(RepoPath(name) for name in names)


def heads(patch: str) -> list[str]:
    return [line.removeprefix("diff --git ") for line in patch.splitlines() if line.startswith("diff --git ")]


def applied(patch: str, base: Repository, make_repository: Callable[..., Repository]) -> dict[str, str]:
    """What stands in a fresh checkout of HEAD once the patch is applied to it."""
    fresh = make_repository()
    fresh.git("fetch", "-q", f"file://{base.root}", "main")
    fresh.git("reset", "-q", "--hard", "FETCH_HEAD")
    fresh.git("apply", "-", feed=patch.encode())
    found = {}
    for folder, _, names in os.walk(fresh.root):
        for name in names:
            full = os.path.join(folder, name)
            if "/.git/" not in full:
                with open(full, encoding="utf-8") as file:
                    found[os.path.relpath(full, fresh.root)] = file.read()
    return found


def test_no_paths_give_no_patch(repo: Repository, tree_of: Opener) -> None:
    """An empty choice is not everything."""
    repo.write("kept.txt", "other\n")

    assert tree_of(repo).diff(None, ()) == ""


def test_a_changed_file_shows_its_lines(repo: Repository, tree_of: Opener) -> None:
    """In git's own format."""
    repo.commit(kept_txt="one\ntwo\nthree\n")
    repo.write("kept.txt", "one\n2\nthree\n")

    shown = tree_of(repo).diff(None, paths("kept.txt"))

    old = repo.git("rev-parse", "HEAD:kept.txt")
    new = repo.git("hash-object", "kept.txt")
    assert old in shown
    assert new in shown
    assert shown.startswith("diff --git a/kept.txt b/kept.txt\nindex ")
    assert shown.endswith("--- a/kept.txt\n+++ b/kept.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n")


def test_only_the_paths_asked_for_are_shown(repo: Repository, tree_of: Opener) -> None:
    """By name, or by a directory; an unchanged or unknown path adds nothing."""
    repo.write("kept.txt", "other\n")
    repo.write("src/main.py", "print(2)\n")
    repo.write("src/new.py", "new\n")
    repo.write("srcs.py", "new\n")
    tree = tree_of(repo)

    assert heads(tree.diff(None, paths("src/new.py", "no/such"))) == ["a/src/new.py b/src/new.py"]
    assert heads(tree.diff(None, paths("src"))) == ["a/src/main.py b/src/main.py", "a/src/new.py b/src/new.py"]


def test_everything_is_in_the_order_of_its_paths(repo: Repository, tree_of: Opener) -> None:
    """Tracked and untracked mixed, whatever order they are asked for in, and whatever git is configured to do."""
    (repo.root / "order").write_text("src\nz\n")
    repo.git("config", "diff.orderFile", os.fspath(repo.root / "order"))
    for path in ("z.txt", "b.txt", "kept.txt", "src/main.py"):
        repo.write(path, "other\n")

    shown = tree_of(repo).diff(None, paths("z.txt", "src/main.py", "kept.txt", "b.txt"))

    assert heads(shown) == [f"a/{path} b/{path}" for path in ("b.txt", "kept.txt", "src/main.py", "z.txt")]


@pytest.mark.parametrize("content", ["one\ntwo\n", "no end", "", "\n", "a\rb\r\nc"])
def test_a_new_file_is_shown_whole(repo: Repository, tree_of: Opener, content: str) -> None:
    """Also when it is empty, or has no end of line."""
    repo.write("new.txt", content)

    shown = tree_of(repo).diff(None, paths("new.txt"))

    assert shown.startswith("diff --git a/new.txt b/new.txt\nnew file mode 100644\n")
    added = [line[1:] for line in shown.split("\n") if line.startswith("+") and not line.startswith("+++")]
    assert added == content.removesuffix("\n").split("\n") if content else added == []
    assert shown.endswith("\\ No newline at end of file\n") == (bool(content) and not content.endswith("\n"))


def test_a_deleted_file_is_shown_whole(repo: Repository, tree_of: Opener) -> None:
    """With the lines that are gone."""
    (repo.root / "kept.txt").unlink()

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert "deleted file mode 100644\n" in shown
    assert shown.endswith("--- a/kept.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-kept\n")


@pytest.mark.parametrize("staged", [True, False])
def test_a_rename_is_found_staged_or_not(repo: Repository, tree_of: Opener, staged: bool) -> None:
    """Old and new name in one section, though git itself sees only a deletion and an unknown file."""
    text = "".join(f"line {at}\n" for at in range(40))
    base = repo.commit(kept_txt=text)
    (repo.root / "kept.txt").unlink()
    repo.write("moved here.txt", text.replace("line 7\n", "seven\n"))
    if staged:
        repo.git("add", "-A")

    shown = tree_of(repo).diff(base, EVERYTHING)

    assert heads(shown) == ["a/kept.txt b/moved here.txt"]
    assert "rename from kept.txt\nrename to moved here.txt\n" in shown
    assert "-line 7\n+seven\n" in shown


def test_a_mode_alone_is_a_change(repo: Repository, tree_of: Opener) -> None:
    """Shown as one, without lines."""
    (repo.root / "kept.txt").chmod(0o755)

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert shown == "diff --git a/kept.txt b/kept.txt\nold mode 100644\nnew mode 100755\n"


def test_links_are_shown_as_links(repo: Repository, tree_of: Opener) -> None:
    """Their target is the text; what is behind it is not read."""
    (repo.root / "link").symlink_to("/etc/passwd")

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert "new file mode 120000\n" in shown
    assert shown.endswith("+/etc/passwd\n\\ No newline at end of file\n")
    assert "root:" not in shown


def test_commits_since_the_base_are_in_it(repo: Repository, tree_of: Opener) -> None:
    """The patch leads from the base to the tree, not from HEAD."""
    base = repo.head()
    repo.commit(kept_txt="committed\n", new_txt="committed\n")
    repo.write("kept.txt", "now\n")

    shown = tree_of(repo).diff(base, EVERYTHING)

    assert "-kept\n+now\n" in shown
    assert "+committed\n" in shown
    assert "-committed\n" not in shown


def test_without_a_commit_everything_is_new(unborn: Repository, tree_of: Opener) -> None:
    """Compared with nothing."""
    unborn.write("staged.txt", "staged\n")
    unborn.git("add", "-A")
    unborn.write("loose.txt", "loose\n")

    shown = tree_of(unborn).diff(None, EVERYTHING)

    assert heads(shown) == ["a/loose.txt b/loose.txt", "a/staged.txt b/staged.txt"]
    assert shown.count("new file mode") == 2


def test_without_a_commit_in_a_sha256_repository(make_repository: Callable[..., Repository]) -> None:
    """The name of nothing is another one there."""
    repository = make_repository("--object-format=sha256")
    repository.write("new.txt", "new\n")

    assert "+new\n" in repository.tree().diff(None, EVERYTHING)


def test_the_patch_turns_the_base_into_the_tree(
    repo: Repository, tree_of: Opener, make_repository: Callable[..., Repository]
) -> None:
    """`git apply` takes it, odd names included."""
    repo.commit(gone_txt="gone\n")
    (repo.root / "gone.txt").unlink()
    repo.write("kept.txt", "kept\nmore")
    repo.write('a "b"\t.txt', "x\n")
    repo.write("grüße und\nso.txt", "y\n")

    fresh = applied(tree_of(repo).diff(None, EVERYTHING), repo, make_repository)

    assert fresh == {
        "kept.txt": "kept\nmore",
        "src/main.py": "print(1)\n",
        'a "b"\t.txt': "x\n",
        "grüße und\nso.txt": "y\n",
    }


@pytest.mark.parametrize("name", [b"-rf", b":(exclude)*", b"*", b"[a]", b"sp ace", b"bad\xff", b'"q"', b"nl\n"])
def test_every_name_can_be_asked_for(repo: Repository, tree_of: Opener, name: bytes) -> None:
    """A name is never an option or a pattern."""
    repo.write(name, "one\n")
    repo.write("a", "bystander\n")
    tree = tree_of(repo)
    text = next(seen.path for seen in tree.look(None).files if seen.path != "a")

    shown = tree.diff(None, (text,))

    assert len(heads(shown)) == 1
    assert "+one\n" in shown


def test_bytes_that_are_no_text_are_escaped(repo: Repository, tree_of: Opener) -> None:
    """In contents and in names; the patch is text whatever the tree holds."""
    repo.write(b"n\xff", b"caf\xe9 \x1b[31m\n")

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert shown.encode("utf-8")
    assert "+caf\\xe9 \x1b[31m\n" in shown
    assert "n\\xff" in heads(shown)[0]


@pytest.mark.parametrize("name", ["data.bin", "a and b/c.bin", 'q"\tx.bin'])
def test_binaries_are_named_with_their_sizes(repo: Repository, tree_of: Opener, name: str) -> None:
    """New, changed, and gone."""
    repo.write(name, b"\0" * 10)
    new = tree_of(repo).diff(None, EVERYTHING)
    repo.commit()
    repo.write(name, b"\0" * 12)
    changed = tree_of(repo).diff(None, EVERYTHING)
    os.unlink(repo.at(name))
    gone = tree_of(repo).diff(None, EVERYTHING)

    assert new.endswith("differ (10 bytes)\n")
    assert changed.endswith("differ (10 bytes -> 12 bytes)\n")
    assert gone.endswith("differ (10 bytes -> gone)\n")


def test_a_huge_file_is_named_not_shown(repo: Repository, tree_of: Opener) -> None:
    """Nobody reviews eight megabytes of lines."""
    repo.write("huge.txt", "line of text\n" * 700_000)

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert "(9100000 bytes" in shown
    assert len(shown) < 1000


def test_an_attribute_that_calls_text_binary_is_told(repo: Repository) -> None:
    """It would be a way to keep a change from its reviewer."""
    (repo.root / ".git/info/attributes").write_text("*.py -diff\n")
    repo.write("src/main.py", "print(2)\n")

    shown = repo.tree().diff(None, EVERYTHING)

    assert "(9 bytes -> 9 bytes; text now, though an attribute or what it was makes it binary)" in shown


def test_what_the_index_hides_is_shown(repo: Repository, tree_of: Opener) -> None:
    """Assumed unchanged, or dropped from the index: the tree is what counts."""
    repo.git("update-index", "--assume-unchanged", "kept.txt")
    repo.write("kept.txt", "other\n")
    repo.git("rm", "-q", "--cached", "src/main.py")
    repo.write("src/main.py", "print(2)\n")

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert "-kept\n+other\n" in shown
    assert "-print(1)\n+print(2)\n" in shown


def test_a_conflict_is_shown_as_it_stands(repo: Repository, tree_of: Opener) -> None:
    """With its marks, against HEAD."""
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit(kept_txt="theirs\n")
    repo.git("checkout", "-q", "main")
    repo.commit(kept_txt="ours\n")
    repo.git("merge", "-q", "theirs", check=False)

    shown = tree_of(repo).diff(None, EVERYTHING)

    assert "+<<<<<<< HEAD\n ours\n+=======\n+theirs\n+>>>>>>> theirs\n" in shown


def test_paths_begin_at_the_workspace(repo: Repository, tree_of: Opener) -> None:
    """In a sub-folder of the repository as well, renames included; neighbours are not shown."""
    text = "".join(f"line {at}\n" for at in range(40))
    repo.write("src/old.py", text)
    base = repo.commit()
    (repo.root / "src/old.py").unlink()
    repo.write("src/deep/new.py", text)
    repo.write("src/.scafld/x", "x\n")
    repo.write("kept.txt", "other\n")

    shown = tree_of(repo, "src").diff(base, EVERYTHING)

    assert heads(shown) == ["a/old.py b/deep/new.py"]
    assert "rename from old.py\nrename to deep/new.py\n" in shown


def test_the_users_taste_in_patches_changes_nothing(repo: Repository) -> None:
    """Colours, prefixes, context, order and the like are the same on every machine."""
    repo.write("kept.txt", "a\n\nb\n")
    repo.write("src/main.py", "other\n")
    plain = repo.tree().diff(None, EVERYTHING)

    for setting, value in (
        ("color.ui", "always"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.context", "0"),
        ("diff.interHunkContext", "9"),
        ("diff.renames", "copies"),
        ("diff.algorithm", "patience"),
        ("diff.relative", "false"),
        ("diff.suppressBlankEmpty", "true"),
        ("diff.submodule", "log"),
        ("core.quotePath", "true"),
        ("core.abbrev", "5"),
        ("diff.statGraphWidth", "1"),
        ("diff.indentHeuristic", "false"),
        ("core.whitespace", "trailing-space"),
    ):
        repo.git("config", setting, value)

    assert repo.tree().diff(None, EVERYTHING) == plain


def test_a_list_of_paths_too_long_for_a_command_line(repo: Repository) -> None:
    """Three thousand long names are all shown, once each."""
    names = [f"{'deep/' * 12}{at:05d}-{'n' * 60}.txt" for at in range(3000)]
    for name in names:
        repo.write(name, "x\n")

    shown = repo.tree().diff(None, EVERYTHING)

    assert heads(shown) == [f"a/{name} b/{name}" for name in names]


def test_the_base_must_be_there_for_a_patch_too(repo: Repository, tree_of: Opener) -> None:
    """The same words as for a look."""
    with pytest.raises(Unavailable, match="is not in this repository"):
        tree_of(repo).diff("1" * 40, EVERYTHING)


def test_a_broken_object_store_is_said(repo: Repository) -> None:
    """Without git: an object that is gone is no traceback."""
    blob = repo.git("rev-parse", "HEAD:kept.txt")
    repo.write("kept.txt", "other\n")
    (repo.root / ".git/objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(Unavailable, match=r"kept\.txt"):
        open_worktree(os.fspath(repo.root), None).diff(None, EVERYTHING)
    with pytest.raises(Unavailable, match="git diff cannot tell"):
        repo.tree().diff(None, EVERYTHING)
