"""Bringing people into a groupe: what is written, who is told, who may, what is refused, how much a day."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from aplus.accounts import tasks
from aplus.accounts.models import Invitation, Membership, MembershipChange, MembershipEvent, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.inviting import plan
from aplus.accounts.rules import inviting as rules
from aplus.accounts.rules.inviting import Outcome, Wanted
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import inviting as services
from aplus.accounts.services.people import create_user
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, TooMany, Unknown
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification, State
from tests.notifications.jobs import run_jobs
from tests.personas import World

NEW = "lea.durand@demo.example"
AIDANT, INSTRUCTEUR = Flags(is_aidant=True), Flags(is_instructeur=True)


@transaction.atomic
def attach(who: User, groupe: Groupe, *people: User, flags: Flags = AIDANT) -> list[Membership]:
    """As a service does: hold, then write."""
    actor = actor_for(who.pk)
    return services.attach_all(actor, services.hold(actor, [groupe.pk])[groupe.pk], [(one, flags) for one in people])


@transaction.atomic
def invite(who: User, groupe: Groupe, *emails: str, flags: Flags = AIDANT) -> list[Invitation]:
    """The same for addresses without account."""
    actor = actor_for(who.pk)
    return services.invite_all(
        actor, services.hold(actor, [groupe.pk])[groupe.pk], [Wanted(email, flags, "Léa") for email in emails]
    )


def mails() -> dict[str, list[str]]:
    """Who was mailed what, once the queue is empty."""
    run_jobs()
    told: dict[str, list[str]] = {}
    for one in mail.outbox:
        told.setdefault(one.to[0], []).append(one.extra_headers["X-Aplus-Evenement"])
    return told


def test_attached_at_once_the_person_and_the_groupe_told(world: World) -> None:
    (membership,) = attach(world.rachel, world.fs_argenteuil, world.chloe)
    assert (membership.is_aidant, membership.is_instructeur, membership.is_responsable) == (True, False, False)
    assert actor_for(world.chloe.pk).aidant_groupe_ids == {world.ccas_cergy.pk, world.fs_argenteuil.pk}
    change = MembershipChange.objects.get()
    assert (change.event, change.user, change.by) == (MembershipEvent.ARRIVAL, world.chloe, world.rachel)
    line = JournalLine.objects.get(act="membre-ajoute")
    assert (line.actor_id, line.thing_id) == (world.rachel.pk, world.chloe.pk)
    assert line.codes == {"groupe": str(world.fs_argenteuil.pk), "avant": "", "apres": "aidant"}
    assert mails() == {
        world.chloe.email: ["ajout"],
        **{one.email: ["arrivee"] for one in (world.alice, world.amir, world.nadia)},
    }
    text = next(one.body for one in mail.outbox if one.to == [world.alice.email])
    assert "Chloé Dubois rejoint le groupe France services Argenteuil" in text
    assert "Rachel Moreau a fait cet ajout : Chloé Dubois (aidant)." in " ".join(text.replace("\u00a0", " ").split())


def test_many_at_once_are_told_once(world: World) -> None:
    attach(world.remi, world.caf95, world.paul, world.agent_msa, flags=INSTRUCTEUR)
    told = mails()
    assert told[world.ines.email] == told[world.igor.email] == ["arrivee"]
    assert told[world.paul.email] == ["ajout"]
    assert world.remi.email not in told
    text = next(one.body for one in mail.outbox if one.to == [world.ines.email])
    assert "2 personnes rejoignent" in text
    assert "Paul Nguyen (instructeur)" in text
    assert "lit les demandes" in text


def test_who_left_before_the_mail_is_told_nothing_nor_named(world: World) -> None:
    attach(world.rachel, world.fs_argenteuil, world.chloe)
    Membership.objects.filter(groupe=world.fs_argenteuil, user__in=[world.chloe, world.amir]).delete()
    assert mails() == {}


def test_an_address_without_account_gets_a_link_of_seven_days(world: World) -> None:
    (invitation,) = invite(world.rachel, world.fs_argenteuil, NEW)
    assert invitation.expires_at - clock.now() > timedelta(days=6, hours=23)
    assert mails() == {NEW: ["inscription"]}
    (sent,) = mail.outbox
    assert f"/inscription/{services.token_of(invitation)}/" in sent.body
    assert "Rachel Moreau vous invite à rejoindre le groupe France services Argenteuil" in sent.body
    assert "X-Aplus-Demande" not in sent.extra_headers
    line = Notification.objects.get()
    assert (line.person_id, line.groupe_id, line.invitation_id, line.codes) == (None, None, invitation.pk, {})
    assert not User.objects.filter(email=NEW).exists()
    journal = JournalLine.objects.get(act="invitation-envoyee")
    assert journal.codes == {"groupe": str(world.fs_argenteuil.pk), "roles": "aidant"}


@pytest.mark.parametrize("change", ["withdrawn", "accepted", "closed", "expired", "gone"])
def test_an_invitation_that_is_over_is_not_mailed(world: World, change: str) -> None:
    (invitation,) = invite(world.rachel, world.fs_argenteuil, NEW)
    now = clock.now()
    rows = Invitation.objects.filter(pk=invitation.pk)
    if change == "gone":
        rows.delete()
    elif change == "closed":
        Groupe.objects.filter(pk=world.fs_argenteuil.pk).update(closed_at=now)
    else:
        field = {"withdrawn": "withdrawn_at", "accepted": "accepted_at", "expired": "expires_at"}[change]
        rows.update(**{field: now})
    assert mails() == {}
    assert Notification.objects.get().state == State.DROPPED


def test_sent_again_before_the_mail_left_only_the_last_leaves(world: World) -> None:
    (first,) = invite(world.rachel, world.fs_argenteuil, NEW)
    (again,) = invite(world.rachel, world.fs_argenteuil, NEW, flags=Flags(is_responsable=True))
    assert again.pk == first.pk
    assert mails() == {NEW: ["inscription"]}
    assert services.token_of(again) != services.token_of(first)
    assert services.token_of(again) in mail.outbox[0].body
    assert Invitation.objects.get().is_responsable


def test_who_may(world: World) -> None:
    for who in (world.alice, world.remi, world.chloe, world.oscar, world.elise):
        with pytest.raises(NotAllowed):
            attach(who, world.fs_argenteuil, world.chloe)
        with pytest.raises(NotAllowed):
            invite(who, world.fs_argenteuil, NEW)
    for who in (world.sophie, world.nora, world.rachel):
        invite(who, world.fs_argenteuil, f"{who.first_name.lower()}.new@demo.example")
    Supervision.objects.get().organismes.set(["caf"])
    with pytest.raises(NotAllowed):
        invite(world.sophie, world.fs_argenteuil, NEW)
    with pytest.raises(Unknown), transaction.atomic():
        services.hold(actor_for(world.nora.pk), [world.nora.pk])
    assert not Membership.objects.filter(user=world.chloe, groupe=world.fs_argenteuil).exists()


def test_nobody_adds_oneself_nor_a_member_nor_a_closed_account_nor_to_a_closed_groupe(world: World) -> None:
    with pytest.raises(NotAllowed):
        attach(world.sophie, world.fs_argenteuil, world.sophie)
    with pytest.raises(Refused):
        attach(world.rachel, world.fs_argenteuil, world.alice)
    User.objects.filter(pk=world.chloe.pk).update(is_active=False)
    world.chloe.refresh_from_db()
    with pytest.raises(Refused):
        attach(world.rachel, world.fs_argenteuil, world.chloe)
    Groupe.objects.filter(pk=world.fs_argenteuil.pk).update(closed_at=clock.now())
    with pytest.raises(Overtaken):
        attach(world.nora, world.fs_argenteuil, world.paul)
    assert not MembershipChange.objects.exists()
    assert not Notification.objects.exists()


def test_two_hundred_a_day_for_a_responsable_no_limit_above(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [(limit.number, limit.window) for limit in rules.PER_DAY] == [(200, timedelta(days=1))]
    monkeypatch.setattr(rules, "PER_DAY", (rules.Limit(2, timedelta(days=1)),))
    invite(world.rachel, world.fs_argenteuil, "a@demo.example", "b@demo.example")
    with pytest.raises(TooMany) as raised:
        invite(world.rachel, world.fs_argenteuil, "c@demo.example")
    assert raised.value.retry_after > 80_000
    assert Invitation.objects.count() == 2
    for who in (world.sophie, world.nora):
        invite(who, world.fs_argenteuil, *(f"{who.first_name}{rank}@demo.example".lower() for rank in range(3)))
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        invite(world.rachel, world.fs_argenteuil, "c@demo.example")


def test_attaching_settles_what_waited_for_the_same_address(world: World) -> None:
    (invitation,) = invite(world.rachel, world.fs_argenteuil, NEW)
    attach(world.rachel, world.fs_argenteuil, create_user(NEW, first_name="Léa", last_name="Durand"))
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None


def test_what_adding_would_do(world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    invite(world.rachel, world.fs_argenteuil, NEW, "late@demo.example")
    Invitation.objects.filter(email="late@demo.example").update(expires_at=clock.now())
    User.objects.filter(pk=world.paul.pk).update(is_active=False)
    asked = [
        *(world.chloe.email, world.alice.email, world.paul.email, world.rachel.email),
        *(NEW, "late@demo.example", "new@demo.example", "é@demo.example"),
    ]
    actor = actor_for(world.rachel.pk)
    with django_assert_num_queries(3):
        planned = plan(actor, world.fs_argenteuil, asked)
    (oneself,) = plan(actor, world.caf95, [world.rachel.email])
    assert oneself.outcome is Outcome.ONESELF
    assert [one.outcome for one in planned] == [
        *(Outcome.ATTACHED, Outcome.MEMBER, Outcome.DEACTIVATED, Outcome.MEMBER),
        *(Outcome.PENDING, Outcome.INVITED_AGAIN, Outcome.INVITED, Outcome.MALFORMED),
    ]
    assert [one.user for one in planned][:2] == [world.chloe, world.alice]


def test_erased_thirty_days_after_its_end(world: World) -> None:
    start = clock.now()
    invite(world.rachel, world.fs_argenteuil, "a@demo.example", "b@demo.example", "c@demo.example")
    Invitation.objects.filter(email="b@demo.example").update(accepted_at=start)
    Invitation.objects.filter(email="c@demo.example").update(withdrawn_at=start + timedelta(days=1))

    def left(after: timedelta) -> str:
        with clock.at(start + after):
            tasks.purge(0)
        return "".join(one.email[0] for one in Invitation.objects.order_by("email"))

    assert left(timedelta(days=29)) == "abc"
    assert left(timedelta(days=30, seconds=1)) == "ac"
    assert left(timedelta(days=31, seconds=1)) == "a"
    assert left(timedelta(days=36, hours=23)) == "a"
    assert left(timedelta(days=37, seconds=1)) == ""
