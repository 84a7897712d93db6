"""A job is queued in the caller's transaction, in a worker's process as in a web server's."""

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from aplus.core import jobs


def waiting() -> int:
    """How many jobs of this test's kind its own transaction sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tests.nothing'")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("place", ["web", "worker"])
def test_the_job_comes_and_goes_with_the_transaction(db, place):
    connector = app.connector if place == "web" else app.connector.get_worker_connector()
    with app.replace_connector(connector):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            jobs.defer("tests.nothing", what="un")
            assert waiting() == 1
            raise ZeroDivisionError
        assert waiting() == 0
        jobs.defer("tests.nothing", what="deux")
        assert waiting() == 1
