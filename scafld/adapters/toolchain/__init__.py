"""What a repository says about its own tools.

from scafld.adapters.toolchain import detect

found = detect("/path/to/repository").test_command
print(found.command if found else "no test command: say one with --command")
"""

from scafld.adapters.toolchain.detect import detect

__all__ = ["detect"]
