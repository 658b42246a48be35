"""Content out and in: downloads as JSON or CSV, uploads that first say what they would change."""

from __future__ import annotations

from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from faq.desk import revisions
from faq.desk.access import desk, staff_of
from faq.desk.forms import TakeInForm
from faq.exchange import read_content, write_content
from faq.importing import ContentError, Report, import_content
from faq.models import Entry, Imported

TYPES: Final = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@desk("exchange_content")
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest) -> HttpResponse:
    """Without `act=import` an upload changes nothing and only says what it would do."""
    posted = request.method == "POST"
    form = TakeInForm(request.POST, request.FILES) if posted else TakeInForm()
    report, done = None, False
    if form.is_bound and form.is_valid():
        done = request.POST.get("act") == "import"
        try:
            report = _take_in(request, form, dry_run=not done)
        except (ContentError, UnicodeDecodeError) as error:
            form.add_error("file", _("读不了这个文件：%(why)s") % {"why": str(error)[:300]})
    context = {
        "nav": "faq",
        "tab": "exchange",
        "form": form,
        "report": report,
        "done": done and report is not None,
        "has_error": bool(form.errors),
    }
    return render(request, "desk/exchange.html", context)


@desk("exchange_content")
@require_safe
def download(request: HttpRequest, form: str) -> HttpResponse:
    """All content as JSON, or the entries as CSV."""
    del request
    if form not in TYPES:
        raise Http404
    response = HttpResponse(write_content(form), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="faq.{form}"'
    return response


def _take_in(request: HttpRequest, form: TakeInForm, *, dry_run: bool) -> Report:
    file = form.cleaned_data["file"]
    data = read_content(file.read().decode("utf-8-sig"), name=file.name)

    def save(row: Imported) -> None:
        if isinstance(row, Entry):
            revisions.save(row, by=staff_of(request), note=_("导入"))
        else:
            row.save()

    return import_content(
        data, force=cast(bool, form.cleaned_data["force"]), dry_run=dry_run, save=save
    )
