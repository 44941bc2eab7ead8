"""The body as a tree: each numbered line is put where its number belongs. One pass, so the time is linear."""

from dataclasses import dataclass, field

from tingchao.core.screening.marks import Line, Mark, lines, mark
from tingchao.core.screening.shapes import Kind, Span, Unit

_ORDER = {Kind.PART: 0, Kind.CHAPTER: 1, Kind.SECTION: 2, Kind.ARTICLE: 3}
_LISTS = {Kind.FIRST, Kind.SECOND, Kind.THIRD, Kind.FOURTH, Kind.FIFTH}
_RUNS_ON = "规定款项第的和、，至及或所中之"
_FARTHEST_CLOSING_QUOTE = 4000


@dataclass(slots=True)
class _Node:
    style: Kind
    kind: Kind
    number: int
    suffix: int
    label: Span
    start: int
    end: int
    children: list["_Node"] = field(default_factory=list)


class Builder:
    """Takes lines in their order and keeps the branch that is being written."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._top: list[_Node] = []
        self._branch: list[_Node] = []
        self._quote_ends = 0
        self._last_article = 0

    def take(self, line: Line) -> None:
        """Add one line."""
        found = mark(self._text, line) if line.start >= self._quote_ends else None
        if found and found.kind is Kind.ARTICLE and not self._is_article(found):
            found = None
        if found:
            self._numbered(line, found)
        else:
            self._plain(line)
        self._mind_quotes(line)

    def done(self) -> tuple[Unit, ...]:
        """The finished tree."""
        self._close(0)
        return tuple(_frozen(node) for node in self._top)

    def _is_article(self, found: Mark) -> bool:
        follows = self._text[found.end : found.end + 1]
        return found.apart or (found.number == self._last_article + 1 and follows not in _RUNS_ON)

    def _mind_quotes(self, line: Line) -> None:
        """What stands in quotation marks over several lines (a decision to amend) is no numbering of this text."""
        opened = self._text.rfind("“", line.start, line.end)
        if opened < 0 or self._text.find("”", opened, line.end) >= 0:
            return
        closed = self._text.find("”", line.end, line.end + _FARTHEST_CLOSING_QUOTE)
        self._quote_ends = max(self._quote_ends, closed + 1)

    def _numbered(self, line: Line, found: Mark) -> None:
        depth = self._depth_for(found.kind)
        self._close(depth)
        node = self._add(
            _Node(
                style=found.kind,
                kind=self._kind(found.kind),
                number=found.number,
                suffix=found.suffix,
                label=Span(found.start, found.end),
                start=line.start,
                end=line.end,
            )
        )
        if found.kind is Kind.ARTICLE:
            self._last_article = found.number
            self._first_paragraph(node, found, line)

    def _first_paragraph(self, article: _Node, found: Mark, line: Line) -> None:
        rest = self._text[found.end : line.end]
        begins = line.end - len(rest.lstrip())
        if rest.strip():
            self._add(self._unnumbered(Kind.PARAGRAPH, begins, line.end, article))

    def _depth_for(self, style: Kind) -> int:
        """How much of the branch stays: up to a sibling of the same style, and nothing of a lower order."""
        for depth, node in enumerate(self._branch):
            lower = style in _ORDER and node.style in _ORDER and _ORDER[node.style] >= _ORDER[style]
            if node.style is style or lower:
                return depth
        kept = len(self._branch)
        while kept and self._branch[kept - 1].style is Kind.TEXT:
            kept -= 1
        return kept

    def _kind(self, style: Kind) -> Kind:
        """Lists are 项 and 目 inside an article, and numbering of their own outside."""
        if style not in _LISTS or not any(node.style is Kind.ARTICLE for node in self._branch):
            return style
        inside = any(node.kind is Kind.ITEM for node in self._branch)
        return Kind.POINT if inside else Kind.ITEM

    def _plain(self, line: Line) -> None:
        for depth, node in enumerate(self._branch):
            if node.style is Kind.ARTICLE:
                self._close(depth + 1)
                self._add(self._unnumbered(Kind.PARAGRAPH, line.start, line.end, node))
                return
        while self._branch and self._branch[-1].style is Kind.TEXT:
            self._close(len(self._branch) - 1)
        parent = self._branch[-1] if self._branch else None
        self._add(self._unnumbered(Kind.TEXT, line.start, line.end, parent))

    def _unnumbered(self, kind: Kind, start: int, end: int, parent: _Node | None) -> _Node:
        siblings = parent.children if parent else self._top
        last = next((one.number for one in reversed(siblings) if one.kind is kind), 0)
        return _Node(kind, kind, last + 1, 0, Span(start, start), start, end)

    def _add(self, node: _Node) -> _Node:
        (self._branch[-1].children if self._branch else self._top).append(node)
        self._branch.append(node)
        return node

    def _close(self, depth: int) -> None:
        while len(self._branch) > depth:
            ended = self._branch.pop()
            if self._branch:
                self._branch[-1].end = max(self._branch[-1].end, ended.end)


def _frozen(node: _Node) -> Unit:
    children = tuple(_frozen(child) for child in node.children)
    return Unit(node.kind, node.number, node.suffix, node.label, node.start, node.end, children)


def build(text: str, start: int, end: int) -> tuple[Unit, ...]:
    """The units between two offsets."""
    builder = Builder(text)
    for line in lines(text, start, end):
        builder.take(line)
    return builder.done()
