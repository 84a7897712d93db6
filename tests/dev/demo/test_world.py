"""The demo world is what contract.md §7 and product.md §2 promise, and no row of it lies."""

import re
from base64 import b32decode
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from aplus.accounts.models import DigestChoice, Invitation, Membership, Proposal, User
from aplus.accounts.queries.actors import actor_for, cgu_in_force
from aplus.accounts.rules.factors import code_at
from aplus.accounts.services.totp import take_code
from aplus.annuaire.models import Groupe
from aplus.attachments.models import Attachment, Purpose
from aplus.attachments.services import file_name, stream
from aplus.core import clock
from aplus.demandes.content import Said
from aplus.demandes.models import (
    Audience,
    Demande,
    Draft,
    Mandat,
    Message,
    Part,
    Participant,
    ParticipantKind,
    Transition,
)
from aplus.demandes.openers import key_for, open_demande
from aplus.demandes.queries.demande import demande as load
from aplus.demandes.rules.life import OPEN_PARTS, DemandeState, PartState, demande_state
from aplus.demandes.services import copies
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification, State
from aplus.vault.keys import Place
from dev.demo import describe, world
from dev.demo.factors import give_factors
from dev.demo.people import EVERYBODY, PERSONAS
from tests import personas

# Each test is a savepoint inside the transaction that holds the world.
pytestmark = pytest.mark.django_db

HOLDER_COLUMNS = [*copies.COPIED, "demande_created_at"]


def test_there_are_some_sixty_demandes(demo):
    assert demo.number == Demande.objects.count()
    assert 55 <= demo.number <= 75


def test_every_state_and_part_state_is_there_in_95(demo):
    assert set(Demande.objects.filter(territoire="95").values_list("state", flat=True)) == set(DemandeState)
    of_95 = Part.objects.filter(groupe__territoires="95")
    assert set(of_95.values_list("state", flat=True)) == set(PartState)
    assert of_95.filter(promised_date__gte=demo.at.date(), state=PartState.IN_CHARGE).exists()
    assert of_95.filter(awaited_since__isnull=False).exists()
    assert of_95.filter(is_closed_by_tick=True).exists()
    assert of_95.filter(is_not_relevant=True).exists()
    answers = Demande.objects.exclude(is_unblocked="").values_list("is_unblocked", flat=True)
    assert set(answers) == {"oui", "en_partie", "non"}


def test_each_operator_of_95_has_something_overdue_and_something_new(demo):
    for mailbox in ("caf95", "cpam95", "msa95", "ddfip95"):
        parts = Part.objects.filter(groupe__mailbox=f"{mailbox}@demo.example", state__in=OPEN_PARTS)
        assert parts.filter(due_at__lt=demo.at).exists(), mailbox
        assert parts.filter(state__in=[PartState.ADDRESSED, PartState.OPENED]).exists(), mailbox
    nobody = [
        demande
        for demande in Demande.objects.prefetch_related("parts").exclude(state=DemandeState.ARCHIVED)
        if {part.state for part in demande.parts.all()} == {PartState.NOT_COMPETENT}
    ]
    assert nobody


def test_every_event_of_the_life_cycle_has_happened(demo):
    happened = set(Transition.objects.values_list("event", flat=True))
    assert happened >= {
        *("ADDRESS", "OPEN_PAGE", "TAKE_CHARGE", "PROMISE", "REPLY", "ASK_DETAILS", "GIVE", "AUTHOR_MESSAGE"),
        *(
            "DECLARE_PROCESSED",
            "CLOSE_BY_TICK",
            "NOT_COMPETENT",
            "STILL_BLOCKED",
            "REOPEN",
            "WITHDRAW_MANDAT",
            "SEND",
            "FOLLOW_PARTS",
        ),
        *("ARCHIVE", "INVITE_PERSON", "INVITE_EXPERT", "ADD_CO_AUTHOR", "NEWS"),
    }
    kinds = set(Participant.objects.values_list("kind", flat=True))
    assert kinds == set(ParticipantKind)
    assert Message.objects.filter(audience=Audience.INSTRUCTEURS).exists()


def test_the_last_transition_of_each_part_and_demande_says_its_state(demo):
    for part in Part.objects.all():
        last = Transition.objects.filter(part=part).latest("id")
        assert last.to_state == part.state
    for demande in Demande.objects.prefetch_related("parts"):
        last = Transition.objects.filter(demande=demande, part=None).latest("id")
        assert last.to_state == demande.state
        if demande.state != DemandeState.ARCHIVED:
            assert demande.state == demande_state(PartState(part.state) for part in demande.parts.all())


def test_no_closed_part_and_no_archived_demande_has_a_due_date(demo):
    assert not Part.objects.filter(due_at__isnull=False).exclude(state__in=OPEN_PARTS).exists()
    assert not Part.objects.filter(due_at__isnull=False, demande__state=DemandeState.ARCHIVED).exists()
    waiting = Part.objects.filter(state__in=OPEN_PARTS, awaited_since=None).exclude(demande_state=DemandeState.ARCHIVED)
    assert not waiting.filter(due_at=None).exists()


def test_the_copies_equal_their_sources(demo):
    for demande in Demande.objects.prefetch_related("parts", "participants"):
        parts, people = list(demande.parts.all()), list(demande.participants.filter(until=None))
        for holder in (*parts, *people):
            stored = {name: getattr(holder, name) for name in HOLDER_COLUMNS}
            assert holder.demande_created_at == demande.created_at
            if isinstance(holder, Part):
                copies.refresh_part(holder, demande, holder.sort_at)
            else:
                copies.refresh_participant(holder, demande, parts, holder.sort_at)
            assert {name: getattr(holder, name) for name in HOLDER_COLUMNS} == stored


def test_everything_happened_in_order_and_in_the_past(demo):
    for rows in (Transition.objects.order_by("id"), JournalLine.objects.order_by("id")):
        times = list(rows.values_list("at", flat=True))
        assert times == sorted(times)
        assert times[-1] < demo.at
    numbers = list(Demande.objects.order_by("created_at").values_list("number", flat=True))
    assert numbers == sorted(numbers)
    assert min(numbers) > 100_000
    assert Demande.objects.earliest("created_at").created_at > demo.at - timedelta(days=150)


def test_no_mail_is_left_to_send_and_no_job(demo):
    states = Counter(Notification.objects.values_list("state", flat=True))
    assert set(states) == {State.SENT}
    assert states[State.SENT] > 100
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notifications.deliver'")
        assert cursor.fetchone() == (0,)


def test_a_second_run_changes_nothing(demo):
    before = _rows()
    assert world.build() == 0
    assert _rows() == before


def _rows():
    models = (User, Groupe, Membership, Demande, Part, Participant, Message, Transition, Draft, Attachment, JournalLine)
    return [model.objects.count() for model in models]


def test_the_texts_are_finished_and_hold_only_demo_addresses(demo):
    for text in _every_text():
        assert not re.search(r"[{}]|\bTODO\b|lorem|\bXX+\b", text), text
        assert not re.search(r"\bde (?:avril|août|octobre)\b", text), text
        assert not re.search(r"[^\s@]+@(?!demo\.example)[^\s@]+", text), text
    assert not User.objects.exclude(email__endswith="@demo.example").exists()
    assert not Groupe.objects.exclude(mailbox__endswith="@demo.example").exists()


def _every_text():
    for demande in Demande.objects.all():
        actor = actor_for(demande.author_id)
        loaded = load(actor, demande.id)
        opened = open_demande(actor, loaded)
        yield from (opened.subject, opened.block.description, opened.usager.full_name)
        yield from (text for pair in opened.block.infos for text in pair)
        yield from (answer.text for answer in opened.block.answers)
        for message in loaded.messages.all():
            place = Place("message", "sealed", message.id)
            yield Said.from_json(opened.key.open_json(place, bytes(message.sealed))).text
        for transition in loaded.transitions.exclude(reason_sealed=None):
            yield opened.key.open(Place("transition", "reason", demande.id), bytes(transition.reason_sealed))


@pytest.mark.parametrize("purpose", [Purpose.PIECE, Purpose.PROOF])
def test_the_files_open(demo, purpose):
    files = list(Attachment.objects.filter(purpose=purpose))
    assert files
    for file in files:
        demande = Demande.objects.with_secret().get(pk=file.dossier_id)
        key = key_for(demande)
        begins = b"".join(stream(key, file))[:5]
        assert begins == (b"%PDF-" if file_name(key, file).endswith(".pdf") else b"\x89PNG\r")
    assert not Attachment.objects.filter(purpose=Purpose.WAITING).exists()


def test_every_demande_has_a_mandat_in_force_and_every_mode_is_used(demo):
    assert Mandat.objects.count() == demo.number
    assert Mandat.objects.filter(ends_on__gt=demo.at.date()).count() == demo.number
    modes = set()
    for mandat in Mandat.objects.select_related("demande"):
        key = key_for(Demande.objects.with_secret().get(pk=mandat.demande_id))
        modes.add(key.open_json(Place("mandat", "content", mandat.id), bytes(mandat.sealed))["mode"])
    assert modes == {"papier", "oral", "sms"}


def test_alice_has_two_drafts(demo):
    assert Draft.objects.filter(author__email="alice.martin@demo.example").count() == 2
    assert Draft.objects.count() == 2
    assert not Draft.objects.filter(updated_at__lt=clock.now() - timedelta(days=29)).exists()


def test_the_strangers_are_strangers(demo):
    """Chloé and Alice share no demande; who only manages sees none."""
    seen = {
        who: set(Demande.objects.visible_to(actor_for(User.objects.get(email=f"{who}@demo.example").pk)))
        for who in ("alice.martin", "chloe.dubois", "sophie.laurent", "oscar.roux", "nora.petit", "nadia.roche")
    }
    assert len(seen["alice.martin"]) > 20
    assert len(seen["chloe.dubois"]) > 8
    assert not seen["alice.martin"] & seen["chloe.dubois"]
    for who in ("sophie.laurent", "oscar.roux", "nora.petit", "nadia.roche"):
        assert not seen[who], who


def test_the_personas_are_those_of_the_tests(demo):
    """tests/personas.py tells the same people, in the same groupes, as the demo."""
    told = {one["email"]: one for one in describe()["personas"]}
    groupes = {groupe.key: groupe.name for groupe in personas.GROUPES}
    assert len(told) == 13
    for persona in personas.PERSONAS:
        assert told[persona.email]["nom"] == f"{persona.first_name} {persona.last_name}"
        assert told[persona.email]["groupes"] == [groupes[key] for key in persona.groupes]
    welcomed = User.objects.filter(cgu_version=cgu_in_force()).values_list("email", flat=True)
    assert {one.email for one in EVERYBODY} - set(welcomed) == {"nadia.roche@demo.example"}
    assert {one.email for one in PERSONAS} == set(told)


def test_whoever_must_have_a_second_factor_has_one_and_its_secret_is_told(demo):
    give_factors()
    told = describe()["totp"]
    assert set(told) == {"nora.petit@demo.example", "sophie.laurent@demo.example"}
    give_factors()
    assert describe()["totp"] == told
    nora = User.objects.by_email("nora.petit@demo.example")
    assert take_code(nora.pk, code_at(b32decode(told[nora.email]), clock.now()))


def test_the_description_tells_the_groupes_of_95(demo):
    of_95 = {one["nom"]: one for one in describe()["groupes"] if one["territoire"] == "95"}
    assert {name: one["boite"] for name, one in of_95.items()} == {
        groupe.name: groupe.mailbox for groupe in personas.GROUPES
    }
    members = {name: len(one["membres"]) for name, one in of_95.items()}
    assert members == {
        "France services Argenteuil": 4,
        "CCAS de Cergy": 1,
        "CAF du Val-d'Oise": 3,
        "CPAM du Val-d'Oise": 1,
        "MSA du Val-d'Oise": 1,
        "DDFIP du Val-d'Oise": 1,
    }
    assert set(Membership.objects.values_list("new_demandes", flat=True)) == {DigestChoice.EVERY}
    assert describe()["totp"] == {}


def test_somebody_was_invited_and_somebody_is_proposed(demo):
    """What the page of a groupe shows to its responsable, and to nobody a persona of contract.md §7."""
    invitation, proposal = Invitation.objects.get(), Proposal.objects.get()
    assert invitation.groupe == proposal.groupe == Groupe.objects.get(name="France services Argenteuil")
    assert (invitation.expires_at > clock.now(), proposal.decided_at) == (True, None)
    assert not User.objects.filter(email__in=[invitation.email, proposal.email]).exists()
