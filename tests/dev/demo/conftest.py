"""The demo world, built once for this folder's tests and rolled back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from aplus.annuaire.services import load_reference
from aplus.core import clock
from dev.demo import world


@dataclass(frozen=True)
class Built:
    """When it was built, and how many demandes it said it made."""

    at: datetime
    number: int


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Built]:
    """On the real reference data; every test of the module reads the same world."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_reference()
        at = clock.now()
        yield Built(at, world.build())
        transaction.set_rollback(True)
