"""How Go and Rust projects are tested and checked: their own tools know."""

from __future__ import annotations

import re

from scafld.adapters.toolchain.folder import Folder
from scafld.adapters.toolchain.found import Find
from scafld.core.contract.commands import Purpose


def read_go(folder: Folder) -> Find:
    """A go.mod that names a module."""
    find = Find("go", folder)
    if not re.search(r"^module\s+\S", folder.text("go.mod"), re.MULTILINE):
        return find
    find.marked_by("go.mod")
    find.add(Purpose.TEST, "go test ./...", "Go tests", "go.mod")
    find.add(Purpose.LINT, "go vet ./...", "go vet", "go.mod")
    if config := folder.has(".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"):
        find.add(Purpose.LINT, "golangci-lint run", "golangci-lint", config, kind="golangci")
    return find


def read_rust(folder: Folder) -> Find:
    """A Cargo.toml with a package or a workspace."""
    find = Find("rust", folder)
    cargo = folder.toml("Cargo.toml") or {}
    if not {"package", "workspace"} & cargo.keys():
        return find
    find.marked_by("Cargo.toml")
    whole = " --workspace" if "workspace" in cargo else ""
    find.add(Purpose.TEST, f"cargo test{whole}", "Rust tests", "Cargo.toml")
    find.add(Purpose.LINT, f"cargo clippy{whole} --all-targets -- -D warnings", "clippy", "Cargo.toml")
    return find
