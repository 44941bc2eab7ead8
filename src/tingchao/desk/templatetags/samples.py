"""What the page of all parts shows: one worked example of everything that parts draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Given = dict[str, Any]


def _mark(label: str, state: str, when: str) -> Given:
    return {"label": label, "state": state, "when": when, "late": False}


def _field(key: str, label: str, kind: str, **more: Any) -> Given:
    plain: Given = {"required": True, "value": "", "options": [], "hint": "", "source": "", "error": ""}
    return {**plain, "key": key, "name": key, "label": label, "kind": kind, "maxlength": "", **more}


def _options(*labels: str) -> list[Given]:
    return [{"value": label, "label": label, "note": "", "selected": False} for label in labels]


def samples() -> Given:
    """Marks, fields, details, a timeline and a table."""
    outcomes = _options("已经办好", "列入计划，写明时间", "办不了，写明理由")
    bodies = _options(
        "城管中队", "交警大队", "民政办", "住建局", "水务集团", "供电公司", "教育局", "卫健局", "文旅局"
    )
    return {
        "marks": [
            _mark("听", "past", "11-20 周五"),
            _mark("议", "past", "11-23 周一"),
            _mark("办", "now", "11-27 周五到期"),
            _mark("评", "todo", "5 个工作日内"),
            _mark("知", "todo", "评后公开"),
        ],
        "fields": [
            _field("outcome", "办理结果", "choice", options=outcomes),
            _field("said", "写给反映人的话", "text", hint="写清做了什么。", audience_label="反映人会看到"),
            _field("lead", "主办单位", "body", options=bodies, error="请选一个主办单位。"),
            _field("follow", "督办代表", "deputies", options=_options("王建平", "陈晓兰"), required=False),
            _field("place", "地点", "line", error="请填地点。"),
            _field("due", "要求办结日期", "date", required=False, source="不填按规定时限"),
            _field("photos", "现场照片", "files", required=False),
        ],
        "details": [
            {
                "label": "到期",
                "value": "11月27日（周五）",
                "tag": "还有 3 天",
                "tag_state": "soon",
                "hint": "小事项",
            },
            {"label": "主办", "value": "城管中队", "tag": "", "tag_state": "", "hint": ""},
        ],
        "timeline": [
            {
                "when": datetime(2026, 11, 23, 2, 40, tzinfo=UTC),
                "who": "方志明",
                "role_label": "联络员",
                "what": "交城管中队主办，限 4 个工作日",
                "note": "归口明确，不用再议。",
                "said_label": "写给反映人",
                "said": "已经交给城管中队，11月27日（周五）前给您答复。",
                "seq": 2,
                "digest": "8f3a22c1",
            }
        ],
        "figures": [
            {"label": "办成", "value": "81", "unit": "件", "note": "已解决 81"},
            {"label": "没办成，已说明", "value": "36", "unit": "件", "note": "当场答复 23、不予受理 13"},
        ],
        "heads": ["单位", "件数", "按时"],
        "rows": [["城管中队", "12", "11"], ["交警大队", "7", "7"]],
        "caption": "新安江街道，11 月，19 件",
    }
