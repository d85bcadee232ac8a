"""The recorder's journal: compiled, preloaded, read."""

from __future__ import annotations

import dataclasses
import pathlib
import struct
import subprocess
from collections.abc import Iterator

HEAD = struct.Struct("<BIIQQ")
SOURCE = pathlib.Path(__file__).with_name("recorder.c")


@dataclasses.dataclass(frozen=True)
class Operation:
    """One operation; `end` is the journal's length once it was recorded."""

    kind: str
    path: str
    second: str
    offset: int
    contents: bytes
    end: int


def compile_recorder(directory: pathlib.Path) -> pathlib.Path:
    """Builds the shared object with the machine's C compiler."""
    made = directory / "recorder.so"
    subprocess.run(
        [
            "cc",
            "-O1",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-shared",
            "-fPIC",
            "-o",
            str(made),
            str(SOURCE),
            "-ldl",
            "-lpthread",
        ],
        check=True,
        timeout=120,
    )
    return made


def environment(
    recorder: pathlib.Path, root: pathlib.Path, journal: pathlib.Path, *, sync_delay: float = 0.0
) -> dict[str, str]:
    """What to set for a process whose files below `root` are to be recorded.

    Each of its fsyncs takes `sync_delay` seconds longer.
    """
    return {
        "RECORDER_SYNC_DELAY": str(round(sync_delay * 1_000_000)),
        "LD_PRELOAD": str(recorder),
        "RECORDER_ROOT": str(root.resolve()),
        "RECORDER_JOURNAL": str(journal),
    }


def read(journal: pathlib.Path) -> Iterator[Operation]:
    """The recorded operations, in order."""
    octets = journal.read_bytes()
    at = 0
    while at < len(octets):
        kind, first, second, offset, length = HEAD.unpack_from(octets, at)
        at += HEAD.size
        path = octets[at : at + first].decode()
        other = octets[at + first : at + first + second].decode()
        at += first + second
        contents = octets[at : at + length]
        at += length
        yield Operation(chr(kind), path, other, offset, contents, at)
