"""Personal data at rest: encrypted with SM4-GCM (GB/T 32907-2016), shown masked.

Legal source: 个人信息保护法 art. 51 (encryption, de-identification); 等保 2.0 (confidentiality of stored data).
"""

from __future__ import annotations

import hashlib
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings

NONCE_BYTES, TAG_BYTES = 12, 16

_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}|[2-8]\d{6,7}", re.ASCII)


def _key() -> bytes:
    return hashlib.sha256(settings.PERSONAL_DATA_KEY.encode()).digest()[:16]


def encrypt(text: str, *, purpose: str) -> bytes:
    """`text` as bytes that only this installation can read, bound to `purpose` (e.g. "voice.phone")."""
    nonce = os.urandom(NONCE_BYTES)
    sealing = Cipher(SM4(_key()), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(purpose.encode())
    return nonce + sealing.update(text.encode()) + sealing.finalize() + sealing.tag


def decrypt(kept: bytes, *, purpose: str) -> str:
    """What `encrypt` was given; raises cryptography's InvalidTag when it was changed or bound to something else."""
    if len(kept) < NONCE_BYTES + TAG_BYTES:
        raise InvalidTag
    nonce, body, tag = kept[:NONCE_BYTES], kept[NONCE_BYTES:-TAG_BYTES], kept[-TAG_BYTES:]
    opening = Cipher(SM4(_key()), GCM(nonce, tag)).decryptor()
    opening.authenticate_additional_data(purpose.encode())
    return (opening.update(body) + opening.finalize()).decode()


def phone_plain(typed: str) -> str:
    """A telephone number of the mainland as digits; ValueError when it is none."""
    digits = re.sub(r"[\s\-()（）—.]", "", typed.translate(_HALF_WIDTH))
    digits = re.sub(r"^(\+?86|0086)(?=1)", "", digits)
    if not _PHONE.fullmatch(digits):
        raise ValueError("not a telephone number")
    return digits


def phone_masked(digits: str) -> str:
    """158****7731: enough to recognise, too little to call."""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else f"{digits[:1]}****{digits[-2:]}"


_HALF_WIDTH = {0xFF10 + number: 0x30 + number for number in range(10)} | {0xFF0B: "+", 0xFF0D: "-"}
