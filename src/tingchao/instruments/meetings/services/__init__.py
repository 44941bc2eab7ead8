"""Writes of gatherings: calling, coming, holding, and a year's turns. Each is one call, one transaction, its events."""

from tingchao.instruments.meetings.services.attending import (
    attendance_answer,
    attendance_mark,
    attendance_sign_in,
    attendance_unmark,
    not_on_the_list,
    own_row,
    resident_answer,
    resident_sign_up,
    tries_require,
)
from tingchao.instruments.meetings.services.calling import (
    Called,
    meeting_announce,
    meeting_cancel,
    meeting_change,
    meeting_code_make,
    meeting_create,
    meeting_move,
)
from tingchao.instruments.meetings.services.correcting import attendance_correct
from tingchao.instruments.meetings.services.holding import (
    Minutes,
    Word,
    agenda_set,
    case_tie,
    meeting_hold,
    minutes_write,
    resident_code,
    word_take,
)
from tingchao.instruments.meetings.services.inviting import Invited, attendees_invite, attendees_remove
from tingchao.instruments.meetings.services.planning import (
    Accepted,
    Asked,
    Changed,
    plan_accept,
    plan_propose,
    turn_set,
)

__all__ = [
    "Accepted",
    "Asked",
    "Called",
    "Changed",
    "Invited",
    "Minutes",
    "Word",
    "agenda_set",
    "attendance_answer",
    "attendance_correct",
    "attendance_mark",
    "attendance_sign_in",
    "attendance_unmark",
    "attendees_invite",
    "attendees_remove",
    "case_tie",
    "meeting_announce",
    "meeting_cancel",
    "meeting_change",
    "meeting_code_make",
    "meeting_create",
    "meeting_hold",
    "meeting_move",
    "minutes_write",
    "not_on_the_list",
    "own_row",
    "plan_accept",
    "plan_propose",
    "resident_answer",
    "resident_code",
    "resident_sign_up",
    "tries_require",
    "turn_set",
    "word_take",
]
