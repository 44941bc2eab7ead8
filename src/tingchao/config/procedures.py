"""Procedures in print: as text, as data, as a diagram."""

from __future__ import annotations

from typing import Any

from tingchao.core.closure import LAWS, check
from tingchao.core.limits import Limit
from tingchao.core.procedure import Procedure, Stage


def report(procedure: Procedure) -> dict[str, Any]:
    """A procedure with its stages, actions, and each law with the places that break it."""
    breaches = check(procedure)
    return {
        "key": procedure.key,
        "label": procedure.label,
        "source": procedure.source,
        "stages": [_stage(stage) for stage in procedure.stages],
        "actions": [
            {
                "key": action.key,
                "label": action.label,
                "leaves": list(action.leaves),
                "reaches": list(dict.fromkeys(action.targets())),
                "roles": [str(role) for role in action.roles],
                "inputs": [item.key for item in action.inputs],
            }
            for action in procedure.actions
        ],
        "laws": [
            {
                "law": law,
                "says": says,
                "breaches": [{"at": one.at, "why": one.why} for one in breaches if one.law == law],
            }
            for law, says in LAWS.items()
        ],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "key": stage.key,
        "label": stage.label,
        "duty": str(stage.duty or ""),
        "limit": _limit(stage.limit),
        "source": stage.limit.source if stage.limit else "",
        "escalates_to": [str(role) for role in stage.escalates_to],
        "end": stage.end,
    }


def _limit(limit: Limit | None) -> str:
    return "" if limit is None else f"{limit.amount} {limit.unit}"


def text(found: list[dict[str, Any]]) -> str:
    """The reports as lines for a terminal."""
    lines: list[str] = []
    for one in found:
        lines += [f"{one['key']}  {one['label']}  ({one['source']})", "  stages"]
        lines += [
            f"    {stage['key']:<14} {stage['label']:<10} "
            + (
                "end"
                if stage["end"]
                else f"{stage['duty']}, {stage['limit']}, then {', '.join(stage['escalates_to'])}"
            )
            for stage in one["stages"]
        ]
        lines.append("  actions")
        lines += [
            f"    {action['key']:<14} {', '.join(action['leaves'])} → {' or '.join(action['reaches'])}"
            f"  by {', '.join(action['roles'])}"
            for action in one["actions"]
        ]
        lines.append("  laws")
        for law in one["laws"]:
            lines.append(
                f"    {'holds' if not law['breaches'] else 'BROKEN':<7}{law['law']:<8} {law['says']}"
            )
            lines += [f"           at {breach['at']}: {breach['why']}" for breach in law["breaches"]]
    return "\n".join(lines)


def mermaid(procedure: Procedure) -> str:
    """A procedure as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {stage.key}: {stage.label}" for stage in procedure.stages]
    lines.append(f"    [*] --> {procedure.first.key}")
    for action in procedure.actions:
        for source in action.leaves:
            lines += [
                f"    {source} --> {target}: {action.label}" for target in dict.fromkeys(action.targets())
            ]
    lines += [f"    {stage.key} --> [*]" for stage in procedure.stages if stage.end]
    return "\n".join(lines)
