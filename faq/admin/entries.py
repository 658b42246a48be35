"""Entries in the admin: draft → reviewed → published, revisions, preview, link check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from faq.admin.lines import LinesAdmin
from faq.desk import revisions
from faq.desk.access import staff_of
from faq.desk.linkcheck import check_entry
from faq.desk.searchlog import as_alias
from faq.desk.signing import see_other
from faq.models import ContentVersion, Entry
from faq.models_desk import Revision

Status = Entry.Status
# From which status an editor may go where. Nothing is published that was not reviewed.
MOVES: Final[dict[str, tuple[str, ...]]] = {
    "": (Status.DRAFT,),
    Status.DRAFT: (Status.DRAFT, Status.REVIEWED),
    Status.REVIEWED: (Status.REVIEWED, Status.PUBLISHED, Status.DRAFT),
    Status.PUBLISHED: (Status.PUBLISHED, Status.DRAFT),
}
NEEDED: Final[dict[str, str]] = {
    Status.REVIEWED: "faq.review_entry",
    Status.PUBLISHED: "faq.publish_entry",
}


def may_move(request: HttpRequest, before: str, after: str) -> bool:
    """Whether who asks may take an entry from one status to another, or leave it there."""
    needed = {NEEDED[status] for status in (before, after) if status in NEEDED}
    return after in MOVES[before] and staff_of(request).has_perms(needed)


if TYPE_CHECKING:
    _EntryModelForm = forms.ModelForm[Entry]
else:
    # Generic for the type checker only.
    _EntryModelForm = forms.ModelForm


class EntryForm(_EntryModelForm):
    """An entry; `moves` says which statuses may be chosen."""

    moves: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Entry
        exclude: ClassVar[list[str]] = []

    def clean_status(self) -> str:
        """Refuse a step that is left out. Raises `ValidationError`."""
        wanted: str = self.cleaned_data["status"]
        if wanted not in self.moves:
            raise ValidationError(_("请按 草稿 → 已审核 → 已发布 的顺序改状态"))
        return wanted


class EntryAdmin(LinesAdmin):
    """Entries are withdrawn by their status, never deleted: their short links are on paper."""

    form = EntryForm
    list_display = ("number", "title", "stage", "kind", "status", "reviewed_on")
    list_display_links = ("title",)
    list_filter = ("status", "stage", "kind")
    search_fields = ("title", "question", "answer", "slug", "aliases")
    list_select_related = ("stage",)
    readonly_fields = ("number", "updated_at")
    actions = ("mark_reviewed", "publish", "withdraw")
    save_on_top = True
    fieldsets: ClassVar = (
        (None, {"fields": ("number", "slug", "kind", "status", "stage", "reviewed_on")}),
        (
            gettext_lazy("我们的整理"),
            {"fields": ("title", "short_answer", "steps", "why", "warning")},
        ),
        (gettext_lazy("查找"), {"fields": ("aliases", "related", "here_url", "here_label")}),
        (
            gettext_lazy("原文（照录，不改）"),
            {
                "fields": (
                    "category",
                    "topic",
                    "question",
                    "question_source",
                    "answer",
                    "errors",
                    "figures",
                    "source_label",
                    "editor_note",
                )
            },
        ),
        (None, {"fields": ("updated_at",)}),
    )

    # --- who may do what --------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Never."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Support changes drafts; what was reviewed or published is the editors'."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_move(request, self._stored_status(obj), self._stored_status(obj))

    def has_review_permission(self, request: HttpRequest) -> bool:
        """For the action below."""
        return staff_of(request).has_perm("faq.review_entry")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """For the actions below."""
        return staff_of(request).has_perm("faq.publish_entry")

    @staticmethod
    def _stored_status(entry: Entry) -> str:
        """As stored: the form has written what was wished into the instance."""
        known = Entry.objects.filter(pk=entry.pk).values_list("status", flat=True).first()
        return known or ""

    # --- the form ---------------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Entry | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Entry]]:
        """Only the statuses that may follow can be chosen."""
        made = super().get_form(request, obj, change, **kwargs)
        before = obj.status if obj else ""
        allowed = tuple(to for to in MOVES[before] if may_move(request, before, to))
        status = made.base_fields.get("status")
        if isinstance(status, forms.ChoiceField):
            status.choices = [choice for choice in Status.choices if choice[0] in allowed]
        return type("EntryForm", (made,), {"moves": allowed})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """写新答案: `?query=` fills in what is known of a new answer."""
        query = as_alias(request.GET.get("query", ""))
        if not query:
            return {}
        last = ContentVersion.objects.values_list("last_number", flat=True).first() or 0
        return {
            "title": query,
            "question": query,
            "aliases": [query],
            "slug": f"q-{last + 1}",
            "question_source": _("搜索记录"),
        }

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        """With a revision; a review dates the entry."""
        if "status" in form.changed_data and obj.status == Status.REVIEWED:
            obj.reviewed_on = timezone.localdate()
        revisions.save(obj, by=staff_of(request), note="" if change else _("新建"))
        for fault in check_entry(obj):
            said = {"target": fault.target[:80], "why": fault.why}
            messages.warning(request, _("链接 %(target)s：%(why)s") % said)

    def view_on_site(self, obj: Entry) -> str:
        """The preview; for published entries it is the same as the page."""
        return reverse("faq:desk:preview", args=[obj.number])

    # --- actions ----------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("标为已审核"), permissions=["review"])
    def mark_reviewed(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        """Drafts only."""
        self._move(request, queryset, Status.REVIEWED)

    @admin.action(description=gettext_lazy("发布"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        """What was reviewed."""
        self._move(request, queryset, Status.PUBLISHED)

    @admin.action(description=gettext_lazy("撤回为草稿"), permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        """Its page is gone until it is published again; its short link stays its own."""
        self._move(request, queryset, Status.DRAFT)

    def _move(self, request: HttpRequest, queryset: QuerySet[Entry], status: str) -> None:
        moved = 0
        for entry in queryset:
            if entry.status == status or not may_move(request, entry.status, status):
                continue
            entry.status = status
            if status == Status.REVIEWED:
                entry.reviewed_on = timezone.localdate()
            revisions.save(entry, by=staff_of(request), note=str(Status(status).label))
            moved += 1
        left = queryset.count() - moved
        said = _("改了 %(moved)d 条，%(left)d 条状态不合适，没有改")
        messages.info(request, said % {"moved": moved, "left": left})

    # --- revisions --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Restoring has an address of its own; the list is Django's history page."""
        restore = self.admin_site.admin_view(require_POST(self.restore_view))
        name = "faq_entry_restore"
        return [path("<int:pk>/restore/<int:revision>/", restore, name=name), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The revisions, each with what differs from the one before; one of them in full."""
        entry = get_object_or_404(Entry, pk=object_id if object_id.isdecimal() else 0)
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        rows = list(Revision.objects.filter(entry=entry).select_related("by")[:100])
        older = [*rows[1:], None]
        context = {
            **self.admin_site.each_context(request),
            "title": _("历次修改：%(title)s") % {"title": entry.title},
            "opts": Entry._meta,
            "entry": entry,
            "may_restore": self.has_change_permission(request, entry),
            "rows": [
                (row, revisions.differences(before.record, row.record) if before else None)
                for row, before in zip(rows, older, strict=True)
            ],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "desk/admin_revisions.html", context)

    def restore_view(self, request: HttpRequest, pk: int, revision: int) -> HttpResponseBase:
        """The words of a revision become those of the entry; address and status stay."""
        row = get_object_or_404(Revision, pk=revision, entry_id=pk)
        if not self.has_change_permission(request, row.entry):
            raise PermissionDenied
        revisions.restore(row, by=staff_of(request))
        messages.success(request, _("已恢复这一版的文字，编号和状态没有变"))
        return see_other(reverse("admin:faq_entry_history", args=[pk]))
