"""What init lays down and update refreshes."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from scafld.adapters.codec.schema_files import FOLDER
from scafld.adapters.config import policy_as_written
from scafld.adapters.files.atomic import Disk
from scafld.adapters.files.laid.footprint import FOLDERS, Role, apply, plan_init, plan_update, prompt
from scafld.core.policy import Policy
from scafld.core.refusal import Misused, NoWorkspace, Refused, Unavailable


class FailingDisk(Disk):
    """A disk whose n-th act fails."""

    def __init__(self, at: int) -> None:
        self.left = at

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        self.count()
        return super().prepare(path, content, mode)

    def replace(self, draft: str, path: str) -> None:
        self.count()
        super().replace(draft, path)

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))


class CountingDisk(FailingDisk):
    """A disk that only counts."""

    def __init__(self) -> None:
        self.acts = 0

    def count(self) -> None:
        self.acts += 1


def everything(root: Path) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        kind = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
        found[str(path.relative_to(root))] = kind
    return found


def initialised(root: Path, *, agent_docs: bool = True) -> None:
    apply(plan_init(str(root), agent_docs=agent_docs))


def test_a_fresh_repository_gets_all_of_it(tmp_path: Path) -> None:
    """Folders, a sparse configuration, an ignore list, the managed copy, a part in the agents' documents."""
    done = apply(plan_init(str(tmp_path), agent_docs=True))

    assert done.updated == done.unchanged == ()
    assert {f"{folder}/" for folder in FOLDERS} <= set(done.created)
    files = {name for name in done.created if not name.endswith("/")}
    assert files == {name for name, kind in everything(tmp_path).items() if kind != "folder"}
    assert {".scafld/config.yaml", ".scafld/.gitignore", "AGENTS.md", "CLAUDE.md"} <= files
    assert {f".scafld/core/prompts/{role}.md" for role in Role} <= files
    assert policy_as_written(str(tmp_path)) == Policy()


def test_every_published_schema_is_laid_down(tmp_path: Path) -> None:
    """As it is: what a program reads there is what scafld checks with."""
    initialised(tmp_path)

    laid = {path.name: path.read_bytes() for path in (tmp_path / ".scafld/core/schemas").glob("*.json")}
    assert laid == {path.name: path.read_bytes() for path in Path(FOLDER).glob("*.json")}


def test_planning_touches_nothing(tmp_path: Path) -> None:
    """Only apply writes."""
    plan_init(str(tmp_path), agent_docs=True)

    assert everything(tmp_path) == {}


def test_doing_it_again_changes_nothing(tmp_path: Path) -> None:
    """Neither init nor update has anything to do."""
    initialised(tmp_path)
    before = everything(tmp_path)

    again = apply(plan_init(str(tmp_path), agent_docs=True))
    refreshed = apply(plan_update(str(tmp_path)))

    assert again.created == again.updated == refreshed.created == refreshed.updated == ()
    assert set(again.unchanged) == set(refreshed.unchanged)
    assert everything(tmp_path) == before


def test_agents_documents_can_be_left_alone(tmp_path: Path) -> None:
    """Also by the update that follows, and by one after the part was taken out."""
    (tmp_path / "AGENTS.md").write_text("# Mine\n")
    initialised(tmp_path, agent_docs=False)

    apply(plan_update(str(tmp_path)))

    assert (tmp_path / "AGENTS.md").read_text() == "# Mine\n"
    assert not (tmp_path / "CLAUDE.md").exists()


def test_update_refreshes_what_is_scaflds_and_only_that(tmp_path: Path) -> None:
    """The managed copy and the parts come back as they should be; the user's lines and settings stay."""
    initialised(tmp_path)
    expected = everything(tmp_path)
    (tmp_path / ".scafld/core/config.yaml").write_text("scribbled")
    (tmp_path / ".scafld/core/prompts/plan.md").unlink()
    (tmp_path / ".scafld/config.yaml").write_text("llm: {recovery: {max_attempts: 5}}\n")
    agents = (tmp_path / "AGENTS.md").read_text()
    (tmp_path / "AGENTS.md").write_text("# Mine\n" + agents.replace("Working under", "Hacked") + "right after\n")

    done = apply(plan_update(str(tmp_path)))

    assert set(done.updated) == {".scafld/core/config.yaml", "AGENTS.md"}
    assert done.created == (".scafld/core/prompts/plan.md",)
    assert (tmp_path / "AGENTS.md").read_text() == "# Mine\n" + agents + "right after\n"
    now = everything(tmp_path)
    assert now[".scafld/config.yaml"] == b"llm: {recovery: {max_attempts: 5}}\n"
    changed = {"AGENTS.md", ".scafld/config.yaml"}
    assert {name: now[name] for name in now if name not in changed} == {
        name: expected[name] for name in expected if name not in changed
    }


def test_update_brings_back_nothing_that_a_person_removed(tmp_path: Path) -> None:
    """A document, a part of one, the project's configuration: gone is gone."""
    initialised(tmp_path)
    (tmp_path / "AGENTS.md").write_text("# Mine\n")
    (tmp_path / "CLAUDE.md").unlink()
    (tmp_path / ".scafld/config.yaml").unlink()

    apply(plan_update(str(tmp_path)))

    assert (tmp_path / "AGENTS.md").read_text() == "# Mine\n"
    assert not (tmp_path / "CLAUDE.md").exists()
    assert not (tmp_path / ".scafld/config.yaml").exists()


def test_update_needs_a_workspace(tmp_path: Path) -> None:
    """It makes none."""
    with pytest.raises(NoWorkspace):
        plan_update(str(tmp_path))

    assert everything(tmp_path) == {}


def test_a_users_lines_survive_init(tmp_path: Path) -> None:
    """In a document with CRLF and no line end, and in an ignore list with lines of one's own."""
    (tmp_path / "AGENTS.md").write_bytes(b"# Ours\r\n\r\nlast words")
    (tmp_path / ".scafld").mkdir()
    (tmp_path / ".scafld/.gitignore").write_bytes(b"mine/\n")

    initialised(tmp_path)

    made = (tmp_path / "AGENTS.md").read_bytes()
    assert made.startswith(b"# Ours\r\n\r\nlast words\r\n\r\n<!-- scafld:begin -->\r\n")
    assert made.count(b"\n") == made.count(b"\r\n")
    assert (tmp_path / ".scafld/.gitignore").read_bytes().startswith(b"mine/\n\n# scafld:begin\n")


def test_the_root_ignore_list_is_never_touched(tmp_path: Path) -> None:
    """What scafld ignores is said inside `.scafld/`."""
    (tmp_path / ".gitignore").write_text("mine\n")

    initialised(tmp_path)

    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_an_existing_configuration_is_kept(tmp_path: Path) -> None:
    """Byte for byte, also a wrong one."""
    (tmp_path / ".scafld").mkdir()
    (tmp_path / ".scafld/config.yaml").write_bytes(b"\xff: [")

    done = apply(plan_init(str(tmp_path), agent_docs=False))

    assert (tmp_path / ".scafld/config.yaml").read_bytes() == b"\xff: ["
    assert ".scafld/config.yaml" in done.unchanged


def test_damaged_markers_stop_everything(tmp_path: Path) -> None:
    """The document is named, the tree stays as it was; without documents init goes on."""
    (tmp_path / "CLAUDE.md").write_text("<!-- scafld:begin -->\n")
    before = everything(tmp_path)

    with pytest.raises(Refused, match=r"CLAUDE\.md: the markers"):
        initialised(tmp_path)

    assert everything(tmp_path) == before
    initialised(tmp_path, agent_docs=False)


@pytest.mark.parametrize("name", [".scafld", ".scafld/core", ".scafld/specs", ".scafld/config.yaml", "AGENTS.md"])
def test_what_stands_in_the_way_is_named_and_kept(tmp_path: Path, name: str) -> None:
    """A file where a folder belongs, a folder where a file belongs."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix:
        path.mkdir()
    else:
        path.write_text("mine")
    before = everything(tmp_path)

    with pytest.raises(Refused, match=name.replace(".", r"\.")):
        initialised(tmp_path)

    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", [".scafld", ".scafld/core", "AGENTS.md"])
def test_links_that_lead_out_are_not_followed(tmp_path: Path, name: str) -> None:
    """Whatever lies there stays as it is."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / ".scafld").mkdir(parents=True)
    outside.mkdir()
    (outside / "file").write_text("theirs")
    if name == ".scafld":
        (root / ".scafld").rmdir()
    (root / name).symlink_to(outside / "file" if name == "AGENTS.md" else outside)
    before = everything(tmp_path)

    with pytest.raises(Refused, match="outside"):
        initialised(root)

    assert everything(tmp_path) == before


def test_two_names_of_one_document_get_one_part(tmp_path: Path) -> None:
    """A link between them stays a link."""
    (tmp_path / "AGENTS.md").write_text("# Mine\n")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")

    initialised(tmp_path)
    again = apply(plan_init(str(tmp_path), agent_docs=True))

    assert os.readlink(tmp_path / "CLAUDE.md") == "AGENTS.md"
    assert (tmp_path / "AGENTS.md").read_text().count("scafld:begin") == 1
    assert again.updated == ()


def test_a_document_that_takes_in_the_other_is_left_alone(tmp_path: Path) -> None:
    """`@AGENTS.md` in CLAUDE.md says it all."""
    (tmp_path / "CLAUDE.md").write_text("@AGENTS.md\n")

    initialised(tmp_path)

    assert (tmp_path / "CLAUDE.md").read_text() == "@AGENTS.md\n"
    assert "scafld:begin" in (tmp_path / "AGENTS.md").read_text()


def test_a_failure_at_any_step_leaves_no_trace(tmp_path: Path) -> None:
    """Init in a repository with documents of its own, the disk failing at each of its acts in turn."""
    (tmp_path / "AGENTS.md").write_text("# Mine\n")
    (tmp_path / "src").mkdir()
    before = everything(tmp_path)
    acts = 2 * len(plan_init(str(tmp_path), agent_docs=True).files)

    for at in range(1, acts + 1):
        with pytest.raises(Unavailable, match="cannot be written"):
            apply(plan_init(str(tmp_path), agent_docs=True), FailingDisk(at))
        assert everything(tmp_path) == before, at

    counting = CountingDisk()
    apply(plan_init(str(tmp_path), agent_docs=True), counting)
    assert counting.acts == acts


def test_a_failing_update_leaves_no_trace(tmp_path: Path) -> None:
    """The same for update, which replaces files that are there."""
    initialised(tmp_path)
    (tmp_path / "AGENTS.md").write_text("x\n<!-- scafld:begin -->\n<!-- scafld:end -->\ny")
    for name in ("config.yaml", "README.md"):
        (tmp_path / ".scafld/core" / name).write_text("scribbled")
    before = everything(tmp_path)

    for at in range(1, 7):
        with pytest.raises(Unavailable):
            apply(plan_update(str(tmp_path)), FailingDisk(at))
        assert everything(tmp_path) == before, at


def test_a_repository_that_is_not_there_is_told(tmp_path: Path) -> None:
    """It is not made."""
    with pytest.raises(Unavailable, match="is no folder"):
        plan_init(str(tmp_path / "nowhere"), agent_docs=True)


@pytest.mark.parametrize("outer", ["", ".scafld/runs/\n.scafld/receipts/\n*.json\n"])
def test_git_keeps_what_is_worth_keeping(tmp_path: Path, outer: str) -> None:
    """Asked of git itself, also under an ignore list further up that says otherwise of whole folders."""
    initialised(tmp_path)
    (tmp_path / ".gitignore").write_text(outer)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=60, capture_output=True)
    kept = {
        ".scafld/config.yaml",
        ".scafld/.gitignore",
        ".scafld/prompts/plan.md",
        ".scafld/specs/drafts/a.md",
        ".scafld/specs/archive/2026-01/b.md",
        ".scafld/runs/a/session.json",
        ".scafld/runs/a/handoffs/1.md",
        ".scafld/receipts/a.dsse.json" if not outer else ".scafld/trusted-keys.json",
        ".scafld/trusted-keys.json",
    }
    ignored = {
        ".scafld/core/config.yaml",
        ".scafld/cache/policy.json",
        ".scafld/locks/a",
        ".scafld/config.local.yaml",
        ".scafld/runs/a/evidence/abc",
        ".scafld/keys/host",
        ".scafld/host.key",
        ".scafld/.scafld-tmp-1-a",
    }

    asked = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "--stdin"],
        input="\n".join(sorted(kept | ignored)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert set(asked.stdout.split()) == ignored


class TestPrompts:
    """What an agent in a role is told."""

    def test_every_role_has_one(self, tmp_path: Path) -> None:
        """Short; with a command to run, but for the roles of models that read and hand in."""
        for role in Role:
            text = prompt(str(tmp_path), role)
            assert text.startswith(f"# {role.capitalize()}\n")
            assert 400 < len(text) < 2500
            assert (role in ("plan", "harden", "review")) != ("`scafld " in text)

    def test_a_project_may_own_its_prompt(self, tmp_path: Path) -> None:
        """When a line of it says so, in any of the usual comments."""
        folder = tmp_path / ".scafld/prompts"
        folder.mkdir(parents=True)
        for mark in (
            "<!-- scafld:prompt-owner=project -->",
            "# scafld:prompt-owner=project",
            "// scafld:prompt-owner=project",
            "  scafld:prompt-owner=project\r",
        ):
            (folder / "plan.md").write_text(f"Ours.\n{mark}\n")
            assert prompt(str(tmp_path), "plan").startswith("Ours."), mark

    @pytest.mark.parametrize("text", ["Ours.", "about scafld:prompt-owner=project here", "scafld:prompt-owner=me"])
    def test_a_copy_without_the_mark_is_not_used(self, tmp_path: Path, text: str) -> None:
        """An old copy does not silently hide what this version says."""
        folder = tmp_path / ".scafld/prompts"
        folder.mkdir(parents=True)
        (folder / "plan.md").write_text(text)

        assert prompt(str(tmp_path), "plan").startswith("# Plan")

    def test_an_unknown_role_is_told(self, tmp_path: Path) -> None:
        """With those there are; a path is no role."""
        for role in ("reviewer", "../plan", ""):
            with pytest.raises(Misused, match="plan, harden, build, review, recovery"):
                prompt(str(tmp_path), role)

    def test_a_prompt_that_is_no_text_is_told(self, tmp_path: Path) -> None:
        """By its name."""
        folder = tmp_path / ".scafld/prompts"
        folder.mkdir(parents=True)
        (folder / "plan.md").write_bytes(b"\xff\xfe")

        with pytest.raises(Unavailable, match=r"plan\.md is not UTF-8"):
            prompt(str(tmp_path), "plan")
