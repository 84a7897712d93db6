"""The life of an account: activity, inactivity, coming back, « Compte supprimé » (accounts.md §2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from aplus.accounts.models import Membership, MembershipChange, Proposal, Session, SignInLink, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import closing, entering, members, resting, returning
from aplus.accounts.services.people import create_user, join
from aplus.core import clock
from aplus.demandes.models import ListChoice
from aplus.journal.models import JournalLine
from aplus.retention import services as retention
from tests import personas
from tests.accounts.members import addresses, flags_in, give, told
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.notifications.jobs import run_jobs
from tests.personas import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = datetime(2026, 1, 15, 9, tzinfo=UTC)


def idle(user: User, since: datetime = START) -> None:
    """Somebody last there then; everybody else is there for ever."""
    User.objects.update(last_active_at=since + 4000 * DAY)
    User.objects.filter(pk=user.pk).update(last_active_at=since)


def night(at: datetime) -> int:
    """The nightly job, twice; how many steps the first run made. The second makes none."""
    with clock.at(at):
        made = resting.warn_and_close()
        assert resting.warn_and_close() == 0
        run_jobs()
    return made


def at_work(user: User) -> Client:
    client = Client()
    personas.sign_in(client, user)
    return client


def test_activity_is_stamped_once_a_day_by_a_session_in_use(world: World, django_assert_num_queries: object) -> None:
    User.objects.filter(pk=world.igor.pk).update(last_active_at=clock.now() - 5 * DAY, inactivity_notices=2)
    client = at_work(world.igor)
    client.get("/groupes/")
    first = User.objects.get(pk=world.igor.pk)
    assert clock.now() - first.last_active_at < timedelta(minutes=1)  # type: ignore[operator]
    assert (first.inactivity_notices, first.inactivity_noticed_at) == (0, None)

    User.objects.filter(pk=world.igor.pk).update(last_active_at=clock.now() - timedelta(hours=23))
    before = User.objects.get(pk=world.igor.pk).last_active_at
    client.get("/groupes/")
    assert User.objects.get(pk=world.igor.pk).last_active_at == before


def test_a_timer_is_no_activity(world: World) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    User.objects.filter(pk=world.ines.pk).update(last_active_at=None)
    assert at_work(world.ines).get(sent.address(demande, "suite/")).status_code in {200, 204, 304}
    assert User.objects.get(pk=world.ines.pk).last_active_at is None


def test_two_notices_then_closed_and_everybody_concerned_is_told(world: World) -> None:
    idle(world.igor)
    assert night(datetime(2026, 5, 15, 8, tzinfo=UTC)) == 0
    assert night(datetime(2026, 5, 15, 9, tzinfo=UTC)) == 1
    assert night(datetime(2026, 6, 14, 9, tzinfo=UTC)) == 0
    assert night(datetime(2026, 6, 15, 9, tzinfo=UTC)) == 1
    assert night(datetime(2026, 7, 14, 9, tzinfo=UTC)) == 0
    notices = [one for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] == resting.NOTICE]
    assert [one.to for one in notices] == [["igor.lefevre@demo.example"]] * 2
    assert all("15 juillet 2026" in str(one.body) for one in notices)

    assert night(datetime(2026, 7, 15, 9, tzinfo=UTC)) == 1
    igor = User.objects.get(pk=world.igor.pk)
    assert not igor.is_active
    assert told(closing.DEACTIVATED) == addresses(world.igor, world.remi)
    assert night(datetime(2026, 8, 15, 9, tzinfo=UTC)) == 0
    closed = JournalLine.objects.filter(act=closing.DEACTIVATED, thing_id=igor.pk).values_list("actor_id", "codes")
    assert list(closed) == [(None, {"raison": closing.IDLE})]


def test_stopped_for_two_months_the_job_still_gives_both_notices(world: World) -> None:
    idle(world.igor)
    late = datetime(2026, 9, 20, 9, tzinfo=UTC)
    steps = [(night(late + number * DAY), number) for number in range(60)]
    assert [number for made, number in steps if made] == [0, 25, 50]
    assert not User.objects.get(pk=world.igor.pk).is_active


def test_coming_back_between_two_notices_begins_again(world: World) -> None:
    idle(world.igor)
    assert night(datetime(2026, 5, 20, 9, tzinfo=UTC)) == 1
    User.objects.filter(pk=world.igor.pk).update(last_active_at=START)
    with clock.at(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        at_work(world.igor).get("/groupes/")
    for number in range(118):
        assert night(datetime(2026, 6, 1, 10, tzinfo=UTC) + number * DAY) == 0
    assert night(datetime(2026, 10, 1, 9, tzinfo=UTC)) == 1


def test_a_notice_not_sent_yet_says_nothing_to_who_came_back(world: World) -> None:
    idle(world.igor)
    with clock.at(datetime(2026, 5, 20, 9, tzinfo=UTC)):
        resting.warn_and_close()
        at_work(world.igor).get("/groupes/")
    assert told(resting.NOTICE) == set()


def test_who_never_came_is_counted_from_their_first_day(world: World) -> None:
    User.objects.update(last_active_at=START + 4000 * DAY)
    with clock.at(START):
        user = create_user("jamais@demo.example")
    assert night(datetime(2026, 5, 15, 9, tzinfo=UTC)) == 1
    assert User.objects.get(pk=user.pk).inactivity_notices == 1


def test_never_the_last_administrateur(world: World) -> None:
    idle(world.nora)
    for number in range(12):
        night(datetime(2026, 6, 1, 9, tzinfo=UTC) + number * 30 * DAY)
    assert User.objects.get(pk=world.nora.pk).is_active


# Coming back


@pytest.fixture
def closed_path(world: World, ask: Callable[..., str]) -> str:
    """Igor's account is closed; he asked for a link, which was mailed."""
    closing.deactivate(actor_for(world.nora.pk), world.igor.pk)
    run_jobs()
    mail.outbox.clear()
    path = ask(world.igor.email)
    run_jobs()
    return path


def test_the_sign_in_page_says_nothing_and_the_mail_says_it_all(world: World, closed_path: str) -> None:
    (message,) = mail.outbox
    assert message.to == [world.igor.email]
    assert message.extra_headers["X-Aplus-Evenement"] == entering.CLOSED
    assert closed_path in str(message.body)
    known = Client().post("/connexion/", {"email": world.ines.email})
    closed = Client().post("/connexion/", {"email": world.igor.email})
    assert (known.status_code, known.headers["Location"]) == (closed.status_code, closed.headers["Location"])


def test_its_page_has_one_button_and_never_opens_a_session(world: World, closed_path: str) -> None:
    client = Client()
    page = client.get(closed_path)
    main = page.content.decode().partition("<main")[2].partition("</main")[0]
    assert (page.status_code, main.count("<button")) == (410, 1)
    assert client.post(closed_path).status_code == 410
    assert client.post(closed_path, {"action": "revenir"}).status_code == 200
    assert not Session.objects.exists()
    assert client.post(closed_path).status_code == 410, "used up"
    assert client.post("/connexion/lien/rien/", {"action": "revenir"}).status_code == 404
    closing.reactivate(actor_for(world.remi.pk), world.igor.pk)
    assert client.post(closed_path).status_code == 410
    assert not Session.objects.exists()


def test_each_remembered_groupe_decides_and_is_told(world: World, closed_path: str, ask: Callable[..., str]) -> None:
    join(world.igor, world.fs_argenteuil, aidant=True)
    Client().post(closed_path, {"action": "revenir"})
    asked = Proposal.objects.filter(kind="retour", person=world.igor, decided_at=None)
    assert set(asked.values_list("groupe", flat=True)) == {world.caf95.pk, world.fs_argenteuil.pk}
    assert told(returning.ASKED) == addresses(world.remi, world.rachel)

    Client().post(ask(world.igor.email), {"action": "revenir"})
    assert asked.count() == 2
    run_jobs()
    assert len([one for one in mail.outbox if one.extra_headers["X-Aplus-Evenement"] == returning.ASKED]) == 2


@pytest.mark.parametrize("has_superviseur", [True, False])
def test_without_responsable_those_above_are_told(world: World, closed_path: str, has_superviseur: bool) -> None:
    Membership.objects.filter(user=world.remi).update(is_responsable=False)
    if not has_superviseur:
        Supervision.objects.all().delete()
    Client().post(closed_path, {"action": "revenir"})
    assert told(returning.ASKED) == addresses(world.sophie if has_superviseur else world.nora)


def test_without_groupe_the_team_is_told(world: World, closed_path: str) -> None:
    Membership.objects.filter(user=world.igor).delete()
    assert Client().post(closed_path, {"action": "revenir"}).status_code == 200
    assert not Proposal.objects.exists()
    assert told(returning.ASKED) == addresses(world.nora)


def test_an_active_account_asks_nothing(world: World, ask: Callable[..., str]) -> None:
    assert Client().post(ask(world.igor.email), {"action": "revenir"}).status_code == 410
    assert not Proposal.objects.exists()


# « Compte supprimé »


def test_twelve_months_later_nothing_of_the_person_is_left_but_what_they_did(world: World) -> None:
    demande = sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    sent.reply(world.igor, demande, "Un mot.")
    ListChoice.objects.create(user=world.igor, choices={"tri": "recentes"}, updated_at=clock.now())
    now = clock.now()
    User.objects.filter(pk=world.igor.pk).update(mail_fact="refuse", mail_fact_at=now, mail_refused_since=now)
    with clock.at(now - 366 * DAY):
        closing.deactivate(actor_for(world.nora.pk), world.igor.pk)
    with clock.at(now - 3 * DAY):
        assert retention.erase_accounts() == 0
    email = world.igor.email
    assert (retention.erase_accounts(), retention.erase_accounts()) == (1, 0)

    igor = User.objects.get(pk=world.igor.pk)
    assert (igor.full_name, igor.first_name, igor.function, igor.has_usable_password()) == (
        "Compte supprimé",
        "",
        "",
        False,
    )
    assert igor.email.endswith("@invalid.invalid")
    assert igor.deleted_at is not None
    assert (igor.mail_fact, igor.mail_fact_at, igor.mail_refused_since) == ("", None, None)
    assert flags_in(igor.pk, world.caf95) is None
    assert not ListChoice.objects.filter(user=igor).exists()
    words = Browser(world.ines).read(demande).words
    assert "Compte supprimé" in words
    assert "Lefèvre" not in words
    assert JournalLine.objects.filter(act="compte-supprime", thing_id=igor.pk).count() == 1
    assert "Igor" not in Browser(world.remi).get(f"/groupes/{world.caf95.id}/").words
    again = create_user(email, first_name="Igor", last_name="Lefèvre")
    assert again.pk != igor.pk


def test_an_account_opened_again_in_time_is_kept(world: World) -> None:
    with clock.at(clock.now() - 370 * DAY):
        closing.deactivate(actor_for(world.nora.pk), world.igor.pk)
    closing.reactivate(actor_for(world.nora.pk), world.igor.pk)
    assert retention.erase_accounts() == 0


def test_history_goes_after_twelve_months_and_proposals_ninety_days_after_their_answer(world: World) -> None:
    now = clock.now()
    for days, answered in ((380, 91), (300, 89)):
        with clock.at(now - days * DAY):
            give(world.nora, world.igor, world.caf95, members.Flags(is_aidant=days > 350, is_instructeur=True))
            give(world.nora, world.igor, world.caf95, members.Flags(is_instructeur=True))
        Proposal.objects.create(
            groupe=world.caf95,
            kind="depart",
            person=world.igor,
            created_at=now - days * DAY,
            decided_at=now - answered * DAY,
            is_accepted=False,
        )
    Proposal.objects.create(groupe=world.caf95, kind="depart", person=world.igor, created_at=now - 400 * DAY)
    retention.forget_history()
    assert all(change.at > now - 366 * DAY for change in MembershipChange.objects.all())
    assert sorted(Proposal.objects.values_list("created_at", flat=True)) == [now - 400 * DAY, now - 300 * DAY]
    assert not SignInLink.objects.exists()
