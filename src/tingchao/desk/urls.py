"""The addresses of the public side and of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from tingchao.desk.administration.urls import ADMIN
from tingchao.desk.meetings.urls import MEETINGS, PUBLIC_MEETINGS
from tingchao.desk.site_urls import site_paths
from tingchao.desk.views import (
    bulk,
    charts,
    codes,
    evidence,
    letters,
    lists,
    notices,
    prints,
    public,
    scanned,
    sheets,
    shell,
    work,
)
from tingchao.desk.views.looks import looks
from tingchao.desk.views.own_password import own_password

public_urls: tuple[list[URLPattern], str] = (
    [
        path("", public.home, name="home"),
        path("c/", scanned.typed, name="code"),
        path("c/<str:token>/", scanned.station, name="station"),
        path("known/<str:number>/<str:digest>.jpg", public.picture, name="picture"),
        path("sw.js", shell.worker, name="worker"),
        path("map/outlines.json", charts.outlines, name="outlines"),
        path("map/stations.json", charts.stations, name="dots"),
        *site_paths,
        *PUBLIC_MEETINGS,
        path("find/", public.find, name="find"),
        path("m/<str:number>/<str:passcode>/", public.follow, name="follow"),
        path("m/<str:number>/<str:passcode>/file/<str:digest>", public.attachment, name="file"),
        path("u/<int:target_id>/<str:code>/", notices.unsubscribe, name="unsubscribe"),
    ],
    "public",
)

desk_urls: tuple[list[URLPattern], str] = (
    [
        path("", lists.worklist, name="worklist"),
        path("export/", sheets.export, name="export"),
        path("paper/", sheets.paper, name="paper"),
        path("together/", bulk.choose, name="bulk"),
        path("together/preview/", bulk.preview, name="bulk_preview"),
        path("together/do/", bulk.do, name="bulk_do"),
        path("views/", lists.view_keep, name="view_save"),
        path("views/delete/", lists.view_drop, name="view_delete"),
        path("case/<str:number>/", work.case, name="case"),
        path("case/<str:number>/act/", work.act, name="act"),
        path("case/<str:number>/whole/", work.whole, name="whole"),
        path("password/", own_password, name="password"),
        path("looks/", looks, name="looks"),
        path("case/<str:number>/record.json", evidence.record, name="record"),
        path("case/<str:number>/file/<str:digest>", work.attachment, name="file"),
        path("stations/<int:station_id>/poster/", work.poster, name="poster"),
        path("parts/", work.parts, name="parts"),
        path("notices/", notices.mine, name="notices"),
        path("notices/add/", notices.add, name="notice_add"),
        path("notices/all/", notices.everything, name="notices_all"),
        path("notices/<int:target_id>/", notices.target, name="notice_target"),
        path("codes/", codes.codes, name="codes"),
        path("codes/activity/new/", codes.activity_new, name="activity_new"),
        path("codes/<str:kind>/<int:holder_id>/", codes.change, name="code_change"),
        path("codes/<str:kind>/<int:holder_id>/<str:sheet>.<str:form>", codes.sheet, name="code_sheet"),
        path("codes/print/", prints.ask, name="print_ask"),
        path("prints/", prints.mine, name="prints"),
        path("prints/<int:printing_id>/", prints.printing, name="printing"),
        path("prints/<int:printing_id>/file.pdf", prints.download, name="print_file"),
        path("letters/", letters.letters, name="letters"),
        path("letters/<int:letter_id>/", letters.letter, name="letter"),
        path("letters/<int:letter_id>/answer/", letters.answer, name="letter_answer"),
        path("letters/<int:letter_id>/withdraw/", letters.withdraw, name="letter_withdraw"),
        path("letters/<int:letter_id>/letter.pdf", letters.sheet, name="letter_sheet"),
        path("case/<str:number>/letters/new/", letters.new, name="letter_new"),
        *MEETINGS,
        *ADMIN,
    ],
    "desk",
)
