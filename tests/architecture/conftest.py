"""The house as it stands, its rules, and a small house in a temporary folder that keeps every rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from house import House, house

ROOT = Path(__file__).resolve().parents[2]

SMALL_HOUSE = {
    "scafld/__init__.py": (
        "import scafld.core.names\n\n\ndef open(path):\n    import scafld.adapters.local\n\n"
        "    return scafld.adapters.local\n"
    ),
    "scafld/__main__.py": "def main():\n    from scafld.adapters.cli.screen import show\n\n    show()\n",
    "scafld/testing/__init__.py": "import hypothesis\n\nimport scafld.adapters.memory\n",
    "scafld/core/__init__.py": "",
    "scafld/core/names.py": "TaskId = str\n",
    "scafld/core/task/__init__.py": "",
    "scafld/core/task/life.py": "from scafld.core.names import TaskId\n",
    "scafld/app/__init__.py": "",
    "scafld/app/journal.py": "from scafld.core.task import life\n",
    "scafld/app/check.py": "",
    "scafld/adapters/__init__.py": "",
    "scafld/adapters/codec.py": "import pydantic\n\nimport scafld.core.names\n",
    "scafld/adapters/memory.py": "from scafld.adapters import codec\nfrom scafld.app import journal\n",
    "scafld/adapters/config.py": "import ruamel.yaml\n",
    "scafld/adapters/signing.py": "",
    "scafld/adapters/local.py": "import os\n\nfrom scafld.adapters.files.store import Store\n\nhome = os.environ\n",
    "scafld/adapters/files/__init__.py": "",
    "scafld/adapters/files/store.py": "import pathlib\n\nimport scafld.adapters.codec\n\nStore = pathlib.Path\n",
    "scafld/adapters/markdown/__init__.py": "import markdown_it\n",
    "scafld/adapters/git/__init__.py": "import subprocess\n\nimport dulwich.repo\nimport structlog\n",
    "scafld/adapters/process/__init__.py": "",
    "scafld/adapters/providers/__init__.py": "import scafld.adapters.process\n",
    "scafld/adapters/cli/__init__.py": "",
    "scafld/adapters/cli/screen.py": (
        "import os\n\nimport typer\n\nimport scafld.adapters.local\n\n\n"
        "def show():\n    print(os.environ)\n    try:\n        typer.run(show)\n    except Exception:\n        pass\n"
    ),
    "tests/test_names.py": "import os\n\nfrom scafld.core.names import TaskId\n\nprint(os.environ, TaskId)\n",
}


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout under test."""
    return ROOT


@pytest.fixture(scope="session")
def rules() -> House:
    """import_rules.toml of the checkout."""
    return house(ROOT / "import_rules.toml")


@pytest.fixture
def build(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Builds the small house with these files added or replaced; gives its root."""

    def _build(files: dict[str, str]) -> Path:
        for file, text in (SMALL_HOUSE | files).items():
            place = tmp_path / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", errors="surrogateescape")
        return tmp_path

    return _build
