"""The tables of safeguards are true: each is where it says, once. ``make mutations`` tries them."""

from __future__ import annotations

import ast

import pytest

from tests.mutations.mutations import ROOT, Mutation, all_mutations


@pytest.mark.parametrize("mutation", all_mutations(), ids=lambda one: one.safeguard)
def test_each_safeguard_is_where_the_table_says(mutation: Mutation) -> None:
    source = mutation.path().read_text()
    mutated = mutation.mutated(source)
    assert ast.dump(ast.parse(mutated)) != ast.dump(ast.parse(source))
    for test in mutation.tests:
        assert (ROOT / test).exists(), test


def test_no_safeguard_is_named_twice() -> None:
    names = [one.safeguard for one in all_mutations()]
    assert len(set(names)) == len(names)
