"""What `make check` asks beyond types and style."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tingchao.config import texts


def all_faults() -> list[str]:
    """Everything that is missing, one line each."""
    return [*_migration_faults(), *texts.faults(), *_template_faults()]


def _migration_faults() -> Iterator[str]:
    """Models that their migrations do not describe; found without a database."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    with translation.override(None):  # Django's own field names are written in migrations untranslated
        changes = detector.changes(graph=loader.graph)
    for label, migrations in changes.items():
        if apps.get_app_config(label).name.startswith("tingchao."):
            yield from (
                f"{label}: no migration for: {op.describe()}" for one in migrations for op in one.operations
            )


def _template_faults() -> Iterator[str]:
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    package = Path(texts.PACKAGE)
    for path in sorted(package.rglob("templates/**/*.html")):
        name = path.as_posix().split("/templates/", 1)[1]
        try:
            get_template(name)
        except TemplateSyntaxError as fault:
            yield f"{name}: {fault}"
