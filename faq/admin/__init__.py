"""Editing the help site: entries, codes, panels, contacts; what visitors did is for reading."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from faq.admin.entries import EntryAdmin
from faq.admin.lines import LinesAdmin, ModelAdmin
from faq.desk.forms import AdminSignInForm
from faq.models import (
    BranchContact,
    Contact,
    Entry,
    ErrorCode,
    Feedback,
    GlossaryTerm,
    HelpPage,
    HotQuery,
    Redirect,
    Stage,
    Uncovered,
)
from faq.models_desk import SearchLog

# The admin's own door counts tries as the desk's does.
admin.site.login_form = AdminSignInForm
admin.site.site_header = admin.site.site_title = _("小微投保向导 内容编辑")
admin.site.index_title = _("内容编辑")
admin.site.register(Entry, EntryAdmin)


class ReadOnly(ModelAdmin):
    """What visitors did; nobody writes it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only visitors."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """It stays as it was."""
        del request, obj
        return False


@admin.register(Stage)
class StageAdmin(LinesAdmin):
    """Stages in their order."""

    list_display = ("position", "title", "slug", "summary")
    list_display_links = ("title",)


@admin.register(ErrorCode)
class ErrorCodeAdmin(LinesAdmin):
    """Codes and what answers them."""

    list_display = ("code", "title", "answers", "in_demo")
    search_fields = ("code", "title")


@admin.register(HelpPage)
class HelpPageAdmin(LinesAdmin):
    """Which entries stand beside a page."""

    list_display = ("slug", "title", "entries")


@admin.register(HotQuery)
class HotQueryAdmin(LinesAdmin):
    """The chips below the search box."""

    list_display = ("position", "text")
    list_display_links = ("text",)


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(LinesAdmin):
    """What people say, and what the entries call it."""

    list_display = ("name", "terms")
    search_fields = ("name", "terms")


@admin.register(Uncovered)
class UncoveredAdmin(LinesAdmin):
    """Topics that the site says it does not answer."""

    list_display = ("slug", "terms", "advice")


@admin.register(Contact)
class ContactAdmin(LinesAdmin):
    """Public lines."""

    list_display = ("position", "problem", "who", "phone")
    list_display_links = ("problem",)


@admin.register(BranchContact)
class BranchContactAdmin(LinesAdmin):
    """A branch's own lines."""

    list_display = ("branch", "who", "phone", "hours")


@admin.register(Redirect)
class RedirectAdmin(ReadOnly):
    """Old addresses; made by renaming an entry, and there for ever."""

    list_display = ("old_slug", "entry")
    list_select_related = ("entry",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly):
    """What readers said."""

    list_display = ("created_at", "entry", "helpful", "reason")
    list_filter = ("helpful", "entry__stage")
    list_select_related = ("entry", "reason_given")
    date_hierarchy = "created_at"

    @admin.display(description=_("原因"))
    def reason(self, obj: Feedback) -> str:
        """Why it did not help, where that was said."""
        given = getattr(obj, "reason_given", None)
        return given.get_reason_display() if given else "—"


@admin.register(SearchLog)
class SearchLogAdmin(ReadOnly):
    """What was searched, masked."""

    list_display = ("at", "query", "level", "clicked", "handled")
    list_filter = ("level", "handled")
    list_select_related = ("clicked",)
    search_fields = ("query",)
    fields = ("query", "level", "clicked", "handled", "at")
