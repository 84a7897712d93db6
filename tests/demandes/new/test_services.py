"""What the services refuse by themselves, whoever calls them: rights, ids and completeness are asked again."""

from uuid import UUID, uuid4

import pytest

from aplus.accounts.models import Membership
from aplus.accounts.queries.actors import actor_for
from aplus.core import clock
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Demande, Draft
from aplus.demandes.rules.steps import Step
from aplus.demandes.services import drafts, sending
from aplus.policy.actor import NOBODY
from tests.demandes.new.helpers import NEW, Walk, organismes, page_of


def test_who_is_no_aidant_keeps_and_sends_nothing(walk: Walk) -> None:
    walk.up_to_envoi()
    draft_id = UUID(walk.draft_id)
    for actor in (NOBODY, actor_for(walk.world.ines.id)):
        with pytest.raises(NotAllowed):
            drafts.begin(actor, {}, key=uuid4(), after=Step.USAGER)
        with pytest.raises(NotAllowed):
            drafts.save(actor, draft_id, Step.USAGER, {}, version=None, key=uuid4(), location="/")
        with pytest.raises(NotAllowed):
            sending.send(actor, draft_id, colleagues=[], attested=True, key=uuid4())


def test_another_aidant_s_draft_is_unknown(walk: Walk) -> None:
    walk.up_to_envoi()
    amir, draft_id = actor_for(walk.world.amir.id), UUID(walk.draft_id)
    with pytest.raises(Unknown):
        drafts.save(amir, draft_id, Step.USAGER, {}, version=None, key=uuid4(), location="/")
    with pytest.raises(Unknown):
        drafts.keep_files(amir, draft_id, drafts.NO_FILES)
    with pytest.raises(Unknown):
        drafts.discard(amir, draft_id, key=uuid4(), location="/")
    with pytest.raises(Unknown):
        sending.send(amir, draft_id, colleagues=[], attested=True, key=uuid4())
    assert Draft.objects.get().author_id == walk.world.alice.id


def test_sending_asks_everything_again(walk: Walk) -> None:
    walk.up_to_envoi()
    alice, draft_id = actor_for(walk.world.alice.id), UUID(walk.draft_id)
    with pytest.raises(Refused) as refused:
        sending.send(alice, draft_id, colleagues=[], attested=False, key=uuid4())
    assert set(refused.value.problems) == {"attestation"}
    with pytest.raises(Unknown):
        sending.send(alice, draft_id, colleagues=[walk.world.chloe.id], attested=True, key=uuid4())
    with pytest.raises(Overtaken):
        sending.send(alice, draft_id, colleagues=[], attested=True, key=uuid4(), version=1)
    Membership.objects.filter(groupe=walk.world.caf95).delete()
    with pytest.raises(Refused) as incomplete:
        sending.send(alice, draft_id, colleagues=[], attested=True, key=uuid4())
    assert set(incomplete.value.problems) == {""}
    assert not Demande.objects.exists()


def test_sending_twice_leads_to_the_demande(walk: Walk) -> None:
    walk.up_to_envoi()
    alice, draft_id, key = actor_for(walk.world.alice.id), UUID(walk.draft_id), uuid4()
    assert sending.send(alice, draft_id, colleagues=[], attested=True, key=key) == draft_id
    for again in (key, uuid4()):
        with pytest.raises(AlreadyDone) as done:
            sending.send(alice, draft_id, colleagues=[], attested=True, key=again)
        assert done.value.location == f"/demandes/{draft_id}/"


def test_a_first_step_of_unreasonable_length_makes_no_draft(walk: Walk) -> None:
    walk.get(NEW)
    refused = walk.post(NEW, organismes(walk.world, motif="é" * 600_000, action="enregistrer"))
    assert refused.status_code == 422
    assert "é" * 600_000 in page_of(refused)
    assert not Draft.objects.exists()


def test_with_two_structures_a_groupe_must_accept_the_chosen_one(walk: Walk) -> None:
    world, now = walk.world, clock.now()
    Membership.objects.create(user=world.alice, groupe=world.ccas_cergy, is_aidant=True, created_at=now)
    Membership.objects.create(
        user=world.paul, groupe=world.ccas_cergy, is_instructeur=True, instructeur_since=now, created_at=now
    )
    world.caf95.accepts = ["france-services"]
    world.caf95.save()
    assert walk.get(NEW).content.count(b'name="groupes"') == 5
    ccas = str(world.ccas_cergy.id)
    refused = page_of(walk.begin(structure=ccas, groupes=[ccas, str(world.caf95.id)]))
    assert "CCAS de Cergy est votre structure" in refused
    assert "n&#x27;est pas ouvert aux demandes de votre structure" in refused
    assert walk.begin(structure=ccas, groupes=[str(world.cpam95.id)]).status_code == 303


def test_without_any_structure_chosen_the_page_asks_for_it(walk: Walk) -> None:
    world = walk.world
    Membership.objects.create(user=world.alice, groupe=world.ccas_cergy, is_aidant=True, created_at=clock.now())
    refused = walk.begin(structure="")
    assert refused.status_code == 422
    assert "Choisissez la structure" in page_of(refused)
