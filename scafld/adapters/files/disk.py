"""The few ways in which scafld changes a disk. Tests put a disk that fails, or dies, in its place."""

from __future__ import annotations

import os

from scafld.adapters.files.atomic import write_whole


class Disk:
    """Durable writing. Every method raises OSError or Unavailable and then has changed nothing that readers see."""

    def replace(self, path: str, content: bytes) -> None:
        """Put a whole file under its name at once; its folder is made when it is not there."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_whole(path, content)

    def extend(self, path: str, size: int, content: bytes, closing: bytes) -> None:
        """Overwrite what stands behind `size` with content and closing, in place, and flush it to disk once."""
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            longer = os.fstat(handle).st_size > size + len(closing)
            if longer:
                os.ftruncate(handle, size)
            try:
                self.put(handle, size, content + closing)
            except OSError:
                os.ftruncate(handle, size)
                self.put(handle, size, closing)
                raise
            os.fdatasync(handle)
        finally:
            os.close(handle)

    def put(self, handle: int, at: int, content: bytes) -> None:
        """Write all of it at this offset, however few bytes the system takes at a time."""
        view = memoryview(content)
        while view:
            written = os.pwrite(handle, view, at)
            view, at = view[written:], at + written

    def move(self, source: str, target: str) -> None:
        """Give a file another name at once; the folder is made when it is not there."""
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(source, target)
