"""Of which places figures are read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tingchao.directory.models import Region


class FigurePlace(models.Model):
    """A place whose figures of one family are read 看哪里的数; without any, they are those of the whole installation.

    A family are the figures whose keys begin with the same word, e.g. "duty".
    """

    family = models.CharField(max_length=20)
    region = models.ForeignKey(Region, models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "region"], name="figure_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.region_id}"
