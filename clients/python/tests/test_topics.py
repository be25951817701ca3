"""The grammar of topics and filters."""

import pytest

from tubes_bus.topics import first_fault, is_topic, matches


@pytest.mark.parametrize(
    "text, fault",
    [
        ("in", None),
        ("in.libera.raw", None),
        ("a-Z_0", None),
        ("x" * 255, None),
        ("x" * 256, 255),
        ("", 0),
        (".in", 0),
        ("in.", 3),
        ("in..x", 3),
        ("in.>", 3),
        ("in x", 2),
        ("ä", 0),
        ("in\n", 2),
    ],
)
def test_where_the_grammar_is_first_broken(text, fault):
    assert first_fault(text) == fault
    assert is_topic(text) == (fault is None)


@pytest.mark.parametrize(
    "filter_, topic, expected",
    [
        ("in", "in", True),
        ("in", "in2", False),
        ("in", "in.a", False),
        ("in.>", "in", False),
        ("in.>", "in.", False),
        ("in.>", "in.a", True),
        ("in.>", "in.a.b", True),
        ("in.>", "in2.a", False),
    ],
)
def test_what_a_filter_matches(filter_, topic, expected):
    assert matches(filter_, topic) is expected
