"""The process: hand over to the command line, end at once.

Taking thousands of objects apart at the end costs more than some commands; everything that matters is on disk by then.
"""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run `scafld` and leave the process with its exit code."""
    gc.disable()
    from scafld.adapters.cli import front

    os._exit(front.main())


if __name__ == "__main__":
    main()
