"""The zip files of an export, unpacked as an administrator would."""

from __future__ import annotations

import pathlib
from typing import Any

from harness.exports import archive
from harness.sdk import Sdk


def unpack(sdk: Sdk, certificate_id: str, kind: str, folder: pathlib.Path, **body: Any) -> set[str]:
    """Writes the files of a compressed export to the folder, and returns their names."""
    files = archive(sdk.ccm, certificate_id, kind, **body)
    for name, octets in files.items():
        (folder / name).write_bytes(octets)
    return set(files)
