"""From the fields of a form to the service that saves the entry; an empty key is a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tingchao.core.roles import Role
from tingchao.directory.codes import scope_of
from tingchao.engine import accounts, administration


def region_save(pk: str, values: Mapping[str, Any], **who: Any) -> Any:
    return administration.region_save(code=pk or values["code"], name=values["name"], new=not pk, **who)


def body_save(pk: str, values: Mapping[str, Any], **who: Any) -> Any:
    return administration.body_save(
        body_id=int(pk) if pk else None,
        key=values["key"],
        name=values["name"],
        kind=values["kind"],
        region_code=values["region"],
        **who,
    )


def station_save(pk: str, values: Mapping[str, Any], **who: Any) -> Any:
    plain = (
        "name",
        "kind",
        "address",
        "hours",
        "phone",
        "latitude",
        "longitude",
        "meeting_day",
        "functions",
        "equipment",
    )
    return administration.station_save(
        station_id=int(pk) if pk else None,
        region_code=values["region"],
        parent_id=values["parent"],
        **{key: values[key] for key in plain},
        **who,
    )


def deputy_save(pk: str, values: Mapping[str, Any], **who: Any) -> Any:
    plain = ("name", "kind", "level", "constituency", "expertise", "since", "until")
    return administration.deputy_save(
        deputy_id=int(pk) if pk else None,
        region_code=values["region"],
        station_id=values["station"],
        **{key: values[key] for key in plain},
        **who,
    )


def group_save(pk: str, values: Mapping[str, Any], **who: Any) -> Any:
    return administration.group_save(
        group_id=int(pk) if pk else None,
        name=values["name"],
        purpose=values["purpose"],
        region_code=values["region"],
        **who,
    )


def account_save(pk: str, values: Mapping[str, Any], **who: Any) -> Any:
    plain = {"username": values["username"], "name": values["name"], "deputy_id": values["deputy"]}
    if pk:
        return accounts.account_change(account_id=int(pk), **plain, **who)
    return accounts.account_open(**plain, **grant_values(values), **who)


def grant_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of GRANT say, as the services take it."""
    return {
        "role": Role(values["role"]),
        "scope": scope_of(values["scope"]) if values["scope"] else "",
        "body_id": values["body"],
        "since": values["since"],
        "until": values["until"],
    }
