"""The WSGI entry point for gunicorn."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wizard.settings")

application = get_wsgi_application()
# Modules stay for ever: the collector need not look through them, and workers keep sharing them.
gc.collect()
gc.freeze()
