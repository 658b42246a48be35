"""Addresses of the console, under /demo/; a production site does not have them."""

from __future__ import annotations

from django.urls import path

from wizard.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.console, name="console"),
    path("start/<str:scenario>/", views.start, name="start"),
    path("authority/", views.authority, name="authority"),
    path("clock/", views.clock, name="clock"),
    path("reset/", views.reset, name="reset"),
    path("join/", views.join, name="join"),
]
