"""`manage.py prepare`: bring data, static files and translations up to date, or find that they are.

What went into each part is remembered as a hash in `VAR_DIR/prepared.json`; a part whose sources
have not changed is skipped, so that a second start costs next to nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from wizard.authority import engine

STAMP = "prepared.json"
NO_TREE_WALK = (".*", "var", "node_modules", "tests")
# Content files and the command that reads each: idempotent, and careful with what editors changed.
CONTENT = {"faq.json": "faq_import"}


def digest(paths: Iterable[Path], *, also: str = "") -> str:
    """SHA-256 (hex) over names and contents of the files in order of name, and over `also`."""
    total = hashlib.sha256(also.encode())
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"\n{path.relative_to(settings.BASE_DIR)} {content}".encode())
    return total.hexdigest()


def wherever(text: str) -> str:
    """The text without the place of `VAR_DIR`: data that were moved or copied are prepared."""
    return text.replace(str(settings.VAR_DIR), "VAR_DIR")


def files_under(folders: Iterable[Path], pattern: str) -> list[Path]:
    """Every file below the folders whose name fits; a folder that is missing has none."""
    return [path for folder in folders for path in folder.rglob(pattern) if path.is_file()]


class Command(BaseCommand):
    """See the module."""

    help = "Migrate, load content, static files and messages, make the demo CA, purge old worlds."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do each part whose sources changed; two starts at once wait for each other."""
        with (settings.VAR_DIR / "prepare.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.done = self._remembered()
            migrations = self._migrations()
            self._part("migrations", migrations, self._migrate)
            for name, command in CONTENT.items():
                path = settings.BASE_DIR / "fixtures" / name
                load = partial(call_command, command, path, verbosity=0)
                self._part(name, digest([path], also=migrations), load)
            collected = Path(settings.STATIC_ROOT).is_dir()
            self._part("static", self._static(), self._collect, there=collected)
            sources = files_under(map(Path, settings.LOCALE_PATHS), "*.po")
            compiled = all(path.with_suffix(".mo").exists() for path in sources)
            self._part("messages", digest(sources), self._compile, there=compiled)
            if not settings.SINGLEWINDOW_URL:
                made = (settings.SIMULATOR_PATH.parent / "keys" / "ca.pem").exists()
                self._part("keys", "made once", self._keys, there=made)
            if settings.DEMO:
                self._part("old worlds", str(timezone.localdate()), self._purge)

    def _remembered(self) -> dict[str, str]:
        """What was done before; nothing when the database is gone or the note is unreadable."""
        database = settings.DATABASES["default"]
        if "sqlite3" in database["ENGINE"] and not Path(database["NAME"]).exists():
            return {}
        try:
            remembered = json.loads((settings.VAR_DIR / STAMP).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return remembered if isinstance(remembered, dict) else {}

    def _part(
        self, name: str, sources: str, work: Callable[[], object], *, there: bool = True
    ) -> None:
        """Run `work` unless its result is there and came from the same sources."""
        if there and self.done.get(name) == sources:
            return
        self.stdout.write(f"prepare: {name}")
        work()
        self.done[name] = sources
        fresh: Path = settings.VAR_DIR / f"{STAMP}.new"
        fresh.write_text(json.dumps(self.done, indent=1), encoding="utf-8")
        fresh.replace(settings.VAR_DIR / STAMP)

    def _migrations(self) -> str:
        """Our migrations, the pinned packages with theirs, and which database it is."""
        sources = [settings.BASE_DIR / "requirements" / "base.txt"]
        sources += files_under([folder / "migrations" for folder in self._own_apps()], "*.py")
        return digest(sources, also=wherever(repr(settings.DATABASES["default"])))

    def _static(self) -> str:
        """Our static files and the pinned packages with theirs (the admin's)."""
        folders = [*map(Path, settings.STATICFILES_DIRS)]
        folders += [folder / "static" for folder in self._own_apps()]
        sources = [settings.BASE_DIR / "requirements" / "base.txt", *files_under(folders, "*")]
        return digest(sources, also=wherever(str(settings.STATIC_ROOT)))

    def _own_apps(self) -> list[Path]:
        """The folders of the apps that are not installed packages."""
        folders = [Path(app.path) for app in apps.get_app_configs()]
        return [folder for folder in folders if "site-packages" not in folder.parts]

    def _migrate(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)

    def _collect(self) -> None:
        call_command("collectstatic", interactive=False, clear=False, verbosity=0)

    def _compile(self) -> None:
        if files_under(map(Path, settings.LOCALE_PATHS), "*.po"):
            call_command("compilemessages", ignore_patterns=list(NO_TREE_WALK), verbosity=0)

    def _keys(self) -> None:
        """The demo CA and its time-stamp service; companies get theirs when they first sign."""
        keys = engine().keys
        keys.authority_certificate()
        keys.time_stamper()

    def _purge(self) -> None:
        """Once a day is enough for what nobody touched for a month."""
        call_command("purge_worlds", stdout=StringIO())
