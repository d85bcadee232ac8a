"""The layer: compiled, preloaded, told what is wrong."""

from __future__ import annotations

import errno
import pathlib
import struct
import subprocess

SOURCE = pathlib.Path(__file__).with_suffix(".c")
SECOND = 1_000_000_000


class Layer:
    """What is wrong with the disk below a directory, and with the clock; nothing at first."""

    def __init__(self, place: pathlib.Path) -> None:
        self._made = place / "faulty.so"
        flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        subprocess.run(
            ["cc", *flags, "-o", str(self._made), str(SOURCE), "-ldl"], check=True, timeout=120
        )
        self._control = place / "control"
        self._failure, self._offset = 0, 0
        self._tell()
        # Also for a process of somebody else's.
        for path in (self._made, self._control):
            path.chmod(0o755)

    def environment(self, root: pathlib.Path) -> dict[str, str]:
        """What to set for a process whose disk is below `root`."""
        return {
            "LD_PRELOAD": str(self._made),
            "FAULTY_ROOT": str(root.resolve()),
            "FAULTY_CONTROL": str(self._control),
        }

    def fill_disk(self) -> None:
        """Nothing more can be written."""
        self._failure = errno.ENOSPC
        self._tell()

    def forbid_writing(self) -> None:
        """The disk is read-only, as a kernel makes it that does not trust it any more."""
        self._failure = errno.EROFS
        self._tell()

    def mend(self) -> None:
        """The disk is as it was."""
        self._failure = 0
        self._tell()

    def set_clock(self, seconds: int) -> None:
        """The clock is off by this."""
        self._offset = seconds * SECOND
        self._tell()

    def _tell(self) -> None:
        said = struct.pack("<qq", self._failure, self._offset)
        if self._control.exists():
            # In place: it is mapped.
            with self._control.open("r+b") as control:
                control.write(said)
        else:
            self._control.write_bytes(said)
