"""Puts SQLite in WAL mode, which suits the peer's mix of reads and writes."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def use_wal(connection, **_):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")


class ScanLogin(AppConfig):
    name = "scanlogin"

    def ready(self):
        connection_created.connect(use_wal)
