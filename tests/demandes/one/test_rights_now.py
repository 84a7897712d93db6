"""Rights that change in the same second: between the page and the act, everything is asked again."""

from aplus.accounts.models import Expertise, Membership
from aplus.core import clock
from aplus.demandes.models import Participant
from tests.demandes import sent
from tests.demandes.one.cast import AUTHORS, CAF, refusals, written

ACTS = {
    "alice": ("messages", {"message": "Un mot."}),
    "ines": ("messages", {"message": "Un mot.", "acte": "traitement"}),
    "agent_ddfip": ("messages", {"message": "Un mot.", "reserve": "1"}),
    "elise": ("messages", {"message": "Un mot."}),
}


def join(user, groupe, *, instructeur=True, aidant=False):
    """A membership that begins now."""
    return Membership.objects.create(
        user=user,
        groupe=groupe,
        is_instructeur=instructeur,
        is_aidant=aidant,
        instructeur_since=clock.now() if instructeur else None,
        created_at=clock.now(),
    )


def test_who_leaves_the_groupe_loses_it_between_page_and_act(cast):
    for who, (act, fields) in ACTS.items():
        browser = cast.browser(who)
        form = {**browser.form(cast.demande, act), **{name: [value] for name, value in fields.items()}}
        Membership.objects.filter(user=cast.user(who)).delete()
        Expertise.objects.filter(user=cast.user(who)).delete()
        before, lines = written(), refusals()
        answer = browser.post(cast.demande, act, form)
        assert answer.status == 404, who
        assert written() == before
        assert refusals() == lines + 1
        assert browser.read(cast.demande).status == 404


def test_a_flag_taken_away_is_a_right_taken_away(cast):
    for who, flags in (("alice", {"is_aidant": False}), ("ines", {"is_instructeur": False, "instructeur_since": None})):
        browser = cast.browser(who)
        form = {**browser.form(cast.demande, "messages"), "message": ["Un mot."]}
        Membership.objects.filter(user=cast.user(who)).update(**flags)
        assert browser.post(cast.demande, "messages", form).status == 404


def test_a_closed_groupe_reads_nothing(cast):
    browsers = {who: cast.browser(who) for who in (*AUTHORS, *CAF)}
    forms = {who: {**one.form(cast.demande, "messages"), "message": ["Un mot."]} for who, one in browsers.items()}
    for groupe in (cast.world.caf95, cast.world.fs_argenteuil):
        groupe.closed_at = clock.now()
        groupe.save()
    # Igor is there through the DDFIP only by name, which he is not: he loses it too.
    for who, browser in browsers.items():
        assert browser.post(cast.demande, "messages", forms[who]).status == 404, who
    assert cast.read("paul").status == 200


def test_a_deactivated_account_is_signed_out(cast):
    browser = cast.browser("ines")
    form = {**browser.form(cast.demande, "messages"), "message": ["Un mot."]}
    cast.world.ines.is_active = False
    cast.world.ines.save()
    answer = browser.post(cast.demande, "messages", form)
    assert answer.status == 303
    assert answer.location.startswith("/connexion/?suite=")
    assert cast.said() == 0


def test_a_person_invited_by_name_loses_it_with_the_groupe_that_let_them_in(cast):
    browser = cast.browser("agent_ddfip")
    assert browser.read(cast.demande).status == 200
    Membership.objects.filter(user=cast.world.agent_ddfip, groupe=cast.world.ddfip95).delete()
    join(cast.world.agent_ddfip, cast.world.msa95)
    assert browser.read(cast.demande).status == 404


def test_the_author_with_another_hat_stays_on_the_author_s_side_only(cast):
    join(cast.world.alice, cast.world.caf95)
    answer = cast.read("alice")
    assert answer.status == 200
    assert sent.address(cast.demande, "attribution/") not in answer.actions()
    assert cast.part("caf95").state == "ADDRESSED"
    Membership.objects.filter(user=cast.world.alice, groupe=cast.world.fs_argenteuil).delete()
    assert cast.read("alice").status == 404


def test_who_joins_reads_what_is_open_and_what_is_archived_later(cast, clock):
    join(cast.world.agent_msa, cast.world.caf95)
    assert cast.read("agent_msa").status == 200
    cast.submit("alice", "archivage", leve="oui")
    assert cast.read("agent_msa").status == 200
    clock.shift(3600)
    join(cast.world.oscar, cast.world.caf95)
    assert cast.read("oscar").status == 404
    cast.submit("alice", "reouverture", message="Encore.")
    assert cast.read("oscar").status == 200


def test_an_expert_loses_it_while_it_is_archived(cast):
    cast.submit("alice", "archivage", leve="oui")
    assert cast.read("elise").status == 404
    cast.submit("alice", "reouverture", message="Encore.")
    assert cast.read("elise").status == 200


def test_the_demande_outlives_everybody_who_leaves(cast):
    Membership.objects.filter(user__in=[cast.user(who) for who in CAF], groupe=cast.world.caf95).delete()
    assert cast.part("caf95").state == "ADDRESSED"
    Participant.objects.filter(demande=cast.demande).exclude(kind="auteur").update(until=clock.now())
    page = cast.read("alice")
    assert (page.main["data-etat"], page.main["data-tour"]) == ("SENT", "instructeurs")
