"""What a carrier does, what goes wrong on the way, and which one the settings name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from tingchao.core.steps import clean_text
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.filing_review.services.packing import Package

FAULTS: Mapping[str, tuple[str, bool]] = {
    "unreachable": (gettext_noop("连不上省里的接收地址。会自动再试；一直不行，请核对地址和网络。"), True),
    "timeout": (gettext_noop("省里的接收地址太久没有回应。会自动再试。"), True),
    "broken": (gettext_noop("传到一半断了，对方不会收到半个包。会自动再试。"), True),
    "busy": (gettext_noop("省里的系统暂时收不了。会自动再试。"), True),
    "checksum": (
        gettext_noop("对方收到的和送出的不一样（校验值不符）。会自动再试；一直这样，请同省里核对。"),
        True,
    ),
    "host_key": (
        gettext_noop(
            "对方服务器的主机密钥和设置里的不一样，没有送。请同省里核对，确认是他们换了密钥，再改设置。"
        ),
        False,
    ),
    "no_host_key": (
        gettext_noop(
            "还没有设置对方服务器的主机密钥，没有送。请向省里要公钥，填进 TINGCHAO_PROVINCE_HOST_KEY。"
        ),
        False,
    ),
    "no_key": (gettext_noop("读不到私钥文件，没有送。请核对 TINGCHAO_PROVINCE_KEY_FILE 和它的权限。"), False),
    "refused_login": (gettext_noop("对方不认我们的账号或密钥。请同省里核对账号、密钥。"), False),
    "refused": (gettext_noop("省里的系统退回了这个包。请看对方的说明，改好再送。"), False),
    "conflict": (gettext_noop("对方已经有同名的包，内容却不一样，没有覆盖。请同省里核对是哪一个。"), False),
    "no_room": (gettext_noop("写不进接收的文件夹。请核对权限和剩余空间。"), True),
    "no_receipt": (
        gettext_noop("送到了，但三天没有等到回执。请打电话问省里；收到过就再送一次，不会重复。"),
        False,
    ),
    "setting": (gettext_noop("报送的设置不对，没有送。请核对 TINGCHAO_PROVINCE_ADDRESS。"), False),
    "unknown": (
        gettext_noop("没有送成，原因不明。会自动再试；一直不行，请把下面的说明交给系统管理员。"),
        True,
    ),
}
"""What can go wrong → the sentence for whoever has to do something, and whether another try may help."""


class CarryFault(Exception):
    """A package that did not arrive. `code` is a key of FAULTS, `detail` what the other side said."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, " ".join(clean_text(detail).split())[:200]
        super().__init__(f"{code}: {self.detail}")

    @property
    def again(self) -> bool:
        """Whether another try may help without anybody doing something."""
        return FAULTS[self.code][1]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a package arrived whole; the number under which the province has it, where it says one."""

    number: str


class Carrier(Protocol):
    """One way to the province."""

    @property
    def channel(self) -> str:
        """What the way is called."""

    def carry(self, package: Package) -> Receipt | None:
        """Send a package; None when it arrived and its receipt is yet to come. Raises CarryFault."""

    def look(self, package: Package) -> Receipt | None:
        """Whether the receipt of a package that arrived is there. Raises CarryFault."""


def carrier_named() -> Carrier:
    """The carrier that the settings name. Raises CarryFault "setting" when they cannot be understood."""
    # imported here, so that a city that uses a folder never loads what speaks SSH
    from tingchao.mechanisms.filing_review.services.carrying.folder import FolderCarrier
    from tingchao.mechanisms.filing_review.services.carrying.http import HttpCarrier
    from tingchao.mechanisms.filing_review.services.carrying.sftp import SftpCarrier

    address = settings.PROVINCE_ADDRESS
    waits, seconds = settings.PROVINCE_RECEIPTS, settings.PROVINCE_SECONDS
    try:
        parts = urlsplit(address)
        scheme, port = parts.scheme, parts.port
    except ValueError:
        raise CarryFault("setting", address) from None
    if scheme in ("http", "https") and parts.hostname:
        return HttpCarrier(address, settings.PROVINCE_SECRET, seconds)
    if scheme == "sftp" and parts.hostname:
        return SftpCarrier(
            host=parts.hostname,
            port=port or 22,
            user=parts.username or "",
            folder=parts.path or "/",
            secret=settings.PROVINCE_SECRET,
            key_file=settings.PROVINCE_KEY_FILE,
            host_key=settings.PROVINCE_HOST_KEY,
            waits=waits,
            seconds=seconds,
        )
    if scheme in ("", "file") and not parts.netloc:
        return FolderCarrier(Path(parts.path), waits)
    raise CarryFault("setting", address)


def receipt_read(content: bytes, package: Package) -> Receipt:
    """What a receipt says: JSON with "sha256" of what arrived and "receipt", its number. Raises CarryFault "checksum"
    when it is of other bytes or says of none."""
    try:
        told = json.loads(content)
        digest, number = str(told["sha256"]).lower(), str(told.get("receipt") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CarryFault("checksum", content[:200].decode(errors="replace")) from None
    if digest != package.digest:
        raise CarryFault("checksum", digest)
    return Receipt(" ".join(clean_text(number).split())[:80])
