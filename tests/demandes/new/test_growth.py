"""Ten queries at most on each page, the same with few and with two hundred rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe, Question
from aplus.core import clock
from aplus.demandes.models import Draft
from tests.demandes.new.helpers import NEW, Walk, blocage, text_file

MOST = 10
ROWS = 200


def queries(walk: Walk, address: str) -> int:
    """How many queries one page costs."""
    with CaptureQueriesContext(connection) as captured:
        assert walk.client.get(address).status_code == 200
    return len(captured)


def grow(walk: Walk) -> None:
    """Two hundred more groupes in 95, colleagues in the structure, questions of the CAF."""
    now = clock.now()
    groupes = Groupe.objects.bulk_create(
        Groupe(name=f"Groupe {rank}", sort_key=f"groupe {rank}", organisme_id="ccas", created_at=now)
        for rank in range(ROWS)
    )
    through = Groupe.territoires.through
    through.objects.bulk_create(through(groupe=groupe, territoire_id="95") for groupe in groupes)
    users = User.objects.bulk_create(
        User(email=f"u{rank}@demo.example", first_name="U", last_name=str(rank), created_at=now) for rank in range(ROWS)
    )
    Membership.objects.bulk_create(
        Membership(user=walk.world.paul, groupe=groupe, is_instructeur=True, instructeur_since=now, created_at=now)
        for groupe in groupes
    )
    Membership.objects.bulk_create(
        Membership(user=user, groupe=walk.world.fs_argenteuil, is_aidant=True, created_at=now) for user in users
    )
    Question.objects.bulk_create(Question(organisme_id="caf", code=f"q{rank}", label="?") for rank in range(ROWS))


@pytest.mark.parametrize("name", ["new", "organismes", "usager", "blocage", "envoi", "supprimer"])
def test_the_pages_of_a_draft_do_not_grow(walk: Walk, name: str) -> None:
    walk.up_to_envoi()
    walk.step("blocage", blocage(fichiers=[text_file(f"f{rank}.txt") for rank in range(10)]))
    address = NEW if name == "new" else walk.address(name)
    before = queries(walk, address)
    grow(walk)
    assert queries(walk, address) == before <= MOST


def test_the_pages_of_a_mandat_stay_small(walk: Walk) -> None:
    walk.up_to_envoi()
    addresses = [f"/mandats/{Draft.objects.get().mandat_id}{end}" for end in ("/", ".pdf")]
    for address in addresses:
        assert queries(walk, address) <= MOST
    walk.step("envoi", {"attestation": "1"})
    for address in addresses:
        assert queries(walk, address) <= MOST
