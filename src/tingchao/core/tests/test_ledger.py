"""A chain and a seal that show every change."""

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.ledger import (
    GENESIS,
    Link,
    canonical,
    first_break,
    link,
    merkle_proof,
    merkle_root,
    proof_holds,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
RECORDS = st.dictionaries(TEXT, VALUES, max_size=3)


def chain(*records: dict[str, Any]) -> list[Link]:
    links: list[Link] = []
    previous = GENESIS
    for sequence, fields in enumerate(records, start=1):
        digest = link(previous, fields)
        links.append(Link(sequence, previous, digest, fields))
        previous = digest
    return links


@pytest.mark.parametrize(
    ("fields", "spelling"),
    [
        ({}, "{}"),
        ({"b": 1, "a": None}, '{"a":null,"b":1}'),
        ({"事项": "听潮", "办结": True}, '{"事项":"听潮","办结":true}'),
        ({"list": (1, [2, {"y": 0, "x": "\n"}])}, '{"list":[1,[2,{"x":"\\n","y":0}]]}'),
        ({"big": 10**30}, '{"big":1000000000000000000000000000000}'),
    ],
)
def test_a_record_has_one_spelling(fields: dict[str, Any], spelling: str) -> None:
    assert canonical(fields) == spelling.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "error", "place"),
    [
        (1.0, TypeError, r"record\.a: float"),
        (float("nan"), TypeError, r"record\.a: float"),
        (Decimal("1.5"), TypeError, r"record\.a: Decimal"),
        (date(2026, 3, 2), TypeError, r"record\.a: date"),
        (datetime(2026, 3, 2), TypeError, r"record\.a: datetime"),  # noqa: DTZ001
        (b"x", TypeError, r"record\.a: bytes"),
        ({1, 2}, TypeError, r"record\.a: set"),
        ([1, {"b": [0.5]}], TypeError, r"record\.a\[1\]\.b\[0\]: float"),
        ({1: "one"}, TypeError, r"record\.a: the key 1 is not text"),
        ({None: "none"}, TypeError, r"record\.a: the key None is not text"),
        ("nul \x00", ValueError, r"record\.a: text with NUL"),
        ("half \ud83d", ValueError, r"record\.a: text with a lone surrogate"),
        ({"nul \x00": 1}, ValueError, r"record\.a: text with NUL"),
    ],
)
def test_what_a_database_might_change_is_refused(value: Any, error: type[Exception], place: str) -> None:
    with pytest.raises(error, match=place):
        canonical({"a": value})


def test_a_record_is_a_mapping() -> None:
    with pytest.raises(TypeError, match="mapping, not list"):
        canonical([1])  # type: ignore[arg-type]


def test_a_link_is_bound_to_the_one_before_it() -> None:
    first = link(GENESIS, {"step": "受理"})
    assert len(first) == 64
    assert link(first, {"step": "受理"}) != first
    assert first != sha256(GENESIS.encode() + canonical({"step": "受理"})).hexdigest(), (
        "set apart by a prefix"
    )
    for wrong in ("", "0" * 63, "0" * 63 + "G", "0" * 63 + "A", "零" * 64):
        with pytest.raises(ValueError, match="not a digest"):
            link(wrong, {})


WHOLE = chain({"step": "受理"}, {"step": "交办"}, {"step": "答复"}, {"step": "评价"})
ONE, TWO, THREE, FOUR = WHOLE


@pytest.mark.parametrize(
    ("stored", "expected", "what_happened"),
    [
        ([], None, "尚无记录"),
        (WHOLE, None, "完整"),
        (WHOLE[:3], None, "截去末尾，须凭封存的根发现"),
        ([TWO, THREE, FOUR], (2, "gap"), "删去第一条"),
        ([ONE, THREE, FOUR], (3, "gap"), "删去中间一条"),
        ([ONE, THREE, TWO, FOUR], (3, "gap"), "次序颠倒"),
        ([ONE, TWO, TWO, THREE], (2, "gap"), "重复一条"),
        ([ONE, Link(2, TWO.previous, TWO.digest, {"step": "退回"}), THREE], (2, "digest"), "改了内容"),
        ([ONE, Link(2, TWO.previous, TWO.digest, {"step": 0.5}), THREE], (2, "digest"), "改成存不下的内容"),
        ([ONE, Link(2, TWO.previous, "f" * 64, TWO.fields), THREE], (2, "digest"), "改了摘要"),
        ([ONE, *chain({}, {"step": "退回"})[1:], THREE], (2, "previous"), "换了一条别链的记录"),
        ([ONE, TWO, Link(3, "不是摘要", THREE.digest, THREE.fields)], (3, "previous"), "改了前一摘要"),
    ],
)
def test_first_break(stored: list[Link], expected: tuple[int, str] | None, what_happened: str) -> None:
    assert first_break(stored) == expected, what_happened


def test_a_chain_is_read_no_further_than_its_first_break() -> None:
    stream = iter([ONE, THREE, FOUR])
    assert first_break(stream) == (3, "gap")
    assert next(stream) is FOUR


def leaf(text: str) -> bytes:
    return sha256(b"\x00" + text.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def test_the_tree_is_that_of_rfc_6962() -> None:
    a, b, c, d, e = (leaf(letter) for letter in "abcde")
    assert merkle_root([]) == sha256(b"").hexdigest()
    assert merkle_root(["a"]) == a.hex()
    assert merkle_root(list("abc")) == node(node(a, b), c).hex()
    assert merkle_root(list("abcde")) == node(node(node(a, b), node(c, d)), e).hex()
    assert merkle_proof(list("abc"), 2) == (("left", node(a, b).hex()),)
    assert merkle_proof(list("abc"), 0) == (("right", b.hex()), ("right", c.hex()))
    # RFC 6962 test vector of the Certificate Transparency project: one empty leaf.
    assert merkle_root([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError, match="among 3"):
        merkle_proof(list("abc"), index)


@pytest.mark.parametrize(
    "proof",
    [
        [("above", "00")],
        [("left", "not hex")],
        [("left", "é")],
        [("left",)],
        [("left", "00", "00")],
    ],
)
def test_a_malformed_proof_does_not_hold(proof: list[Any]) -> None:
    assert not proof_holds("a", proof, merkle_root(["a"]))
    assert not proof_holds("\ud83d", [], merkle_root(["a"]))
    assert not proof_holds("a", [], "\ud83d")


def test_a_whole_node_does_not_pass_for_a_leaf() -> None:
    inside = leaf("a").hex() + leaf("b").hex()
    assert not proof_holds(inside, [], merkle_root(["a", "b"]))


@given(st.lists(TEXT, min_size=1, max_size=40, unique=True), st.data())
def test_a_proof_holds_for_its_leaf_and_no_other(leaves: list[str], data: st.DataObject) -> None:
    root = merkle_root(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle_proof(leaves, index)
    assert [other for other in leaves if proof_holds(other, proof, root)] == [leaves[index]]
    assert not proof_holds(leaves[index], proof, merkle_root([*leaves, "one more"]))


@given(RECORDS, RECORDS)
def test_different_records_have_different_digests(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = canonical(one) == canonical(other)
    assert (link(GENESIS, one) == link(GENESIS, other)) is same
    assert same or repr(one) != repr(other)


@given(st.lists(RECORDS, min_size=1, max_size=4), st.data())
def test_any_changed_record_breaks_the_chain_where_it_stands(
    records: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = chain(*records)
    assert first_break(links) is None
    index = data.draw(st.integers(0, len(links) - 1))
    true = links[index]
    links[index] = Link(true.sequence, true.previous, true.digest, {**true.fields, "changed": "改"})
    assert first_break(links) == (index + 1, "digest")


@given(RECORDS)
def test_the_order_of_keys_and_the_kind_of_sequence_do_not_matter(record: dict[str, Any]) -> None:
    turned = {key: tuple(v) if isinstance(v, list) else v for key, v in reversed(record.items())}
    assert canonical(turned) == canonical(record)
