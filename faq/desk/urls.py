"""Addresses of the support desk, below /faq/desk/."""

from __future__ import annotations

from django.urls import path

from faq.desk import exchangeviews, searchviews, signing, statviews, views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", signing.SignIn.as_view(), name="login"),
    path("logout/", signing.SignOut.as_view(), name="logout"),
    path("password/", signing.ChoosePassword.as_view(), name="password"),
    path("use/<int:number>/", views.use, name="use"),
    path("preview/<int:number>/", views.preview, name="preview"),
    path("links/", views.links, name="links"),
    path("searches/", searchviews.searches, name="searches"),
    path("searches.csv", searchviews.searches_csv, name="searches-csv"),
    path("searches/alias/", searchviews.alias, name="alias"),
    path("searches/dismiss/", searchviews.dismiss, name="dismiss"),
    path("stats/", statviews.overview, name="stats"),
    path("stats/<slug:name>.csv", statviews.table, name="stats-csv"),
    path("exchange/", exchangeviews.exchange, name="exchange"),
    path("exchange/faq.<slug:form>", exchangeviews.download, name="download"),
]
