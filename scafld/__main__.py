"""The process: hand argv to the command line, end at once.

Taking thousands of objects apart at the end costs more than some commands; everything that matters is on disk by then.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run `scafld` and leave the process with its exit code."""
    gc.disable()
    try:
        from scafld.adapters.cli import front

        code = front.main(sys.argv[1:], os.environ)
    except KeyboardInterrupt:
        code = 5
    os._exit(code)


if __name__ == "__main__":
    main()
