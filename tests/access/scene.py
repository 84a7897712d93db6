"""One of everything that can be asked for, and every form, well filled in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from aplus.accounts.models import Absence, CguVersion, Invitation, Passkey, Proposal, ProposalKind, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.queries.inviting import Planned
from aplus.accounts.rules.inviting import Outcome
from aplus.accounts.rules.roles import NOT_HELD
from aplus.accounts.services.adding import digest_of
from aplus.accounts.services.people import create_user, join
from aplus.annuaire.models import ReplyModel, Thematique
from aplus.core import clock
from aplus.demandes.models import Draft, Mandat, Message, SavedSearch
from aplus.gestion.queries import importing
from aplus.gestion.rules import imports
from aplus.notifications.models import Notification, State
from aplus.ui.models import Banner
from tests import personas
from tests.demandes import sent
from tests.demandes.new.helpers import NEW, Walk, organismes, reference
from tests.demandes.one.cast import Cast, gather
from tests.personas import World

DAY = timedelta(days=1)


@dataclass
class Scene:
    """One of everything that has an id."""

    cast: Cast
    draft: UUID
    message: Message
    mandat: Mandat
    absence: Absence
    members_absence: Absence
    model: ReplyModel
    search: SavedSearch
    colleague: User
    closed: User
    invitation: Invitation
    proposal: Proposal
    shown: Banner
    to_come: Banner
    passkey: Passkey
    failed: Notification

    def ids(self) -> list[str]:
        """Ids of everything, to be put where they do not belong."""
        world = self.cast.world
        things: tuple[Any, ...] = (
            self.message,
            self.mandat,
            self.absence,
            self.members_absence,
            self.model,
            self.search,
            self.shown,
        )
        things += (self.invitation, self.proposal, self.passkey, self.failed)
        people = (world.alice, world.amir, world.ines, world.paul, world.nora, world.nadia)
        groupes = (world.caf95, world.cpam95, world.msa95, world.fs_argenteuil, world.ccas_cergy)
        found = [one.pk for one in (*things, *people, *groupes, self.cast.demande, self.cast.part("caf95"))]
        return [str(one) for one in (*found, self.draft, uuid4())]


def gather_scene(world: World) -> Scene:
    """The demande with everybody, a draft of Alice's, absences to come, a model, a search."""
    reference()
    Thematique.objects.create(code="retraite", name="Retraite", rank=1)
    cast = gather(world)
    sent.reply(world.alice, cast.demande, "Un mot.")
    client = Client()
    personas.sign_in(client, world.alice)
    walk = Walk(client, world)
    walk.begin()
    client.post("/demandes/recherche/", {"q": "Quartefeuille"})
    today = clock.now().date()
    away = {"from_date": today + DAY, "until_date": today + 2 * DAY, "created_at": clock.now()}
    CguVersion.objects.create(version="2", summary="Du neuf.", text="# Deux", in_force_at=clock.now() + DAY)
    return Scene(
        cast=cast,
        draft=Draft.objects.get().pk,
        message=Message.objects.get(),
        mandat=Mandat.objects.get(demande=cast.demande),
        absence=Absence.objects.create(user=world.alice, set_by=world.alice, **away),
        members_absence=Absence.objects.create(user=world.ines, set_by=world.remi, **away),
        model=ReplyModel.objects.create(groupe=world.caf95, title="Dossier", text="Bonjour.", updated_at=clock.now()),
        search=SavedSearch.objects.get(),
        colleague=_colleague(world, "Iris", is_active=True),
        closed=_colleague(world, "Ivan", is_active=False),
        invitation=Invitation.objects.create(
            email="iris.noir@demo.example",
            groupe=world.caf95,
            is_aidant=True,
            invited_by=world.remi,
            nonce=b"nonce",
            token_hash=b"hash",
            created_at=clock.now(),
            sent_at=clock.now(),
            expires_at=clock.now() + DAY,
        ),
        proposal=Proposal.objects.create(
            groupe=world.caf95,
            kind=ProposalKind.ARRIVAL,
            email="ida.noir@demo.example",
            proposed_by=world.ines,
            created_at=clock.now(),
        ),
        shown=Banner.objects.create(title="Lenteurs", from_at=clock.now() - DAY, created_at=clock.now()),
        to_come=Banner.objects.create(title="Travaux", from_at=clock.now() + DAY, created_at=clock.now()),
        passkey=Passkey.objects.create(
            user=world.agent_ddfip, name="Clé", credential_id=b"x", credential=b"x", created_at=clock.now()
        ),
        failed=Notification.objects.create(
            act_id=uuid4(), event="sessions-fermees", at=clock.now(), person=world.igor, state=State.FAILED, tries=7
        ),
    )


def _colleague(world: World, first_name: str, *, is_active: bool) -> User:
    """Somebody of the CAF only, whose account may be closed."""
    user = create_user(f"{first_name.lower()}@demo.example", first_name=first_name, last_name="Blanc")
    if not is_active:
        User.objects.filter(pk=user.pk).update(is_active=False, deactivated_at=clock.now())
    join(user, world.caf95, instructeur=True)
    return user


@dataclass(frozen=True)
class Form:
    """One address with what is well said to it; `more` are fields that it might read too."""

    who: str
    path: Callable[[Scene], str]
    good: Callable[[Scene], dict[str, Any]] = lambda _scene: {}
    more: tuple[str, ...] = ()
    method: str = "POST"
    file: str = ""


def _groupe(scene: Scene) -> str:
    return f"/groupes/{scene.cast.world.caf95.id}/"


def _act(act: str) -> Callable[[Scene], str]:
    return lambda scene: sent.address(scene.cast.demande, f"{act}/")


def _new(path: str) -> Callable[[Scene], str]:
    return lambda scene: f"{NEW}{scene.draft}/{path}/"


def _question(path: str) -> Callable[[Scene], str]:
    return lambda _scene: f"/pilotage/organismes/caf/questions/{path}"


def _said(**fields: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda _scene: fields


def _member(scene: Scene, user: User) -> str:
    return f"/groupes/{scene.cast.world.caf95.pk}/membres/{user.pk}/"


_INFOS = ("info_nom", "info_valeur", "fichiers_gardes", "promis_le", "demarche", "non_pertinent", "brouillon")
_LIST = ("onglet", "tri", "apres", "groupe", "organisme", "territoire", "thematique", "suivi", "urgent", "non_lu")
_USAGER = ("sujet", "prenom", "nom", "nom_naissance", "date_naissance", "telephone", "nir", "numero_caf")
_MANDAT = ("precautions", "mandat", "mandat_mode", "mandat_obtenu_le", "mandat_lu_par", "mandat_jusqu_au")
_GROUPE = {"description": "RSA", "boite": "", "matricule": "1", "accepte": "ccas", "commentaire": "Vu."}
_DAYS = _said(du="2026-07-01", au="2026-07-02")


def _reviewed(scene: Scene, text: str) -> dict[str, Any]:
    """What the review of this file of people sends back."""
    remi, groupe = scene.cast.world.remi, scene.cast.world.caf95
    plan = importing.plan(actor_for(remi.pk), imports.read(text).lines, groupe)
    return {"action": "confirmer", "groupe": str(groupe.pk), "contenu": text, "apercu": plan.digest}


_CGU = {"resume": "Du nouveau.", "texte": "## Objet", "vigueur": "2031-07-01T09:00"}
_ORGANISME = {"sigle": "CAF", "nom": "Allocations", "cote": "operateur", "confirme": "1"}
_BANNER = {"genre": "alerte", "titre": "Lenteurs", "du": "2026-07-01T09:00"}
FORMS = {
    "reply": Form("ines", _act("messages"), _said(message="Un mot.", acte="prise-en-charge"), _INFOS),
    "author's reply": Form("alice", _act("messages"), _said(message="Un mot."), _INFOS),
    "reply draft": Form("ines", _act("brouillon"), _said(message="Un mo", brouillon="0"), _INFOS),
    "author's draft": Form("alice", _act("brouillon"), _said(message="Un mo", brouillon="0"), _INFOS),
    "choice of draft": Form("alice", _act("brouillon/choix"), _said(brouillon="1", choix="reprendre")),
    "file": Form("alice", _act("fichiers"), file="fichier"),
    "file away": Form("alice", _act("fichiers/retrait"), _said(fichier="x")),
    "correction": Form(
        "alice",
        lambda scene: sent.address(scene.cast.demande, f"messages/{scene.message.pk}/correction/"),
        _said(message="Un autre mot."),
    ),
    "withdrawal": Form(
        "alice",
        lambda scene: sent.address(scene.cast.demande, f"messages/{scene.message.pk}/retrait/"),
        _said(motif="Erreur."),
    ),
    "invitation": Form(
        "ines",
        _act("invitations"),
        lambda scene: {"groupes": str(scene.cast.world.msa95.id), "motif": "Pour voir."},
        ("experts",),
    ),
    "part": Form(
        "ines",
        _act("attribution"),
        lambda scene: {"part": str(scene.cast.world.caf95.pk), "personne": str(scene.cast.world.igor.id)},
    ),
    "co-authors": Form("alice", _act("co-auteurs"), lambda scene: {"collegues": str(scene.cast.world.rachel.id)}),
    "archive": Form("alice", _act("archivage"), _said(leve="oui", remarque="Fini.")),
    "mandat withdrawn": Form("alice", _act("retrait-du-mandat"), _said(confirmation="1")),
    "mandat renewed": Form(
        "alice",
        _act("renouvellement-du-mandat"),
        _said(mandat_mode="oral", mandat_obtenu_le="2026-04-30T09:00"),
        file="mandat_preuve",
    ),
    "identifiers": Form("alice", _act("identifiants"), _said(champ="nir")),
    "follow": Form("ines", _act("suivi"), _said(choix="muet")),
    "leave": Form("amir", _act("depart")),
    "first step": Form("alice", lambda _scene: NEW, lambda scene: organismes(scene.cast.world), ("commune", "motif")),
    "organismes": Form(
        "alice",
        _new("organismes"),
        lambda scene: organismes(scene.cast.world, action="suivant"),
        ("commune", "territoire_propose", "motif"),
    ),
    "usager": Form("alice", _new("usager"), _said(action="enregistrer"), (*_USAGER, *_MANDAT), file="mandat_preuve"),
    "blocage": Form(
        "alice",
        _new("blocage"),
        _said(action="enregistrer", description="Bloqué."),
        ("info_nom", "info_valeur", "urgence", "urgence_le", "question_prestation", "question_", "retirer"),
        file="fichiers",
    ),
    "envoi": Form("alice", _new("envoi"), _said(action="suivant", attestation="1"), ("collegues",)),
    "choice of version": Form("alice", _new("usager/version"), _said(version="1", choix="enregistree")),
    "draft's file": Form("alice", _new("fichiers"), _said(pour="preuve"), file="fichier"),
    "draft's file away": Form("alice", _new("fichiers/retrait"), _said(fichier="x")),
    "discard": Form("alice", _new("supprimer")),
    "communes": Form("alice", lambda _scene: f"{NEW}communes/", _said(commune="Arg")),
    "search": Form("alice", lambda _scene: "/demandes/recherche/", _said(q="Quartefeuille")),
    "list choices": Form("ines", lambda _scene: "/demandes/choix/", _said(choix="garder", tri="recentes"), _LIST),
    "list": Form("ines", lambda _scene: "/demandes/", more=(*_LIST, "recherche", "du", "au"), method="GET"),
    "csv": Form("ines", lambda _scene: "/demandes.csv", more=(*_LIST, "recherche", "du", "au"), method="GET"),
    "xlsx": Form("ines", lambda _scene: "/demandes.xlsx", more=(*_LIST, "recherche", "du", "au"), method="GET"),
    "news": Form("alice", _act("suite"), more=("liste", "depuis"), method="GET"),
    "following": Form("ines", _act("suivante"), more=("liste",), method="GET"),
    "own absence": Form(
        "alice",
        lambda _scene: "/moi/absences/",
        lambda scene: {
            "du": "2026-07-01",
            "au": "2026-07-02",
            f"remplacant_{scene.cast.world.fs_argenteuil.id}": str(scene.cast.world.amir.id),
        },
    ),
    "own absence ended": Form("alice", lambda scene: f"/moi/absences/{scene.absence.pk}/fin/"),
    "identity": Form(
        "alice",
        lambda _scene: "/moi/informations/",
        _said(prenom="Alice", nom="Martin", fonction="Conseillère", telephone="01 39 00 00 00"),
    ),
    "own choices": Form(
        "ines",
        lambda _scene: "/moi/notifications/",
        lambda scene: {
            "choix": "groupe",
            "heures": "9",
            "resume": "1",
            f"nouvelles_{scene.cast.world.caf95.pk}": "chaque",
        },
    ),
    "own password": Form(
        "alice",
        lambda _scene: "/moi/securite/mot-de-passe/",
        _said(mot_de_passe="quatre lapins sous un nuage"),
        ("mot_de_passe_actuel",),
    ),
    "own password removed": Form(
        "alice", lambda _scene: "/moi/securite/mot-de-passe/retrait/", _said(mot_de_passe_actuel="quatre lapins")
    ),
    "own sessions ended": Form("alice", lambda _scene: "/moi/securite/sessions/autres/"),
    "member's absence": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/absences/",
        lambda scene: {"membre": str(scene.cast.world.igor.id), "du": "2026-07-01", "au": "2026-07-02"},
        ("remplacant",),
    ),
    "member's absence ended": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/absences/{scene.members_absence.pk}/fin/",
    ),
    "new model": Form(
        "ines",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/modeles/",
        _said(titre="Pièces", texte="Bonjour."),
    ),
    "model": Form(
        "ines",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/modeles/{scene.model.pk}/",
        _said(titre="Pièces", texte="Bonjour."),
    ),
    "import": Form("remi", lambda _scene: "/groupes/import/", _said(), ("groupe", "contenu"), file="fichier"),
    "import confirmed": Form(
        "remi",
        lambda _scene: "/groupes/import/",
        lambda scene: _reviewed(scene, "email;responsable\nnew@demo.example;oui\n"),
    ),
    "model away": Form("ines", lambda scene: f"/groupes/{scene.cast.world.caf95.id}/modeles/{scene.model.pk}/retrait/"),
    "groupe's demandes": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/demandes/",
        more=(*_LIST, "du", "au"),
        method="GET",
    ),
    "groupe's csv": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/demandes.csv",
        more=(*_LIST, "du", "au"),
        method="GET",
    ),
    "groupe's xlsx": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/demandes.xlsx",
        more=(*_LIST, "du", "au"),
        method="GET",
    ),
    "groupe": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/modification/",
        _said(description="RSA", note="Ouvert.", boite="caf95@demo.example", boite_prevenue="oui"),
        ("vu", "action"),
    ),
    "whole groupe": Form(
        "nora",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/modification/",
        _said(nom="CAF du Val-d'Oise", organisme="caf", territoires="95", **_GROUPE),
        ("toute_la_france", "organisme_confirme", "vu", "action"),
    ),
    "new groupe": Form(
        "nora",
        lambda _scene: "/groupes/nouveau/",
        _said(nom="CAF de Pontoise", organisme="caf", territoires="95", **_GROUPE),
        ("toute_la_france", "organisme_confirme", "vu", "action"),
    ),
    "groupe closed": Form(
        "nora",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/fermeture/",
        lambda scene: {"successeur": str(scene.cast.world.cpam95.id)},
    ),
    "managed part": Form(
        "remi",
        lambda scene: f"/groupes/{scene.cast.world.caf95.id}/demandes/{scene.cast.demande.pk}/attribution/",
        lambda scene: {"personne": str(scene.cast.world.igor.id)},
    ),
    "first steps": Form("alice", lambda _scene: "/moi/premiers-pas/", _said(choix="masquer")),
    "all read": Form("alice", lambda _scene: "/notifications/", _said(jusqu_a="2026-05-01T09:00:00+00:00"), ("apres",)),
    "own address": Form("alice", lambda _scene: "/moi/adresse/", _said(adresse="alice@demo.example"), ("action",)),
    "somebody's address": Form(
        "nora",
        lambda scene: f"/pilotage/personnes/{scene.cast.world.igor.pk}/adresse/",
        _said(adresse="igor@demo.example"),
    ),
    "contact": Form(
        "alice",
        lambda _scene: "/contact/",
        _said(sujet="probleme", message="La page reste blanche."),
        ("organisme", "nom", "email", "site_internet"),
    ),
    "second factor": Form(
        "nora", lambda _scene: "/connexion/second-facteur/", _said(code="000000"), ("reponse", "suite")
    ),
    "entry by passkey": Form(
        "alice", lambda _scene: "/connexion/cle/", _said(reponse="{}"), ("poste_partage", "suite", "action")
    ),
    "own application": Form(
        "alice", lambda _scene: "/moi/securite/application/", _said(action="commencer"), ("code", "suite")
    ),
    "own application away": Form("nora", lambda _scene: "/moi/securite/application/retrait/"),
    "own passkeys": Form("alice", lambda _scene: "/moi/securite/cles/", _said(reponse="{}", nom="Clé"), ("suite",)),
    "own passkey named": Form(
        "agent_ddfip", lambda scene: f"/moi/securite/cles/{scene.passkey.pk}/nom/", _said(nom="Clé")
    ),
    "own passkey away": Form("agent_ddfip", lambda scene: f"/moi/securite/cles/{scene.passkey.pk}/retrait/"),
    "own recovery codes": Form("nora", lambda _scene: "/moi/securite/codes/", more=("suite",)),
    "somebody's factor": Form(
        "nora", lambda scene: f"/pilotage/personnes/{scene.cast.world.agent_ddfip.pk}/second-facteur/"
    ),
    "hand over": Form(
        "rachel",
        lambda scene: f"/groupes/{scene.cast.world.fs_argenteuil.id}/demandes/{scene.cast.demande.pk}/passation/",
        lambda scene: {"collegue": str(scene.cast.world.amir.id)},
    ),
    "people to add": Form(
        "remi",
        lambda scene: f"{_groupe(scene)}membres/ajout/",
        _said(adresses="lea.durand@demo.example chloe.dubois@demo.example", roles="aidant"),
        ("action", "prevu", "ecartees", "ouverture", "roles_0", "roles_1"),
    ),
    "people confirmed": Form(
        "remi",
        lambda scene: f"{_groupe(scene)}membres/ajout/",
        lambda scene: {
            "action": "confirmer",
            "adresses": "lea.durand@demo.example",
            "prevu": digest_of([Planned("lea.durand@demo.example", Outcome.INVITED)]),
            "roles_0": "aidant",
        },
        ("ecartees", "ouverture"),
    ),
    "invitation again": Form("remi", lambda scene: f"{_groupe(scene)}invitations/{scene.invitation.pk}/renvoi/"),
    "invitation away": Form("remi", lambda scene: f"{_groupe(scene)}invitations/{scene.invitation.pk}/retrait/"),
    "arrival proposed": Form(
        "ines", lambda scene: f"{_groupe(scene)}propositions/", _said(genre="arrivee", email="lou@demo.example")
    ),
    "departure proposed": Form(
        "ines",
        lambda scene: f"{_groupe(scene)}propositions/",
        lambda scene: {"genre": "depart", "personne": str(scene.cast.world.igor.id)},
    ),
    "proposal answered": Form(
        "remi",
        lambda scene: f"{_groupe(scene)}propositions/{scene.proposal.pk}/",
        _said(reponse="accepter", roles="aidant"),
        ("ouverture",),
    ),
    "member's flags": Form(
        "remi",
        lambda scene: _member(scene, scene.colleague),
        _said(instructeur="1", responsable="1", vu="instructeur", pour="instructeur+responsable"),
        ("aidant", "confirmation"),
    ),
    "member out": Form("remi", lambda scene: f"{_member(scene, scene.colleague)}retrait/"),
    "account closed": Form("remi", lambda scene: f"{_member(scene, scene.colleague)}desactivation/"),
    "account opened": Form("remi", lambda scene: f"{_member(scene, scene.closed)}reactivation/"),
    "account closed from pilotage": Form(
        "nora", lambda scene: f"/pilotage/personnes/{scene.colleague.pk}/desactivation/"
    ),
    "account opened from pilotage": Form("nora", lambda scene: f"/pilotage/personnes/{scene.closed.pk}/reactivation/"),
    "new banner": Form(
        "nora", lambda _scene: "/pilotage/bandeaux/nouveau/", _said(**_BANNER), ("texte", "public", "au")
    ),
    "banner": Form("nora", lambda scene: f"/pilotage/bandeaux/{scene.shown.pk}/", _said(**_BANNER), ("texte", "au")),
    "banner ended": Form("nora", lambda scene: f"/pilotage/bandeaux/{scene.shown.pk}/fin/"),
    "banner away": Form("nora", lambda scene: f"/pilotage/bandeaux/{scene.to_come.pk}/suppression/"),
    "territoire": Form(
        "nora",
        lambda _scene: "/pilotage/territoires/95/",
        _said(nom="Val-d'Oise", fuseau="Europe/Paris", feries="12-26"),
    ),
    "new theme": Form(
        "nora", lambda _scene: "/pilotage/thematiques/nouvelle/", _said(nom="Numérique", code="numerique")
    ),
    "theme": Form("nora", lambda _scene: "/pilotage/thematiques/famille-aides/", _said(nom="Familles")),
    "theme's place": Form("nora", lambda _scene: "/pilotage/thematiques/famille-aides/ordre/", _said(sens="bas")),
    "theme away": Form("nora", lambda _scene: "/pilotage/thematiques/famille-aides/retrait/", _said(choix="retirer")),
    "new organisme": Form("nora", lambda _scene: "/pilotage/organismes/nouveau/", _said(code="maison", **_ORGANISME)),
    "organisme": Form(
        "nora",
        lambda _scene: "/pilotage/organismes/caf/",
        _said(**_ORGANISME),
        ("reseau", "thematiques", "identifiants", "consigne"),
    ),
    "new question": Form("nora", _question("nouvelle/"), _said(question="Depuis quand ?", code="depuis"), ("aide",)),
    "question": Form("nora", _question("prestation/"), _said(question="Laquelle ?"), ("aide",)),
    "question's place": Form("nora", _question("prestation/ordre/"), _said(sens="haut")),
    "question away": Form("nora", _question("prestation/retrait/"), _said(choix="retirer")),
    "new cgu": Form("nora", lambda _scene: "/pilotage/cgu/nouvelle/", _said(libelle="3", **_CGU), ("action",)),
    "cgu": Form("nora", lambda _scene: "/pilotage/cgu/2/", _said(**_CGU), ("action",)),
    "cgu away": Form("nora", lambda _scene: "/pilotage/cgu/2/retrait/"),
    "maintenance": Form(
        "nora",
        lambda _scene: "/pilotage/maintenance/",
        _said(message="Travaux.", confirme="1"),
        ("retour", "action"),
    ),
    "mail again": Form("nora", lambda scene: f"/pilotage/e-mails/{scene.failed.pk}/renvoi/"),
    "mails again": Form("nora", lambda _scene: "/pilotage/e-mails/renvoi/"),
    "directory": Form(
        "oscar",
        lambda _scene: "/pilotage/annuaire/",
        more=("q", "territoire", "organisme", "etat", "apres"),
        method="GET",
    ),
    "people of the directory": Form(
        "oscar", lambda _scene: "/pilotage/annuaire/personnes/", _said(q="lef"), ("territoire", "organisme", "apres")
    ),
    "groupes.csv": Form(
        "sophie",
        lambda _scene: "/pilotage/annuaire/groupes.csv",
        more=("q", "territoire", "organisme", "etat", "apres"),
        method="GET",
    ),
    "personnes.csv": Form(
        "sophie",
        lambda _scene: "/pilotage/annuaire/personnes.csv",
        more=("territoire", "organisme", "apres"),
        method="GET",
    ),
    "person looked for": Form(
        "sophie", lambda _scene: "/pilotage/personnes/", _said(q="lef", groupe="caf"), ("apres",)
    ),
    "sessions ended": Form("sophie", lambda scene: f"/pilotage/personnes/{scene.cast.world.igor.id}/sessions/"),
    **{
        f"role {role}": Form(
            "nora",
            lambda scene, role=role: f"/pilotage/personnes/{scene.cast.world.igor.id}/roles/{role}/",
            _said(vu=NOT_HELD.version, territoires="95", organismes="caf"),
            ("tous_territoires", "tous_organismes", "action"),
        )
        for role in ("supervision", "observation", "expertise", "administrateur")
    },
}
