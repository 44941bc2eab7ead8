"""The notices that a step caused, where somebody wants them, and whether they arrived."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tingchao.core.quiet import MORNING, Plan, Rhythm
from tingchao.directory.models import Account, Body
from tingchao.engine.models.history import Event
from tingchao.engine.models.matters import Case


class Notice(models.Model):
    """A message to be delivered 通知: an outbox row written with its event, sent by a worker at least once.

    `key` is stable: whoever receives the same key twice has received one notice.
    """

    key = models.CharField(max_length=120)
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_index=False)
    recipient = models.CharField(
        max_length=60
    )  # reporter, account:7, body:3, deputy:9, role:coordinator@330182
    template = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)  # null once delivered or given up
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], name="notice_once")]
        indexes: ClassVar = [models.Index("try_at", condition=Q(try_at__isnull=False), name="notice_waiting")]


class NoticeTarget(models.Model):
    """Where an account, a body, or everybody who holds a role within a scope wants notices 收信处.

    The address is encrypted (directory.personal); `shown` is what may be read of it.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", "邮件"
        DINGTALK = "dingtalk", "钉钉群机器人"
        WECOM = "wecom", "企业微信群机器人"
        WEBHOOK = "webhook", "网址推送"
        OTHER = "other", "其他"

    class Off(models.TextChoices):
        BY_HAND = "by_hand", "已停用"
        FAILED = "failed", "总送不到，自动停了"
        UNSUBSCRIBED = "unsubscribed", "已退订"

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="targets")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="targets")
    role = models.CharField(max_length=20, blank=True)
    scope = models.CharField(max_length=12, blank=True)  # region code prefix, with `role` only

    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.BinaryField()
    shown = models.CharField(max_length=120)
    label = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)
    off = models.CharField(max_length=12, choices=Off.choices, blank=True)  # why it is not active

    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    days_off_quiet = models.BooleanField(default=False)
    rhythm = models.CharField(max_length=8, default=Rhythm.AT_ONCE)
    collect_at = models.TimeField(default=MORNING)
    weekday = models.PositiveSmallIntegerField(default=0)  # Monday is 0
    unwanted = models.JSONField(default=list)  # templates that are not sent here
    urgent_at_once = models.BooleanField(default=True)

    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    resting_until = models.DateTimeField(null=True)  # after a failure nothing is sent before
    last_error = models.CharField(
        max_length=120, blank=True
    )  # a fault of engine.sender, spelled "code:detail"
    last_error_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, body__isnull=True, role="", scope="")
                | Q(account__isnull=True, body__isnull=False, role="", scope="")
                | (Q(account__isnull=True, body__isnull=True) & ~Q(role="")),
                name="target_of_one",
            )
        ]
        indexes: ClassVar = [
            models.Index("scope", "role", condition=~Q(role=""), name="target_group"),
            models.Index("id", condition=Q(failures__gt=0) | Q(off="failed"), name="target_failing"),
        ]

    @property
    def plan(self) -> Plan:
        """When it wants to hear."""
        return Plan(
            self.quiet_from,
            self.quiet_to,
            self.days_off_quiet,
            Rhythm(self.rhythm),
            self.collect_at,
            self.weekday,
        )


class Delivery(models.Model):
    """One notice on its way to one target; without a target to whoever raised the matter.

    `message` is given when it is first sent, to all that goes in the same message, and never changes: the same message
    has the same key however often it is tried.
    """

    key = models.CharField(max_length=140)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    target = models.ForeignKey(NoticeTarget, models.CASCADE, null=True, db_index=False)
    created_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)  # null once delivered or given up
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=40, blank=True)
    delivered_at = models.DateTimeField(null=True)
    settled = models.BooleanField(default=False)  # left out, since the matter had moved on
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index("try_at", condition=Q(try_at__isnull=False), name="delivery_waiting"),
            models.Index("target", "id", condition=Q(try_at__isnull=False), name="delivery_due"),
            models.Index("target", F("id").desc(), name="delivery_of_target"),
        ]
