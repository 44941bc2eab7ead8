"""Who a session belongs to, read with as little work as every page of the desk can bear.

Both reads are what Django's own classes do, with the statement written out: building it with the ORM took longer than
the rest of them together, and each page begins with both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection
from django.db.models import JSONField
from django.utils.timezone import now

from tingchao.directory.models import Account

_FIELDS = [field.attname for field in Account._meta.concrete_fields]
_JSON = [isinstance(field, JSONField) for field in Account._meta.concrete_fields]
_ACCOUNT = (
    f"SELECT {', '.join(str(field.column) for field in Account._meta.concrete_fields)}"  # noqa: S608
    " FROM directory_account WHERE id = %s AND is_active"
)
_SESSION = (
    "SELECT session_key, session_data, expire_date FROM django_session"
    " WHERE session_key = %s AND expire_date > %s"
)


def _loaded(row: Sequence[Any]) -> list[Any]:
    """The row with its JSON read, which a plain cursor leaves as text."""
    return [
        json.loads(value) if is_json and isinstance(value, str) else value
        for value, is_json in zip(row, _JSON, strict=True)
    ]


class AccountBackend(ModelBackend):
    """Passwords as Django has them; an account that is not active is nobody."""

    def get_user(self, user_id: Any) -> Account | None:
        with connection.cursor() as cursor:
            cursor.execute(_ACCOUNT, [user_id])
            row = cursor.fetchone()
        return None if row is None else Account.from_db("default", _FIELDS, _loaded(row))


class SessionStore(DatabaseSessions):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION, [self.session_key, now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        model = self.get_model_class()
        return model(session_key=row[0], session_data=row[1], expire_date=row[2])
