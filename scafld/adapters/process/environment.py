"""What a child process finds in its environment: chosen here, never simply passed on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from scafld.core.value import value

DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def command_environment(
    inherited: Mapping[str, str],
    *,
    root: str,
    path_prepend: tuple[str, ...] = (),
    variables: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """What an acceptance command finds: `inherited` without what is meant for scafld, or for the git, make or Python
    that called it; then `variables`; then PATH with `path_prepend` and the project's toolchain shims in front.

    `~`, `$NAME` and `${NAME}` are expanded in `path_prepend` and `variables`; a name that is not set stays as written.
    A relative entry of `path_prepend` is below `root`, the absolute path of the workspace.
    """
    chosen = {name: text for name, text in inherited.items() if not _is_of_the_caller(name)}
    for name, text in (variables or {}).items():
        chosen[name] = _expanded(text, chosen)
    before = chosen.get("PATH") or DEFAULT_PATH
    wanted = [part for entry in path_prepend for part in _expanded(entry, chosen).split(os.pathsep) if part]
    asked = [os.path.normpath(os.path.join(root, part)) for part in wanted]
    found = [shim for shim in toolchain_shims(root, chosen) if shim not in before.split(os.pathsep)]
    chosen["PATH"] = os.pathsep.join(dict.fromkeys((*asked, *found, *before.split(os.pathsep))))
    return chosen


def provider_environment(inherited: Mapping[str, str], allowed: tuple[str, ...] = ()) -> dict[str, str]:
    """What a model provider finds: what a program needs to run for a user, and the variables named in `allowed`."""
    names = _FOR_EVERYONE | set(allowed)
    return {name: text for name, text in inherited.items() if name in names or name.startswith("LC_")}


def toolchain_shims(root: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The shim folders that exist for the toolchains which files in `root`, or one level below it, ask for.

    Python shims are left out where a virtual environment is active: they would hide it.
    """
    named = _files_in_reach(root)
    shims: list[str] = []
    for toolchain in _TOOLCHAINS:
        hidden = toolchain.root_variable == "PYENV_ROOT" and bool(environment.get("VIRTUAL_ENV"))
        if not hidden and not named.isdisjoint(toolchain.files):
            home = environment.get(toolchain.root_variable) or _expanded(toolchain.home, environment)
            shims.append(os.path.join(home, "shims"))
    return tuple(shim for shim in dict.fromkeys(shims) if os.path.isabs(shim) and os.path.isdir(shim))


# Private.


@value
class _Toolchain:
    """Files that ask for it, and where it lives: a variable that says so, else a folder."""

    files: tuple[str, ...]
    root_variable: str
    home: str


_MISE = ("mise.toml", ".mise.toml")
_TOOLCHAINS = (
    _Toolchain(files=(".ruby-version",), root_variable="RBENV_ROOT", home="~/.rbenv"),
    _Toolchain(files=(".python-version",), root_variable="PYENV_ROOT", home="~/.pyenv"),
    _Toolchain(files=(".node-version", ".nvmrc"), root_variable="NODENV_ROOT", home="~/.nodenv"),
    _Toolchain(files=(".go-version",), root_variable="GOENV_ROOT", home="~/.goenv"),
    _Toolchain(files=(".java-version",), root_variable="JENV_ROOT", home="~/.jenv"),
    _Toolchain(files=(".tool-versions",), root_variable="ASDF_DATA_DIR", home="~/.asdf"),
    _Toolchain(files=(".tool-versions", *_MISE), root_variable="MISE_DATA_DIR", home="~/.local/share/mise"),
)
_FILES = frozenset(file for toolchain in _TOOLCHAINS for file in toolchain.files)
_FOR_EVERYONE = frozenset({"PATH", "HOME", "TMPDIR", "LANG", "TERM", "USER"})
_OF_THE_CALLER = frozenset(
    {
        # where git says that its repository is, while it runs a hook: a command would look at that one, or write to it
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
        # the jobs of a make that called scafld: they cannot be reached from here, and another make says so on stderr
        "MAKEFLAGS",
        "MAKELEVEL",
        "MFLAGS",
        # the interpreter that runs scafld
        "__PYVENV_LAUNCHER__",
    }
)
_NAME = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")


def _is_of_the_caller(name: str) -> bool:
    return name in _OF_THE_CALLER or name.startswith(("SCAFLD_", "_SCAFLD_"))


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    home = environment.get("HOME")
    if home and (text == "~" or text.startswith("~/")):
        text = home + text[1:]
    return _NAME.sub(lambda match: environment.get(match[1] or match[2], match[0]), text)


def _files_in_reach(root: str) -> frozenset[str]:
    """The toolchain files that say something, in the root or in a folder of it that is no link."""
    folders = [root, *(entry.path for entry in _entries(root) if entry.is_dir(follow_symlinks=False))]
    return frozenset(
        entry.name
        for folder in folders
        for entry in _entries(folder)
        if entry.name in _FILES and _says_something(entry)
    )


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _says_something(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() and entry.stat().st_size > 0
    except OSError:
        return False
