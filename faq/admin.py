"""Editing the help site: entries, codes, panels, contacts; feedback is for reading only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from faq.models import (
    BranchContact,
    Contact,
    Entry,
    ErrorCode,
    Feedback,
    HelpPage,
    HotQuery,
    Redirect,
    Stage,
    Uncovered,
)

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    # Generic for the type checker only.
    _Admin = admin.ModelAdmin


@admin.register(Entry)
class EntryAdmin(_Admin):
    """Entries are withdrawn by their status, never deleted: their short links are on paper."""

    list_display = ("number", "title", "stage", "kind", "status", "reviewed_on")
    list_display_links = ("title",)
    list_filter = ("status", "stage", "kind")
    search_fields = ("title", "question", "answer", "slug", "aliases")
    list_select_related = ("stage",)
    readonly_fields = ("number", "updated_at")
    fieldsets: ClassVar = (
        (None, {"fields": ("number", "slug", "kind", "status", "stage", "reviewed_on")}),
        (_("我们的整理"), {"fields": ("title", "short_answer", "steps", "why", "warning")}),
        (_("查找"), {"fields": ("aliases", "related", "here_url", "here_label")}),
        (
            _("原文（照录，不改）"),
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

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Never."""
        del request, obj
        return False


@admin.register(Stage)
class StageAdmin(_Admin):
    """Stages in their order."""

    list_display = ("position", "title", "slug", "summary")
    list_display_links = ("title",)


@admin.register(ErrorCode)
class ErrorCodeAdmin(_Admin):
    """Codes and what answers them."""

    list_display = ("code", "title", "answers", "in_demo")
    search_fields = ("code", "title")


@admin.register(HelpPage)
class HelpPageAdmin(_Admin):
    """Which entries stand beside a page."""

    list_display = ("slug", "title", "entries")


@admin.register(HotQuery)
class HotQueryAdmin(_Admin):
    """The chips below the search box."""

    list_display = ("position", "text")
    list_display_links = ("text",)


@admin.register(Uncovered)
class UncoveredAdmin(_Admin):
    """Topics that the site says it does not answer."""

    list_display = ("slug", "terms", "advice")


@admin.register(Contact)
class ContactAdmin(_Admin):
    """Public lines."""

    list_display = ("position", "problem", "who", "phone")
    list_display_links = ("problem",)


@admin.register(BranchContact)
class BranchContactAdmin(_Admin):
    """A branch's own lines."""

    list_display = ("branch", "who", "phone", "hours")


@admin.register(Redirect)
class RedirectAdmin(_Admin):
    """Old addresses; made by renaming an entry."""

    list_display = ("old_slug", "entry")
    list_select_related = ("entry",)


@admin.register(Feedback)
class FeedbackAdmin(_Admin):
    """What readers said; nobody edits it."""

    list_display = ("created_at", "entry", "helpful")
    list_filter = ("helpful", "entry__stage")
    list_select_related = ("entry",)
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only readers give feedback."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        """It stays as it was said."""
        del request, obj
        return False
