"""Addresses of the help site; short links and codes are printed on paper, so none ever changes."""

from __future__ import annotations

from django.urls import include, path

from faq import answers, api, books, feeds, suggest, views
from faq.desk import logviews, reasonviews

app_name = "faq"

urlpatterns = [
    path("faq/", views.home, name="home"),
    path("faq/search/", views.search, name="search"),
    path("faq/search/suggest/", suggest.suggestions, name="suggest"),
    path("faq/search/log/", logviews.log, name="search-log"),
    path("faq/desk/", include("faq.desk.urls")),
    path("faq/all/", views.everything, name="all"),
    path("faq/stage/<slug:stage>/", views.stage, name="stage"),
    path("faq/<slug:slug>/", answers.answer, name="answer"),
    path("faq/<slug:slug>/qr.svg", answers.qr, name="qr"),
    path("faq/<slug:slug>/feedback/", answers.feedback, name="feedback"),
    path("faq/<slug:slug>/feedback/reason/", reasonviews.reason, name="feedback-reason"),
    path("f/<int:number>", answers.short, name="short"),
    path("f/<int:number>/", answers.short),
    path("e/<str:code>", answers.by_code, name="code"),
    path("e/<str:code>/", answers.by_code),
    path("contact/", views.contact, name="contact"),
    path("guide/", views.guide, name="guide"),
    path("guide/handbook.pdf", books.handbook, name="handbook"),
    path("guide/<int:number>/", views.guide_step, name="guide-step"),
    path("faq/changes.rss", feeds.changes_rss, name="changes-rss"),
    path("faq/changes.atom", feeds.changes_atom, name="changes-atom"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("llms.txt", feeds.llms, name="llms"),
    path("api/faq/search", api.search, name="api-search"),
    path("api/faq/search/", api.search),
    path("api/faq/entries/", api.entries, name="api-entries"),
    path("api/faq/entries/<slug:slug>/", api.entry, name="api-entry"),
    path("api/faq/openapi.json", api.description, name="api-openapi"),
]
