"""Actions as forms: what each asks for, what was typed into it, and what is wrong with that.

An action declares its inputs as data, so one way of drawing and one way of reading serves every mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from tingchao.core.matching import PROPOSED, Candidate, ranked
from tingchao.core.mechanism import Circumstances
from tingchao.core.procedure import Action, Audience, Input, InputKind
from tingchao.core.steps import Fault, Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.selectors import bodies_for, deputy_kinds, groups_for, working_calendar
from tingchao.engine.files import PHOTOGRAPH
from tingchao.engine.models import Attachment, Case
from tingchao.engine.registry import manifest_of
from tingchao.engine.selectors import deputies_available

Given = dict[str, Any]

LISTS = (InputKind.BODIES, InputKind.DEPUTIES, InputKind.PICTURES)

AUDIENCES = {
    Audience.STAFF: gettext_noop("只有办理的人看得到"),
    Audience.REPORTER: gettext_noop("反映人会看到"),
    Audience.PUBLIC: gettext_noop("所有人会看到"),
}


@dataclass(frozen=True, slots=True)
class Retry:
    """A form that was refused: which action, what was typed, and why."""

    action: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


def retry_after(refusal: Refusal, action: str, typed: Mapping[str, Any]) -> Retry:
    """The form as it is shown again, with nothing lost."""
    return Retry(
        action=action,
        typed=typed,
        error=gettext(refusal.message) % {key: _listed(value) for key, value in refusal.params.items()},
        faults=fault_words(refusal),
    )


def fault_words(refusal: Refusal) -> dict[str, str]:
    """What is wrong with each input, in the reader's language."""
    return {
        key: gettext(fault.template) % fault.params if isinstance(fault, Fault) else gettext(fault)
        for key, fault in refusal.fields.items()
    }


def _listed(value: str) -> str:
    """A parameter of a refusal in the reader's language; lists of words come with 、 between them."""
    return gettext("、").join(gettext(word) for word in value.split("、"))


def field_name(action: Action, item: Input) -> str:
    """The name of an input in the page's one form space, e.g. "assign.lead"."""
    return f"{action.key}.{item.key}"


def typed_values(action: Action, post: QueryDict, files: MultiValueDict[str, Any]) -> dict[str, Any]:
    """What was typed for an action, by input key, not yet cleaned; of files their names."""
    return {
        item.key: post.getlist(field_name(action, item))
        if item.kind in LISTS
        else post.get(field_name(action, item), "")
        for item in action.inputs
        if item.kind is not InputKind.FILES
    } | {
        item.key: [
            f"{place} {upload.name}" for place, upload in enumerate(files.getlist(field_name(action, item)))
        ]
        for item in action.inputs
        if item.kind is InputKind.FILES
    }


def sent_files(action: Action | None, files: MultiValueDict[str, Any]) -> list[Any]:
    """The files that were sent with an action, of all its inputs that take some."""
    if action is None:
        return []
    taking = [item for item in action.inputs if item.kind is InputKind.FILES]
    return [upload for item in taking for upload in files.getlist(field_name(action, item))]


class Choices:
    """The bodies and deputies that a matter may go to, read at most once a page and only when a form needs them."""

    def __init__(
        self,
        case: Case,
        today: date,
        files: Sequence[Attachment] = (),
        file_url: str = "",
        often: bool = False,
    ) -> None:
        self._case, self._today, self._often = case, today, often
        self._files, self._file_url = files, file_url
        self._kept: dict[str, list[tuple[str, str, str]]] = {}

    def bodies(self) -> list[tuple[str, str, str]]:
        """(id, name, region) of every body that may act."""
        return self._once(
            "bodies",
            lambda: (
                (str(pk), name, region)
                for pk, name, region in bodies_for(self._case.region_id).values_list(
                    "pk", "name", "region__name"
                )
            ),
        )

    def deputies(self) -> list[tuple[str, str, str]]:
        """(id, name, kind, expertise and load) of everybody in office, whoever fits the matter best first."""
        return self._once("deputies", self._people)

    def _people(self) -> Iterable[tuple[str, str, str]]:
        case, kinds = self._case, {key: str(label) for key, label in deputy_kinds()}
        people = {one.id: one for one in deputies_available(case.region_id, self._today)}
        fit = ranked(
            (
                Candidate(one.id, one.region_code, one.station_id, one.expertise, one.load)
                for one in people.values()
            ),
            region_code=case.region_id,
            station_id=case.station_id,
            text=f"{case.title}\n{case.text}",
        )
        for place, one in enumerate(fit):
            person = people[one.id]
            load = gettext("手上 %(n)s 件") % {"n": one.load}
            proposed = gettext("推荐") if place < PROPOSED < len(fit) else ""
            told = (proposed, kinds.get(person.kind, ""), person.expertise, load)
            yield str(one.id), person.name, " · ".join(filter(None, told))

    def groups(self) -> list[tuple[str, str, str]]:
        """(id, name, what for) of every group of the place."""
        rows = groups_for(self._case.region_id).values_list("pk", "name", "purpose")
        return self._once("groups", lambda: ((str(pk), name, purpose) for pk, name, purpose in rows))

    def proposed(self, action: Action, item: Input) -> str:
        """What the mechanism proposes for an input; empty when it proposes nothing."""
        propose = manifest_of(self._case.procedure).proposals.get(f"{action.key}.{item.key}")
        if propose is None:
            return ""
        station = self._case.station
        day = station.meeting_day if station is not None else None
        return propose(Circumstances(self._today, working_calendar(), day, self._often))

    def pictures(self) -> list[tuple[str, str, str]]:
        """(digest, name, address) of every photograph of the matter, each once."""
        return self._once(
            "pictures",
            lambda: {
                file.digest: (
                    file.digest,
                    file.name or gettext("照片"),
                    self._file_url.replace("DIGEST", file.digest),
                )
                for file in self._files
                if file.kind == PHOTOGRAPH
            }.values(),
        )

    def present(self, item: Input) -> Any:
        """What stands in the matter now of what an input writes, e.g. the draft of its public account."""
        if item.kind is InputKind.PICTURES:
            return [file.digest for file in self._files if item.sets and file.shown == item.sets]
        if item.key == "amount" and self._case.more_time:
            return self._case.more_time["amount"]
        return getattr(self._case, item.sets) if item.sets in ("public_title", "public_text") else ""

    def _once(
        self, key: str, read: Callable[[], Iterable[tuple[str, str, str]]]
    ) -> list[tuple[str, str, str]]:
        if key not in self._kept:
            self._kept[key] = list(read())
        return self._kept[key]


STYLES = ("primary", "plain", "danger")
"""How the buttons of actions look, in the order in which they stand."""


def in_order(actions: Iterable[Action]) -> list[Action]:
    """Actions as a page offers them: the one that is meant to be taken first, what cannot be undone last."""
    return sorted(actions, key=lambda action: STYLES.index(action.style))


def first_when_often(actions: Iterable[Action]) -> list[Action]:
    """Actions as they are offered for a matter that comes up again and again: what is meant for that case leads."""
    told = list(actions)
    if not any(one.when_often for one in told):
        return told
    other = {"primary": "plain"}
    return [
        replace(one, style="primary" if one.when_often else other.get(one.style, one.style)) for one in told
    ]


def action_forms(actions: Sequence[Action], choices: Choices, retry: Retry) -> list[Given]:
    """The actions of a page, each with its form."""
    return [
        _action_form(action, choices, retry if retry.action == action.key else Retry()) for action in actions
    ]


def left_over(action: Action | None, offered: Sequence[Action], retry: Retry) -> list[Given]:
    """The texts that were typed into an action that the page no longer offers, so that they can be copied."""
    if action is None or not retry.action or any(one.key == action.key for one in offered):
        return []
    return [
        {"label": gettext(item.label), "text": text}
        for item in action.inputs
        if item.kind in (InputKind.TEXT, InputKind.LINE)
        and (text := str(retry.typed.get(item.key) or "").strip())
    ]


def _action_form(action: Action, choices: Choices, retry: Retry) -> Given:
    return {
        "key": action.key,
        "label": gettext(action.label),
        "style": action.style,
        "open": bool(retry.action),
        "error": retry.error,
        "fields": [_field(action, item, choices, retry) for item in action.inputs],
    }


def _field(action: Action, item: Input, choices: Choices, retry: Retry) -> Given:
    value = retry.typed.get(item.key) or ([] if item.kind in LISTS else "")
    if not retry.action:
        value = choices.present(item) or choices.proposed(action, item) or value
    return {
        "key": item.key,
        "name": field_name(action, item),
        "label": gettext(item.label),
        "kind": str(item.kind),
        "required": item.required,
        "value": value,
        "options": _options(item, choices, value),
        "hint": gettext(item.hint) if item.hint else "",
        "source": item.source,
        "fills": f"{action.key}-{item.suggests}" if item.suggests else "",
        "error": retry.faults.get(item.key, ""),
        "maxlength": item.most if item.kind in (InputKind.TEXT, InputKind.LINE) else "",
        "audience_label": gettext(AUDIENCES[item.audience])
        if item.kind in (InputKind.TEXT, InputKind.PICTURES)
        else "",
    }


_OFFERED: Mapping[InputKind, Callable[[Choices], list[tuple[str, str, str]]]] = {
    InputKind.BODY: Choices.bodies,
    InputKind.BODIES: Choices.bodies,
    InputKind.DEPUTIES: Choices.deputies,
    InputKind.GROUP: Choices.groups,
    InputKind.PICTURES: Choices.pictures,
}
"""What there is to choose from, by the kind of an input."""


def _options(item: Input, choices: Choices, value: Any) -> list[Given]:
    chosen = set(value) if isinstance(value, list | tuple) else {value}
    if item.kind in _OFFERED:
        offered = _OFFERED[item.kind](choices)
    else:
        offered = [
            (option.key, gettext(option.label), gettext(option.text) if option.text else "")
            for option in item.options
        ]
    return [
        {"value": key, "label": label, "note": note, "selected": key in chosen}
        for key, label, note in offered
    ]
