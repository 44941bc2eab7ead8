"""Codes of matters, scans that are counted without knowing anybody, and the sheets of a whole network."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from conftest import staff

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.models import Account, Deputy, Station
from tingchao.directory.services import account_create, deputy_create, grant_give, station_create
from tingchao.engine.models import Case
from tingchao.engine.registry import procedures
from tingchao.engine.services import case_open
from tingchao.engine.timing import local_day
from tingchao.instruments.codes import sheets
from tingchao.instruments.codes.listing import STRAY_DAYS, holders_page, network_keys, without_code
from tingchao.instruments.codes.models import Code, ScanDay
from tingchao.instruments.codes.selectors import REVOKED, code_resolve
from tingchao.instruments.codes.services import code_end, code_issue, code_revoke, code_scanned
from tingchao.instruments.codes.signing import token_for
from tingchao.instruments.paper.compiler import pdf_made, pictures_made
from tingchao.instruments.paper.models import Printing
from tingchao.instruments.paper.selectors import file_of
from tingchao.instruments.paper.services import printing_ask, printing_continue, printings_forget


@pytest.fixture
def matter(town, now) -> Case:
    return case_open(
        procedure=procedures()[0],
        title="白沙路的路灯不亮",
        text="白沙路的路灯不亮，晚上看不清台阶。",
        region_code=town.region,
        channel="code",
        raised_by="匿名",
        actor=reporter(0),
        now=now,
        station_id=town.station.pk,
    )


# --- a matter's code --------------------------------------------------------------------------------------

KEEPERS = [
    ("liaison", True),
    ("coordinator", True),
    ("administrator", False),  # sees no matter
    ("stranger", False),
    ("deputy", False),
    ("clerk", False),
    ("auditor", False),
]


@pytest.mark.parametrize(("who", "may"), KEEPERS)
@pytest.mark.parametrize("write", [code_issue, code_revoke, code_end])
def test_who_keeps_the_code_of_a_matter(who, may, write, town, matter, now):
    try:
        write(case=matter, actor=getattr(town, who), now=now)
        went = True
    except Refusal as refusal:
        assert refusal.code == "forbidden"
        went = False
    assert went is may


def test_a_matters_code_tells_its_number_and_stage_and_no_word_of_it(town, matter, now):
    token = token_for(code_issue(case=matter, actor=town.liaison, now=now).pk)
    scan = code_resolve(token, today=local_day(now))
    assert (scan.case.number, scan.case.stage, scan.channel) == (matter.number, "sorting", "case_code")
    assert scan.case.public is False and "路灯" not in str(scan)
    Station.objects.filter(pk=town.station.pk).update(active=False)
    closed = code_resolve(token, today=local_day(now))
    assert (closed.refused, closed.station, closed.case.number) == ("", None, matter.number)


def test_a_matter_that_ended_unpublished_is_given_no_code(town, matter, now):
    Case.objects.filter(pk=matter.pk).update(closed_at=now)
    matter.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        code_issue(case=matter, actor=town.liaison, now=now)
    assert refusal.value.code == "input"


# --- scans ------------------------------------------------------------------------------------------------


def test_scans_are_counted_by_day_and_code_and_nothing_else(town, now):
    day = local_day(now)
    for _ in range(3):
        code_scanned(code_id=town.code.pk, day=day)
    code_scanned(code_id=town.code.pk, day=day + timedelta(days=1))
    assert list(ScanDay.objects.order_by("day").values_list("day", "scans")) == [
        (day, 3),
        (day + timedelta(days=1), 1),
    ]
    assert {field.name for field in ScanDay._meta.fields} == {"id", "code", "day", "scans"}


@pytest.mark.parametrize(("after", "stray"), [(0, 0), (1, 5), (STRAY_DAYS - 1, 5), (STRAY_DAYS + 5, 0)])
def test_an_old_poster_that_still_hangs_is_noticed(after, stray, town, now):
    """Scans after the day on which a code ended are shown for some weeks; those before are no fault."""
    ended = local_day(now)
    code_scanned(code_id=town.code.pk, day=ended - timedelta(days=3))
    code_revoke(station=town.station, actor=town.liaison, now=now)
    for _ in range(5):
        code_scanned(code_id=town.code.pk, day=ended + timedelta(days=after))
    looked = ended + timedelta(days=after if after <= STRAY_DAYS else after + STRAY_DAYS)
    (row,) = holders_page("station", scopes=("330182",), today=looked).rows
    assert (row.scans, row.stray) == (0, stray)
    assert code_resolve(token_for(town.code.pk), today=looked).refused == REVOKED


# --- sheets -----------------------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as whole:
        return "\n".join(page.get_textpage().get_text_range() for page in whole)


@pytest.mark.parametrize(
    ("sheet", "size"), [("poster", (595, 842)), ("card", (595, 842)), ("badge", (595, 842))]
)
def test_a_sheet_is_a4_in_the_fonts_that_were_asked_for(sheet, size, town):
    row = sheets.sheet_row(town.deputies[0], "4K-7FQ2-MZ8AC")
    pdf = pdf_made(sheets.template_of(sheet), {"rows": [row]})
    with pypdfium2.PdfDocument(pdf) as whole:
        assert len(whole) == 1
        assert tuple(round(side) for side in whole[0].get_size()) == size
    fonts = {part.split(b"/")[0].split(b" ")[0] for part in pdf.split(b"/FontName /")[1:]}
    names = {name.split(b"\n")[0].rpartition(b"+")[2] for name in fonts}
    assert names == {b"NotoSansSC-Regular"} or (names == set() and b"NotoSansSC" in pdf)
    said = text_of(pdf)
    assert "王代表" in said and "4K-7FQ2-MZ8AC" in said.replace("\u2010", "-")
    assert pictures_made(sheets.template_of(sheet), {"rows": [row]}, ppi=30)[0].startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ['#panic("x")', "*粗*_斜_", "$x$ \\ [", "名" * 40, "<script>", '"'])
def test_a_name_is_never_taken_for_a_command(name, town):
    Deputy.objects.filter(pk=town.deputies[0].pk).update(name=name)
    town.deputies[0].refresh_from_db()
    row = sheets.sheet_row(town.deputies[0], "4K-7FQ2-MZ8AC")
    assert name[:3] in text_of(pdf_made(sheets.template_of("badge"), {"rows": [row]}))


@pytest.fixture
def clerk_account(town, now) -> Account:
    made = account_create(username="lian", name="联络员", password=None, actor=SYSTEM, now=now)
    grant_give(
        account=made,
        role=Role.LIAISON,
        scope="330182",
        since=local_day(now) - timedelta(days=9),
        actor=SYSTEM,
    )
    return made


@pytest.fixture
def keeper(clerk_account):
    from tingchao.core.roles import Role
    from tingchao.directory.actors import Actor, Hold

    return Actor("account", clerk_account.pk, "联络员", (Hold(Role.LIAISON, "330182"),))


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PRINTS_DIR = tmp_path / "prints"


def ask(kind, sheet, keeper, now, **given):
    keys = network_keys(kind, scopes=("330182",), today=local_day(now))
    return printing_ask(
        sheet=sheets.key_of(kind, sheet), keys=keys, title="建德市", actor=keeper, now=now, **given
    )


def test_a_network_is_printed_piece_by_piece_and_codes_are_given_out_on_the_way(town, keeper, now):
    for number in range(64):
        station_create(
            name=f"微站{number:02}", kind=Station.Kind.MICRO, region_code="330182001001", actor=SYSTEM
        )
    keys = network_keys("station", scopes=("330182",), today=local_day(now))
    assert (len(keys), without_code("station", keys)) == (65, 64)
    run = ask("station", "poster", keeper, now)
    seen = []
    while printing_continue(now=now):
        run.refresh_from_db()
        seen.append(run.done)
    assert seen == [20, 40, 60, 65]
    assert (run.state, run.pages, run.ended_at) == ("done", 65, now)
    assert Code.objects.filter(revoked_at=None).count() == 65
    said = text_of(file_of(run).read_bytes()).replace(" ", "")
    assert all(f"微站{number:02}" in said for number in range(64))


def test_badges_stand_four_on_a_sheet_and_only_the_last_has_room(town, keeper, now):
    for number in range(53):
        deputy_create(
            name=f"第{number:02}位",
            region_code=town.region,
            since=local_day(now) - timedelta(days=9),
            actor=SYSTEM,
            station=town.station,
        )
    run = ask("deputy", "badge", keeper, now)
    while printing_continue(now=now):
        pass
    run.refresh_from_db()
    assert (run.total, run.pages) == (57, 15)


def test_whose_term_ended_meanwhile_is_left_out(town, keeper, now):
    run = ask("deputy", "badge", keeper, now)
    Deputy.objects.filter(pk=town.deputies[0].pk).update(until=local_day(now))
    while printing_continue(now=now):
        pass
    run.refresh_from_db()
    assert run.state == "done" and "王代表" not in text_of(file_of(run).read_bytes())


def test_a_right_that_ended_stops_the_print_with_a_reason(town, clerk_account, keeper, now):
    run = ask("station", "poster", keeper, now)
    clerk_account.grants.all().delete()
    assert printing_continue(now=now) is True and printing_continue(now=now) is False
    run.refresh_from_db()
    assert run.state == "failed" and "不归您管" in run.fault and not file_of(run).exists()


def test_one_that_breaks_does_not_hold_up_the_next(town, keeper, now, monkeypatch):
    broken = ask("station", "poster", keeper, now)
    good = ask("station", "card", keeper, now)
    Printing.objects.filter(pk=broken.pk).update(keys=[10**9])
    while printing_continue(now=now):
        pass
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == ("failed", "done")


REFUSED = [
    ("nothing to print", {"keys": []}),
    ("too many", {"keys": list(range(1, 5002))}),
]


@pytest.mark.parametrize(("what", "given"), REFUSED)
def test_what_is_not_printed(what, given, keeper, now):
    with pytest.raises(Refusal):
        printing_ask(sheet="codes.station.poster", title="x", actor=keeper, now=now, **given)
    assert not Printing.objects.exists(), what


def test_nobody_and_whoever_has_five_waiting_is_refused(town, keeper, now):
    with pytest.raises(Refusal):
        ask("station", "poster", reporter(0), now)
    for _ in range(5):
        ask("station", "poster", keeper, now)
    with pytest.raises(Refusal):
        ask("station", "poster", keeper, now)


def test_prints_are_deleted_after_a_week(town, keeper, now):
    run = ask("station", "poster", keeper, now)
    while printing_continue(now=now):
        pass
    run.refresh_from_db()
    assert printings_forget(now=now + timedelta(days=6)) == 0 and file_of(run).exists()
    assert printings_forget(now=now + timedelta(days=7)) == 1 and not file_of(run).exists()


def test_somebody_else_prints_nothing_here(town, now):
    stranger = staff(Role.LIAISON, "330106")
    with pytest.raises(Refusal):
        sheets.sheet_rows("station", [town.station.pk], stranger, now)
