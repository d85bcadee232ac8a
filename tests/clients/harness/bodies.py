"""Bodies that no API accepts, made from one that it does."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any


def broken(field: str) -> dict[str, bytes]:
    """JSON that is none, or that is no object; `field` is a text that the API reads."""
    name = field.encode()
    return {
        "nothing": b"",
        "an open brace": b"{",
        "two objects": b"{}{}",
        "a trailing comma": b'{"%b":"a",}' % name,
        "the same member twice": b'{"%b":"a","%b":"b"}' % (name, name),
        "an array": b"[]",
        "null": b"null",
        "a string": b'"%b"' % name,
        "a number": b"1",
        "not UTF-8": b'{"%b":"\xff\xfe"}' % name,
        "UTF-16": '{"name":"a"}'.encode("utf-16"),
        "a lone surrogate": b'{"%b":"\\ud800"}' % name,
        "absurd nesting": b"[" * 100_000,
        "absurd nesting inside": b'{"%b":' % name + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "a byte order mark alone": b"\xef\xbb\xbf",
        "XML": b"<name/>",
    }


#: What each of them is called.
BROKEN = tuple(broken(""))

#: What a text field must not be.
WRONG_TYPES: list[Any] = [1, 1.5, True, [], {}, ["a"], {"a": "b"}]

#: Texts with what no field of any API may hold.
FORBIDDEN_TEXTS = {
    "NUL": "a\x00b",
    "bell": "a\x07b",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "next line": "a\x85b",
}


def without(body: dict[str, Any], path: str) -> dict[str, Any]:
    """The body without the member at the dotted path."""
    changed = copy.deepcopy(body)
    *parents, last = path.split(".")
    place = changed
    for parent in parents:
        place = place[parent]
    del place[last]
    return changed


def with_value(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The body with another value at the dotted path."""
    changed = copy.deepcopy(body)
    *parents, last = path.split(".")
    place = changed
    for parent in parents:
        place = place[parent]
    place[last] = value
    return changed


def last_part(path: str) -> str:
    """The field's own name, which a refusal has to name."""
    return path.rpartition(".")[2]


def wrong_types(body: dict[str, Any], texts: list[str]) -> Iterator[tuple[str, Any, bytes]]:
    """For each text field: the field, the wrong value, and the body with it."""
    for path in texts:
        for value in WRONG_TYPES:
            yield path, value, json.dumps(with_value(body, path, value)).encode()
