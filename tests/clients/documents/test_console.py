"""The runner of documents, tried on documents made for it."""

from __future__ import annotations

import pathlib

import pytest

from documents.console import matches, normalised, run_document, steps

pytestmark = pytest.mark.one_node("the documents start servers of their own")

DOCUMENT = """
# A document

```sh
this is not run
```

```console
$ cd / && pwd
/
$ name=value
$ echo "$name" \\
    and more
value and more
$ cat <<'END'
two
lines $name
END
two
lines $name
```

  * in a list:

    ```console
    $ echo 4c0e772e-a30c-4029-b929-b7acb04143f7 at 1735804566545
    00000000-0000-0000-0000-000000000000 at 1111111111111
    $ printf 'a\\nb\\nc\\n'
    a
    ...
    $ echo something long
    some... long
    ```

```console fails
$ ls /no/such/file
ls: ...: No such file or directory
```
"""


def test_the_commands_are_found_with_their_output_in_order() -> None:
    found = steps(DOCUMENT)
    assert [step.command.splitlines()[0] for step in found][:3] == [
        "cd / && pwd",
        "name=value",
        'echo "$name" \\',
    ]
    assert found[3].output == "two\nlines $name"
    assert found[-1].words == ("fails",)
    assert DOCUMENT.splitlines()[found[0].line - 1] == "$ cd / && pwd"


def test_a_true_document_passes(tmp_path: pathlib.Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert run_document(DOCUMENT, place, "document") == 8


@pytest.mark.parametrize(
    "untrue",
    [
        "```console\n$ echo one\ntwo\n```\n",
        "```console\n$ echo one\n```\n",
        "```console\n$ true\none\n```\n",
        "```console\n$ false\n```\n",
        "```console fails\n$ true\n```\n",
        "```console\n$ printf 'a\\nb\\n'\na\n```\n",
    ],
)
def test_an_untrue_document_fails(tmp_path: pathlib.Path, untrue: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(AssertionError):
        run_document(untrue, place, "untrue")


def test_what_varies_is_compared_by_kind() -> None:
    printed = '{"csr":"-----BEGIN CERTIFICATE REQUEST-----\\r\\nMIIB\\r\\n-----END CERTIFICATE REQUEST-----"}'
    said = '{"csr":"-----BEGIN CERTIFICATE REQUEST-----\\r\\n...-----END CERTIFICATE REQUEST-----"}'
    assert matches(said, printed)
    assert normalised("48e392628b0f47769e47d91acc7654a5") == "<hex>"
    assert not matches("48e392628b0f47769e47d91acc7654a5", "1735804566545")
    assert matches("a\n...\nz", "a\nb\nc\nz")
    assert not matches("a\n...\nz", "a\nb\nc\ny")
