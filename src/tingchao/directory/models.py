"""Who and where: regions, bodies, stations, deputies, groups, accounts and what each may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tingchao.core.roles import ROLE_LABELS


class Region(models.Model):
    """An administrative division 行政区划, known by its 12-digit code (GB/T 10114).

    A scope is a prefix of the code: "33" the province, "3301" the city, 6 digits the district or county, 9 the
    township or sub-district, 12 the village or community.
    """

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Outline(models.Model):
    """The outline of a region on a map, for orientation only; apart from the region, which every list reads."""

    region = models.OneToOneField(Region, models.CASCADE, primary_key=True, related_name="outline")
    geometry = models.JSONField()  # GeoJSON geometry in WGS-84 degrees


class Body(models.Model):
    """An organisation that matters are assigned to, or that runs a loop: department, street office, congress.

    Governments, supervisory commissions, courts and procuratorates make documents that the standing committee of the
    same level reviews (《监督法》2024 第三十九条). Offices of governments are departments of theirs.
    """

    class Kind(models.TextChoices):
        CONGRESS = "congress", _("人大")
        GOVERNMENT = "government", _("政府")
        DEPARTMENT = "department", _("部门")
        COMMUNITY = "community", _("社区（村）")
        COURT = "court", _("人民法院")
        PROCURACY = "procuracy", _("人民检察院")
        SUPERVISION = "supervision", _("监察委员会")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    region = models.ForeignKey(Region, models.PROTECT)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """A contact station 代表联络站; the tree is head → centre → constituency or area → micro."""

    class Kind(models.TextChoices):
        HEAD = "head", _("总站")
        CENTRE = "centre", _("中心站")
        CONSTITUENCY = "constituency", _("选区站")
        AREA = "area", _("片区站")
        MICRO = "micro", _("微站点")

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    region = models.ForeignKey(Region, models.PROTECT)
    address = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    latitude = models.FloatField(null=True)  # WGS-84 degrees
    longitude = models.FloatField(null=True)
    meeting_day = models.PositiveSmallIntegerField(
        null=True
    )  # of the month: small matters are deliberated then
    functions = ArrayField(
        models.CharField(max_length=20), default=list, blank=True
    )  # e.g. 立法联系点, 余法驿站
    equipment = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # e.g. 无障碍坡道, 大屏
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "name"], name="station_once_a_region")
        ]

    def __str__(self) -> str:
        return self.name


class Deputy(models.Model):
    """A deputy 人大代表 or a resident-council member 议事会成员, for one term."""

    class Kind(models.TextChoices):
        DEPUTY = "deputy", _("人大代表")
        COUNCIL = "council", _("议事会成员")

    class Level(models.TextChoices):
        NATIONAL = "national", _("全国")
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县（市、区）")
        TOWNSHIP = "township", _("乡镇（街道）")

    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DEPUTY)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.COUNTY)
    constituency = models.CharField(max_length=60, blank=True)
    expertise = models.CharField(max_length=40, blank=True)
    photo = models.CharField(max_length=64, blank=True)  # digest of the portrait, see engine.portraits
    region = models.ForeignKey(Region, models.PROTECT)
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="people")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "deputies"

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A group with dated memberships: deputies' group 代表小组, professional supervision group 专业监督小组."""

    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=120, blank=True)
    region = models.ForeignKey(Region, models.PROTECT)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One deputy in one group from a day until another; `until` is the first day no longer a member."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="memberships")
    part = models.CharField(max_length=40, blank=True)  # e.g. 组长
    since = models.DateField()
    until = models.DateField(null=True)


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name; making one is `services.account_create`."""


class Account(AbstractBaseUser):
    """Somebody who logs in. What they may do stands in their grants and nowhere else."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    deputy = models.OneToOneField(Deputy, models.PROTECT, null=True, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    password_given = models.BooleanField(
        default=False
    )  # somebody else knows it: its owner has to choose another
    views = models.JSONField(default=list, blank=True)  # of directory.saved_views: [{"name": …, "query": …}]

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role held by an account within a scope: role × region prefix × body, from a day until another."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.CharField(
        max_length=20, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    scope = models.CharField(max_length=12, blank=True)  # region code prefix; empty: everywhere
    body = models.ForeignKey(Body, models.PROTECT, null=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role", "scope", "body"], name="grant_once", nulls_distinct=False
            )
        ]


class WorkingYear(models.Model):
    """A year's working calendar as loaded by an administrator; it stands before the one that ships."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    off = models.JSONField()  # list of ISO dates
    on = models.JSONField()  # list of ISO dates
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField()


class LimitRule(models.Model):
    """A limit that holds here instead of the one that ships with a procedure. `engine.limits` keeps and applies it."""

    procedure = models.CharField(max_length=40)
    stage = models.CharField(max_length=30)
    tier = models.CharField(max_length=20, blank=True)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)  # core.limits.Unit
    source = models.CharField(max_length=200)
    profile = models.CharField(
        max_length=60, blank=True
    )  # the profile it came with; empty when set by itself
    set_by = models.CharField(max_length=40)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "stage", "tier"], name="limitrule_once")
        ]


class Installation(models.Model):
    """The one row that says whose installation this is."""

    name = models.CharField(max_length=40, default="听潮")
    region = models.ForeignKey(Region, models.PROTECT)
    demonstration = models.BooleanField(default=False)
