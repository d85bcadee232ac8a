"""What README and docs tell a reader to type does what they say."""

from __future__ import annotations

import pathlib
import re

import pytest

from documents.console import run_document, steps
from harness.server import PROJECT

DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
WITH_STEPS = [path for path in DOCUMENTS if path.name == "README.md" or steps(path.read_text())]
ALL = [*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md"))]

#: What is read and not typed: settings of other programs, code, what a file or a log looks like.
NOT_TYPED = ["apache", "hcl", "json", "nginx", "powershell", "rust", "text", "xml", "yaml"]

#: What is shown and not run: it is this test, or fetches what these tests have installed already.
SHOWN = [
    "make run     # serves https://127.0.0.1:8443 from ./data, which it makes on first use",
    "make test    # everything: unit tests, the official SDKs, openssl, pkilint, kill and power-cut tests",
    "pip install huaweicloudsdkccm huaweicloudsdkscm huaweicloudsdkworkspace",
]


def title(path: pathlib.Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("document", WITH_STEPS, ids=title)
def test_a_document_prints_what_it_says(document: pathlib.Path, tmp_path: pathlib.Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert run_document(document.read_text(), place, str(document.relative_to(PROJECT))) > 0


def test_the_readme_has_something_to_type() -> None:
    assert steps((PROJECT / "README.md").read_text())


@pytest.mark.parametrize("document", ALL, ids=title)
def test_every_shell_block_of_a_document_is_run(document: pathlib.Path) -> None:
    text = document.read_text()
    fences = re.findall(r"^ *```(\w*).*\n(?:.*\n)*?^ *```$", text, re.MULTILINE)
    assert set(fences) <= {"console", *NOT_TYPED}
    unfenced = re.sub(r"^ *```(?:.*\n)*?^ *```$", "", text, flags=re.MULTILINE)
    indented = re.findall(r"(?:^\n)((?:^ {4}.*\n)+)", unfenced, re.MULTILINE)
    lines = [line.strip() for block in indented for line in block.splitlines()]
    assert [line for line in lines if line not in SHOWN] == []
    assert "console" not in fences or document in DOCUMENTS


@pytest.mark.parametrize("document", ALL, ids=title)
def test_every_link_between_documents_leads_somewhere(document: pathlib.Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    gone = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert gone == []
