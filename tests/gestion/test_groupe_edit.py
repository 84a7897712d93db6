"""Changing and making a groupe: each field by who may, the same name once, what was typed kept."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aplus.accounts.models import Membership, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import groupes as services
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.core.errors import Refused
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification
from tests.demandes import sent
from tests.demandes.one.browser import Browser
from tests.gestion.scenes import form, post, submit
from tests.notifications.jobs import run_jobs

OWN = {"description", "note", "boite", "boite_prevenue"}
WIDE = {"nom", "organisme", "territoires", "matricule", "accepte"}
NEW = "/groupes/nouveau/"
CANARY = "Groupe renommé par la bande"


def edit_of(groupe):
    return f"/groupes/{groupe.pk}/modification/"


def page_of(groupe):
    return f"/groupes/{groupe.pk}/"


@pytest.fixture
def val_doise(world):
    Territoire.objects.get_or_create(code="75", defaults={"name": "Paris", "timezone": "Europe/Paris"})


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        ("remi", OWN),
        ("sophie", OWN | WIDE),
        ("nora", OWN | WIDE | {"toute_la_france", "commentaire"}),
    ],
)
def test_each_person_is_shown_the_fields_that_are_theirs(world, who, fields):
    page = Browser(world.user(who)).get(edit_of(world.caf95)).page
    assert {one["name"] for one in page.elements if one.get("name")} & {*services_fields()} == fields


def services_fields():
    return [*OWN, *WIDE, "toute_la_france", "commentaire"]


@pytest.mark.parametrize(
    ("who", "forged"),
    [
        *(("remi", name) for name in sorted(WIDE | {"toute_la_france", "commentaire"})),
        ("sophie", "commentaire"),
        ("sophie", "toute_la_france"),
    ],
)
def test_a_field_of_somebody_else_is_refused_and_nothing_is_written(world, who, forged):
    before = Groupe.objects.values().get(pk=world.caf95.pk)
    fields = form(world.user(who), edit_of(world.caf95), edit_of(world.caf95), description="Autre")
    assert post(world.user(who), edit_of(world.caf95), {**fields, forged: [CANARY]}).status == 403
    assert Groupe.objects.values().get(pk=world.caf95.pk) == before


def test_who_manages_another_groupe_or_none_does_not_reach_it(world):
    for who, status in {"rachel": 404, "paul": 404, "ines": 403, "oscar": 403, "elise": 404}.items():
        for method in ("GET", "POST", "PUT"):
            sent = Browser(world.user(who)).send(method, edit_of(world.caf95), {"description": "x"})
            assert sent.status_code == status, (who, method)


def test_a_responsable_changes_the_texts_and_the_mailbox(world):
    answer = submit(world.remi, edit_of(world.caf95), edit_of(world.caf95), description="RSA", note="Fermé le lundi.")
    assert (answer.status, answer.location) == (303, page_of(world.caf95))
    world.caf95.refresh_from_db()
    assert (world.caf95.description, world.caf95.public_note) == ("RSA", "Fermé le lundi.")
    assert world.caf95.mailbox == "caf95@demo.example"
    line = JournalLine.objects.get(act="groupe-change")
    assert (line.thing_id, line.codes) == (world.caf95.pk, {"champs": "description+public_note"})
    assert "RSA" not in str(JournalLine.objects.values())
    assert not Notification.objects.exists()


def test_the_responsables_and_the_new_mailbox_hear_of_it(world, mailoutbox):
    submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), boite="nouvelle@demo.example")
    submit(world.remi, edit_of(world.caf95), edit_of(world.caf95), boite="autre@demo.example")
    run_jobs()
    # Worded when they leave: the first address is nobody's any more.
    assert {mail.to[0] for mail in mailoutbox} == {"autre@demo.example", "remi.garnier@demo.example"}
    assert {mail.extra_headers["X-Aplus-Evenement"] for mail in mailoutbox} == {"groupe-boite"}


def test_without_mailbox_nor_instructeur_a_warning_says_so(world):
    Membership.objects.filter(groupe=world.caf95).update(is_instructeur=False, instructeur_since=None)
    browser = Browser(world.remi)
    fields = browser.get(edit_of(world.caf95)).fields(edit_of(world.caf95))
    browser.client.post(edit_of(world.caf95), {**fields, "boite": [""]})
    assert "n’a plus de boîte aux lettres" in browser.get(page_of(world.caf95)).words
    world.caf95.refresh_from_db()
    assert world.caf95.mailbox == ""


@pytest.mark.parametrize("off", [{"boite": ""}, {"boite_prevenue": "non"}])
@pytest.mark.parametrize("choice", ["of the membership", "of the person"])
def test_the_mailbox_stays_while_no_instructeur_is_told(world, off, choice):
    members = Membership.objects.filter(groupe=world.caf95)
    if choice == "of the membership":
        members.update(new_demandes="aucun")
    else:
        User.objects.filter(memberships__in=members).update(mail_choice="aucun")
    answer = submit(world.remi, edit_of(world.caf95), edit_of(world.caf95), description="RSA", **off)
    assert answer.status == 422
    assert answer.summary()[0][0] == "#groupe_boite"
    assert answer.fields(edit_of(world.caf95))["description"] == ["RSA"]
    world.caf95.refresh_from_db()
    assert (world.caf95.told_mailbox, world.caf95.description) == ("caf95@demo.example", "")
    User.objects.filter(pk=world.igor.pk).update(mail_choice="groupe")
    Membership.objects.filter(user=world.igor).update(new_demandes="groupe")
    assert submit(world.remi, edit_of(world.caf95), edit_of(world.caf95), **off).status == 303
    world.caf95.refresh_from_db()
    assert world.caf95.told_mailbox == ""


def test_a_mailbox_that_is_off_is_shown_and_told_of_nothing(world, mailoutbox):
    submit(world.remi, edit_of(world.caf95), edit_of(world.caf95), boite_prevenue="non")
    page = Browser(world.remi).get(page_of(world.caf95))
    assert "caf95@demo.example (n’est pas prévenue des demandes" in page.words
    world.caf95.refresh_from_db()
    sent.send(world.alice, world.fs_argenteuil, [world.caf95])
    run_jobs()
    assert "caf95@demo.example" not in {mail.to[0] for mail in mailoutbox}
    submit(world.remi, edit_of(world.caf95), edit_of(world.caf95), boite_prevenue="oui")
    run_jobs()
    assert mailoutbox[-1].to == ["caf95@demo.example"]


@pytest.mark.parametrize("value", ["", "peut-etre", "\x00"])
def test_an_odd_choice_about_the_mailbox(world, value):
    fields = form(world.remi, edit_of(world.caf95), edit_of(world.caf95))
    answer = post(world.remi, edit_of(world.caf95), {**fields, "boite_prevenue": [value]})
    assert answer.status == (303 if value == "" else 422)
    world.caf95.refresh_from_db()
    assert world.caf95.is_mailbox_told


def test_a_preview_writes_nothing_and_keeps_what_was_typed(world):
    fields = form(world.remi, edit_of(world.caf95), edit_of(world.caf95), note="Fermé <b>lundi</b>.")
    answer = post(world.remi, edit_of(world.caf95), {**fields, "action": ["previsualiser"]})
    assert answer.status == 200
    assert "Ce que lisent les aidants" in answer.words
    assert answer.fields(edit_of(world.caf95))["note"] == ["Fermé <b>lundi</b>."]
    world.caf95.refresh_from_db()
    assert world.caf95.public_note == ""
    assert not JournalLine.objects.filter(act="groupe-change").exists()


def test_changed_meanwhile_what_was_typed_is_kept(world):
    fields = form(world.remi, edit_of(world.caf95), edit_of(world.caf95), note="Le mien.")
    submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), note="Celui de Nora.")
    answer = post(world.remi, edit_of(world.caf95), fields)
    assert answer.status == 409
    again = answer.fields(edit_of(world.caf95))
    assert again["note"] == ["Le mien."]
    assert post(world.remi, edit_of(world.caf95), again).status == 303
    world.caf95.refresh_from_db()
    assert world.caf95.public_note == "Le mien."


def test_the_comment_of_the_team_does_not_overtake_a_responsable_nor_show(world):
    fields = form(world.remi, edit_of(world.caf95), edit_of(world.caf95), note="Le mien.")
    submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), commentaire="Canari interne")
    assert post(world.remi, edit_of(world.caf95), fields).status == 303
    for who, shown in {"nora": True, "remi": False, "sophie": False, "ines": False, "oscar": False}.items():
        browser = Browser(world.user(who))
        assert ("Canari interne" in browser.get(page_of(world.caf95)).text) is shown, who
        if not shown and who in {"remi", "sophie"}:
            assert "Canari interne" not in browser.get(edit_of(world.caf95)).text


def test_the_same_key_twice_is_one_act(world):
    fields = form(world.remi, edit_of(world.caf95), edit_of(world.caf95), note="Une fois.")
    assert post(world.remi, edit_of(world.caf95), fields).status == 303
    assert post(world.remi, edit_of(world.caf95), fields).location == page_of(world.caf95)
    assert JournalLine.objects.filter(act="groupe-change").count() == 1


class TestNames:
    """A name is unique within the organisme, accents and case aside."""

    @pytest.fixture
    def other(self, world):
        return Groupe.objects.create(name="CAF d'Évry", organisme_id="caf", created_at=clock.now())

    def test_the_other_groupe_is_named_and_what_was_typed_kept(self, world, other):
        answer = submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), nom="caf  d'evry", note="Gardé")
        assert answer.status == 422
        assert "« CAF d'Évry »" in answer.words
        assert answer.fields(edit_of(world.caf95))["note"] == ["Gardé"]
        assert answer.summary()[0][0] == "#groupe_nom"

    def test_of_another_organisme_it_is_free(self, world, other):
        assert submit(world.nora, edit_of(world.cpam95), edit_of(world.cpam95), nom="CAF d'Évry").status == 303

    def test_a_closed_groupe_still_holds_its_name(self, world, other):
        Groupe.objects.filter(pk=other.pk).update(closed_at=clock.now())
        answer = submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), nom="CAF d'Evry")
        assert answer.status == 422
        assert "il est fermé" in answer.text

    def test_taken_at_the_same_moment_it_is_the_same_message(self, world, other, monkeypatch):
        looked = []
        real = services._require_free_name

        def blind_at_first(groupe, values):
            looked.append(1)
            if len(looked) > 1:
                real(groupe, values)

        monkeypatch.setattr(services, "_require_free_name", blind_at_first)
        values = {"name": "CAF d'Evry", "organisme_id": "caf", "territoires": ["95"], "is_national": False}
        for write in (
            lambda: services.create(actor_for(world.nora.pk), values, key=""),
            lambda: services.change(
                actor_for(world.nora.pk), world.caf95.pk, values, seen="", key="", location="/groupes/"
            ),
        ):
            looked.clear()
            with pytest.raises(Refused, match="CAF d'Évry"):
                write()
        assert Groupe.objects.filter(sort_key="caf d'evry").count() == 1


class TestScope:
    """A superviseur decides where a groupe comes from and where it goes, both inside the scope."""

    def test_only_the_organismes_and_territoires_of_the_scope_are_offered(self, world, val_doise):
        page = Browser(world.sophie).get(edit_of(world.caf95)).page
        offered = {one["value"] for one in page.all("option") if one["value"]}
        assert offered == {"france-services", "caf", "cpam", "msa", "ddfip"}
        assert {one["value"] for one in page.all("input") if one.get("name") == "territoires"} == {"95"}

    @pytest.mark.parametrize("changed", [{"organisme": "ccas"}, {"territoires": ["75"]}, {"territoires": ["95", "75"]}])
    def test_out_of_scope_is_refused(self, world, val_doise, changed):
        answer = post(
            world.sophie,
            edit_of(world.caf95),
            {**form(world.sophie, edit_of(world.caf95), edit_of(world.caf95)), **changed, "organisme_confirme": "1"},
        )
        assert answer.status == 422
        world.caf95.refresh_from_db()
        assert (world.caf95.organisme_id, world.caf95.covered_codes) == ("caf", ["95"])

    def test_a_groupe_partly_in_scope_is_seen_not_changed(self, world, val_doise):
        world.caf95.territoires.add("75")
        assert Browser(world.sophie).get(page_of(world.caf95)).status == 200
        assert Browser(world.sophie).get(edit_of(world.caf95)).status == 403
        assert submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), territoires=["95"]).status == 303
        assert Browser(world.sophie).get(edit_of(world.caf95)).status == 200

    def test_the_service_asks_again(self, world, val_doise):
        """The form offers only the scope; the service does not rely on it."""
        actor = actor_for(world.sophie.pk)
        for values in ({"territoires": ["75"]}, {"organisme_id": "ccas"}, {"is_national": True}, {"territoires": []}):
            with pytest.raises(Refused):
                services.change(actor, world.caf95.pk, values, seen="", key="", location="/")
        assert not JournalLine.objects.filter(act="groupe-change").exists()

    def test_all_of_france_for_who_has_it_all(self, world):
        Supervision.objects.filter(user=world.sophie).update(all_territoires=True)
        answer = submit(world.sophie, edit_of(world.caf95), edit_of(world.caf95), toute_la_france="1")
        assert answer.status == 303
        world.caf95.refresh_from_db()
        assert (world.caf95.is_national, world.caf95.covered_codes) == (True, [])


class TestOrganisme:
    """Changing organisme says first what it does."""

    def test_it_is_confirmed(self, world):
        answer = submit(world.nora, edit_of(world.caf95), edit_of(world.caf95), organisme="cpam")
        assert answer.status == 422
        for said in ("Ses membres (3) gardent leurs rôles", "liront en clair sur ses demandes", "restent les siennes"):
            assert said in answer.words
        fields = {**answer.fields(edit_of(world.caf95)), "organisme_confirme": ["1"]}
        assert post(world.nora, edit_of(world.caf95), fields).status == 303
        assert Groupe.objects.get(pk=world.caf95.pk).organisme_id == "cpam"
        assert Membership.objects.filter(groupe=world.caf95, is_instructeur=True).count() == 3
        run_jobs()


class TestMaking:
    """A superviseur in the scope, an administrateur anywhere."""

    def fields(self, who, **changed):
        return form(who, NEW, NEW, nom="CAF de Pontoise", organisme="caf", territoires=["95"], **changed)

    @pytest.mark.parametrize("who", ["sophie", "nora"])
    def test_it_is_made_and_leads_to_its_members(self, world, who):
        fields = self.fields(world.user(who), note="Ouvert.", accepte=["ccas"])
        answer = post(world.user(who), NEW, fields)
        made = Groupe.objects.get(name="CAF de Pontoise")
        assert (answer.status, answer.location) == (303, f"/groupes/{made.pk}/#membres")
        assert (made.organisme_id, made.covered_codes, made.accepts) == ("caf", ["95"], ["ccas"])
        assert JournalLine.objects.get(act="groupe-cree").thing_id == made.pk
        assert post(world.user(who), NEW, fields).location == answer.location
        assert Groupe.objects.filter(name="CAF de Pontoise").count() == 1

    @pytest.mark.parametrize("who", ["alice", "remi", "rachel", "ines", "oscar", "elise"])
    def test_nobody_else(self, world, who):
        for method in ("GET", "POST"):
            assert Browser(world.user(who)).send(method, NEW, {"nom": CANARY}).status_code == 403
        assert not Groupe.objects.filter(name=CANARY).exists()

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"nom": [" "]}, "#groupe_nom"),
            ({"nom": ["x" * 121]}, "#groupe_nom"),
            ({"nom": ["a\x00b"]}, "#groupe_nom"),
            ({"organisme": [""]}, "#groupe_organisme"),
            ({"organisme": ["inconnu"]}, "#groupe_organisme"),
            ({"territoires": []}, "#groupe_territoires_0"),
            ({"boite": ["pas une adresse"]}, "#groupe_boite"),
            ({"nom": ["caf du val-d'oise"]}, "#groupe_nom"),
        ],
    )
    def test_odd_input_is_said_on_its_field(self, world, changed, field):
        answer = post(world.sophie, NEW, {**self.fields(world.sophie), **changed})
        assert answer.status == 422
        assert answer.summary()[0][0] == field
        assert Groupe.objects.count() == 6

    def test_the_service_refuses_what_is_out_of_scope(self, world):
        values = {"name": "X", "organisme_id": "ccas", "territoires": ["95"], "is_national": False}
        with pytest.raises(Refused):
            services.create(actor_for(world.sophie.pk), values, key=str(uuid4()))
        assert not Groupe.objects.filter(name="X").exists()


def test_a_closed_groupe_does_not_change(world):
    fields = form(world.nora, edit_of(world.caf95), edit_of(world.caf95), note="Trop tard")
    Groupe.objects.filter(pk=world.caf95.pk).update(closed_at=clock.now())
    assert post(world.nora, edit_of(world.caf95), fields).status == 409
    assert Browser(world.remi).get(edit_of(world.caf95)).status == 404


def test_the_form_costs_the_same_with_many_groupes(world):
    browser = Browser(world.nora)
    counts = []
    for number in (2, 200):
        Groupe.objects.bulk_create(
            Groupe(name=f"G {number} {i}", sort_key=f"g {number} {i}", organisme_id="caf", created_at=clock.now())
            for i in range(number)
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(edit_of(world.caf95))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
    assert Organisme.objects.count() == 6
