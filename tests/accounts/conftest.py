"""What the tests of accounts share: asking for a link, and a database where people act at once."""

from collections.abc import Callable, Iterator

import pytest
import pytest_django
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from aplus.accounts.models import Attempt, Session, SignInLink, User
from aplus.accounts.services.entering import token_of
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.notifications.models import Notification
from tests import personas
from tests.committed import forget_the_journal

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[personas.World]:
    """Everybody, in a database where commits are real: for people who act at once; takes its own rows away."""
    with django_db_blocker.unblock():
        try:
            yield personas.build()
        finally:
            for model in (Notification, SignInLink, Session, Attempt, User, Groupe, Organisme, Territoire):
                model.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {ProcrastinateJob._meta.db_table} CASCADE")
            forget_the_journal()
            connection.close()


@pytest.fixture
def ask() -> Callable[..., str]:
    """Ask for a link as a person does; returns the path that the mail holds."""

    def ask_for(email: str, suite: str = "", client: Client | None = None) -> str:
        client = client or Client(headers={"User-Agent": FIREFOX})
        response = client.post("/connexion/", {"email": email, "suite": suite})
        assert response.status_code == 303, response.content.decode()
        return f"/connexion/lien/{token_of(SignInLink.objects.latest('created_at'))}/"

    return ask_for
