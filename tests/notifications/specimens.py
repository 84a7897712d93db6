"""One of every mail, each as its recipients get it: a demande with canaries in it, accounts and groupes in every state.

Each is told by the services, or by the line that they would write, and leaves by the queue as any other.
"""

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property, partial
from uuid import uuid4

from django.core import mail

from aplus.accounts.models import (
    Absence,
    EmailChange,
    LinkPurpose,
    MailChoice,
    Membership,
    Proposal,
    SignInLink,
    User,
)
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.persons import Member
from aplus.accounts.rules.members import Flags
from aplus.accounts.rules.roles import Held, Role
from aplus.accounts.services import (
    addresses,
    closing,
    entering,
    groupes,
    inviting,
    members,
    passwords,
    proposing,
    resting,
    returning,
    roles,
    support,
)
from aplus.accounts.services import factors as factor_services
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.demandes.mails import OF_NOTES, WORDS
from aplus.demandes.models import Demande, Part
from aplus.demandes.services import absences, weekly
from aplus.gestion.services import shutting
from aplus.help.models import ContactMessage
from aplus.help.services import RECEIVED
from aplus.notifications import services as notifications
from tests import personas
from tests.demandes import sent
from tests.demandes.one import test_canary as canary
from tests.demandes.one.cast import gather
from tests.notifications.jobs import run_jobs

# What the acts of people say of themselves: whom it may name beside who did it.
WHY = {
    "archivage": ("", "traitee", "inactive", "mandat"),
    "preavis": ("traitee", "inactive"),
    "incompetence": ("", "sans-competent"),
}
# Told to who manages, never to who is on the demande.
OF_ROLES = {
    "retard": ("responsable", "superviseur", "administrateur"),
    "sans-competent": ("superviseur", "administrateur"),
    "passation-demandee": ("responsable", "superviseur", "administrateur"),
}

MADE = []


@dataclass(frozen=True)
class Letter:
    """One mail as a mail program reads it."""

    raw: bytes
    # Whose act it tells, when it is one of a demande.
    by: str = ""

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def event(self) -> str:
        return str(self.message["X-Aplus-Evenement"])

    @property
    def name(self) -> str:
        """For a picture's file and a failure."""
        return f"{self.event} to {self.message['To']}"

    @property
    def text(self) -> str:
        return self.message.get_body(["plain"]).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(["html"]).get_content()


class Post:
    """The mails that leave, in order."""

    def __init__(self, world):
        self.world, self.letters = world, []

    def tell(self, event, *, by="", **told):
        """A line as a service writes it."""
        notifications.tell(act_id=uuid4(), event=event, at=clock.now(), **told)
        self.leave(by)

    def leave(self, by=""):
        """What waits leaves."""
        mail.outbox.clear()
        run_jobs()
        for one in mail.outbox:
            self.letters.append(Letter(one.message().as_bytes(), by))


def letters_of(time_machine):
    """All of them, made once: they are read and never changed."""
    if not MADE:
        time_machine.move_to("2026-04-30T08:00:00+00:00", tick=False)
        MADE.extend(specimens(personas.build()))
    return MADE


def specimens(world):
    """In a world where nothing has happened."""
    post = Post(world)
    of_demandes(post)
    of_time(post)
    of_absences(post)
    of_accounts(post)
    of_members(post)
    of_groupes(post)
    return post.letters


def lived(world):
    """A demande full of canaries."""
    cast = gather(world)
    canary.live(cast)
    run_jobs()
    return cast.demande


def of_demandes(post):
    world = post.world
    demande = lived(world)
    urgent = sent.send(world.alice, world.fs_argenteuil, [world.caf95], colleagues=[world.amir], urgency="expulsion")
    run_jobs()
    for event in WORDS:
        for why in WHY.get(event, ("",)):
            tell_of(post, demande, event, why)
    for event in ("envoi", "reponse", "traitement"):
        tell_of(post, urgent, event)


def tell_of(post, demande, event, why=""):
    """To both sides, to a mailbox; to who manages."""
    world = post.world
    by = world.amir if event in {"envoi", "archivage", "toujours-bloque", "reouverture"} else world.igor
    codes = {"acteur": str(by.pk), "groupe": str(world.caf95.pk), "jour": "2026-06-01"}
    if event in {"archivage", "preavis"} and why:
        del codes["acteur"]
    if why:
        codes["motif"] = why
    tell = partial(post.tell, event, by=by.full_name, demande_id=demande.id, number=demande.number)
    for role in OF_ROLES.get(event, ()):
        person = {"responsable": world.remi, "superviseur": world.sophie, "administrateur": world.nora}[role]
        of_role = {"role": role, "groupe": str(world.caf95.pk)}
        if event == "passation-demandee":
            person, of_role = (world.rachel if role == "responsable" else person), {"role": role}
        tell(people=[person.pk], codes=of_role)
    if event not in OF_ROLES:
        authors = () if event in OF_NOTES else (world.alice.pk,)
        tell(people=[*authors, world.ines.pk], mailboxes=[world.caf95.pk], codes=codes)


def of_time(post):
    """The grouped mail and the summary of the week."""
    world = post.world
    User.objects.filter(pk=world.alice.pk).update(mail_choice=MailChoice.GROUPED)
    for _ in range(2):
        demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95, world.cpam95])
        run_jobs()
        sent.reply(world.ines, demande, "Zibeline arrivera bientôt.", "prise-en-charge")
        sent.reply(world.paul, demande, "Zibeline arrivera bientôt.")
    with clock.at(clock.now() + timedelta(days=1)):
        run_jobs()
        notifications.send_digests()
        post.leave()
    Part.objects.filter(demande=demande).update(due_at=clock.now() - timedelta(days=2))
    Demande.objects.filter(pk=demande.pk).update(state="PROCESSED")
    post.tell(weekly.EVENT, people=[world.remi.pk, world.rachel.pk])
    User.objects.filter(pk=world.alice.pk).update(mail_choice=MailChoice.EACH)


def of_absences(post):
    world = post.world
    today = clock.now().date()
    for who, structure, colleague in (("alice", world.fs_argenteuil, world.amir), ("ines", world.caf95, None)):
        named = {structure.pk: colleague.pk} if colleague else {}
        days = absences.Days(today, today + timedelta(days=8), named)
        absences.plan_own(actor_for(world.user(who).pk), days, key=uuid4(), location="/moi/")
    away = Absence.objects.get(user=world.alice)
    absences.finish_early(actor_for(world.alice.pk), away, key=uuid4(), location="/moi/")
    days = absences.Days(today + timedelta(days=9), today + timedelta(days=12), {})
    remi = actor_for(world.remi.pk)
    absences.plan_for(remi, world.caf95.pk, world.igor.pk, days, key=uuid4(), location="/groupes/")
    post.leave()
    away = Absence.objects.get(user=world.igor)
    absences.finish_early(remi, away, key=uuid4(), location="/groupes/")
    about = {
        "absence": str(Absence.objects.get(user=world.ines).pk),
        "nombre": 0,
        "groupe": str(world.fs_argenteuil.pk),
    }
    post.tell("absence", people=[world.rachel.pk], codes={**about, "quoi": "sans-remplacant"})
    post.leave()


def of_accounts(post):
    world, now = post.world, clock.now()
    alice = actor_for(world.alice.pk)
    entering.ask_link(world.alice.email, suite="/demandes/", browser="Firefox sous Windows")
    entering.ask_link(world.amir.email, suite="/", browser="Firefox sous Windows", purpose=LinkPurpose.PASSWORD)
    post.tell(entering.NEW_DEVICE, people=[world.alice.pk], codes={"navigateur": "Chrome sous Android"})
    for act in (passwords.SET, passwords.CHANGED, passwords.REMOVED, passwords.RESET):
        post.tell(passwords.EVENT, people=[world.alice.pk], codes={"geste": act})
    for change in factor_services.Change:
        post.tell(factor_services.EVENT, people=[world.alice.pk], codes={"quoi": change.value})
    post.tell(support.EVENT, people=[world.alice.pk])
    User.objects.filter(pk=world.alice.pk).update(inactivity_notices=1, inactivity_noticed_at=now)
    post.tell(resting.NOTICE, people=[world.alice.pk], codes={"rang": 1})
    addresses.ask(alice, "alice.nouvelle@demo.example", key=str(uuid4()), location="/moi/")
    post.leave()
    change = EmailChange.objects.get(user=world.alice)
    EmailChange.objects.filter(pk=change.pk).update(new_email=world.amir.email)
    post.tell(addresses.ASKED, people=[world.alice.pk], codes={"changement": str(change.pk), "cote": "nouvelle"})
    EmailChange.objects.filter(pk=change.pk).update(new_email="alice.nouvelle@demo.example")
    User.objects.filter(pk=world.alice.pk).update(email="alice.nouvelle@demo.example")
    for whom, person in (("ancienne", world.alice), ("nouvelle", world.alice), ("responsable", world.rachel)):
        post.tell(addresses.CHANGED, people=[person.pk], codes={"changement": str(change.pk), "pour": whom})
    User.objects.filter(pk=world.alice.pk).update(email=world.alice.email)
    message = ContactMessage.objects.create(
        key=uuid4(),
        subject="rejoindre-public",
        name="Camille Bernard",
        email="camille.bernard@exemple.example",
        organisme="Mairie de Pontoise",
        text="Bonjour,\n\nComment rejoindre A+ ?",
        created_at=now,
    )
    post.tell(RECEIVED, contacts=[message.pk])


def of_members(post):
    world = post.world
    remi, nora = actor_for(world.remi.pk), actor_for(world.nora.pk)
    inviting.attach(remi, world.caf95, world.chloe, Flags(is_instructeur=True))
    newcomers = [(world.paul, Flags(is_instructeur=True)), (world.agent_msa, Flags(is_aidant=True))]
    inviting.attach_all(remi, world.caf95, newcomers)
    inviting.invite(remi, world.caf95, "nouveau.venu@demo.example", Flags(is_instructeur=True))
    ines = actor_for(world.ines.pk)
    proposing.propose_arrival(ines, world.caf95.pk, "collegue@demo.example", key=uuid4(), location="/")
    proposing.propose_departure(ines, world.caf95.pk, world.agent_msa.pk, key=uuid4(), location="/")
    post.leave()
    arrival, departure = Proposal.objects.filter(proposed_by=world.ines).order_by("kind")
    proposing.refuse(remi, world.caf95.pk, arrival.pk, key=uuid4(), location="/")
    proposing.accept(remi, world.caf95.pk, departure.pk, None, key=uuid4(), location="/")
    members.set_flags(remi, Member(world.chloe.pk, world.caf95), Flags(is_aidant=True))
    members.set_flags(remi, Member(world.chloe.pk, world.caf95), Flags(is_instructeur=True))
    members.remove(remi, Member(world.chloe.pk, world.caf95))
    post.leave()
    closing.deactivate(nora, world.igor.pk)
    entering.ask_link(world.igor.email, suite="/", browser="Firefox sous Windows")
    post.leave()
    link = SignInLink.objects.filter(email=world.igor.email).latest("created_at")
    returning.ask(entering.token_of(link))
    post.leave()
    back = Proposal.objects.get(person=world.igor, groupe=world.caf95, decided_at=None)
    proposing.refuse(remi, world.caf95.pk, back.pk, key=uuid4(), location="/")
    post.leave()
    closing.reactivate(nora, world.igor.pk)
    post.leave()
    closing.deactivate(nora, world.oscar.pk)
    entering.ask_link(world.oscar.email, suite="/", browser="Firefox sous Windows")
    run_jobs()
    returning.ask(entering.token_of(SignInLink.objects.filter(email=world.oscar.email).latest("created_at")))
    post.leave()
    closing.reactivate(nora, world.oscar.pk)
    run_jobs()
    for role, word in ((Role.OBSERVATION, "change"), (Role.OBSERVATION, "retire"), (Role.SUPERVISION, "donne")):
        wanted = Held(word != "retire", frozenset({"95"}), frozenset({"cpam"}))
        seen = roles.rules.held(actor_for(world.oscar.pk), role).version
        roles.set_role(nora, world.oscar.pk, role, wanted, seen=seen, key=uuid4(), location="/")
        post.leave()


def of_groupes(post):
    world = post.world
    nora = actor_for(world.nora.pk)
    for values in ({"mailbox": "autre@demo.example"}, {"is_mailbox_told": False}, {"mailbox": ""}):
        groupes.change(nora, world.caf95.pk, values, seen="", key=str(uuid4()), location="/")
        post.leave()
    now = clock.now()
    other = Groupe.objects.create(name="CAF de Pontoise", organisme_id="caf", created_at=now, mailbox="p@demo.example")
    other.territoires.set(["95"])
    Membership.objects.create(
        user=world.elise, groupe=other, is_instructeur=True, instructeur_since=now, created_at=now
    )
    shutting.close(nora, world.caf95.pk, other.pk, key=str(uuid4()), location="/")
    members.remove(actor_for(world.nora.pk), Member(world.rachel.pk, world.fs_argenteuil))
    post.leave()
