"""A plan applied: what the state holds, and what the server says."""

from __future__ import annotations

from tofu import Tofu


def test_what_was_applied_is_read_again_without_a_difference(whole: Tofu) -> None:
    whole.assert_nothing_to_do()

def test_dump(whole):
    import json
    for a, r in whole.state().items():
        print(a, json.dumps(r.values)[:1500])
