"""Running the parts: the server, the worker, and both for the demonstration."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from tingchao.config import places

GRACE_SECONDS = 8


def server_command(*, host: str, port: int, workers: int) -> list[str]:
    """Granian, with the bundle served by itself."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "--static-path-route", "/static", "--static-path-mount", str(places.STATIC),
        "--static-path-expires", "31536000",
        "tingchao.config.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "tingchao.config.cli", "work"]


def run_children(commands: Sequence[Sequence[str]]) -> int:
    """Run processes until one ends or a signal comes; then end the others. Returns 0, or the code of what failed."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # each in a session of its own, so that Ctrl-C reaches this process alone, which ends them in order
    children = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603
    try:
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
        return (
            0
            if stopping
            else next(child.returncode for child in children if child.returncode is not None) or 1
        )
    finally:
        _end(children)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def demo(*, serve: bool, port: int) -> None:
    """Build what is missing of the demonstration, say where it is, and serve it until Ctrl-C."""
    from tingchao.config import embedded
    from tingchao.config.cli import _migrate, _set_up

    console = Console()
    os.environ.setdefault("TINGCHAO_PUBLIC_ADDRESS", f"http://127.0.0.1:{port}")
    embedded.ensure_database()
    _set_up()
    _migrate()
    _build(console)
    _say_where(console, port)
    if serve:
        sys.exit(run_children([server_command(host="127.0.0.1", port=port, workers=2), worker_command()]))


def _build(console: Console) -> None:
    from django.utils.timezone import now

    from tingchao.config import discovery
    from tingchao.demo.build import demo_begun, demo_build, demo_stands

    if demo_stands():
        return
    if demo_begun() is not None:
        console.print("上次没有建完，接着建。")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, int] = {}

        def show(label: str, done: int, of: int) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, total=of)
            bar.update(tasks[label], completed=done)  # type: ignore[arg-type]

        demo_build(modules=discovery.with_module("demo"), now=now(), progress=show)


def _say_where(console: Console, port: int) -> None:
    from django.conf import settings

    from tingchao.core.roles import ROLE_LABELS
    from tingchao.demo.city import LOGINS, PASSWORD
    from tingchao.directory.models import Station
    from tingchao.instruments.codes.selectors import token_of

    here = settings.PUBLIC_ADDRESS
    centre = Station.objects.get(name="新安江街道中心站")
    table = Table(title="演示账号", caption=f"密码都是 {PASSWORD}")
    for column in ("账号", "角色", "姓名", "范围"):
        table.add_column(column)
    for login in LOGINS:
        table.add_row(login.username, ROLE_LABELS[login.role], login.name, login.place)
    console.print(table)
    console.print(f"群众端   {here}/", highlight=False)
    console.print(f"站点码   {here}/c/{token_of(centre.pk)}/", highlight=False)
    console.print(f"工作台   {here}/desk/", highlight=False)


def setup_template(path: Path) -> None:
    """Write the workbook to be filled in."""
    from tingchao.config.cli import _set_up

    _set_up()
    from tingchao.instruments.rosters.reading import template_bytes

    path.write_bytes(template_bytes())
    Console().print(f"已写好模板：{path}", highlight=False)


def setup(path: Path, *, region_code: str, name: str, dry_run: bool) -> int:
    """Load a workbook and say row by row what was wrong; the exit code is 1 when nothing was taken."""
    from django.utils.timezone import now

    from tingchao.directory.actors import SYSTEM
    from tingchao.instruments.rosters.reading import Fault, workbook_read
    from tingchao.instruments.rosters.services import installation_load

    console = Console(highlight=False)
    try:
        book = workbook_read(path.read_bytes())
    except (Fault, OSError) as fault:
        console.print(str(fault), style="red")
        return 2
    report = installation_load(
        book=book, name=name, region_code=region_code, actor=SYSTEM, now=now(), dry_run=dry_run
    )
    if report.faults:
        console.print(f"有 {len(report.faults)} 处要改，一行也没有收：", style="red")
        for sheet, number, why in report.faults:
            console.print(f"  {sheet} 第 {number} 行：{why}" if number else f"  {sheet}：{why}")
        return 1
    told = "，".join(f"{sheet} {count} 行" for sheet, count in report.taken.items()) or "没有行"
    console.print(f"{'试收，没有保存' if dry_run else '已收'}：{told}。")
    for username, password in report.passwords:
        console.print(f"  {username}  初始密码 {password}  （只显示这一次）")
    return 0
