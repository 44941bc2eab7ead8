"""Filings go on to the province: packed once, received once, and what does not arrive is seen and sent again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncssh
import pytest
from conftest import NOW
from django.test import Client
from django.utils.timezone import now as clock

from tests.filings.province import PASSWORD, Desk, Site, http_open, sftp_open
from tests.filings.test_filings import MENDED, STEP, TEXT, TOLD, filed, to_review, walk
from tests.filings.test_filings import clerk_at_work as clerk_at_work  # the fixture
from tingchao.core.steps import Refusal
from tingchao.engine.files import file_path
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.mechanisms.filing_review.models import Filing, Sending
from tingchao.mechanisms.filing_review.services import text_refile
from tingchao.mechanisms.filing_review.services.carrying.carrier import FAULTS, CarryFault, carrier_named
from tingchao.mechanisms.filing_review.services.packing import FORMAT, faults_in, packed, text_part
from tingchao.mechanisms.filing_review.services.sending import (
    LEASE,
    MOST_TRIES,
    sending_again,
    sending_ask,
    sendings_ask,
    sendings_carry,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def inbox(settings: Any, tmp_path: Path) -> Path:
    settings.ATTACHMENTS_DIR = tmp_path / "files"
    settings.PROVINCE_ADDRESS, settings.PROVINCE_SECRET = str(tmp_path / "province"), ""
    settings.PROVINCE_KEY_FILE = settings.PROVINCE_HOST_KEY = ""
    settings.PROVINCE_RECEIPTS, settings.PROVINCE_SECONDS = False, 5.0
    return tmp_path / "province"


@pytest.fixture
def sftp(inbox: Path, settings: Any, tmp_path: Path) -> Iterator[Site]:
    with sftp_open(tmp_path / "site") as site:
        settings.PROVINCE_ADDRESS, settings.PROVINCE_SECRET = site.address, PASSWORD
        settings.PROVINCE_HOST_KEY = site.host_key
        yield site


@pytest.fixture
def web(inbox: Path, settings: Any) -> Iterator[Desk]:
    with http_open() as desk:
        settings.PROVINCE_ADDRESS, settings.PROVINCE_SECRET = desk.address, "token-1"
        yield desk


@pytest.fixture
def reviewed(town: SimpleNamespace) -> Case:
    """A document with a fine in it, put right, and its maker told so."""
    case = walk(to_review(town, filed(town)), ("inquire", town.clerk, STEP))
    text_refile(case_id=case.pk, text=MENDED, note="改了第三条", actor=town.handler, now=NOW)
    return walk(case, ("effect", town.clerk, {"effect": "corrected", **TOLD}))


def asked(town: SimpleNamespace, case: Case) -> Sending:
    return sending_ask(case_id=case.pk, actor=town.clerk, now=NOW)


def state(sending: Sending) -> tuple[str, str]:
    """(state, code of the fault)."""
    sending.refresh_from_db()
    return str(sending.state), sending.fault.partition(":")[0]


# --- the package ------------------------------------------------------------------------------------------


def test_the_package_holds_what_was_filed_found_and_said(
    town: SimpleNamespace, reviewed: Case, inbox: Path
) -> None:
    sending = asked(town, reviewed)
    assert sendings_carry(now=NOW) == 1
    assert state(sending) == ("received", "")
    content = (inbox / f"{sending.key}.zip").read_bytes()
    assert faults_in(content) == []
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        manifest = json.loads(box.read("manifest.json"))
        assert manifest["format"] == FORMAT
        assert manifest["document"]["number"] == "新街办〔2026〕12号"
        assert manifest["filing"]["outcome"] == "corrected"
        assert box.read("documents/1.txt").decode() == TEXT.strip()
        assert box.read("documents/2.txt").decode() == MENDED.strip()
        steps = json.loads(box.read("opinions/review.json"))
        assert [one["step"] for one in steps] == ["register", "assign", "inquire", "correct", "effect"]
        assert STEP["letter"] in steps[2]["among_staff"]
        registered = json.loads(box.read("receipts/registration.json"))
        assert registered["number"] == reviewed.number
        names = {one.name for one in (town.clerk, town.handler)}
        whole = b"".join(box.read(name) for name in box.namelist()).decode()
        assert not any(name in whole for name in names)  # people are told by their part


def test_the_same_records_make_the_same_bytes() -> None:
    parts = [text_part("b.txt", "text", "乙", "二"), text_part("a.txt", "text", "甲", "一")]
    one, other = packed("k", {"x": 1}, parts), packed("k", {"x": 1}, reversed(parts))
    assert (one.content, one.digest, one.name) == (other.content, other.digest, "k.zip")


MADE = packed("k", {}, [text_part("a.txt", "text", "甲", "一"), text_part("b.txt", "text", "乙", "二")])


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({}, ""),
        ({"extra.txt": b"x"}, "not listed: extra.txt"),
        ({"a.txt": "二".encode()}, "changed: a.txt"),
        ({"b.txt": None}, "missing: b.txt"),
        ({"manifest.json": b"[]"}, "not a package"),
        ({"manifest.json": None}, "not a package"),
    ],
)
def test_a_package_says_what_is_wrong_with_it(files: dict[str, bytes | None], fault: str) -> None:
    with zipfile.ZipFile(io.BytesIO(MADE.content)) as box:
        held: dict[str, bytes | None] = {name: box.read(name) for name in box.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, content in (held | files).items():
            if content is not None:
                box.writestr(name, content)
    assert "".join(faults_in(out.getvalue())).startswith(fault)
    assert bool(faults_in(out.getvalue())) == bool(fault)


def test_what_is_no_zip_is_no_package() -> None:
    assert faults_in(b"no zip")[0].startswith("not a package")


# --- asking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["handler", "liaison", "expert", "leader", "auditor", "stranger", "administrator"]
)
def test_only_those_who_review_here_send_on(town: SimpleNamespace, reviewed: Case, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        sending_ask(case_id=reviewed.pk, actor=getattr(town, who), now=NOW)
    assert refused.value.code == "forbidden"
    assert not Sending.objects.exists()


def test_what_was_not_reviewed_is_not_sent_and_nothing_twice(town: SimpleNamespace, inbox: Path) -> None:
    case = filed(town)
    with pytest.raises(Refusal, match="审查有了结果"):
        asked(town, case)
    case = walk(to_review(town, case), ("no_problem", town.clerk, TOLD))
    sending = asked(town, case)
    with pytest.raises(Refusal, match="正在报送"):
        asked(town, case)
    sendings_carry(now=NOW)
    with pytest.raises(Refusal, match="没有变化"):
        asked(town, case)
    later = NOW + timedelta(days=2)
    from tingchao.engine.services import case_act

    case_act(
        case_id=case.pk, action="object", raw={"objection": "第三条还想改"}, actor=town.handler, now=later
    )
    case_act(case_id=case.pk, action="no_problem", raw=TOLD, actor=town.clerk, now=later)
    again = sending_ask(case_id=case.pk, actor=town.clerk, now=later)
    assert (again.edition, again.key) == (2, sending.key[:-1] + "2")


def test_all_that_is_ready_goes_at_once(town: SimpleNamespace, reviewed: Case, inbox: Path) -> None:
    other = filed(town, number="新街办〔2026〕13号")
    assert sendings_ask(actor=town.clerk, now=NOW) == 1
    walk(to_review(town, other), ("no_problem", town.clerk, TOLD))
    assert sendings_ask(actor=town.clerk, now=NOW) == 1
    assert sendings_ask(actor=town.clerk, now=NOW) == 0
    assert sendings_carry(now=NOW) == 2
    assert Fact.objects.filter(kind="filing.sent_on").count() == 2
    with pytest.raises(Refusal):
        sendings_ask(actor=town.handler, now=NOW)


# --- the folder -------------------------------------------------------------------------------------------


def test_a_receipt_that_is_waited_for(
    town: SimpleNamespace, reviewed: Case, inbox: Path, settings: Any
) -> None:
    settings.PROVINCE_RECEIPTS = True
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending) == ("sent", "")
    assert sendings_carry(now=NOW + MINUTE) == 0  # it looks again after a while
    receipt = inbox / "receipts" / f"{sending.key}.json"
    receipt.parent.mkdir()
    receipt.write_text(json.dumps({"receipt": "浙备2026-7", "sha256": sending.digest}), encoding="utf-8")
    assert sendings_carry(now=NOW + 16 * MINUTE) == 1
    assert state(sending) == ("received", "")
    assert sending.receipt == "浙备2026-7"
    told = Event.objects.get(case=reviewed, action="sent_on")
    assert (told.data["receipt"], told.data["sha256"]) == ("浙备2026-7", sending.digest)


def test_no_receipt_in_three_days_is_told(
    town: SimpleNamespace, reviewed: Case, inbox: Path, settings: Any
) -> None:
    settings.PROVINCE_RECEIPTS = True
    sending = asked(town, reviewed)
    for day in (0, 1, 2):
        sendings_carry(now=NOW + timedelta(days=day))
        assert state(sending) == ("sent", "")
    sendings_carry(now=NOW + timedelta(days=3))
    assert state(sending) == ("failed", "no_receipt")
    assert Notice.objects.filter(case=reviewed, template="sending_failed").count() == 1


def test_another_package_of_that_name_is_never_overwritten(
    town: SimpleNamespace, reviewed: Case, inbox: Path
) -> None:
    sending = asked(town, reviewed)
    inbox.mkdir()
    (inbox / f"{sending.key}.zip").write_bytes(b"something else")
    sendings_carry(now=NOW)
    assert state(sending) == ("failed", "conflict")
    assert (inbox / f"{sending.key}.zip").read_bytes() == b"something else"


def test_a_folder_that_cannot_be_written_is_tried_again(
    town: SimpleNamespace, reviewed: Case, inbox: Path
) -> None:
    sending = asked(town, reviewed)
    inbox.write_text("a file where the folder should be")
    sendings_carry(now=NOW)
    assert state(sending) == ("waiting", "no_room")
    inbox.unlink()
    sendings_carry(now=NOW + MINUTE)
    assert state(sending) == ("received", "")


# --- SFTP -------------------------------------------------------------------------------------------------


def test_by_sftp_it_arrives_whole_and_once(town: SimpleNamespace, reviewed: Case, sftp: Site) -> None:
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending) == ("received", "")
    assert sending.channel == "sftp"
    assert [path.name for path in sftp.packages] == [f"{sending.key}.zip"]
    assert sftp.packages[0].read_bytes() == file_path(sending.digest).read_bytes()
    assert sftp.seen == [[]]  # nobody saw it under its name before it was whole
    Sending.objects.update(state="waiting", try_at=NOW, received_at=None)  # killed before it was written down
    written = sftp.packages[0].stat().st_mtime_ns
    sendings_carry(now=NOW + MINUTE)
    assert state(sending) == ("received", "")
    assert [path.stat().st_mtime_ns for path in sftp.packages] == [written]


def test_a_connection_cut_half_way_leaves_no_package(
    town: SimpleNamespace, reviewed: Case, sftp: Site
) -> None:
    sending = asked(town, reviewed)
    sftp.breaks = 1
    sendings_carry(now=NOW)
    assert state(sending) == ("waiting", "broken")
    assert sftp.packages == []
    assert len(list((sftp.folder / "inbox").glob(".*.part"))) == 1
    sendings_carry(now=NOW + MINUTE)
    assert state(sending) == ("received", "")
    assert [path.name for path in sorted((sftp.folder / "inbox").iterdir())] == [f"{sending.key}.zip"]


def test_bytes_that_changed_on_the_way_are_not_left_there(
    town: SimpleNamespace, reviewed: Case, sftp: Site
) -> None:
    sending = asked(town, reviewed)
    sftp.spoils = 1
    sendings_carry(now=NOW)
    assert state(sending) == ("waiting", "checksum")
    assert list((sftp.folder / "inbox").iterdir()) == []
    sendings_carry(now=NOW + MINUTE)
    assert state(sending) == ("received", "")


def test_a_receipt_by_sftp(town: SimpleNamespace, reviewed: Case, sftp: Site, settings: Any) -> None:
    settings.PROVINCE_RECEIPTS = True
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending) == ("sent", "")
    (sftp.folder / "inbox" / "receipts").mkdir()
    path = sftp.folder / "inbox" / "receipts" / f"{sending.key}.json"
    path.write_text(json.dumps({"sha256": "0" * 64}), encoding="utf-8")
    sendings_carry(now=NOW + 16 * MINUTE)
    assert state(sending) == ("sent", "checksum")
    path.write_text(json.dumps({"sha256": sending.digest, "receipt": "7"}), encoding="utf-8")
    sendings_carry(now=NOW + 60 * MINUTE)
    assert (state(sending), sending.receipt) == (("received", ""), "7")


WRONG = [
    ({"PROVINCE_HOST_KEY": ""}, "no_host_key"),
    ({"PROVINCE_HOST_KEY": "ssh-ed25519 nonsense"}, "no_host_key"),
    ({"PROVINCE_HOST_KEY": "other"}, "host_key"),
    ({"PROVINCE_SECRET": "guess"}, "refused_login"),
    ({"PROVINCE_SECRET": "", "PROVINCE_KEY_FILE": "/nowhere/key"}, "no_key"),
    ({"PROVINCE_ADDRESS": "sftp://tingchao@127.0.0.1:PORT/outbox"}, "no_room"),
]


@pytest.mark.parametrize(
    ("changed", "code"), WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_wrong_with_a_server_is_said(
    town: SimpleNamespace, reviewed: Case, sftp: Site, settings: Any, changed: dict[str, str], code: str
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for key, value in changed.items():
        setattr(settings, key, other if value == "other" else value.replace("PORT", str(sftp.port)))
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending) == ("waiting" if FAULTS[code][1] else "failed", code)
    assert sftp.packages == []


def test_a_server_that_hangs_is_let_go(
    town: SimpleNamespace, reviewed: Case, sftp: Site, settings: Any
) -> None:
    settings.PROVINCE_SECONDS, sftp.sleeps = 0.5, 8
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending)[0] == "waiting"
    assert state(sending)[1] in ("timeout", "unreachable")


def test_a_key_opens_the_door_too(
    town: SimpleNamespace, reviewed: Case, sftp: Site, settings: Any, tmp_path: Path
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(tmp_path / "key"))
    (tmp_path / "keys").write_text(key.export_public_key().decode(), encoding="utf-8")
    settings.PROVINCE_SECRET, settings.PROVINCE_KEY_FILE = "", str(tmp_path / "key")
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending) == ("failed", "refused_login")  # the server does not know the key


# --- HTTP -------------------------------------------------------------------------------------------------


def test_by_http_with_its_key_sum_and_token(town: SimpleNamespace, reviewed: Case, web: Desk) -> None:
    sending = asked(town, reviewed)
    sendings_carry(now=NOW)
    assert state(sending) == ("received", "")
    assert sending.receipt == f"ZJ-{sending.digest[:8]}"
    (method, path, headers) = web.asked[0]
    assert (method, path) == ("POST", "/packages")
    assert headers["Idempotency-Key"] == sending.key
    assert headers["X-Content-SHA256"] == sending.digest
    assert headers["Authorization"] == "Bearer token-1"
    assert faults_in(web.held[sending.key]) == []


TURNS = [
    ("busy", "waiting", "busy"),
    ("wrong sum", "waiting", "checksum"),
    ("no sum", "waiting", "checksum"),
    ("lose the answer", "waiting", "broken"),
    ("hang", "waiting", "timeout"),
    ("drip", "waiting", "timeout"),
    ("refuse", "failed", "refused"),
    ("elsewhere", "failed", "refused"),
    ("stranger", "failed", "refused_login"),
    ("other", "failed", "conflict"),
]


@pytest.mark.parametrize(("turn", "stands", "code"), TURNS)
def test_how_a_receiver_may_fail_and_then_take_it(
    town: SimpleNamespace, reviewed: Case, web: Desk, settings: Any, turn: str, stands: str, code: str
) -> None:
    settings.PROVINCE_SECONDS = 1.0
    sending = asked(town, reviewed)
    web.turns = [turn]
    sendings_carry(now=NOW)
    assert state(sending) == (stands, code)
    assert not Fact.objects.filter(kind="filing.sent_on").exists()
    if stands == "failed":
        sending_again(sending_id=sending.pk, actor=town.clerk, now=NOW)
    sendings_carry(now=NOW + MINUTE)
    assert state(sending) == ("received", "")
    assert len(web.held) == 1
    assert Fact.objects.filter(kind="filing.sent_on").count() == 1
    assert audit().broken is None


def test_an_answer_that_was_lost_is_no_second_package(
    town: SimpleNamespace, reviewed: Case, web: Desk
) -> None:
    sending = asked(town, reviewed)
    web.turns = ["lose the answer", "there"]
    sendings_carry(now=NOW)
    sendings_carry(now=NOW + MINUTE)
    assert state(sending) == ("received", "")
    assert list(web.held) == [sending.key]


def test_a_receipt_that_comes_later_is_asked_for(town: SimpleNamespace, reviewed: Case, web: Desk) -> None:
    sending = asked(town, reviewed)
    web.turns = ["later", "later"]
    sendings_carry(now=NOW)
    sendings_carry(now=NOW + 16 * MINUTE)
    assert state(sending) == ("sent", "")
    sendings_carry(now=NOW + 40 * MINUTE)
    assert state(sending) == ("received", "")
    assert [method for method, _, _ in web.asked] == ["POST", "GET", "GET"]
    assert web.asked[1][1] == f"/packages/{sending.key}"


# --- trying again -----------------------------------------------------------------------------------------


def test_the_waits_double_then_somebody_is_told_and_sends_again(
    town: SimpleNamespace, reviewed: Case, inbox: Path, settings: Any
) -> None:
    settings.PROVINCE_ADDRESS = "http://127.0.0.1:1/packages"  # nobody listens there
    sending = asked(town, reviewed)
    moment, waits = NOW, []
    for _ in range(MOST_TRIES - 1):
        assert sendings_carry(now=moment) == 1
        assert state(sending) == ("waiting", "unreachable")
        waits.append(int((sending.try_at - moment) / MINUTE))
        assert sendings_carry(now=sending.try_at - timedelta(seconds=1)) == 0
        moment = sending.try_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    sendings_carry(now=moment)
    assert state(sending) == ("failed", "unreachable")
    assert Notice.objects.filter(case=reviewed, template="sending_failed").count() == 1
    failed = Event.objects.get(case=reviewed, action="send_failed")
    assert (failed.data["fault"], failed.data["tries"]) == ("unreachable", MOST_TRIES)
    assert sendings_carry(now=moment + timedelta(days=1)) == 0
    for who in ("handler", "leader", "stranger"):
        with pytest.raises(Refusal) as refused:
            sending_again(sending_id=sending.pk, actor=getattr(town, who), now=moment)
        assert refused.value.code == "forbidden"
    settings.PROVINCE_ADDRESS = str(inbox)
    digest = sending.digest
    sending_again(sending_id=sending.pk, actor=town.clerk, now=moment)
    sendings_carry(now=moment)
    assert state(sending) == ("received", "")
    assert sending.digest == digest
    with pytest.raises(Refusal, match="没有停下来"):
        sending_again(sending_id=sending.pk, actor=town.clerk, now=moment)
    with pytest.raises(Refusal):
        sending_again(sending_id=10**15, actor=town.clerk, now=moment)


def test_a_worker_that_is_killed_loses_nothing(town: SimpleNamespace, reviewed: Case, inbox: Path) -> None:
    sending = asked(town, reviewed)

    def killed() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sendings_carry(now=NOW, carrier=killed)
    assert sendings_carry(now=NOW + LEASE - timedelta(seconds=1)) == 0
    assert sendings_carry(now=NOW + LEASE) == 1
    assert state(sending) == ("received", "")
    assert len(list(inbox.glob("*.zip"))) == 1


def test_one_that_fails_holds_up_no_other(town: SimpleNamespace, reviewed: Case, web: Desk) -> None:
    other = walk(to_review(town, filed(town, number="新街办〔2026〕14号")), ("no_problem", town.clerk, TOLD))
    one, two = asked(town, reviewed), asked(town, other)
    web.turns = ["refuse"]
    assert sendings_carry(now=NOW) == 2
    assert {state(one)[0], state(two)[0]} == {"failed", "received"}


@pytest.mark.parametrize(
    "address",
    [
        "ftp://somewhere/x",
        "sftp:///nohost",
        "http://",
        "sftp://u@h:99999999/x",
        "//host/share",
        "http://[::1",
    ],
)
def test_an_address_that_means_nothing_is_said(settings: Any, address: str) -> None:
    settings.PROVINCE_ADDRESS = address
    with pytest.raises(CarryFault) as fault:
        carrier_named()
    assert fault.value.code == "setting"
    assert not fault.value.again


# --- pages ------------------------------------------------------------------------------------------------


def test_the_pages_of_sending(
    town: SimpleNamespace, reviewed: Case, web: Desk, clerk_at_work: Client
) -> None:
    there = "/desk/filings/sendings/"
    document = Filing.objects.get(pk=reviewed.pk).document_id
    assert "停车管理办法" in clerk_at_work.get(there).content.decode()
    assert clerk_at_work.post(f"/desk/filings/{document}/send/").status_code == 302
    assert "停车管理办法" not in clerk_at_work.get(there).content.decode().partition("admin-list")[2]
    web.turns = ["stranger"]
    sendings_carry(now=clock())
    sending = Sending.objects.get()
    page = clerk_at_work.get(f"{there}{sending.pk}/").content.decode()
    assert "对方不认我们的账号或密钥" in page and "who are you" in page and "再送一次" in page
    assert "停车管理办法" in clerk_at_work.get(f"{there}?view=failed").content.decode()
    assert clerk_at_work.post(f"{there}{sending.pk}/again/").status_code == 302
    sendings_carry(now=clock())
    page = clerk_at_work.get(f"{there}{sending.pk}/").content.decode()
    assert f"ZJ-{sending.digest[:8]}" in page or "ZJ-" in page
    package = clerk_at_work.get(f"{there}{sending.pk}/package/")
    assert faults_in(b"".join(package.streaming_content)) == []
    again = clerk_at_work.post(f"/desk/filings/{document}/send/", follow=True).content.decode()
    assert "此后没有变化" in again
    assert clerk_at_work.post(f"{there}all/", follow=True).status_code == 200
    case = clerk_at_work.get(f"/desk/case/{reviewed.number}/").content.decode()
    assert "没有送到省里" in case and "省里已接收" in case  # the matter's own history says so


@pytest.mark.parametrize("view", ["", "waiting", "failed", "received"])
def test_a_list_costs_the_same_however_long(
    town: SimpleNamespace, clerk_at_work: Client, inbox: Path, view: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        case = filed(town, number=f"新街办〔2026〕{number + 30}号")
        walk(to_review(town, case), ("no_problem", town.clerk, TOLD))
        if view:
            asked(town, case)
    if view == "received":
        sendings_carry(now=NOW)
    clerk_at_work.get(f"/desk/filings/sendings/?view={view}")
    with django_assert_max_num_queries(6):
        clerk_at_work.get(f"/desk/filings/sendings/?view={view}")
