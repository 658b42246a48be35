"""Addresses of the help site; short links and codes are printed on paper, so none ever changes."""

from __future__ import annotations

from django.urls import path

from faq import answers, api, views

app_name = "faq"

urlpatterns = [
    path("faq/", views.home, name="home"),
    path("faq/search/", views.search, name="search"),
    path("faq/all/", views.everything, name="all"),
    path("faq/stage/<slug:stage>/", views.stage, name="stage"),
    path("faq/<slug:slug>/", answers.answer, name="answer"),
    path("faq/<slug:slug>/qr.svg", answers.qr, name="qr"),
    path("faq/<slug:slug>/feedback/", answers.feedback, name="feedback"),
    path("f/<int:number>", answers.short, name="short"),
    path("f/<int:number>/", answers.short),
    path("e/<str:code>", answers.by_code, name="code"),
    path("e/<str:code>/", answers.by_code),
    path("contact/", views.contact, name="contact"),
    path("guide/", views.guide, name="guide"),
    path("guide/<int:number>/", views.guide_step, name="guide-step"),
    path("api/faq/search", api.search, name="api-search"),
]
