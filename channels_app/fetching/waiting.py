"""Wait for the first mailbox in little memory, then become the fetcher: most installations have none.

Run as a module, without Django: a connection each ten seconds is all it costs.
"""

import os
import signal
import sys
import time

import psycopg2

from carecenter.embedded import paths

LOOK_SECONDS = 10.0
ANY = "SELECT EXISTS (SELECT FROM channels_app_mailbox WHERE is_on)"


def has_mailbox() -> bool:
    """False too while the database cannot be asked: it is asked again soon."""
    url = os.environ.get("DATABASE_URL", "")
    where = (
        {"dsn": url}
        if url
        else {
            "host": str(paths.socket_dir(paths.data_dir())),
            "dbname": paths.DATABASE_NAME,
            "user": paths.DATABASE_USER,
        }
    )
    try:
        database = psycopg2.connect(connect_timeout=5, **where)
    except psycopg2.Error:
        return False
    try:
        with database.cursor() as cursor:
            cursor.execute(ANY)
            return bool(cursor.fetchone()[0])
    except psycopg2.Error:
        return False
    finally:
        database.close()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while not has_mailbox():
        time.sleep(LOOK_SECONDS)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    manage = str(paths.PROJECT_DIR / "manage.py")
    os.execv(sys.executable, [sys.executable, manage, "fetch_mail"])


if __name__ == "__main__":
    main()
