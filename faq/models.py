"""What the help site keeps: stages, entries, error codes, panels, contacts, feedback.

Entries name one another by slug, and codes are plain strings, so that nothing here knows the
wizard. A renamed entry leaves a `Redirect` behind: old addresses work for ever.
"""

from __future__ import annotations

import functools
import secrets
from typing import Any, ClassVar, Final

from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faq.fields import TextListField, not_reserved, our_page
from faq.models_desk import (  # noqa: F401 - one place where Django and everybody finds all models
    DeskUse,
    FeedbackReason,
    Revision,
    SearchLog,
    StaffAccount,
    Tries,
)


def new_version() -> str:
    """Random, not counted: a rolled-back change can never be mistaken for a later one."""
    return secrets.token_hex(8)


@functools.lru_cache(maxsize=4096)
def _address(slug: str, _prefix: str) -> str:
    """The page of the entry with this name; lists ask for dozens, and `reverse` is slow."""
    return reverse("faq:answer", args=[slug])


class ContentVersion(models.Model):
    """One row: the version of all content, and the highest number ever given to an entry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.CharField(max_length=16, default=new_version)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="faq_version_single")
        ]

    def __str__(self) -> str:
        return self.version

    @classmethod
    def current(cls) -> str:
        """The version of what is stored; empty before anything was. One query."""
        # Every page asks: building the query anew would cost ten times what the answer costs.
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM faq_contentversion WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else ""

    @classmethod
    def renew(cls) -> None:
        """Something changed: every process reads the content again at its next request."""
        version = new_version()
        if not cls.objects.filter(pk=1).update(version=version):
            cls.objects.get_or_create(pk=1, defaults={"version": version})

    @classmethod
    def take_number(cls, wanted: int | None) -> int:
        """`wanted`, or the next number that no entry ever had. Call it inside a transaction."""
        row, _created = cls.objects.select_for_update().get_or_create(pk=1)
        number = wanted or row.last_number + 1
        if number > row.last_number:
            cls.objects.filter(pk=1).update(last_number=number)
        return number


class Imported(models.Model):
    """Content that ships as a file and may be edited here.

    `imported_digest` is the digest of the record as it was last imported: while the row still has
    it, nobody edited it and an import may replace it.
    """

    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class Stage(Imported):
    """A stage of the journey; entries are grouped by it (办理阶段)."""

    slug = models.SlugField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=40)
    summary = models.CharField(_("说明"), max_length=80, blank=True)
    icon = models.CharField(_("图标"), max_length=20, default="help")
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering: ClassVar = ["position", "slug"]
        verbose_name = _("办理阶段")
        verbose_name_plural = _("办理阶段")

    def __str__(self) -> str:
        return self.title


class Entry(Imported):
    """One question with its answer: the source's words, and our edited form of them.

    Source, verbatim: category, topic, question, answer, errors, figures. Ours: title,
    short_answer, steps, why, warning, editor_note, aliases, related. Our texts may use the inline
    marks of `faq.markup`.
    """

    class Kind(models.TextChoices):
        """Where in the source it stands."""

        FAQ = "faq", _("问答")
        CONTACT = "contact", _("联系方式")
        GUIDE = "guide", _("操作指引")

    class Status(models.TextChoices):
        """Only published entries are shown."""

        DRAFT = "draft", _("草稿")
        REVIEWED = "reviewed", _("已审核")
        PUBLISHED = "published", _("已发布")

    number = models.PositiveIntegerField(
        _("短链接号"),
        unique=True,
        editable=False,
        help_text=_("用于 /f/<号>，永久不变"),
    )
    slug = models.SlugField(_("编号"), max_length=80, unique=True, validators=[not_reserved])
    kind = models.CharField(_("类型"), max_length=8, choices=Kind.choices, default=Kind.FAQ)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, related_name="entries", verbose_name=_("办理阶段")
    )
    category = models.CharField(_("原文分类"), max_length=40, blank=True)
    topic = models.CharField(_("原文小标题"), max_length=60, blank=True)
    question = models.TextField(_("原文：问"))
    question_source = models.CharField(_("问句来历"), max_length=120, blank=True)
    answer = models.TextField(_("原文：答"))
    errors = TextListField(_("报错原文"))
    figures = TextListField(_("原文配图"))
    title = models.CharField(_("标题"), max_length=120)
    short_answer = models.CharField(_("简要回答"), max_length=200)
    steps = TextListField(_("按顺序操作"))
    why = models.TextField(_("为什么"), blank=True)
    warning = models.TextField(_("注意"), blank=True)
    editor_note = models.TextField(_("编者注"), blank=True)
    source_label = models.CharField(_("来源"), max_length=120, blank=True)
    aliases = TextListField(_("别的说法"), help_text=_("用户会怎么说，3–5 条"))
    related = TextListField(_("相关问题"), help_text=_("条目编号，按顺序"))
    here_url = models.CharField(
        _("本站对应页面"), max_length=120, blank=True, validators=[our_page]
    )
    here_label = models.CharField(_("本站对应页面的按钮"), max_length=20, blank=True)
    reviewed_on = models.DateField(_("最近核对"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    # Error codes that this entry answers; filled by `faq.content`, not stored here.
    codes: tuple[str, ...] = ()

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name = _("问答条目")
        verbose_name_plural = _("问答条目")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new entry its number for ever, and a renamed one its redirect."""
        with transaction.atomic():
            if self._state.adding:
                self.number = ContentVersion.take_number(self.number)
            else:
                self._redirect_old_slug()
            super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of the answer."""
        return _address(self.slug, get_script_prefix())

    def _redirect_old_slug(self) -> None:
        old = Entry.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if old and old != self.slug:
            Redirect.objects.filter(old_slug=self.slug).delete()
            Redirect.objects.update_or_create(old_slug=old, defaults={"entry": self})


class Redirect(models.Model):
    """An address that an entry once had."""

    old_slug = models.SlugField(_("旧编号"), max_length=80, unique=True)
    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="redirects", verbose_name=_("条目")
    )

    class Meta:
        verbose_name = _("旧地址")
        verbose_name_plural = _("旧地址")

    def __str__(self) -> str:
        return self.old_slug


class ErrorCode(Imported):
    """A short code that can be said on the telephone, and the entries that answer it.

    The first slug of `answers` is where `/e/<code>` leads. A code without answers is explained by
    its title and advice on the search page.
    """

    code = models.CharField(
        _("代码"), max_length=8, unique=True, validators=[RegexValidator(r"^[A-Z]-\d{3}$")]
    )
    title = models.CharField(_("说明"), max_length=80)
    advice = models.CharField(_("下一步"), max_length=120, blank=True)
    answers = TextListField(_("回答它的条目"), help_text=_("条目编号，第一个是主要回答"))
    in_demo = models.BooleanField(_("演示台有这个场景"), default=False)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("错误代码")
        verbose_name_plural = _("错误代码")

    def __str__(self) -> str:
        return self.code


class HelpPage(Imported):
    """Which entries stand beside (or on) a page, in order: panels, home page, top ten."""

    slug = models.SlugField(_("页面"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=40, blank=True)
    entries = TextListField(_("条目"), help_text=_("条目编号，按顺序"))

    class Meta:
        ordering: ClassVar = ["slug"]
        verbose_name = _("页面帮助")
        verbose_name_plural = _("页面帮助")

    def __str__(self) -> str:
        return self.slug


class HotQuery(Imported):
    """A search that the home page offers as a chip."""

    text = models.CharField(_("常搜"), max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering: ClassVar = ["position", "text"]
        verbose_name = _("常搜词")
        verbose_name_plural = _("常搜词")

    def __str__(self) -> str:
        return self.text


class Uncovered(Imported):
    """A known topic that this site does not answer, and who does (理赔, 退保, 退税 …)."""

    slug = models.SlugField(_("编号"), max_length=40, unique=True)
    terms = TextListField(_("说法"))
    advice = models.CharField(_("去哪里问"), max_length=120)

    class Meta:
        ordering: ClassVar = ["slug"]
        verbose_name = _("未收录的话题")
        verbose_name_plural = _("未收录的话题")

    def __str__(self) -> str:
        return self.slug


class GlossaryTerm(Imported):
    """What people say for a word that the entries use: 公章 and seal are 印章.

    A Latin term is read as `name`, a Chinese one also as `name`. A term may stand with several
    names; the one that was entered first is the likeliest.
    """

    name = models.CharField(_("条目里的说法"), max_length=40, unique=True)
    terms = TextListField(_("别人的说法"), help_text=_("中文或英文，英文用小写"))

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("词汇")
        verbose_name_plural = _("词汇表")

    def __str__(self) -> str:
        return self.name


class Contact(Imported):
    """A row of 按问题找对人: public lines only."""

    slug = models.SlugField(_("编号"), max_length=40, unique=True)
    problem = models.CharField(_("什么问题"), max_length=60)
    who = models.CharField(_("找谁"), max_length=40)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    phone_note = models.CharField(_("没有电话时显示"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering: ClassVar = ["position", "slug"]
        verbose_name = _("联系方式")
        verbose_name_plural = _("联系方式")

    def __str__(self) -> str:
        return self.who


class BranchContact(models.Model):
    """A branch's own contact, filled in by the branch; the site ships without any."""

    branch = models.CharField(_("网点"), max_length=60)
    who = models.CharField(_("联系人或岗位"), max_length=40)
    phone = models.CharField(_("电话"), max_length=40)
    hours = models.CharField(_("接听时间"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering: ClassVar = ["position", "branch", "who"]
        verbose_name = _("网点联系人")
        verbose_name_plural = _("网点联系人")

    def __str__(self) -> str:
        return f"{self.branch} {self.who}"


class Feedback(models.Model):
    """Whether an answer solved the problem; nothing about who said so."""

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="feedback", verbose_name=_("条目")
    )
    helpful = models.BooleanField(_("解决了"))
    created_at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name = _("反馈")
        verbose_name_plural = _("反馈")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.helpful}"


CONTENT_MODELS: Final[tuple[type[models.Model], ...]] = (
    Stage,
    Entry,
    Redirect,
    ErrorCode,
    HelpPage,
    HotQuery,
    Uncovered,
    GlossaryTerm,
    Contact,
    BranchContact,
)
