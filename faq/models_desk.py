"""What the support desk keeps: masked searches, who uses which answer, revisions, staff accounts.

Nothing here says who searched: no address, no session, and numbers are masked before.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SearchLog(models.Model):
    """One search of the public site, typed prefixes merged into it.

    `token_hash` ties prefixes of one visitor together for some seconds and is emptied afterwards.
    """

    class Level(models.TextChoices):
        """How sure the search was (`faq.search.Confidence`)."""

        HIGH = "high", _("找到")
        MIDDLE = "middle", _("猜测")
        LOW = "low", _("没有结果")

    query = models.CharField(_("搜索"), max_length=200)
    level = models.CharField(_("结果"), max_length=6, choices=Level.choices)
    clicked = models.ForeignKey(
        "faq.Entry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="searches",
        verbose_name=_("点开的条目"),
    )
    handled = models.BooleanField(_("已处理"), default=False)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar = ["-at"]
        verbose_name = _("搜索记录")
        verbose_name_plural = _("搜索记录")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("use_desk", "May use the support desk"),
            ("add_alias", "May add an alias from the search log"),
            ("review_entry", "May mark an entry as reviewed"),
            ("publish_entry", "May publish and withdraw an entry"),
            ("exchange_content", "May import and export content"),
        ]

    def __str__(self) -> str:
        return self.query


class DeskUse(models.Model):
    """When somebody of the staff last used an answer, and whether they pinned it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_uses"
    )
    entry = models.ForeignKey("faq.Entry", on_delete=models.CASCADE, related_name="desk_uses")
    used_at = models.DateTimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "entry"], name="faq_desk_use_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.entry_id}"


class StaffAccount(models.Model):
    """A staff account whose password was made by `manage.py desk_user`.

    While `password_once` holds, signing in leads to choosing a password, and nowhere else.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_account"
    )
    password_once = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class Tries(models.Model):
    """Counted tries in a window of time; `bucket` is a keyed digest, never an address or a name."""

    bucket = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.bucket


class Revision(models.Model):
    """An entry as it was saved, in the words of a content file; never changed afterwards."""

    entry = models.ForeignKey("faq.Entry", on_delete=models.CASCADE, related_name="revisions")
    record: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    note = models.CharField(_("说明"), max_length=80, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name=_("修改人")
    )
    at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.entry_id} {self.at:%Y-%m-%d %H:%M}"


class FeedbackReason(models.Model):
    """Why an answer did not help, chosen after 没解决; one per vote."""

    class Reason(models.TextChoices):
        """The choices of the answer page."""

        UNCLEAR = "unclear", _("看不懂")
        DIFFERENT = "different", _("和我遇到的情况不一样")
        TRIED = "tried", _("照着做了还是不行")
        MISSING = "missing", _("缺少步骤或说明")
        OUTDATED = "outdated", _("内容过时")

    feedback = models.OneToOneField(
        "faq.Feedback", on_delete=models.CASCADE, related_name="reason_given"
    )
    reason = models.CharField(_("原因"), max_length=10, choices=Reason.choices)

    class Meta:
        verbose_name = _("没解决的原因")
        verbose_name_plural = _("没解决的原因")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.reason
