"""What `init` lays down in a repository and `update` refreshes: scafld's own folders and files, and its part of others.

    plan = plan_init("/path/to/repository", agent_docs=True)
    apply(plan)        # all of it, or nothing

Files of scafld's own (`.scafld/core/`) are written anew. Files that people own are created when they are missing; of
existing ones only scafld's part, between its markers, is touched. Workflows are laid down when they are asked for, and
refreshed while nobody has changed them.
"""

from __future__ import annotations

import os
from enum import StrEnum

from scafld.adapters.assets import ASSETS
from scafld.adapters.files.atomic import Changes, Write, Writes, settle
from scafld.adapters.files.laid.fenced import DOCUMENT, IGNORE_LIST, has_part, with_part
from scafld.adapters.files.laid.workflows import FOLDER, LANES, read_lane, standing_of, workflow
from scafld.adapters.files.root import WORKSPACE, no_workspace
from scafld.app.premises.wiring import Standing
from scafld.core.refusal import Gate, Misused, Refusal, Refused, Unavailable
from scafld.core.value import value

FOLDERS = (
    WORKSPACE,
    ".scafld/core",
    ".scafld/core/prompts",
    ".scafld/core/schemas",
    ".scafld/prompts",
    ".scafld/specs",
    ".scafld/specs/drafts",
    ".scafld/specs/approved",
    ".scafld/specs/active",
    ".scafld/specs/archive",
    ".scafld/runs",
)
AGENT_DOCS = ("AGENTS.md", "CLAUDE.md")
OWNER_LINE = "scafld:prompt-owner=project"


class Role(StrEnum):
    """Whom a prompt is for."""

    PLAN = "plan"
    HARDEN = "harden"
    BUILD = "build"
    REVIEW = "review"
    RECOVERY = "recovery"


@value
class FileChange:
    """One file as it is and as it shall be; `path` is relative to the root. `before` is None when it is not there."""

    path: str
    before: bytes | None
    after: bytes


@value
class LayoutPlan:
    """Everything that is to come about, nothing of it done yet."""

    root: str
    folders: tuple[str, ...]
    files: tuple[FileChange, ...]
    left: tuple[str, ...] = ()


@value
class LaidDown:
    """What came about: paths relative to the root; folders end in `/`. `left`: files of scafld's that somebody changed,
    and that are that one's now."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def plan_init(root: str, *, agent_docs: bool, ci: bool = False) -> LayoutPlan:
    """What `init` would do in `root`, with `ci` the workflows as well. Refused when something of the user's stands in
    its way."""
    _refuse_odd_ground(root)
    docs = _agent_docs(root, AGENT_DOCS) if agent_docs else ()
    lanes = _new_lanes(root) if ci else ()
    folders = (FOLDER,) if lanes and not os.path.isdir(f"{root}/{FOLDER}") else ()
    files = (*_own_files(root), *docs, *lanes)
    return LayoutPlan(root=root, folders=(*_missing_folders(root), *folders), files=files)


def plan_update(root: str) -> LayoutPlan:
    """What `update` would do: refresh what is there, and never bring back what was taken out of people's own files."""
    if not os.path.isdir(f"{root}/{WORKSPACE}"):
        raise no_workspace(root)
    _refuse_odd_ground(root)
    plain = tuple(name for name in AGENT_DOCS if _is_plain_inside(root, name))
    docs = tuple(doc for doc in _agent_docs(root, plain) if doc.before and has_part(doc.path, doc.before, DOCUMENT))
    own = tuple(file for file in _own_files(root) if file.path != ".scafld/config.yaml" or file.before is not None)
    lanes, left = _kept_lanes(root)
    return LayoutPlan(root=root, folders=_missing_folders(root), files=(*own, *docs, *lanes), left=left)


def apply(plan: LayoutPlan, disk: Writes | None = None) -> LaidDown:
    """Do all of it, or nothing: on Unavailable and Refused the tree is as it was."""
    writes = tuple(
        Write(path=f"{plan.root}/{file.path}", content=file.after, before=file.before)
        for file in plan.files
        if file.before != file.after
    )
    Changes(plan.root, disk).apply(tuple(f"{plan.root}/{folder}" for folder in plan.folders), writes)
    new = [f"{folder}/" for folder in plan.folders] + [file.path for file in plan.files if file.before is None]
    return LaidDown(
        created=tuple(new),
        updated=tuple(file.path for file in plan.files if file.before not in (None, file.after)),
        unchanged=tuple(file.path for file in plan.files if file.before == file.after),
        left=plan.left,
    )


def prompt(root: str, role: str) -> str:
    """What an agent in `role` is told: the project's own prompt if it says that it is the project's, else scafld's."""
    if role not in list(Role):
        raise Misused(f"no role {role!r}: it is one of {', '.join(Role)}")
    path = f"{root}/.scafld/prompts/{role}.md"
    own = _read(path, f".scafld/prompts/{role}.md")
    if own is not None:
        try:
            text = own.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unavailable(f"{path} is not UTF-8 text", next="save it as UTF-8") from error
        if any(_bare(line) == OWNER_LINE for line in text.splitlines()):
            return text
    return _asset(f"prompts/{role}.md").decode("utf-8")


# Private.

_SCHEMAS = ("review_dossier", "harden_dossier", "plan_proposal", "envelope", "session", "change-receipt")
_CORE = (
    "README.md",
    "config.yaml",
    "schemas/README.md",
    *(f"schemas/{name}.json" for name in _SCHEMAS),
    *(f"prompts/{role}.md" for role in Role),
)
_LARGEST = 4 << 20


def _asset(name: str) -> bytes:
    with open(os.path.join(ASSETS, name), "rb") as file:
        return file.read()


def _refuse_odd_ground(root: str) -> None:
    if not os.path.isdir(root):
        raise Unavailable(f"{root} is no folder", next="name a folder that exists")
    inside = os.path.realpath(root)
    for folder in FOLDERS:
        path = f"{root}/{folder}"
        if os.path.lexists(path) and not os.path.isdir(path):
            raise _refused(f"{folder} is in the way: it must be a folder")
        if not os.path.realpath(path).startswith(inside.rstrip(os.sep) + os.sep):
            raise _refused(f"{folder} leads outside the repository, to {os.path.realpath(path)}")


def _refused(reason: str) -> Refused:
    return Refused(Refusal(gate=Gate.WORKSPACE, reason=f"{reason}; nothing was changed"))


def _missing_folders(root: str) -> tuple[str, ...]:
    return tuple(folder for folder in FOLDERS if not os.path.isdir(f"{root}/{folder}"))


def _own_files(root: str) -> tuple[FileChange, ...]:
    settings = ".scafld/config.yaml"
    before = _read(f"{root}/{settings}", settings)
    ignore = ".scafld/.gitignore"
    ignored = _read(f"{root}/{ignore}", ignore)
    part = _asset("ignore.txt").decode("utf-8")
    return (
        FileChange(path=settings, before=before, after=_asset("sparse.yaml") if before is None else before),
        FileChange(path=ignore, before=ignored, after=with_part(ignore, ignored or b"", part, IGNORE_LIST)),
        *(_core_file(root, name) for name in _CORE),
    )


def _core_file(root: str, name: str) -> FileChange:
    path = f".scafld/core/{name}"
    return FileChange(path=path, before=_read(f"{root}/{path}", path), after=_asset(name))


def _new_lanes(root: str) -> tuple[FileChange, ...]:
    """The workflows, where they can be laid down. Refused over one that is not as some scafld wrote it."""
    if not os.path.lexists(f"{root}/.git") and _lies_in_a_repository(root):
        raise _refused(f"{root} is not the top of its repository, and workflows are read there only (see docs/ci.md)")
    found = tuple((path, read_lane(root, path)) for path in LANES)
    for path, before in found:
        if standing_of(path, before) in (Standing.CHANGED, Standing.FOREIGN):
            raise _refused(f"{path} is there and not as scafld writes it: move it away to have scafld's")
    return tuple(FileChange(path=path, before=before, after=workflow(path)) for path, before in found)


def _kept_lanes(root: str) -> tuple[tuple[FileChange, ...], tuple[str, ...]]:
    """The workflows that scafld wrote and nobody changed, and those that somebody did."""
    seen = [(path, read_lane(root, path)) for path in LANES if _is_plain_inside(root, path)]
    stand = {path: standing_of(path, before) for path, before in seen}
    ours = tuple(
        FileChange(path=path, before=before, after=workflow(path) if stand[path] is Standing.OUTDATED else before)
        for path, before in seen
        if before is not None and stand[path] in (Standing.CURRENT, Standing.OUTDATED)
    )
    return ours, tuple(path for path, found in stand.items() if found is Standing.CHANGED)


def _lies_in_a_repository(root: str) -> bool:
    above = os.path.dirname(os.path.realpath(root))
    while not os.path.lexists(f"{above}/.git"):
        if above == os.path.dirname(above):
            return False
        above = os.path.dirname(above)
    return True


def _agent_docs(root: str, names: tuple[str, ...]) -> tuple[FileChange, ...]:
    """The documents agents read, once each where two names are one file."""
    part = _asset("guide.md").decode("utf-8")
    found: dict[str, FileChange] = {}
    for name in names:
        target = settle(f"{root}/{name}", root)
        before = _read(target, name)
        if target in found or _refers(name, before):
            continue
        found[target] = FileChange(path=name, before=before, after=with_part(name, before or b"", part, DOCUMENT))
    return tuple(found.values())


def _is_plain_inside(root: str, name: str) -> bool:
    target = os.path.realpath(f"{root}/{name}")
    return os.path.isfile(target) and target.startswith(os.path.realpath(root).rstrip(os.sep) + os.sep)


def _refers(name: str, content: bytes | None) -> bool:
    """Whether CLAUDE.md takes in AGENTS.md by reference and has no part of its own: once is enough."""
    if name != "CLAUDE.md" or content is None or has_part(name, content, DOCUMENT):
        return False
    return any(line.strip() == b"@AGENTS.md" for line in content.splitlines())


def _read(path: str, name: str) -> bytes | None:
    """All of a plain file, None when it is not there."""
    if os.path.lexists(path) and not os.path.isfile(path):
        raise _refused(f"{name} is in the way: it must be a plain file")
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = f"{name} cannot be read: {error.strerror}"
        raise Unavailable(reason, next=f"make {name} a file that you may read") from error
    if len(content) > _LARGEST:
        raise _refused(f"{name} is larger than {_LARGEST} bytes")
    return content


def _bare(line: str) -> str:
    text = line.strip().removeprefix("<!--").removesuffix("-->").strip()
    return text.removeprefix("//").lstrip("#").strip()
