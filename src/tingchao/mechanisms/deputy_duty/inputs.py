"""What the actions of an appeal ask for."""

from __future__ import annotations

from tingchao.core.procedure import Audience, Input, Option
from tingchao.core.text import gettext_noop

OUTCOMES = (
    Option("corrected", gettext_noop("已更正"), done=True, told=gettext_noop("改好了")),
    Option("kept_as_is", gettext_noop("没有改"), told=gettext_noop("核对过没有改，原因告诉了您")),
)

DONE = Input(
    "answer",
    gettext_noop("核对的情况、改了什么"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("写明依据，比如签到表、会议记录"),
)
WHY_NOT = Input(
    "answer",
    gettext_noop("为什么不改"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("写明查了什么、记录为什么是对的"),
)
STILL_WRONG = Input("missing", gettext_noop("哪里还不对"), least=2, most=500)
