"""Who gets which answer from which address: one row an address, for every role in scope and out of it.

A new address needs a row here, or tests/pages/test_matrix.py fails. A row says what those get who may come in (`get`,
`post`, 405 where a method is not taken); whoever is not in `who` gets `others` when logged in (403) and `nobody` when
not (302, to the login). An address may have several rows, e.g. one for a matter that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = (
    "liaison", "deputy", "handler", "coordinator", "clerk", "expert", "leader", "administrator", "auditor",
)  # fmt: skip
"""Roles that an account may hold. A reporter is nobody with a link; no account plays the clock (system)."""


def here(*roles: str) -> frozenset[str]:
    """These roles on the matter, station or place that the paths speak of."""
    return frozenset(roles)


def anywhere(*roles: str) -> frozenset[str]:
    """These roles, wherever."""
    return here(*roles) | {f"{role} elsewhere" for role in roles}


STAFF = anywhere(*ROLES)
LOGGED_IN = STAFF | {"without a role"}
EVERYBODY = LOGGED_IN | {"nobody"}
SEES_THE_MATTER = here("liaison", "coordinator", "clerk", "leader", "auditor", "handler", "deputy")
SEES_THE_TOPIC = here("liaison", "coordinator", "clerk", "leader", "auditor")
SEES_TASKS = anywhere("clerk", "liaison", "coordinator", "leader", "auditor")
SEES_THE_STATION = here("clerk", "liaison", "coordinator", "leader", "auditor")
KEEPS_THE_STATION = here("liaison", "coordinator")
SEES_FILINGS = anywhere("clerk", "leader", "auditor", "handler")
REVIEWS_FILINGS = anywhere("clerk", "leader", "auditor")
SEES_THE_FILING = here("clerk", "leader", "auditor", "handler")
ADMINISTERED = anywhere("administrator", "auditor")
LOOKS_AFTER_STATIONS = anywhere("liaison", "coordinator")
KEEPS_CODES = anywhere("liaison", "coordinator", "administrator")
KEEPS_CODES_HERE = here("liaison", "coordinator", "administrator")

WRITES_LETTERS = anywhere("clerk", "coordinator", "leader")
WRITES_LETTERS_HERE = here("clerk", "coordinator", "leader")

CALLS_MEETINGS = anywhere("liaison", "coordinator", "clerk")
CALLS_MEETINGS_HERE = here("liaison", "coordinator", "clerk")
LISTENS = anywhere("liaison", "coordinator", "clerk", "deputy")
LISTENS_HERE = here("liaison", "coordinator", "clerk", "deputy")
MODERATES = here("coordinator", "clerk")
SEES_THE_STUDY = here("liaison", "coordinator", "clerk", "leader", "auditor", "deputy")

SEES_RECORDS = anywhere("clerk", "coordinator", "leader", "auditor")
KEEPS_RECORDS = anywhere("clerk", "coordinator")
READS_PARTICIPATION = here("clerk", "coordinator", "leader", "auditor")
WRITES_STORIES = here("clerk", "coordinator", "deputy")
READS_THE_RECORD = here("clerk", "coordinator", "leader", "auditor", "deputy")


@dataclass(frozen=True)
class Row:
    """What one address answers. `path` may name {number}, {passcode}, {digest}, {token}, {station}, {voter}, {deputy},
    {draft}, {story}, {topic}, {faces}, {watch} of {meeting}, {filed} with its {maker} and {receipt}, {letter}, {target}
    with its {ending}."""

    name: str
    path: str
    who: frozenset[str] = EVERYBODY
    get: int = 200
    post: int = 405
    form: dict[str, str] = field(default_factory=dict)
    others: int = 403
    nobody: int = 302
    door_first: bool = (
        False  # whoever is not logged in is sent to the login even with a method that is not taken
    )


GONE = {"get": 404, "post": 404}

ROWS = [
    # --- the public side ----------------------------------------------------------------------------------
    Row("public:home", "/"),
    Row("public:station", "/c/{token}/", EVERYBODY - here("liaison", "coordinator"), others=302),
    Row("public:station", "/c/{token}/?public"),
    Row("public:station", "/c/2-22222222/", get=404),
    Row("public:code", "/c/"),
    Row("public:code", "/c/?code={token}", get=302),
    Row("public:code", "/c/?code=2-22222222", get=422),
    Row("public:place", "/place/", post=200),
    Row("public:stations", "/stations/"),
    Row("public:station_page", "/stations/{station}/"),
    Row("public:known", "/known/"),
    Row("public:feed", "/known/feed/"),
    Row("public:known_case", "/known/{number}/", get=404),  # a matter under work is nobody's to read
    Row("public:deputies", "/deputies/"),
    Row("public:deputy", "/deputies/{deputy}/"),
    Row("public:face", "/deputies/{deputy}/photo-0123456789abcdef.jpg", get=404),
    Row("public:find", "/find/"),
    Row("public:find", "/find/?number={number}&passcode={passcode}", get=302),
    Row("public:find", "/find/?number={number}&passcode=AAAA-AAAA-AAAA", get=422),
    Row("public:follow", "/m/{number}/{passcode}/", post=409),  # no action named: none of that name is here
    Row("public:follow", "/m/{number}/AAAAAAAAAAAA/", **GONE),
    Row("public:follow", "/m/2026-0000-001-1/{passcode}/", **GONE),
    Row("public:file", "/m/{number}/{passcode}/file/{digest}"),
    Row("public:file", "/m/{number}/AAAAAAAAAAAA/file/{digest}", get=404),
    Row("public:picture", "/known/{number}/{digest}.jpg", get=404),  # the matter is not public
    Row("public:worker", "/sw.js"),
    Row("public:outlines", "/map/outlines.json"),
    Row("public:dots", "/map/stations.json"),
    Row("public_voices:say", "/say/", post=422),
    Row("public_voices:similar", "/say/similar/", get=405, post=200),
    Row("public_voices:follow", "/f/{number}/AAAAAAAA/", **GONE),
    Row("public_voices:photo", "/say/photo/none", get=404),
    Row("public:unsubscribe", "/u/{target}/{ending}/", post=200),
    Row("public:unsubscribe", "/u/{target}/AAAABBBBCCCC/", **GONE),
    Row("set_language", "/i18n/set-language/", get=302, post=302),
    # --- contact stations ---------------------------------------------------------------------------------
    Row("contact_stations:drafts", "/drafts/"),
    Row("contact_stations:draft", "/drafts/{draft}/"),
    Row("contact_stations:draft", "/drafts/0/", get=404),
    Row("contact_stations:draft_say", "/drafts/{draft}/say/", post=422),
    Row("contact_stations:draft_say", "/drafts/0/say/", **GONE),
    Row("contact_stations:network", "/desk/network/?all=1", SEES_TASKS),
    Row("contact_stations:check_list", "/desk/network/checks/", anywhere("clerk"), post=422),
    Row("contact_stations:brain", "/desk/network/{station}/", SEES_THE_STATION),
    Row("contact_stations:guide_case", "/desk/network/about/{number}/", here("clerk"), get=405, post=302),
    Row("contact_stations:brain", "/desk/network/0/", SEES_TASKS, get=404),
    Row("contact_stations:brain_do", "/desk/network/{station}/do/", KEEPS_THE_STATION, get=405, post=409),
    Row("contact_stations:task_sets", "/desk/tasks/", SEES_TASKS),
    Row("contact_stations:hand_down", "/desk/tasks/new/", anywhere("clerk"), post=422),
    Row("contact_stations:task_set", "/desk/tasks/0/", SEES_TASKS, get=404),
    Row("contact_stations:desk_drafts", "/desk/drafts/", SEES_TASKS),
    Row("contact_stations:draft_new", "/desk/drafts/new/", anywhere("clerk"), post=422),
    Row("contact_stations:desk_draft", "/desk/drafts/0/", SEES_TASKS, get=404),
    Row("contact_stations:draft_reply", "/desk/drafts/0/reply/", STAFF, get=405, post=404),
    # --- deputies' duty -----------------------------------------------------------------------------------
    Row("deputy_duty:records", "/desk/duty/", SEES_RECORDS | anywhere("deputy")),  # a deputy: their own
    Row(
        "deputy_duty:records",
        "/desk/duty/?q=王&in=330182001000&after=x&sort=-attended",
        SEES_RECORDS | anywhere("deputy"),
    ),
    Row("deputy_duty:record", "/desk/duty/{deputy}/", READS_THE_RECORD),
    Row("deputy_duty:record", "/desk/duty/{deputy}/?year=term&after=x", READS_THE_RECORD),
    Row("deputy_duty:record", "/desk/duty/0/", SEES_RECORDS, get=404),
    Row("deputy_duty:entries", "/desk/duty/{deputy}/entries/?of=attended", READS_THE_RECORD),
    Row("deputy_duty:entries", "/desk/duty/{deputy}/entries/?of=rank", READS_THE_RECORD, get=404),
    Row("deputy_duty:paper", "/desk/duty/{deputy}/paper/", READS_THE_RECORD),
    Row("deputy_duty:export", "/desk/duty/{deputy}/export/", READS_THE_RECORD, get=405, post=200),
    Row("deputy_duty:participation", "/desk/duty/participation/", SEES_RECORDS),
    Row(
        "deputy_duty:participation",
        "/desk/duty/participation/?in=330182001000&period=2026-Q1",
        READS_PARTICIPATION,
    ),
    Row("deputy_duty:participation", "/desk/duty/participation/?period=2026-13", SEES_RECORDS, get=404),
    Row("deputy_duty:gatherings", "/desk/duty/participation/gatherings/?of=once&level=city", SEES_RECORDS),
    Row("deputy_duty:gatherings", "/desk/duty/participation/gatherings/?of=rank", SEES_RECORDS, get=404),
    Row(
        "deputy_duty:participation_export",
        "/desk/duty/participation/export/",
        SEES_RECORDS,
        get=405,
        post=200,
    ),
    Row("deputy_duty:upper", "/desk/duty/upper/", KEEPS_RECORDS, post=422),
    Row("deputy_duty:upper_template", "/desk/duty/upper/template.xlsx", KEEPS_RECORDS),
    Row("deputy_duty:stories", "/stories/"),
    Row("deputy_duty:stories", "/stories/?in=330182001000&deputy={deputy}&after=x&sort=-deeds"),
    Row("deputy_duty:stories", "/stories/?in=1", get=404),
    Row("deputy_duty:story_known", "/stories/{story}/", get=404),  # nobody has agreed to it yet
    Row("deputy_duty:desk_stories", "/desk/duty/stories/", SEES_RECORDS | anywhere("deputy")),
    Row("deputy_duty:story_new", "/desk/duty/{deputy}/story/", WRITES_STORIES, post=422),
    Row("deputy_duty:story_new", "/desk/duty/0/story/", SEES_RECORDS | anywhere("deputy"), **GONE),
    Row("deputy_duty:story", "/desk/duty/stories/{story}/", READS_THE_RECORD),
    Row("deputy_duty:story", "/desk/duty/stories/0/", SEES_RECORDS | anywhere("deputy"), get=404),
    Row("deputy_duty:story_do", "/desk/duty/stories/{story}/do/", READS_THE_RECORD, get=405, post=422),
    Row("deputy_duty:story_edit", "/desk/duty/stories/{story}/edit/", WRITES_STORIES, post=409),
    Row("deputy_duty:appeal_new", "/desk/duty/appeals/new/?entry=1", anywhere("deputy"), post=422),
    Row(
        "deputy_duty:appeal", "/desk/duty/appeals/{number}/", anywhere("deputy"), **GONE
    ),  # a voice, no appeal
    Row("deputy_duty:appeal_file", "/desk/duty/appeals/{number}/file/{digest}", anywhere("deputy"), get=404),
    Row("deputy_duty:appeal_correct", "/desk/duty/appeals/{number}/correct/", KEEPS_RECORDS, **GONE),
    Row("contact_stations:deliberations", "/desk/deliberations/", SEES_TASKS),
    Row("contact_stations:deliberation_new", "/desk/deliberations/new/", LOOKS_AFTER_STATIONS, post=422),
    Row(
        "contact_stations:deliberate_case",
        "/desk/deliberations/of/{number}/",
        here("liaison", "coordinator"),
        get=405,
        post=302,
    ),
    Row("contact_stations:deliberation", "/desk/deliberations/{topic}/", SEES_THE_TOPIC),
    Row("contact_stations:deliberation", "/desk/deliberations/{number}/", SEES_THE_MATTER, get=404),
    Row("contact_stations:deliberation", "/desk/deliberations/2026-9999-999-7/", STAFF, get=404),
    Row(
        "contact_stations:deliberation_do",
        "/desk/deliberations/{topic}/do/",
        SEES_THE_TOPIC,
        get=405,
        post=422,
    ),
    Row("contact_stations:judge", "/desk/deliberations/judge/{study}/", STAFF, get=403, post=403),
    Row("contact_stations:judge", "/desk/deliberations/judge/0/", STAFF, **GONE),
    Row("contact_stations:judge_mine", "/deliberations/1/AAAAAAAAAA/", **GONE),
    # --- filing and review --------------------------------------------------------------------------------
    Row("filing_review:catalogue", "/documents/"),
    Row("filing_review:catalogue", "/documents/?q=停车&all=1"),
    Row("filing_review:document", "/documents/{filed}/", get=404),  # under review: not public yet
    Row("filing_review:suggest", "/documents/{filed}/suggest/", **GONE),
    Row("filing_review:filings", "/desk/filings/", SEES_FILINGS),
    Row("filing_review:file_new", "/desk/filings/new/", anywhere("handler"), post=422),
    Row("filing_review:coverage", "/desk/filings/coverage/", anywhere("clerk", "leader", "auditor")),
    Row("filing_review:demand", "/desk/filings/demand/", anywhere("handler"), post=422),
    Row("filing_review:laws", "/desk/filings/laws/", SEES_FILINGS | anywhere("expert")),
    Row(
        "filing_review:law",
        "/desk/filings/laws/compare/?law=没有",
        SEES_FILINGS | anywhere("expert"),
        get=404,
    ),
    Row("filing_review:lists", "/desk/filings/lists/", SEES_FILINGS),
    Row("filing_review:lists", "/desk/filings/lists/?year=2025&view=no_list", SEES_FILINGS),
    Row("filing_review:chase_all", "/desk/filings/lists/chase/", anywhere("clerk"), get=405, post=302),
    Row("filing_review:maker_year", "/desk/filings/lists/{maker}/2026/", SEES_THE_FILING, others=404),
    Row("filing_review:maker_year", "/desk/filings/lists/0/2026/", STAFF, get=404),
    Row("filing_review:maker_year", "/desk/filings/lists/{maker}/9999/", STAFF, get=404),
    Row("filing_review:list_give", "/desk/filings/lists/0/2026/list/", STAFF, get=405, post=404),
    Row("filing_review:chase", "/desk/filings/lists/0/2026/chase/", STAFF, get=405, post=404),
    Row("filing_review:receipt", "/desk/filings/receipts/{receipt}/", SEES_THE_FILING, others=404),
    Row("filing_review:receipt", "/desk/filings/receipts/0/", STAFF, get=404),
    Row(
        "filing_review:letter", "/desk/filings/{filed}/letters/1/", STAFF, get=404
    ),  # the filing is no letter
    Row("filing_review:filing", "/desk/filings/{filed}/", SEES_THE_FILING, others=404),
    Row("filing_review:filing", "/desk/filings/0/", STAFF, get=404),
    Row("filing_review:register", "/desk/filings/0/register/", STAFF, get=405, post=404),
    Row("filing_review:assign", "/desk/filings/0/assign/", STAFF, get=405, post=404),
    Row("filing_review:refile", "/desk/filings/0/text/", STAFF, get=405, post=404),
    Row("filing_review:reopen", "/desk/filings/0/again/", STAFF, get=405, post=404),
    Row("filing_review:repeal", "/desk/filings/0/repeal/", STAFF, get=405, post=404),
    Row("filing_review:inquiry", "/desk/filings/0/inquiry/", STAFF, get=405, post=404),
    Row("filing_review:remind", "/desk/filings/0/remind/", STAFF, get=405, post=404),
    Row("filing_review:compare", "/desk/filings/{filed}/compare/", STAFF, get=404),  # one version only
    Row("filing_review:ask_expert", "/desk/filings/0/expert/", STAFF, get=405, post=404),
    Row("filing_review:finding", "/desk/filings/finding/0/", STAFF, get=405, post=404),
    Row("filing_review:examples", "/documents/cases/"),
    Row("filing_review:example_public", "/documents/cases/0/", get=404),
    Row("filing_review:sendings", "/desk/filings/sendings/", REVIEWS_FILINGS),
    Row("filing_review:sendings", "/desk/filings/sendings/?view=failed", REVIEWS_FILINGS),
    Row("filing_review:sending_all", "/desk/filings/sendings/all/", anywhere("clerk"), get=405, post=302),
    Row("filing_review:sending_ask", "/desk/filings/0/send/", REVIEWS_FILINGS, get=405, post=404),
    Row("filing_review:sending", "/desk/filings/sendings/0/", REVIEWS_FILINGS, get=404),
    Row("filing_review:sending_again", "/desk/filings/sendings/0/again/", REVIEWS_FILINGS, get=405, post=404),
    Row("filing_review:sending_package", "/desk/filings/sendings/0/package/", REVIEWS_FILINGS, get=404),
    Row("filing_review:casebook", "/desk/filings/casebook/", REVIEWS_FILINGS),
    Row("filing_review:example_known", "/desk/filings/casebook/known/", anywhere("clerk"), post=422),
    Row("filing_review:example_write", "/desk/filings/0/case/", anywhere("clerk"), **GONE),
    Row("filing_review:example", "/desk/filings/casebook/0/", REVIEWS_FILINGS, get=404),
    Row("filing_review:example_edit", "/desk/filings/casebook/0/edit/", anywhere("clerk"), **GONE),
    Row("filing_review:example_do", "/desk/filings/casebook/0/do/", anywhere("clerk"), get=405, post=404),
    Row("filing_review:annual", "/desk/filings/annual/", REVIEWS_FILINGS),
    Row("filing_review:annual_records", "/desk/filings/annual/records/?key=filed.all", REVIEWS_FILINGS),
    Row("filing_review:annual_records", "/desk/filings/annual/records/?key=x", REVIEWS_FILINGS, get=404),
    Row("filing_review:annual_paper", "/desk/filings/annual/paper/?year=2026", REVIEWS_FILINGS),
    Row("filing_review:consultations", "/desk/consultations/", anywhere("expert", "handler")),
    Row("filing_review:consultation", "/desk/consultations/0/", anywhere("expert", "handler"), **GONE),
    # --- the desk -----------------------------------------------------------------------------------------
    Row("desk:worklist", "/desk/", STAFF),
    Row("desk:worklist", "/desk/?view=open&tier=urgent&place=330182001&sift=1", STAFF),
    Row("desk:worklist", "/desk/?q=灯", STAFF),
    Row("desk:export", "/desk/export/", STAFF, get=405, post=200),
    Row("desk:paper", "/desk/paper/?view=open", STAFF),
    Row("desk:bulk", "/desk/together/", STAFF, get=422),
    Row("desk:bulk_preview", "/desk/together/preview/", STAFF, get=405, post=422),
    Row("desk:bulk_do", "/desk/together/do/", STAFF, get=405, post=422),
    Row("desk:view_save", "/desk/views/", STAFF, get=405, post=302),
    Row("desk:view_delete", "/desk/views/delete/", STAFF, get=405, post=302),
    Row("desk:case", "/desk/case/{number}/", SEES_THE_MATTER),
    Row("desk:case", "/desk/case/2026-9999-999-7/", STAFF, get=404),
    Row("desk:act", "/desk/case/{number}/act/", SEES_THE_MATTER, get=405, post=409),
    Row(
        "desk:record", "/desk/case/{number}/record.json", here("liaison", "coordinator", "handler", "deputy")
    ),
    Row(
        "desk:whole",
        "/desk/case/{number}/whole/",
        here("clerk", "leader", "handler", "deputy"),
        get=405,
        post=422,
    ),
    Row("desk:looks", "/desk/looks/", anywhere("auditor")),
    Row(
        "public_voices:phone",
        "/desk/voices/{number}/phone/",
        here("liaison", "coordinator", "handler"),
        post=409,
    ),
    Row("public_voices:phone", "/desk/voices/2026-9999-999-7/phone/", STAFF, **GONE),
    Row("public_voices:my_phone", "/m/{number}/{passcode}/phone/", post=302),
    Row("public_voices:my_phone", "/m/{number}/AAAAAAAAAAAA/phone/", **GONE),
    Row("desk:file", "/desk/case/{number}/file/{digest}", SEES_THE_MATTER),
    Row(
        "desk:poster",
        "/desk/stations/{station}/poster/",
        here("liaison", "coordinator", "clerk", "leader", "auditor", "administrator"),
    ),
    Row("desk:codes", "/desk/codes/", KEEPS_CODES),
    Row("desk:activity_new", "/desk/codes/activity/new/", KEEPS_CODES, post=422),
    Row("desk:code_change", "/desk/codes/station/{station}/", KEEPS_CODES_HERE, get=405, post=302),
    Row("desk:code_sheet", "/desk/codes/station/{station}/poster.pdf", KEEPS_CODES_HERE),
    Row("desk:code_sheet", "/desk/codes/station/{station}/badge.pdf", KEEPS_CODES_HERE, get=404),
    Row("desk:print_ask", "/desk/codes/print/", KEEPS_CODES, post=302),
    Row("desk:print_ask", "/desk/codes/print/?what=nothing", KEEPS_CODES, get=422, post=302),
    Row("desk:prints", "/desk/prints/", STAFF),
    Row("desk:printing", "/desk/prints/0/", STAFF, get=404),
    Row("desk:print_file", "/desk/prints/0/file.pdf", STAFF, get=404),
    Row("desk:meetings", "/desk/meetings/", STAFF),
    Row("desk:meetings", "/desk/meetings/?view=planned&kind=reception&station={station}", STAFF),
    Row("desk:meeting_new", "/desk/meetings/new/", CALLS_MEETINGS, post=422),
    Row("desk:calendar", "/desk/meetings/calendar/", STAFF, post=302),
    Row("desk:plans", "/desk/meetings/plans/", CALLS_MEETINGS, post=422),
    Row("desk:plan", "/desk/meetings/plans/{plan}/", CALLS_MEETINGS_HERE),
    Row("desk:plan_do", "/desk/meetings/plans/{plan}/do/", CALLS_MEETINGS_HERE, get=405, post=422),
    Row("desk:plan", "/desk/meetings/plans/0/", STAFF, get=404),
    Row("desk:meeting", "/desk/meetings/{meeting}/", STAFF),  # announced to everybody
    Row("desk:meeting", "/desk/meetings/{study}/", SEES_THE_STUDY),
    Row("desk:meeting", "/desk/meetings/0/", STAFF, get=404),
    Row("desk:meeting_do", "/desk/meetings/{study}/do/", SEES_THE_STUDY, get=405, post=422),
    Row("desk:meeting_in", "/desk/meetings/{study}/in/", here("deputy"), post=409),  # not begun
    Row("desk:meeting_screen", "/desk/meetings/{study}/screen/", CALLS_MEETINGS_HERE),
    Row("desk:meeting_sheet", "/desk/meetings/{study}/sheet/", CALLS_MEETINGS_HERE),
    Row("desk:meeting_file", "/desk/meetings/{study}/file/{digest}", SEES_THE_STUDY, get=404),
    Row("public:meeting", "/meetings/{meeting}/", post=422),
    Row("public:meeting", "/meetings/{study}/", **GONE),
    Row("public:meeting_arrive", "/meetings/{meeting}/here/?code={token}", post=409),  # not begun
    Row("public:meeting_arrive", "/meetings/{study}/here/", **GONE),
    Row("public:meeting_mine", "/meetings/{meeting}/1/AAAAAAAAAA/", **GONE),
    Row("public:meeting_news", "/meetings/{meeting}/news/{watch}/"),
    Row("public:meeting_news", "/meetings/{meeting}/news/AAAAAAAAAAAA/", get=404),
    # --- a gathering with a live side ---------------------------------------------------------------------
    Row("desk:live", "/desk/meetings/{faces}/live/", MODERATES),
    Row("desk:live", "/desk/meetings/{meeting}/live/", STAFF, get=404),  # a reception has none
    Row("desk:live_do", "/desk/meetings/{faces}/live/do/", MODERATES, get=405, post=422),
    Row("desk:live_screen", "/desk/meetings/{faces}/live/screen/", MODERATES),
    Row("public:live", "/live/{faces}/"),
    Row("public:live", "/live/{meeting}/", get=404),
    Row("public:live_state", "/live/{faces}/state.json"),
    Row("public:live_state", "/live/0/state.json", get=404),
    Row("public:live_part", "/live/{faces}/p-0123456789abcdef.zh-hans.html", get=404),
    Row("public:live_ask", "/live/{faces}/ask/", get=405, post=422),
    Row("public:live_ask", "/live/0/ask/", get=405, post=404),
    Row("public:live_react", "/live/{faces}/react/", get=405, post=400),
    Row("public:live_here", "/live/{faces}/here/", get=405, post=400),
    Row("public:live_here", "/live/0/here/", get=405, post=409),
    Row("public:calendar", "/calendar/1/AAAAAAAAAAAAAAAAAAAA.ics", get=404),
    Row("public:station_calendar", "/stations/{station}/calendar.ics"),
    Row("desk:letters", "/desk/letters/", WRITES_LETTERS | anywhere("handler")),
    Row("desk:letter", "/desk/letters/{letter}/", SEES_THE_MATTER),
    Row("desk:letter", "/desk/letters/0/", STAFF, get=404),
    Row("desk:letter_sheet", "/desk/letters/{letter}/letter.pdf", SEES_THE_MATTER),
    Row(
        "desk:letter_answer",
        "/desk/letters/{letter}/answer/",
        here("handler"),
        get=405,
        post=302,
        form={"text": "灯具已经到货，这周修好。"},
    ),
    Row("desk:letter_withdraw", "/desk/letters/{letter}/withdraw/", WRITES_LETTERS_HERE, get=405, post=422),
    Row("desk:letter_new", "/desk/case/{number}/letters/new/", WRITES_LETTERS_HERE, post=422),
    Row("desk:letter_new", "/desk/case/2026-9999-999-7/letters/new/", STAFF, **GONE),
    Row("desk:parts", "/desk/parts/", get=404),  # only with DEBUG
    Row("desk:notices", "/desk/notices/", STAFF),
    Row("desk:notices_all", "/desk/notices/all/", anywhere("liaison", "administrator")),
    Row("desk:notice_add", "/desk/notices/add/?of=me&kind=webhook", STAFF, post=422),
    Row(
        "desk:notice_add",
        "/desk/notices/add/?of=liaison-330182001&kind=webhook",
        here("liaison", "administrator"),
        post=422,
    ),
    Row("desk:notice_target", "/desk/notices/{target}/", here("liaison", "administrator"), post=422),
    Row("desk:password", "/desk/password/", LOGGED_IN, post=422),
    Row("desk:notice_target", "/desk/notices/0/", STAFF, **GONE),
    Row("public_voices:record", "/desk/voices/new/", LOOKS_AFTER_STATIONS | anywhere("deputy"), post=422),
    Row("public_voices:hearing", "/desk/hearing/", LISTENS),
    Row("public_voices:walk_begin", "/desk/hearing/walk/", anywhere("deputy"), get=405, post=302),
    Row("public_voices:room", "/desk/hearing/{meeting}/", LISTENS_HERE, post=409),  # not begun
    Row("public_voices:room", "/desk/hearing/{study}/", STAFF, **GONE),  # nobody is received at a study
    Row("public_voices:turn", "/desk/hearing/{meeting}/0/", LISTENS_HERE, post=422),
    Row("public_voices:turn", "/desk/hearing/0/0/", STAFF, **GONE),
    Row("public_voices:told", "/desk/hearing/{meeting}/said/{number}/", LISTENS_HERE, get=404),
    Row("public_voices:voters", "/desk/voters/", anywhere("deputy"), post=422),
    Row("public_voices:voters_near", "/desk/voters/near/", anywhere("liaison")),
    Row("public_voices:voter", "/desk/voters/{voter}/", here("deputy"), post=422),
    Row("public_voices:voters_copy", "/desk/voters/copy/", anywhere("deputy"), get=405, post=422),
    Row("public_voices:voters_confirm", "/desk/voters/confirm/", anywhere("deputy"), get=405, post=302),
    Row("public_voices:voters_load", "/desk/voters/load/", anywhere("deputy"), get=405, post=302),
    Row("public_voices:voters_take", "/desk/voters/take/", anywhere("deputy"), get=405, post=200),
    Row("desk:admin", "/desk/admin/", anywhere("administrator", "auditor")),
    Row("desk:admin_history", "/desk/admin/history/", ADMINISTERED),
    *(
        row
        for kind in ("regions", "bodies", "stations", "deputies", "groups", "accounts")
        for row in (
            Row("desk:admin_list", f"/desk/admin/{kind}/", ADMINISTERED),
            Row("desk:admin_new", f"/desk/admin/{kind}/new/", anywhere("administrator"), post=422),
            Row("desk:admin_entry", f"/desk/admin/{kind}/0/", ADMINISTERED, **GONE),
            Row("desk:admin_deed", f"/desk/admin/{kind}/0/nothing/", ADMINISTERED, get=405, post=404),
        )
    ),
    Row("desk:admin_installation", "/desk/admin/installation/", ADMINISTERED),
    Row(
        "desk:admin_installation_rename",
        "/desk/admin/installation/rename/",
        here("administrator"),
        get=405,
        post=422,
    ),
    Row("desk:admin_calendar", "/desk/admin/calendar/", ADMINISTERED),
    Row("desk:admin_calendar_take", "/desk/admin/calendar/load/", here("administrator"), get=405, post=422),
    Row("desk:admin_limits", "/desk/admin/limits/", ADMINISTERED),
    Row("desk:admin_limit", "/desk/admin/limits/nothing/sorting/", ADMINISTERED, **GONE),
    Row("desk:admin_profile", "/desk/admin/limits/profile.json", ADMINISTERED),
    Row("desk:admin_profile_take", "/desk/admin/limits/load/", here("administrator"), get=405, post=422),
    Row("desk:admin_rosters", "/desk/admin/rosters/", anywhere("administrator"), post=422),
    Row("desk:admin_roster_template", "/desk/admin/rosters/template.xlsx", anywhere("administrator")),
    Row("desk:admin_photos", "/desk/admin/photos/", anywhere("administrator"), post=422),
    Row("desk:admin_photo", "/desk/admin/photos/{deputy}/", here("administrator"), get=405, post=302),
    Row("desk:admin_photo", "/desk/admin/photos/0/", ADMINISTERED, get=405, post=404),
    Row("desk:admin_lookup", "/desk/admin/lookup/regions/", anywhere("administrator")),
    Row("desk:admin_lookup", "/desk/admin/lookup/accounts/", anywhere("administrator"), get=404),
    Row("desk:admin_close", "/desk/admin/stations/{station}/close/", here("administrator"), post=422),
    Row("desk:admin_close", "/desk/admin/stations/0/close/", anywhere("administrator"), **GONE),
    # --- accounts -----------------------------------------------------------------------------------------
    Row("account_login", "/accounts/login/", LOGGED_IN, get=302, post=302, nobody=200),
    Row("account_logout", "/accounts/logout/", LOGGED_IN, post=302),
    Row("account_inactive", "/accounts/inactive/"),
    # these accounts log in by no password, so there is nothing to confirm again with and no factor yet
    Row("account_reauthenticate", "/accounts/reauthenticate/", LOGGED_IN, get=403, post=403),
    Row("mfa_index", "/accounts/2fa/", LOGGED_IN, door_first=True),
    Row("mfa_authenticate", "/accounts/2fa/authenticate/", LOGGED_IN, get=302, post=302),
    Row("mfa_reauthenticate", "/accounts/2fa/reauthenticate/", LOGGED_IN, get=403, post=403),
    Row("mfa_activate_totp", "/accounts/2fa/totp/activate/", LOGGED_IN, post=200),
    Row("mfa_deactivate_totp", "/accounts/2fa/totp/deactivate/", LOGGED_IN, **GONE),
    Row("mfa_view_recovery_codes", "/accounts/2fa/recovery-codes/", LOGGED_IN, get=404, door_first=True),
    Row("mfa_generate_recovery_codes", "/accounts/2fa/recovery-codes/generate/", LOGGED_IN, post=200),
    Row("mfa_download_recovery_codes", "/accounts/2fa/recovery-codes/download/", LOGGED_IN, **GONE),
]
