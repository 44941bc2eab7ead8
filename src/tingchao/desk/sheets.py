"""A list as a workbook: cells that are never formulas, rows written as they are read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tingchao.core.text import gettext_noop
from tingchao.desk.labels import CHANNELS, RATINGS
from tingchao.desk.present import who_acts
from tingchao.engine.exporting import SheetRow
from tingchao.engine.registry import procedure_get
from tingchao.engine.timing import ZONE

HEADS = (
    gettext_noop("编号"),
    gettext_noop("事项"),
    gettext_noop("环节"),
    gettext_noop("现在由"),
    gettext_noop("主办"),
    gettext_noop("轻重缓急"),
    gettext_noop("来源"),
    gettext_noop("站点"),
    gettext_noop("地区"),
    gettext_noop("到期"),
    gettext_noop("收到"),
    gettext_noop("办结"),
    gettext_noop("结果"),
    gettext_noop("评价"),
    gettext_noop("退回次数"),
)
WIDTHS = (18, 44, 16, 16, 20, 10, 12, 24, 16, 12, 17, 17, 14, 10, 10)


class Sheet:
    """A workbook in a temporary file, written row by row; `rows` counts the rows below the heads."""

    def __init__(self, title: str, *, heads: Sequence[str] = HEADS, widths: Sequence[int] = WIDTHS) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title[:31])
        self._sheet.freeze_panes = "A2"
        for place, width in enumerate(widths):
            self._sheet.column_dimensions[chr(ord("A") + place)].width = width
        self._sheet.append([self._text(gettext(head)) for head in heads])
        self.rows = 0

    def add(self, rows: Iterable[SheetRow]) -> None:
        """Write the matters, one a row."""
        self.add_cells(values_of(row) for row in rows)

    def add_cells(self, rows: Iterable[Sequence[str | int | float | date | datetime | None]]) -> None:
        """Write rows of cells in the order of the heads."""
        for row in rows:
            self._sheet.append([self._cell(value) for value in row])
            self.rows += 1

    def finished(self, about: Sequence[str]) -> IO[bytes]:
        """The file, with a second sheet that says what the list is; deleted once closed."""
        note = self._book.create_sheet(gettext("说明"))
        note.column_dimensions["A"].width = 80
        for line in about:
            note.append([self._text(line, note)])
        file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - handed on, closed with the answer
        self._book.save(file)
        file.seek(0)
        return file

    def _cell(self, value: Any) -> Any:
        return self._text(value) if isinstance(value, str) else value

    def _text(self, value: str, sheet: Any = None) -> Any:
        """A cell of text, whatever it begins with: a spreadsheet takes = + - @ for formulas."""
        cell = WriteOnlyCell(sheet or self._sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type, cell.number_format = "s", "@"
        return cell


def values_of(row: SheetRow) -> list[str | int | date | datetime | None]:
    """The cells of one matter, in the order of HEADS."""
    case, procedure = row.listed, procedure_get(row.listed.procedure)
    return [
        case.number,
        case.title,
        gettext(procedure.stage(case.stage).label),
        who_acts(case.duty, case.lead_name),
        case.lead_name or "",
        _label(procedure.tiers, row.tier),
        gettext(CHANNELS.get(row.channel, row.channel)),
        case.station_name or "",
        case.region_name,
        case.due_on,
        _local(row.opened_at),
        _local(case.closed_at),
        _label(procedure.outcomes, row.outcome),
        gettext(RATINGS[row.satisfaction]) if row.satisfaction in RATINGS else "",
        row.returns,
    ]


def _label(options: Iterable[Any], key: str) -> str:
    return next((gettext(option.label) for option in options if option.key == key), "")


def _local(moment: datetime | None) -> datetime | None:
    """The moment as clocks in the installation's zone show it; a workbook knows no zones."""
    return None if moment is None else moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
