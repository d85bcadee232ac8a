"""What README and docs tell a reader to type does what they say."""

from __future__ import annotations

import pathlib

import pytest

from documents.console import run_document, steps
from harness.server import PROJECT

DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
WITH_STEPS = [path for path in DOCUMENTS if path.name == "README.md" or steps(path.read_text())]


@pytest.mark.parametrize("document", WITH_STEPS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_document_prints_what_it_says(document: pathlib.Path, tmp_path: pathlib.Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert run_document(document.read_text(), place, str(document.relative_to(PROJECT))) > 0


def test_the_readme_has_something_to_type() -> None:
    assert steps((PROJECT / "README.md").read_text())
