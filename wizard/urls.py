"""Addresses, as in the sitemap; others link to them, so none of them ever changes."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import SlugConverter

from wizard import (
    errors,
    generating,
    notices,
    pages,
    paperviews,
    prefs,
    rating,
    urging,
    verify,
    views,
)
from wizard.process import STEPS


class StepConverter(SlugConverter):
    """One of the four steps; nothing else has a page."""

    regex = "|".join(step.slug for step in STEPS)


register_converter(StepConverter, "step")

# Django tries one after the other: first what is asked for most.
APPLICATION: Final = [
    path("<step:step>/", views.wizard, name="step"),
    path("", views.current, name="apply"),
    path("reopen/", views.reopen, name="reopen"),
    path("urge/", urging.urge, name="urge"),
    path("generating/", generating.generating, name="generating"),
    path("rating/", rating.rate, name="rate"),
    path("receipt/", paperviews.receipt, name="receipt"),
    path("trail/", paperviews.trail_record, name="trail"),
    path("evidence.zip", paperviews.evidence_pack, name="evidence"),
    path("receipt.pdf", paperviews.receipt_pdf, name="receipt-pdf"),
    path("agreement.pdf", paperviews.agreement_pdf, name="agreement-pdf"),
    path("docs/<str:key>/", paperviews.document, name="document"),
    path("docs/<str:key>.pdf", paperviews.document_pdf, name="document-pdf"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/<str:number>/", include(APPLICATION)),
    *([path("demo/", include("wizard.demo.urls"))] if settings.DEMO else []),
    path("", pages.home, name="home"),
    path("check/", pages.check, name="check"),
    path("help/accessibility/", pages.accessibility, name="help-accessibility"),
    path("help/browser/", pages.browser, name="help-browser"),
    path("help/privacy/", pages.privacy, name="help-privacy"),
    path("pref/size/", prefs.size, name="pref-size"),
    path("pref/lang/", prefs.lang, name="pref-lang"),
    path("livez", pages.livez, name="livez"),
    path("singlewindow/notices/", notices.notice, name="notices"),
    path("readyz", pages.readyz, name="readyz"),
    path("robots.txt", pages.robots, name="robots"),
    path("", include("wizard.account.urls")),
    path("verify/", verify.page, name="verification"),
    path("verify/upload/", verify.upload, name="verify-upload"),
    path("verify/ca.crt", verify.certificate, name="verify-ca"),
    path("verify/crl", verify.revocations, name="verify-crl"),
    path("verify/tsa", verify.time_stamp, name="verify-tsa"),
    path("verify/<str:code>/", verify.by_code, name="verify-code"),
    path("admin/", admin.site.urls),
    path("", include("faq.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
