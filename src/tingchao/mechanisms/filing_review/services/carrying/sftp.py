"""A server that takes packages by SFTP. Its host key is known beforehand, or nothing is sent."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import Any, TypeVar

import asyncssh

from tingchao.mechanisms.filing_review.services.carrying.carrier import CarryFault, Receipt, receipt_read
from tingchao.mechanisms.filing_review.services.carrying.folder import RECEIPTS
from tingchao.mechanisms.filing_review.services.packing import Package

T = TypeVar("T")
MOST_RECEIPT = 64 * 1024


class SftpCarrier:
    """Writes beside the place and renames, so that the receiver never sees half a package; then reads it back."""

    channel = "sftp"

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str,
        folder: str,
        secret: str,
        key_file: str,
        host_key: str,
        waits: bool,
        seconds: float,
    ) -> None:
        self.host, self.port, self.user = host, port, user
        self.folder = PurePosixPath(folder)
        self.secret, self.key_file, self.host_key = secret, key_file, host_key
        self.waits, self.seconds = waits, seconds

    def carry(self, package: Package) -> Receipt | None:
        return self._run(self._carry(package))

    def look(self, package: Package) -> Receipt | None:
        return self._run(self._look(package))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run in a thread of its own: whoever calls may have a loop running in this one."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, self._bounded(work)).result()

    async def _bounded(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return await asyncio.wait_for(work, self.seconds)
        except TimeoutError:
            raise CarryFault("timeout", self.host) from None
        except asyncssh.HostKeyNotVerifiable as fault:
            raise CarryFault("host_key", fault.reason) from None
        except (asyncssh.PermissionDenied, asyncssh.KeyImportError) as fault:
            raise CarryFault("refused_login", str(fault)) from None
        except (
            asyncssh.SFTPNoSpaceOnFilesystem,
            asyncssh.SFTPPermissionDenied,
            asyncssh.SFTPNoSuchFile,
            asyncssh.SFTPNoSuchPath,
        ) as fault:
            raise CarryFault("no_room", fault.reason) from None
        except (asyncssh.Error, ConnectionResetError, BrokenPipeError) as fault:
            raise CarryFault("broken", str(fault)) from None
        except OSError as fault:
            raise CarryFault("unreachable", fault.strerror or str(fault)) from None

    def _connect(self) -> Any:
        if not self.host_key:
            raise CarryFault("no_host_key", self.host)
        try:
            known = asyncssh.import_known_hosts(self._known_line())
        except (ValueError, asyncssh.KeyImportError) as fault:
            raise CarryFault("no_host_key", str(fault)) from None
        if self.key_file and not os.access(self.key_file, os.R_OK):
            raise CarryFault("no_key", self.key_file)
        return asyncssh.connect(
            self.host,
            self.port,
            username=self.user,
            password=self.secret or None,
            client_keys=[self.key_file] if self.key_file else [],
            agent_path=None,
            known_hosts=known,
            config=None,
            connect_timeout=self.seconds,
        )

    def _known_line(self) -> str:
        kind, _, rest = self.host_key.strip().partition(" ")
        asyncssh.import_public_key(f"{kind} {rest}")
        return f"[{self.host}]:{self.port},{self.host} {kind} {rest}\n"

    async def _carry(self, package: Package) -> Receipt | None:
        async with self._connect() as link, link.start_sftp_client() as sftp:
            path = self.folder / package.name
            if not await sftp.exists(path):
                await self._put(sftp, path, package)
            if await self._digest(sftp, path) != package.digest:
                raise CarryFault("conflict", str(path))
            return await self._receipt(sftp, package)

    async def _look(self, package: Package) -> Receipt | None:
        async with self._connect() as link, link.start_sftp_client() as sftp:
            return await self._receipt(sftp, package)

    async def _put(self, sftp: asyncssh.SFTPClient, path: PurePosixPath, package: Package) -> None:
        draft = path.with_name(f".{path.name}.part")
        async with sftp.open(draft, "wb") as out:
            await out.write(package.content)
        if await self._digest(sftp, draft) != package.digest:
            await sftp.remove(draft)
            raise CarryFault("checksum", str(draft))
        await sftp.rename(draft, path)  # refused by the server where something stands there already

    async def _digest(self, sftp: asyncssh.SFTPClient, path: PurePosixPath) -> str:
        found = hashlib.sha256()
        async with sftp.open(path, "rb") as held:
            file: Any = held  # read as bytes
            while piece := await file.read(1 << 18):
                found.update(piece)
        return found.hexdigest()

    async def _receipt(self, sftp: asyncssh.SFTPClient, package: Package) -> Receipt | None:
        path = self.folder / RECEIPTS / f"{package.key}.json"
        if not await sftp.exists(path):
            return None if self.waits else Receipt("")
        async with sftp.open(path, "rb") as held:
            return receipt_read(await held.read(MOST_RECEIPT), package)
