"""How a client starts the submit server: one command, whatever its environment and its folder are."""

from __future__ import annotations

import os
import sys


def submit_command(order_path: str) -> tuple[str, ...]:
    """The argv that serves the order at this path (see `order.py`), with this interpreter and what it can import now.

    Nothing of the environment counts (`-I`), and no site-packages are walked (`-S`): a client waits a second or two
    for its servers, on a machine that is busy. The standard library comes first, so that no file of a workspace can
    stand in for a part of it. No word holds a dollar sign of ours: clients put variables in their place.
    """
    home = os.path.abspath(__file__)
    for _ in ("launch.py", "mcp", "adapters", "scafld"):
        home = os.path.dirname(home)
    places = dict.fromkeys((home, *(os.path.abspath(each) for each in sys.path if each)))
    return (sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, os.path.abspath(order_path), *places)


# Private.

_START = (
    "import sys; sys.path += [each for each in sys.argv[2:] if each not in sys.path]; "
    "from scafld.adapters.mcp.submit import main; main(sys.argv[1])"
)
