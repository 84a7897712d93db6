"""The roles held outside groupes: given and taken by administrateurs, never their own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from aplus.accounts.models import Expertise, Observation, Session, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.rules.roles import NOT_HELD, Held, Role, codes_of, held
from aplus.accounts.services import roles as services
from aplus.annuaire.models import Organisme, Territoire
from aplus.core import clock
from aplus.core.errors import NotAllowed
from aplus.journal.models import JournalLine
from aplus.policy.actor import Scope
from tests.notifications.jobs import run_jobs
from tests.personas import World, sign_in
from tests.ui.markup import assert_sound, page_of

SignedIn = Any


def url(user: User, role: str = "") -> str:
    return f"/pilotage/personnes/{user.pk}/roles/{f'{role}/' if role else ''}"


def form_of(client: Client, user: User, role: str) -> dict[str, Any]:
    """The hidden fields of the form, as the page gives them."""
    page = page_of(client.get(url(user, role)))
    hidden = {one["name"]: one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    return {"vu": hidden["vu"], "cle": str(uuid4())}


def give(client: Client, user: User, role: str, **said: Any) -> Any:
    return client.post(url(user, role), {**form_of(client, user, role), **said})


@pytest.fixture
def nora(world: World, signed_in: SignedIn) -> Client:
    Territoire.objects.create(code="06", name="Alpes-Maritimes", timezone="Europe/Paris")
    Territoire.objects.create(code="974", name="La Réunion", timezone="Indian/Reunion")
    client: Client = signed_in(world.nora)
    return client


class TestGiving:
    def test_supervision_over_a_set(self, world: World, nora: Client) -> None:
        response = give(nora, world.igor, "supervision", territoires=["95", "06"], organismes=["caf"])
        assert (response.status_code, response["Location"]) == (303, url(world.igor))
        assert actor_for(world.igor.pk).supervision == Scope(frozenset({"95", "06"}), frozenset({"caf"}))
        line = JournalLine.objects.get(act="role-change")
        assert (line.actor_id, line.thing_id) == (world.nora.pk, world.igor.pk)
        assert line.codes == {"role": "supervision", "sens": "donne", "territoires": "06 95", "organismes": "caf"}
        run_jobs()
        [told] = mail.outbox
        assert told.to == [world.igor.email]
        assert told.extra_headers["X-Aplus-Evenement"] == "role"
        assert "second facteur" in str(told.body)

    def test_all_is_said_and_wins(self, world: World, nora: Client) -> None:
        said = {"tous_territoires": "1", "territoires": ["95"], "tous_organismes": "1"}
        assert give(nora, world.igor, "supervision", **said).status_code == 303
        assert actor_for(world.igor.pk).supervision == Scope(None, None)
        supervision = Supervision.objects.get(user=world.igor)
        assert not supervision.territoires.exists()

    def test_observation_expertise_administrateur(self, world: World, nora: Client) -> None:
        assert give(nora, world.igor, "observation", organismes=["caf", "cpam"]).status_code == 303
        assert give(nora, world.igor, "expertise", territoires=["95"]).status_code == 303
        assert give(nora, world.igor, "administrateur").status_code == 303
        igor = actor_for(world.igor.pk)
        assert igor.observation == Scope(None, frozenset({"caf", "cpam"}))
        assert igor.expertise == Scope(frozenset({"95"}), None)
        assert igor.is_administrateur
        run_jobs()
        assert ["second facteur" in str(one.body) for one in mail.outbox] == [False, False, True]

    def test_a_role_is_changed_then_taken_without_ending_sessions(self, world: World, nora: Client) -> None:
        sign_in(Client(), world.sophie)
        assert give(nora, world.sophie, "supervision", territoires=["06"], tous_organismes="1").status_code == 303
        assert actor_for(world.sophie.pk).supervision == Scope(frozenset({"06"}), None)
        run_jobs()
        assert give(nora, world.sophie, "supervision", action="retirer").status_code == 303
        assert actor_for(world.sophie.pk).supervision is None
        assert not Supervision.objects.filter(user=world.sophie).exists()
        run_jobs()
        assert [line.codes["sens"] for line in JournalLine.objects.filter(act="role-change")] == ["change", "retire"]
        assert ["a changé" in str(mail.outbox[0].body), "n’êtes plus" in str(mail.outbox[1].body)] == [True, True]
        assert Session.objects.filter(user=world.sophie).count() == 1

    def test_the_same_role_does_nothing(self, world: World, nora: Client) -> None:
        assert give(nora, world.oscar, "observation", organismes=["caf"]).status_code == 303
        assert give(nora, world.igor, "observation", action="retirer").status_code == 303
        assert not JournalLine.objects.filter(act="role-change").exists()

    def test_the_same_form_twice_is_one_act(self, world: World, nora: Client) -> None:
        said = {**form_of(nora, world.igor, "expertise"), "territoires": "95"}
        for _ in range(2):
            assert nora.post(url(world.igor, "expertise"), said)["Location"] == url(world.igor)
        assert JournalLine.objects.filter(act="role-change").count() == 1

    def test_a_mail_overtaken_by_another_change_is_not_sent(self, world: World, nora: Client) -> None:
        give(nora, world.igor, "expertise", territoires=["95"])
        give(nora, world.igor, "expertise", action="retirer")
        run_jobs()
        assert ["n’êtes plus" in str(one.body) for one in mail.outbox] == [True]


class TestRefused:
    @pytest.mark.parametrize(
        ("role", "said"),
        [
            ("supervision", {}),
            ("supervision", {"territoires": ["95"]}),
            ("supervision", {"tous_organismes": "1"}),
            ("observation", {}),
            ("expertise", {"organismes": ["caf"]}),
            ("supervision", {"territoires": ["zz"], "organismes": ["caf"]}),
            ("supervision", {"territoires": ["95", "99' OR 1=1"], "organismes": ["caf"]}),
            ("observation", {"organismes": ["\x00"]}),
            ("observation", {"organismes": ["caf", "inconnu"]}),
        ],
    )
    def test_nothing_chosen_or_forged_codes(self, world: World, nora: Client, role: str, said: dict[str, Any]) -> None:
        response = give(nora, world.igor, role, **said)
        assert response.status_code == 422
        page = page_of(response)
        assert_sound(page)
        ticked = {one["value"] for one in page.all("input") if "checked" in one.attributes}
        kept = {code for codes in said.values() for code in codes}
        assert ticked >= kept & {"95", "caf"} if role != "expertise" else not ticked
        igor = actor_for(world.igor.pk)
        assert (igor.supervision, igor.observation, igor.expertise) == (None, None, None)
        assert not JournalLine.objects.filter(act="role-change").exists()

    def test_changed_meanwhile_is_said_and_what_was_chosen_kept(self, world: World, nora: Client) -> None:
        opened = form_of(nora, world.igor, "expertise")
        give(nora, world.igor, "expertise", territoires=["06"])
        response = nora.post(url(world.igor, "expertise"), {**opened, "territoires": ["974"]})
        assert response.status_code == 409
        page = page_of(response)
        assert "Quelqu’un vient de changer ce rôle" in page.one(css="fr-alert--error").text
        assert [one["value"] for one in page.all("input") if "checked" in one.attributes] == ["974"]
        assert actor_for(world.igor.pk).expertise == Scope(frozenset({"06"}), None)
        hidden = {one["name"]: one["value"] for one in page.all("input") if one.get("type") == "hidden"}
        again = nora.post(url(world.igor, "expertise"), {"vu": hidden["vu"], "territoires": ["974"]})
        assert again.status_code == 303

    def test_a_closed_account_is_given_nothing_but_may_lose(self, world: World, nora: Client) -> None:
        User.objects.filter(pk__in=[world.igor.pk, world.oscar.pk]).update(is_active=False)
        assert give(nora, world.igor, "administrateur").status_code == 422
        assert give(nora, world.oscar, "observation", action="retirer").status_code == 303
        assert not User.objects.get(pk=world.igor.pk).is_administrateur
        assert not Observation.objects.filter(user=world.oscar).exists()

    @pytest.mark.parametrize("who", ["sophie", "oscar", "remi", "igor", "elise"])
    @pytest.mark.parametrize("role", ["supervision", "observation", "expertise", "administrateur"])
    def test_nobody_else_gives_a_role(self, world: World, signed_in: SignedIn, who: str, role: str) -> None:
        """Forged from end to end: the right version, every side; for a colleague and for oneself."""
        client = signed_in(world.user(who))
        said = {"vu": NOT_HELD.version, "tous_territoires": "1", "tous_organismes": "1"}
        before = actor_for(world.user(who).pk)
        for target in (world.igor, world.user(who)):
            for method in (client.get, client.post):
                # Who sees no such person gets the 404 of any other.
                assert method(url(target, role), said).status_code in {403, 404}
        assert signed_in(world.sophie).post(url(world.igor, role), said).status_code == 403
        assert actor_for(world.user(who).pk) == before
        assert actor_for(world.igor.pk).has_pilotage is False

    @pytest.mark.parametrize("role", ["", "supervision", "observation", "expertise", "administrateur"])
    def test_an_administrateur_does_not_change_their_own(self, world: World, nora: Client, role: str) -> None:
        said = {"vu": NOT_HELD.version, "tous_territoires": "1", "tous_organismes": "1", "territoires": ["95"]}
        assert nora.get(url(world.nora, role)).status_code == 403
        assert nora.post(url(world.nora, role), said).status_code == 403
        out = {"vu": Held(is_held=True).version, "action": "retirer"}
        assert nora.post(url(world.nora, role), out).status_code == 403
        actor = actor_for(world.nora.pk)
        assert (actor.is_administrateur, actor.supervision, actor.expertise) == (True, None, None)

    @pytest.mark.parametrize("word", ["chef", "SUPERVISION", "superviseur"])
    def test_a_role_that_is_none(self, world: World, nora: Client, word: str) -> None:
        assert nora.get(url(world.igor, word)).status_code == 404
        assert nora.post(url(world.igor, word)).status_code == 404

    def test_an_old_factor_is_asked_again_and_nothing_is_given(self, world: World, nora: Client) -> None:
        said = {**form_of(nora, world.igor, "administrateur")}
        with clock.at(clock.now() + timedelta(hours=3)):
            for response in (nora.get(url(world.igor)), nora.post(url(world.igor, "administrateur"), said)):
                assert response.status_code == 303
                assert response["Location"].startswith("/connexion/second-facteur/")
        assert not User.objects.get(pk=world.igor.pk).is_administrateur

    def test_a_right_lost_between_the_page_and_the_act(self, world: World, nora: Client) -> None:
        actor = actor_for(world.nora.pk)
        User.objects.filter(pk=world.nora.pk).update(is_administrateur=False)
        with pytest.raises(NotAllowed):
            services.set_role(
                actor,
                world.igor.pk,
                Role.ADMINISTRATEUR,
                Held(is_held=True),
                seen=NOT_HELD.version,
                key=uuid4(),
                location="/",
            )


class TestScreens:
    @pytest.mark.parametrize("role", ["", "supervision", "observation", "expertise", "administrateur"])
    def test_they_are_sound_and_say_the_second_factor(self, world: World, nora: Client, role: str) -> None:
        for user in (world.igor, world.sophie, world.oscar, world.elise):
            page = page_of(nora.get(url(user, role)))
            assert_sound(page)
            says_factor = "second facteur obligatoire" in page.one("main").text
            assert says_factor is (role in {"supervision", "administrateur"})

    def test_a_form_shows_what_is_held(self, world: World, nora: Client) -> None:
        page = page_of(nora.get(url(world.sophie, "supervision")))
        ticked = {one["value"] for one in page.all("input") if "checked" in one.attributes}
        network = set(Organisme.objects.filter(is_france_services=True).values_list("code", flat=True))
        assert ticked == {"95"} | network

    def test_who_holds_what(self, world: World, nora: Client, django_assert_max_num_queries: Any) -> None:
        User.objects.filter(pk=world.oscar.pk).update(is_active=False)
        with django_assert_max_num_queries(4):
            page = page_of(nora.get("/pilotage/roles/"))
        assert_sound(page)
        lines = [" ".join(one.text.split()) for one in page.all("li") if page.one("main") in one.parents]
        found = [line for line in lines if "@" in line]
        assert found == [
            "Nora Petit (nora.petit@demo.example)",
            "Sophie Laurent (sophie.laurent@demo.example) : Val-d'Oise (95) ; organismes du réseau France services",
            "Oscar Roux (oscar.roux@demo.example), compte désactivé : CAF",
            "Élise Faure (elise.faure@demo.example) : Val-d'Oise (95)",
        ]


def test_codes_are_journaled_in_short_words() -> None:
    codes = codes_of("organismes", {f"organisme-{number:02}" for number in range(12)})
    assert set(codes) == {"organismes", "organismes_2", "organismes_3"}
    assert all(len(word) <= 60 for word in codes.values())
    assert sorted(" ".join(codes.values()).split()) == [f"organisme-{number:02}" for number in range(12)]
    assert codes_of("territoires", None) == {"territoires": "tous"}


def test_versions_tell_nothing_from_all(world: World) -> None:
    supervision = Supervision.objects.get(user=world.sophie)
    seen = set()
    for is_all in (False, True):
        supervision.all_territoires = is_all
        supervision.save()
        supervision.territoires.clear()
        seen.add(held(actor_for(world.sophie.pk), Role.SUPERVISION).version)
    assert len(seen) == 2
    assert Expertise.objects.filter(user=world.elise).exists()
