"""What A+ knows about a person: sections of rows, counts, and what is left out with its reason (accounts.md §3).

`tests/gestion/test_my_data.py` holds these tables against the inventory of personal data: a field that is personal to
an account is shown, counted or left out for a reason, or the test fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet

from aplus.access.models import FormKey
from aplus.accounts import models as accounts
from aplus.annuaire.models import ReplyModel
from aplus.attachments.models import Attachment
from aplus.core import clock
from aplus.demandes import models as demandes
from aplus.journal.models import JournalLine
from aplus.notifications.models import Notification

YEAR, QUARTER = timedelta(days=365), timedelta(days=90)


@dataclass(frozen=True)
class Section:
    """Rows about somebody: `about` leads from a row to the person (`of`: their id, or their address).

    `fields` names in French what is told of each row; the newest come first, by `newest`. `within`: how far back.
    """

    title: str
    model: type[Model]
    about: str
    fields: Mapping[str, str]
    newest: str = "created_at"
    of: str = "pk"
    within: timedelta | None = None

    def rows(self, whose: Any) -> QuerySet[Any]:
        """The rows of one person."""
        rows = self.model._default_manager.filter(**{self.about: whose})  # noqa: SLF001  Django's public name for it
        return rows.filter(**{f"{self.newest}__gt": clock.now() - self.within}) if self.within else rows


@dataclass(frozen=True)
class Counted:
    """How many rows name somebody: what was done, without what it was about."""

    title: str
    model: type[Model]
    about: str


FLAGS = {"Aidant": "is_aidant", "Instructeur": "is_instructeur", "Responsable": "is_responsable"}
SECTIONS = (
    Section(
        "Compte",
        accounts.User,
        "pk",
        {
            "Adresse e-mail": "email",
            "Prénom": "first_name",
            "Nom": "last_name",
            "Fonction": "function",
            "Téléphone": "phone",
            "Compte actif": "is_active",
            "Administrateur": "is_administrateur",
            "Compte créé le": "created_at",
            "Première connexion le": "welcomed_at",
            "Dernière session ouverte le": "last_login",
            "Dernière activité le": "last_active_at",
            "Conditions d’utilisation acceptées (version)": "cgu_version",
            "Conditions d’utilisation acceptées le": "cgu_accepted_at",
            "Rappels d’inactivité": "inactivity_notices",
            "Dernier rappel le": "inactivity_noticed_at",
            "Choix des e-mails": "mail_choice",
            "Heures des e-mails groupés": "mail_hours",
            "Résumé hebdomadaire": "weekly_summary",
            "Premiers pas": "first_steps",
            "Dernière nouvelle des e-mails envoyés": "mail_fact",
            "Reçue le": "mail_fact_at",
            "Les e-mails reviennent depuis le": "mail_refused_since",
        },
    ),
    Section(
        "Groupes et rôles",
        accounts.Membership,
        "user",
        {
            "Groupe": "groupe__name",
            "Organisme": "groupe__organisme__name",
            **FLAGS,
            "Instructeur depuis le": "instructeur_since",
            "Nouvelles demandes": "new_demandes",
            "Membre depuis le": "created_at",
        },
    ),
    Section(
        "Changements de rôle depuis douze mois",
        accounts.MembershipChange,
        "user",
        {"Groupe": "groupe__name", "Changement": "event", **FLAGS, "Le": "at"},
        newest="at",
    ),
    Section(
        "Rôle de superviseur",
        accounts.Supervision,
        "user",
        {"Tous les territoires": "all_territoires", "Tous les organismes": "all_organismes", "Depuis le": "created_at"},
    ),
    Section(
        "Territoires supervisés",
        accounts.Supervision.territoires.through,
        "supervision__user",
        {"Territoire": "territoire__name"},
        newest="id",
    ),
    Section(
        "Organismes supervisés",
        accounts.Supervision.organismes.through,
        "supervision__user",
        {"Organisme": "organisme__name"},
        newest="id",
    ),
    Section(
        "Rôle d’observateur",
        accounts.Observation,
        "user",
        {"Tous les organismes": "all_organismes", "Depuis le": "created_at"},
    ),
    Section(
        "Organismes observés",
        accounts.Observation.organismes.through,
        "observation__user",
        {"Organisme": "organisme__name"},
        newest="id",
    ),
    Section(
        "Rôle d’expert",
        accounts.Expertise,
        "user",
        {"Tous les territoires": "all_territoires", "Depuis le": "created_at"},
    ),
    Section(
        "Territoires de l’expert",
        accounts.Expertise.territoires.through,
        "expertise__user",
        {"Territoire": "territoire__name"},
        newest="id",
    ),
    Section(
        "Sessions ouvertes",
        accounts.Session,
        "user",
        {
            "Navigateur": "browser",
            "Entrée par": "means",
            "Poste partagé": "is_shared_post",
            "Ouverte le": "created_at",
            "Utilisée le": "last_seen_at",
            "Finit au plus tard le": "expires_at",
            "Second facteur prouvé le": "factor_at",
        },
    ),
    Section(
        "Liens demandés depuis un jour",
        accounts.SignInLink,
        "email",
        {
            "Pour": "purpose",
            "Navigateur": "browser",
            "Page demandée": "suite",
            "Demandé le": "created_at",
            "Utilisé le": "used_at",
        },
        of="email",
    ),
    Section("Application de codes", accounts.TotpDevice, "user", {"Ajoutée le": "created_at", "Prête": "confirmed_at"}),
    Section(
        "Clés d’accès",
        accounts.Passkey,
        "user",
        {"Nom": "name", "Ajoutée le": "created_at", "Utilisée le": "last_used_at"},
    ),
    Section("Codes de secours", accounts.RecoveryCode, "user", {"Fait le": "created_at", "Utilisé le": "used_at"}),
    Section(
        "Changements d’adresse",
        accounts.EmailChange,
        "user",
        {
            "Ancienne adresse": "old_email",
            "Nouvelle adresse": "new_email",
            "Demandé le": "created_at",
            "Fait le": "done_at",
            "Annulé le": "cancelled_at",
        },
    ),
    Section(
        "Absences",
        accounts.Absence,
        "user",
        {"Du": "from_date", "Au": "until_date", "Notée le": "created_at", "Finie le": "ended_at"},
    ),
    Section(
        "Remplaçants choisis",
        accounts.StandIn,
        "absence__user",
        {
            "Groupe": "groupe__name",
            "Prénom": "colleague__first_name",
            "Nom": "colleague__last_name",
            "Du": "absence__from_date",
            "Au": "absence__until_date",
        },
        newest="absence__from_date",
    ),
    Section(
        "Remplacements faits pour des collègues",
        accounts.StandIn,
        "colleague",
        {"Groupe": "groupe__name", "Du": "absence__from_date", "Au": "absence__until_date"},
        newest="absence__from_date",
    ),
    Section(
        "Invitations reçues",
        accounts.Invitation,
        "email",
        {
            "Groupe": "groupe__name",
            "Prénom": "first_name",
            "Nom": "last_name",
            "Fonction": "function",
            "Reçue le": "sent_at",
            "Acceptée le": "accepted_at",
            "Ce qui est revenu de l’e-mail": "mail_fact",
            "Revenu le": "mail_fact_at",
            "Les e-mails reviennent depuis le": "mail_refused_since",
        },
        of="email",
    ),
    Section(
        "Invitations envoyées",
        accounts.Invitation,
        "invited_by",
        {
            "Groupe": "groupe__name",
            "Envoyée le": "sent_at",
            "Acceptée le": "accepted_at",
            "Retirée le": "withdrawn_at",
        },
    ),
    Section(
        "Propositions et signalements faits",
        accounts.Proposal,
        "proposed_by",
        {
            "Groupe": "groupe__name",
            "Nature": "kind",
            "Le": "created_at",
            "Réponse le": "decided_at",
            "Acceptée": "is_accepted",
        },
    ),
    Section(
        "Propositions et signalements sur ce compte",
        accounts.Proposal,
        "person",
        {
            "Groupe": "groupe__name",
            "Nature": "kind",
            "Le": "created_at",
            "Réponse le": "decided_at",
            "Acceptée": "is_accepted",
        },
    ),
    Section(
        "Ordre et filtres gardés de la liste",
        demandes.ListChoice,
        "user",
        {"Choix": "choices", "Le": "updated_at"},
        newest="updated_at",
    ),
    Section(
        "Conditions d’utilisation publiées",
        accounts.CguVersion,
        "published_by",
        {"Version": "version", "En vigueur le": "in_force_at"},
        newest="in_force_at",
    ),
    Section(
        "Ce qui a été signalé à ce compte depuis 90 jours",
        Notification,
        "person",
        {
            "Le": "at",
            "Événement": "event",
            "Demande n°": "number",
            "Par e-mail": "is_mail",
            "E-mail parti le": "sent_at",
            "Ce qui en est revenu": "delivery",
            "Revenu le": "delivery_at",
            "Lu dans l’application le": "read_at",
        },
        newest="at",
        within=QUARTER,
    ),
    Section(
        "Journal de ce compte depuis douze mois",
        JournalLine,
        "actor_id",
        {"Le": "at", "Acte": "act"},
        newest="at",
        within=YEAR,
    ),
)
COUNTS = (
    Counted("Demandes envoyées", demandes.Demande, "author"),
    Counted("Demandes suivies pour son groupe", demandes.Part, "followed_by"),
    Counted("Demandes où le compte est nommé", demandes.Participant, "user"),
    Counted("Demandes lues", demandes.Reading, "user"),
    Counted("Demandes suivies de près ou mises en sourdine", demandes.Following, "user"),
    Counted("Messages écrits", demandes.Message, "author"),
    Counted("Messages retirés", demandes.Message, "withdrawn_by"),
    Counted("Actes sur des demandes", demandes.Transition, "actor"),
    Counted("Actes sur des demandes, visant ce compte", demandes.Transition, "target"),
    Counted("Pièces jointes déposées", Attachment, "uploader"),
    Counted("Mandats retirés", demandes.Mandat, "withdrawn_by"),
    Counted("Brouillons de demande", demandes.Draft, "author"),
    Counted("Brouillons de réponse", demandes.ReplyDraft, "user"),
    Counted("Recherches gardées un jour", demandes.SavedSearch, "user"),
    Counted("Modèles de réponse écrits", ReplyModel, "updated_by"),
    Counted("Changements de rôle faits à d’autres", accounts.MembershipChange, "by"),
    Counted("Absences notées", accounts.Absence, "set_by"),
    Counted("Propositions auxquelles ce compte a répondu", accounts.Proposal, "decided_by"),
    Counted("Formulaires envoyés depuis sept jours", FormKey, "user"),
)
_COPIED = "copie de la dernière personne d’un acte, compté parmi les actes"
_SECRET = "secret qui protège le compte : le donner serait l’affaiblir"  # noqa: S105  a reason, not a secret
_OTHERS = "donnée d’une autre personne"
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "demandes.Demande": dict.fromkeys(
        ("author_activity_by", "author_word_by", "instructeur_activity_by", "instructeur_word_by"), _COPIED
    ),
    "demandes.Reading": dict.fromkeys(("pk", "first_at", "last_at"), "compté : le détail dit ce que sont les demandes"),
    "demandes.Following": {"is_muted": "compté : le détail dit ce que sont les demandes"},
    "demandes.SavedSearch": {"session_id": "identifiant technique d’une session montrée"},
    "accounts.User": {"sort_key": "le nom, sans accents, pour trier"},
    "accounts.Proposal": {"email": _OTHERS},
    "accounts.TotpDevice": {"wrapped": _SECRET},
    "accounts.Passkey": dict.fromkeys(("credential_id", "credential"), _SECRET),
    "accounts.RecoveryCode": {"code_hash": _SECRET},
    "accounts.Session": {"data": _SECRET},
    "accounts.Attempt": {"subject_hash": "empreinte gardée un jour, qui ne désigne personne sans la clé du serveur"},
    "notifications.Notification": {"codes": "valeurs techniques, qui désignent aussi d’autres personnes"},
    "help.ContactMessage": dict.fromkeys(
        ("name", "email", "organisme", "text", "person"),
        "message à l’équipe, envoyé aussi sans compte : l’équipe en rend une copie à qui la demande",
    ),
    "journal.JournalLine": dict.fromkeys(("session_id", "codes"), "détail technique de l’acte montré"),
    "journal.RefusalCount": dict.fromkeys(("session_id", "actor_id"), "compteur technique gardé une heure"),
}
