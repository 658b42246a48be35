"""Brings the data up to date and serves the site with gunicorn, in one start of Django.

What both need is imported once. The preparation runs in a child of its own, so that no connection
it opens is shared with the workers.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Prepare, then serve until a signal ends it."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wizard.settings")
    import django  # noqa: PLC0415 - the root is on the path only now
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415

    from wizard.later import SIGNING, loaded_on_call  # noqa: PLC0415

    with loaded_on_call(*SIGNING):
        django.setup()
        import_module(settings.ROOT_URLCONF)
    preparation = multiprocessing.get_context("fork").Process(
        target=execute_from_command_line, args=(["manage.py", "prepare"],)
    )
    preparation.start()
    preparation.join()
    if preparation.exitcode:
        raise SystemExit(preparation.exitcode)
    sys.argv = ["gunicorn"]  # everything stands in gunicorn.conf.py
    run()


if __name__ == "__main__":
    main()
