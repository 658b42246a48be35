"""What the site remembers: worlds, applications, drafts, attempts, documents and their trail.

Only `transitions.py` writes `Application.state`; only `trail.py` writes `Event`. Every row is
reached through the world of its owner, and through the enterprise (`uscc`) within that world.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wizard.process import STEPS, State, Step, current_step
from wizard.singlewindow.port import ApplicationFile, ApplicationKind

# No 0/O, 1/I/L: a code is read aloud from a projector.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


def new_key() -> str:
    """An unguessable name of 128 bits (OWASP ASVS 5.0 §11.5)."""
    return secrets.token_hex(16)


def new_code() -> str:
    """A code that can be said aloud: 6 of 31 signs."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class World(models.Model):
    """One demonstration: companies, cards, clock and faults of its own, shared with nobody.

    `key` names the world at the authority; `code` lets a colleague or another machine join it.
    Outside the demo there is exactly one, with an empty persona.
    """

    key = models.CharField(max_length=32, unique=True, default=new_key)
    code = models.CharField(max_length=12, unique=True, default=new_code)
    persona = models.CharField(max_length=8, blank=True)
    scenario = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, db_index=True)
    # Set just before everything of the world is deleted: the trail's triggers let go of it then.
    purged_at = models.DateTimeField(null=True, blank=True)
    # Not a column: what `authority.page_time` learnt, for the one request this object lives in.
    page_time: tuple[datetime | None] | None = None

    def __str__(self) -> str:
        return self.code


class ApplicationQuerySet(models.QuerySet["Application"]):
    """The owner's door: nothing is looked up by number alone."""

    def of(self, *, world: World, uscc: str) -> Self:
        """Only what this enterprise in this world may see."""
        return self.filter(world=world, uscc=uscc)


class Application(models.Model):
    """One 投保申请 on its way through the four steps."""

    class Rating(models.IntegerChoices):
        """好差评 in its five levels."""

        VERY_GOOD = 5, _("非常满意")
        GOOD = 4, _("满意")
        FAIR = 3, _("基本满意")
        POOR = 2, _("不满意")
        VERY_POOR = 1, _("非常不满意")

    world = models.ForeignKey(World, on_delete=models.CASCADE, related_name="applications")
    number = models.CharField(_("申请号"), max_length=40)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    company = models.CharField(_("企业名称"), max_length=100)
    kind = models.CharField(
        _("业务类型"),
        max_length=8,
        choices=[
            (ApplicationKind.NEW.value, _("新签")),
            (ApplicationKind.RENEWAL.value, _("续转")),
        ],
    )
    state = models.CharField(
        _("状态"), max_length=24, choices=State.choices, default=State.AWAITING_CONFIRMATION
    )
    # Counts every change of state; a form that was drawn at another revision is stale.
    revision = models.PositiveIntegerField(default=0)
    # Counts how often step one was opened: part of the idempotency key of every write.
    round = models.PositiveIntegerField(default=1)
    # The authority's file as last read (port.ApplicationFile as JSON): pages work while it is down.
    file = models.JSONField(default=dict)
    contact = models.JSONField(null=True, blank=True)
    reason = models.TextField(_("退回或不予承保的原因"), blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = models.CharField(max_length=80, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=80, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    rating = models.PositiveSmallIntegerField(
        _("好差评"), choices=Rating.choices, null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now)

    # Not a column: the round and the papers that `papers.kept` found in it, for one request.
    kept_papers: tuple[int, dict[str, Document]] | None = None
    # Nor this: whether an attempt was open when the row was read; None where nobody asked.
    unsettled: bool | None = None
    # Nor this: `file` and what `files.file_of` read in it.
    parsed_file: tuple[dict[str, Any], ApplicationFile] | None = None

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["world", "number"], name="application_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="application_rating_known"
            ),
            *(
                models.CheckConstraint(
                    condition=(Q(**{f"{what}_at__isnull": True}) & Q(**{f"{what}_by": ""}))
                    | (Q(**{f"{what}_at__isnull": False}) & ~Q(**{f"{what}_by": ""})),
                    name=f"application_{what}_pair",
                )
                for what in ("confirmed", "sealed", "signed", "acknowledged")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["world", "uscc"], name="application_owner")]

    def __str__(self) -> str:
        return self.number

    @property
    def step(self) -> Step:
        """The open step."""
        return current_step(State(self.state))

    @property
    def step_number(self) -> int:
        """1 to 4."""
        return STEPS.index(self.step) + 1


class Draft(models.Model):
    """What was typed into a step, valid or not, exactly as typed; never a secret."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="drafts")
    step = models.SlugField(max_length=20)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "step"], name="draft_once_per_step")
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.step}"


class Attempt(models.Model):
    """One try to commit a step at the authority, written before the call is made."""

    class Status(models.TextChoices):
        SENDING = "sending", _("正在发送")
        UNKNOWN = "unknown", _("结果未知")
        REFUSED = "refused", _("未被接受")
        DONE = "done", _("已完成")

    OPEN: ClassVar = (Status.SENDING, Status.UNKNOWN)

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attempts")
    step = models.SlugField(max_length=20)
    round = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    # The page's one-time token: a second click with it gets the first one's result.
    token = models.CharField(max_length=64, blank=True, db_index=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.SENDING)
    # What the trail will say once it is done: text versions, hashes, dwell; never a secret.
    facts = models.JSONField(default=dict)
    receipt = models.JSONField(null=True, blank=True)
    fault = models.CharField(max_length=8, blank=True)
    actor = models.CharField(max_length=80)
    opened_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "step"],
                condition=Q(status__in=["sending", "unknown"]),
                name="attempt_one_open",
            ),
            models.UniqueConstraint(
                fields=["application", "step", "round"],
                condition=Q(status="done"),
                name="attempt_done_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"


class Document(models.Model):
    """A PDF of one application; its bytes lie in the vault under their SHA-256."""

    class Kind(models.TextChoices):
        FORM = "form", _("投保单")
        AGREEMENT_DRAFT = "agreement-draft", _("三方协议（待签署）")
        AGREEMENT = "agreement", _("三方协议（已签署）")
        POLICY = "policy", _("保险单")
        POLICY_RECEIVED = "policy-received", _("保险单（已收悉）")
        RECEIPT = "receipt", _("办理回执")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    round = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text=_("字节"))
    pages = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    viewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "kind", "round"], name="document_once_per_round"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Making(models.Model):
    """The papers of an application while they are being made: how far, who is at it, what is wrong.

    Gone when they are all there. Whoever comes after `until` may take the work up.
    """

    class Failure(models.TextChoices):
        UNSIGNED = "unsigned", _("签名服务没有回应")
        UNPRINTABLE = "unprintable", _("有字库没有的字")
        BROKEN = "broken", _("生成时出错")

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="making")
    kinds = models.JSONField(default=list, help_text=_("要生成的文件，按顺序"))
    # `<kind>/<stage>` of what is being done now; empty before the first.
    stage = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=12, choices=Failure.choices, blank=True)
    # The character that cannot be printed.
    detail = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.application_id} {self.stage} {self.failure}"


class Event(models.Model):
    """One line of the trail: append-only, chained by hash, one chain per application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    page = models.CharField(max_length=80, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=24)
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["application", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "sequence"], name="event_in_order"),
            models.CheckConstraint(condition=~Q(hash=""), name="event_hash_there"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}#{self.sequence} {self.action}"


class Throttle(models.Model):
    """Counted tries in a window of time, shared by every worker process."""

    bucket = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    window_ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.bucket
