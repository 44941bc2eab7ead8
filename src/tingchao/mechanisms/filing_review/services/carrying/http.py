"""An address that takes packages by POST and answers with a receipt."""

from __future__ import annotations

import http.client
import ssl
import time
from urllib.parse import quote, urlsplit

from tingchao.mechanisms.filing_review.services.carrying.carrier import CarryFault, Receipt, receipt_read
from tingchao.mechanisms.filing_review.services.packing import Package

MOST = 64 * 1024
"""Bytes of an answer."""

TAKEN = (200, 201)
LATER = 202
THERE = 409
"""The receiver has a package of this key; its answer says of which bytes."""

LOGIN = (401, 403)
BUSY = (408, 425, 429)


class HttpCarrier:
    """Sends a package in one request. The key goes along, so that the receiver keeps one of two.

    Redirects are not followed: a package goes to the address that was set and to no other.
    """

    channel = "http"

    def __init__(self, address: str, secret: str, seconds: float) -> None:
        self.parts, self.secret, self.seconds = urlsplit(address), secret, seconds

    def carry(self, package: Package) -> Receipt | None:
        headers = {
            "Content-Type": "application/zip",
            "Idempotency-Key": package.key,
            "X-Tingchao-Key": package.key,
            "X-Content-SHA256": package.digest,
        }
        status, content = self._ask("POST", self._path(), headers, package.content)
        if status == THERE:
            try:
                return receipt_read(content, package)
            except CarryFault as fault:
                raise CarryFault("conflict", fault.detail) from None
        return self._receipt(status, content, package)

    def look(self, package: Package) -> Receipt | None:
        status, content = self._ask("GET", f"{self._path().rstrip('/')}/{quote(package.key)}", {}, None)
        return self._receipt(status, content, package)

    @staticmethod
    def _receipt(status: int, content: bytes, package: Package) -> Receipt | None:
        if status in TAKEN:
            return receipt_read(content, package)
        if status == LATER:
            return None
        said = f"{status} {content[:160].decode(errors='replace')}"
        if status in LOGIN:
            raise CarryFault("refused_login", said)
        raise CarryFault("busy" if status in BUSY or status >= 500 else "refused", said)

    def _path(self) -> str:
        return (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        until = time.monotonic() + self.seconds
        link = self._link()
        if self.secret:
            headers = headers | {"Authorization": f"Bearer {self.secret}"}
        try:
            link.request(method, path, body=body, headers=headers)
            answer = link.getresponse()
            return answer.status, self._read(answer, until)
        except TimeoutError:
            raise CarryFault("timeout", str(self.parts.hostname)) from None
        except ssl.SSLError as fault:
            raise CarryFault("host_key", fault.reason or str(fault)) from None
        except (http.client.HTTPException, ConnectionResetError, BrokenPipeError) as fault:
            raise CarryFault("broken", str(fault) or type(fault).__name__) from None
        except (OSError, ValueError) as fault:
            raise CarryFault("unreachable", str(fault)) from None
        finally:
            link.close()

    def _link(self) -> http.client.HTTPConnection:
        host = self.parts.hostname or ""
        if self.parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, self.parts.port, timeout=self.seconds, context=context)
        return http.client.HTTPConnection(host, self.parts.port, timeout=self.seconds)

    @staticmethod
    def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
        """The answer's body as far as it matters; a receiver that drips is let go of when the time is over."""
        kept = bytearray()
        while len(kept) < MOST and (piece := answer.read1(4096)):
            kept += piece
            if time.monotonic() > until:
                raise TimeoutError
        return bytes(kept)
