"""History that can be checked: a chain of hashes over records, and a tree of hashes that seals a day of them.

Each record's digest covers the digest before it, so that a change, a removal or an insertion anywhere
breaks every later link. What a chain cannot show is that its newest records were cut off; a published seal
(Merkle root) can.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"
"""What may be chained. Floats are left out: not every store gives back the digits it was given."""

GENESIS: str = "0" * 64
"""The digest before the first link of every chain."""

_LINK = b"tingchao:link:v1\n"
_LEAF = b"\x00"
_NODE = b"\x01"
_HEX = frozenset("0123456789abcdef")


def canonical(fields: Mapping[str, JSON]) -> bytes:
    """The one spelling of a record: JSON in UTF-8, no spaces, keys in order of code points, tuples as lists.

    Raises TypeError for whatever a database might give back changed: floats and NaN, dates and times,
    bytes, sets, keys that are not text. Raises ValueError for text that PostgreSQL cannot store (NUL, lone
    surrogates). Both name the place.
    """
    if not isinstance(fields, Mapping):
        raise TypeError(f"a record must be a mapping, not {type(fields).__name__}")
    plain = _plain(fields, "record")
    return json.dumps(
        plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def link(previous: str, fields: Mapping[str, JSON]) -> str:
    """The digest of a record that follows the one with digest `previous`: SHA-256, 64 lower-case hex digits.

    Raises ValueError when `previous` is not such a digest, and what `canonical` raises.
    """
    if len(previous) != len(GENESIS) or not _HEX.issuperset(previous):
        raise ValueError(f"not a digest: {previous!r}")
    return hashlib.sha256(_LINK + previous.encode() + b"\n" + canonical(fields)).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One record of a chain as it was stored; `sequence` counts from 1."""

    sequence: int
    previous: str
    digest: str
    fields: Mapping[str, JSON]


def link_fault(expected: int, previous: str, stored: Link) -> str:
    """Why a stored link does not go on from `previous` as number `expected`; empty when it does.

    Reasons: "gap", it is another number; "previous", it does not point at the digest before it; "digest", its
    fields are not the ones that were chained.
    """
    if stored.sequence != expected:
        return "gap"
    if stored.previous != previous:
        return "previous"
    try:
        whole = link(previous, stored.fields) == stored.digest
    except (TypeError, ValueError):
        return "digest"
    return "" if whole else "digest"


def first_break(links: Iterable[Link]) -> tuple[int, str] | None:
    """Where one chain, given in order, first fails: (sequence, reason); None when it is whole, or empty.

    The reasons are those of `link_fault`. Links are read one at a time.
    """
    previous = GENESIS
    for expected, stored in enumerate(links, start=1):
        reason = link_fault(expected, previous, stored)
        if reason:
            return stored.sequence, reason
        previous = stored.digest
    return None


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over the leaves in their order (RFC 6962, 2.1), as hex; no leaves give the SHA-256 of nothing.

    A leaf is hashed as its UTF-8 text. Takes time in proportion to the number of leaves.
    """
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = _leaf_level(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0].hex()


def merkle_proof(leaves: Sequence[str], index: int) -> tuple[tuple[str, str], ...]:
    """What shows that the leaf at `index` is under the root: (side, digest) from the leaf upwards.

    `side` is "left" or "right": where the digest stands beside what has been worked out so far. Takes time
    in proportion to the number of leaves. Raises IndexError when there is no such leaf; negative ones do
    not exist.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    return tuple(_path(_leaf_level(leaves), index))


def proof_holds(leaf: str, proof: Sequence[tuple[str, str]], root: str) -> bool:
    """Whether the proof leads from the leaf to the root; False for a malformed proof as well."""
    try:
        reached = _hash(_LEAF, leaf.encode())
        for side, digest in proof:
            reached = _joined(side, reached, bytes.fromhex(digest))
    except ValueError:
        return False
    return hmac.compare_digest(reached.hex().encode(), root.encode("utf-8", "replace"))


def _plain(value: object, place: str) -> JSON:
    """The same value in plain dicts and lists; TypeError or ValueError, with its place, if it cannot be."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _storable(value, place)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{number}]") for number, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {_key(key, place): _plain(item, f"{place}.{key}") for key, item in value.items()}
    raise TypeError(
        f"{place}: {type(value).__name__} cannot be chained; give text, a whole number, a list or a mapping"
    )


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{place}: the key {key!r} is not text")
    return _storable(key, place)


def _storable(text: str, place: str) -> str:
    if "\x00" in text:
        raise ValueError(f"{place}: text with NUL cannot be stored")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{place}: text with a lone surrogate cannot be stored") from error
    return text


def _hash(prefix: bytes, content: bytes) -> bytes:
    return hashlib.sha256(prefix + content).digest()


def _leaf_level(leaves: Sequence[str]) -> list[bytes]:
    return [_hash(_LEAF, leaf.encode()) for leaf in leaves]


def _level_above(level: list[bytes]) -> list[bytes]:
    """Neighbours joined in pairs; an odd last one moves up as it is, which gives the tree of RFC 6962."""
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [_hash(_NODE, left + right) for left, right in pairs]
    return above + level[len(above) * 2 :]


def _path(level: list[bytes], index: int) -> Iterator[tuple[str, str]]:
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            yield "left" if beside < index else "right", level[beside].hex()
        level, index = _level_above(level), index // 2


def _joined(side: str, reached: bytes, digest: bytes) -> bytes:
    if side == "left":
        return _hash(_NODE, digest + reached)
    if side == "right":
        return _hash(_NODE, reached + digest)
    raise ValueError(f"no such side: {side!r}")
