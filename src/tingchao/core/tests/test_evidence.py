"""A record taken away: whole, and every way in which it may have been changed."""

from __future__ import annotations

import copy
import json

import pytest

from tingchao.core.evidence import record_check, record_file
from tingchao.core.ledger import GENESIS, Link, link, merkle_proof, merkle_root

DAY = "2026-11-20"


def whole(events: int = 3, sealed: int = 2) -> dict:
    links, previous = [], GENESIS
    for sequence in range(1, events + 1):
        fields = {"sequence": sequence, "action": "note", "day": DAY, "said": f"第{sequence}句"}
        digest = link(previous, fields)
        links.append(Link(sequence, previous, digest, fields))
        previous = digest
    leaves = [one.digest for one in links] + ["f" * 64]
    proofs = {
        one.sequence: {"day": DAY, "root": merkle_root(leaves), "path": merkle_proof(leaves, number)}
        for number, one in enumerate(links[:sealed])
    }
    return json.loads(json.dumps(record_file("2026-0417-352-2", links, proofs)))


def test_a_whole_record_has_no_fault():
    checked = record_check(whole())
    assert (checked.events, checked.sealed, checked.faults) == (3, 2, ())


def said_changed(record):
    record["events"][1]["fields"]["said"] = "别的话"


def one_left_out(record):
    del record["events"][1]


def end_cut_off(record):
    record["events"].pop()


def path_changed(record):
    record["events"][0]["seal"]["path"][0][1] = "0" * 64


def another_root(record):
    record["events"][0]["seal"]["root"] = "0" * 64


def day_changed(record):
    record["events"][0]["seal"]["day"] = "2026-11-21"


CHANGES = [
    # what was done, which event is at fault, why
    (said_changed, 2, "digest"),
    (one_left_out, 3, "gap"),
    (end_cut_off, 2, "head"),
    (path_changed, 1, "proof"),
    (another_root, 1, "proof"),
    (day_changed, 1, "proof"),
]


@pytest.mark.parametrize(("change", "sequence", "reason"), CHANGES)
def test_a_changed_record_is_found(change, sequence, reason):
    record = copy.deepcopy(whole())
    change(record)
    assert (sequence, reason) in record_check(record).faults


def test_a_root_that_is_not_the_published_one_is_found():
    record = whole()
    root = record["events"][0]["seal"]["root"]
    assert record_check(record, {DAY: root}).faults == ()
    assert (1, "root") in record_check(record, {DAY: "0" * 64}).faults


@pytest.mark.parametrize(
    "record",
    [None, [], "x", {}, {"format": "other", "events": []}, {"format": "tingchao-record-1", "events": 3},
     {"format": "tingchao-record-1", "events": [3]}, {"format": "tingchao-record-1", "events": [{"sequence": 1}]}],
)  # fmt: skip
def test_what_is_no_record_is_refused(record):
    with pytest.raises(ValueError, match="not a record file"):
        record_check(record)
