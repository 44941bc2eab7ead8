"""What belongs to an entry and is changed by itself: a station's code, a group's members, what an account may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop
from tingchao.desk.administration.forms import drawn
from tingchao.desk.administration.kinds import GRANT, MEMBER, Field, term
from tingchao.desk.forms import Retry
from tingchao.desk.public_rows import face_url
from tingchao.directory.actors import valid_on
from tingchao.directory.listing import grants_of, memberships_of, region_names
from tingchao.directory.lockouts import locked_until
from tingchao.instruments.codes.selectors import address_of, token_of

Given = dict[str, Any]


class Beside:
    """What a page about an entry is made with: the entry, today, whether the reader may change it, what was refused."""

    def __init__(self, kind: str, row: Any, *, now: Any, today: date, may: bool, retry: Retry) -> None:
        self.kind, self.row, self.now, self.today, self.may, self.retry = kind, row, now, today, may, retry

    def url(self, deed: str) -> str:
        return reverse("desk:admin_deed", args=[self.kind, self.row.pk, deed])

    def form(self, deed: str, fields: tuple[Field, ...], button: str) -> Given | None:
        """The form of a deed, with what was typed when it was refused; None for those who only read."""
        if not self.may:
            return None
        again = self.retry if self.retry.action == deed else Retry(typed={"since": self.today.isoformat()})
        return {
            "key": deed,
            "url": self.url(deed),
            "fields": drawn(fields, again.typed, again.faults),
            "open": bool(again.error),
            "button": gettext(button),
        }


def sections(about: Beside) -> list[Given]:
    """The sections beside an entry, in their order."""
    return [section for make in BESIDE.get(about.kind, ()) for section in make(about)]


def _code(about: Beside) -> list[Given]:
    token = token_of(about.row.pk)
    links: list[Given] = []
    deeds: list[Given] = []
    if token is None:
        text = gettext("还没有站码。发了码才能印海报，群众扫码就到这个站。")
        deeds = [_deed(about, "issue", gettext_noop("发放站码"), "primary")]
    else:
        text = address_of(token)
        poster = reverse("desk:poster", args=[about.row.pk])
        links = [{"url": poster, "label": gettext("看海报，打印"), "icon": "print"}]
        why = gettext_noop("海报被人拿去别处用，或者弄丢了，就作废重发。作废以后，已经贴出去的海报都扫不开。")
        deeds = [_deed(about, "revoke", gettext_noop("作废这个码，换发新码"), "danger", why)]
    return [
        {
            "title": gettext("站码"),
            "text": text,
            "links": links,
            "deeds": deeds if about.may and about.row.active else [],
        }
    ]


def _members(about: Beside) -> list[Given]:
    rows = [
        {
            "title": one.deputy.name,
            "facts": [fact for fact in (one.part, term(one.since, one.until)) if fact],
            "off": not valid_on(one.since, one.until, about.today),
            "deed": _row_deed(about, "end_member", one.pk, gettext_noop("退出"))
            if one.until is None or one.until > about.today
            else None,
        }
        for one in memberships_of(about.row.pk)
    ]
    return [
        {
            "title": gettext("成员"),
            "rows": rows,
            "none": gettext("组里还没有人。"),
            "form": about.form("add_member", MEMBER, gettext_noop("加进来")),
        }
    ]


def _grants(about: Beside) -> list[Given]:
    given = grants_of(about.row.pk)
    names = region_names({f"{one.scope:0<12}" for one in given if one.scope})
    rows = [
        {
            "title": gettext(ROLE_LABELS[Role(one.role)]),
            "facts": [
                fact
                for fact in (
                    names.get(f"{one.scope:0<12}", one.scope) if one.scope else gettext("全系统"),
                    one.body.name if one.body else "",
                    term(one.since, one.until),
                )
                if fact
            ],
            "off": not valid_on(one.since, one.until, about.today),
            "deed": _row_deed(about, "end_grant", one.pk, gettext_noop("收回"))
            if one.until is None or one.until > about.today
            else None,
        }
        for one in given
    ]
    return [
        {
            "title": gettext("能做什么"),
            "rows": rows,
            "none": gettext("这个账号什么也做不了，登录后看不到任何东西。"),
            "form": about.form("give", GRANT, gettext_noop("授权")),
        }
    ]


def _login(about: Beside) -> list[Given]:
    row = about.row
    until = locked_until(row.username, about.now)
    text = gettext("能登录。") if row.is_active else gettext("已停用，不能登录。")
    deeds = []
    if until is not None:
        text = gettext("密码连着输错，锁到 %(time)s。") % {"time": f"{until.astimezone():%H:%M}"}
        deeds.append(_deed(about, "unlock", gettext_noop("现在就解除锁定"), "plain"))
    reset = gettext_noop("旧密码马上作废，正在用的也会退出。新密码只显示一次，请当面或打电话告诉本人。")
    deeds.append(_deed(about, "password", gettext_noop("重设密码"), "plain", reset))
    if row.is_active:
        off = gettext_noop("马上退出登录，以后也登不上；做过的事都还在记录里。")
        deeds.append(_deed(about, "switch_off", gettext_noop("停用账号"), "danger", off))
    else:
        deeds.append(_deed(about, "switch_on", gettext_noop("恢复账号"), "primary"))
    return [{"title": gettext("登录"), "text": text, "deeds": deeds if about.may else []}]


def _use(about: Beside) -> list[Given]:
    """Switching a body or a station off, or on again; ending a term."""
    row = about.row
    if not about.may:
        return []
    if getattr(row, "active", True):
        over = about.kind == "deputies" and not valid_on(row.since, row.until, about.today)
        words = (gettext_noop("任期已满"), gettext_noop("移交督办的事")) if over else CLOSING[about.kind]
        text, label = (gettext(word) for word in words)
        url = reverse("desk:admin_close", args=[about.kind, row.pk])
        return [{"title": label, "text": text, "links": [{"url": url, "label": label, "icon": "exit"}]}]
    deeds = [_deed(about, "reopen", gettext_noop("恢复使用"), "primary")]
    return [{"title": gettext("停用"), "text": gettext("已经停用。恢复以后就能接着用。"), "deeds": deeds}]


CLOSING = {
    "bodies": (gettext_noop("不再承办新的事；还没办完的先问交给谁。"), gettext_noop("停用单位")),
    "stations": (gettext_noop("站码不再能用；还没办完的先问交给谁。"), gettext_noop("停用站点")),
    "deputies": (gettext_noop("从今天起不再是代表；还在督办的先问交给谁。"), gettext_noop("结束任期")),
}
"""Kind → what closing does, and what it is called."""


def _deed(about: Beside, deed: str, label: str, style: str, why: str = "") -> Given:
    return {
        "key": deed,
        "url": about.url(deed),
        "label": gettext(label),
        "style": style,
        "why": gettext(why) if why else "",
        "error": bool(about.retry.error) and about.retry.action == deed,
    }


def _row_deed(about: Beside, deed: str, pk: int, label: str) -> Given | None:
    return {"url": about.url(deed), "value": pk, "label": gettext(label)} if about.may else None


def _photo(about: Beside) -> list[Given]:
    """The portrait on the wall."""
    row = about.row
    text = "" if row.photo else gettext("墙上还没有照片，用姓的头一个字代替。")
    links = [{"url": reverse("desk:admin_photos"), "label": gettext("一次传很多张"), "icon": "camera"}]
    photo = {
        "face": face_url(row),
        "alt": gettext("%(name)s的照片") % {"name": row.name},
        "url": reverse("desk:admin_photo", args=[row.pk]),
        "may": about.may,
    }
    return [{"title": gettext("照片"), "text": text, "photo": photo, "links": links if about.may else []}]


BESIDE: dict[str, tuple[Callable[[Beside], list[Given]], ...]] = {
    "stations": (_code, _use),
    "bodies": (_use,),
    "deputies": (_photo, _use),
    "groups": (_members,),
    "accounts": (_grants, _login),
}
