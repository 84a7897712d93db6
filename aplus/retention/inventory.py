"""The inventory of personal data: for every field of every table of ours, what it is, how long, how erased.

A field that is not here fails the tests. The words are French: they are those of the register and of the page on
privacy (privacy-and-security.md §1).
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a field is to the people it is about."""

    SEALED = "contenu personnel d’un usager, chiffré"
    AGENT = "donnée personnelle d’un utilisateur"
    TECHNICAL = "donnée technique"
    REFERENCE = "donnée de référence"


@dataclass(frozen=True)
class Rule:
    """What fields of one kind say, how long they are kept, and how they go: a row of the page on privacy."""

    kind: Kind
    what: str
    kept: str
    erased: str


Table = dict[Rule, tuple[str, ...]]

WITH_THE_ROW = "suppression"


def _people_and_row(kept: str, people: str, row: str, erased: str = WITH_THE_ROW) -> tuple[Rule, Rule]:
    """The rules of a row that is about somebody: what tells of a person, and what does not."""
    return Rule(Kind.AGENT, people, kept, erased), Rule(Kind.TECHNICAL, row, kept, erased)


CONTENT = Rule(
    Kind.SEALED,
    "le sujet, l’identité de la personne, le mandat, la description, les messages et les pièces jointes d’une demande",
    "6 mois après l’archivage de la demande, 30 jours après le retrait du mandat",
    "la clé de la demande est détruite : plus rien ne peut l’ouvrir, ni ici ni dans les sauvegardes",
)
DRAFT = Rule(
    Kind.SEALED,
    "ce qui est saisi dans un brouillon de demande ou de réponse",
    "30 jours après le dernier enregistrement",
    "la clé et les fichiers sont détruits, le texte est supprimé",
)
DRAFT_AUTHOR, DRAFT_ROW = _people_and_row(
    "le temps du brouillon", "qui écrit le brouillon", "les numéros internes et les dates du brouillon"
)
PEOPLE = Rule(
    Kind.AGENT,
    "qui a écrit, lu, suivi, invité ou agi sur une demande, et quand",
    "24 mois après l’effacement du contenu de la demande",
    "le lien avec l’utilisateur est retiré",
)
METADATA = Rule(
    Kind.TECHNICAL,
    "le numéro, les dates, les états, le thème, le territoire et les groupes des demandes",
    "sans limite : numéro, dates, états et groupes, sans personne",
    "aucun",
)
SECRET = Rule(
    Kind.TECHNICAL,
    "les clés qui ouvrent le contenu et les fichiers d’une demande, elles-mêmes chiffrées",
    "6 mois après l’archivage, 30 jours pour un brouillon",
    "sa destruction est l’effacement du contenu",
)
FILE_ROW = Rule(
    Kind.TECHNICAL,
    "le type, la taille et les dates des pièces jointes, sans leur nom",
    "le temps du contenu, 24 heures pour un fichier jamais envoyé",
    WITH_THE_ROW,
)
ACCOUNT = Rule(
    Kind.AGENT,
    "le nom, la fonction, l’adresse e-mail et le téléphone professionnels, la dernière activité, les choix d’e-mails "
    "et si les e-mails arrivent",
    "12 mois après la désactivation du compte",
    "remplacement par «\u00a0compte supprimé\u00a0»",
)
ACCOUNT_ROW = Rule(
    Kind.TECHNICAL,
    "l’état du compte : dates, version des conditions acceptée, empreinte du mot de passe",
    "le temps du compte",
    "conservation sans nom ni adresse",
)
ROLE = Rule(
    Kind.AGENT,
    "les groupes, rôles et choix d’affichage ; qui a écrit un modèle de réponse ou des conditions d’utilisation",
    "le temps du rôle",
    "suppression à la seconde où le rôle est retiré",
)
ROLE_ROW = Rule(
    Kind.TECHNICAL, "les numéros internes et les dates des rôles et des choix", "le temps du rôle", WITH_THE_ROW
)
INDEX = Rule(
    Kind.TECHNICAL,
    "l’index de recherche des demandes",
    "le temps du contenu, sous forme d’empreintes",
    "suppression avec la clé de la demande ; jamais dans les sauvegardes",
)
SEARCHED = Rule(Kind.SEALED, "les mots cherchés dans les demandes", "24 heures", WITH_THE_ROW)
SEARCH, SEARCH_ROW = _people_and_row(
    "24 heures", "qui a fait une recherche, et dans quelle session", "le numéro interne et la date de la recherche"
)
ABSENCE, ABSENCE_ROW = _people_and_row(
    "12 mois après la fin de l’absence",
    "les absences annoncées et les collègues qui remplacent",
    "les numéros internes et les dates de ces absences",
)
CHANGE, CHANGE_ROW = _people_and_row(
    "12 mois",
    "qui est arrivé dans un groupe, en est parti ou y a changé de rôle, et par qui",
    "le groupe, le changement et sa date",
)
INVITED, INVITED_ROW = _people_and_row(
    "30 jours après la fin de l’invitation",
    "l’adresse, le nom et la fonction d’une personne invitée, et qui l’invite",
    "le groupe, les rôles et les dates de l’invitation, l’empreinte de son lien",
)
PROPOSED, PROPOSED_ROW = _people_and_row(
    "90 jours après la réponse",
    "le collègue proposé ou signalé comme parti, qui le propose et qui répond",
    "le groupe, le genre, la réponse et les dates de la proposition",
)
MOVED, MOVED_ROW = _people_and_row(
    "30 jours",
    "l’ancienne et la nouvelle adresse e-mail, lors d’un changement",
    "les dates du changement d’adresse et les empreintes de ses liens",
)
FACTOR, FACTOR_ROW = _people_and_row(
    "jusqu’à son retrait par l’utilisateur, ou la fin du compte",
    "le second facteur : application, clés d’accès, codes de secours",
    "les numéros internes et les dates du second facteur",
)
LINK, LINK_ROW = _people_and_row(
    "24 heures",
    "l’adresse qui demande un lien de connexion, le navigateur et la page voulue",
    "les dates du lien de connexion et son empreinte",
)
CONTACT, CONTACT_ROW = _people_and_row(
    "12 mois",
    "ce qui est écrit à l’équipe par le formulaire de contact : nom, adresse e-mail, organisme, message",
    "le sujet et la date de ce message",
)
SESSION, SESSION_ROW = _people_and_row(
    "le temps de la session, 7 jours au plus",
    "la session ouverte : le compte, le navigateur, le moyen d’entrer, la dernière activité",
    "les dates de la session et l’empreinte de son cookie",
)
# Hashed with the server's key: an address or a network that tried to enter.
ATTEMPT, ATTEMPT_ROW = _people_and_row(
    "24 heures",
    "les essais comptés par les limites : une empreinte de l’adresse, du compte ou du réseau",
    "le genre et l’heure de ces essais",
)
FORM_KEY, FORM_KEY_ROW = _people_and_row(
    "7 jours", "qui a envoyé un formulaire, pour qu’il ne serve qu’une fois", "la clé à usage unique du formulaire"
)
TOLD, TOLD_ROW = _people_and_row(
    "90 jours",
    "qui est prévenu, dans l’application ou par e-mail, et quand cette personne l’a lu dans l’application",
    "l’événement, le numéro de la demande et l’état d’envoi de l’e-mail",
)
TRAIL, TRAIL_ROW = _people_and_row(
    "12 mois",
    "qui a fait quoi, dans quelle session",
    "l’acte, sa date et les numéros internes de ce qu’il concerne",
    "le mois entier du journal est supprimé",
)
REFUSAL, REFUSAL_ROW = _people_and_row(
    "une heure", "qui a essuyé des refus répétés, et dans quelle session", "le nombre de ces refus"
)
SEAL = Rule(
    Kind.TECHNICAL,
    "les sceaux du journal et les certificats d’effacement des demandes",
    "sans limite : des empreintes, sans personne",
    "aucun",
)
REFERENCE = Rule(
    Kind.REFERENCE,
    "les territoires, organismes, groupes, thèmes, modèles de réponse, délais habituels, conditions et annonces",
    "sans limite",
    "remplacement à la mise à jour du référentiel",
)

# What a part and a participant copy of their demande.
COPIED = (
    *("id", "demande", "demande_state", "is_urgent", "due_at", "sort_at", "rank", "activity_at"),
    *("demande_created_at", "archived_at", "erased_at"),
)

INVENTORY: dict[str, Table] = {
    "demandes.Draft": {
        DRAFT: ("sealed",),
        DRAFT_AUTHOR: ("author",),
        DRAFT_ROW: ("id", "mandat_id", "version", "created_at", "updated_at"),
    },
    "demandes.Demande": {
        CONTENT: ("subject_sealed", "usager_sealed", "content_sealed"),
        PEOPLE: (
            *("author", "author_activity_by", "author_word_by"),
            *("instructeur_activity_by", "instructeur_word_by"),
        ),
        METADATA: (
            *("id", "number", "territoire", "thematique", "structure", "state", "is_urgent", "is_unblocked"),
            *("created_at", "attested_at", "acted_at", "archived_at", "erased_at"),
            *("author_activity_at", "author_word_at", "author_version", "author_turn_since"),
            *("instructeur_activity_at", "instructeur_word_at", "instructeur_version"),
            *("next_step", "next_step_at", "noticed_at"),
        ),
    },
    "demandes.Part": {
        CONTENT: ("demarche_sealed",),
        PEOPLE: ("followed_by",),
        METADATA: (
            *COPIED,
            *("groupe", "state", "awaited_since", "promised_date", "is_closed_by_tick", "is_not_relevant"),
            *("addressed_at", "closed_at", "next_step", "next_step_at", "step_round"),
        ),
    },
    "demandes.Participant": {PEOPLE: ("user",), METADATA: (*COPIED, "kind", "via_groupe", "since", "until", "absence")},
    "demandes.Reading": {PEOPLE: ("pk", "user", "first_at", "last_at"), METADATA: ("demande",)},
    "demandes.Following": {PEOPLE: ("user", "is_muted"), METADATA: ("id", "demande")},
    "demandes.Mandat": {
        CONTENT: ("sealed",),
        PEOPLE: ("withdrawn_by",),
        METADATA: ("id", "demande", "ends_on", "created_at", "withdrawn_at", "next_step", "next_step_at"),
    },
    "demandes.StepDone": {METADATA: ("id", "demande", "part", "step", "round", "at")},
    "demandes.ReplyDraft": {
        DRAFT: ("sealed",),
        DRAFT_AUTHOR: ("user",),
        DRAFT_ROW: ("id", "demande", "version", "updated_at"),
    },
    "demandes.SearchEntry": {INDEX: ("id", "demande", "groupe", "tokens")},
    "demandes.SavedSearch": {SEARCHED: ("sealed",), SEARCH: ("session_id", "user"), SEARCH_ROW: ("id", "created_at")},
    "demandes.ListChoice": {ROLE: ("user", "choices"), ROLE_ROW: ("updated_at",)},
    "demandes.UsualDelay": {REFERENCE: ("groupe", "days", "number", "computed_at")},
    "demandes.Message": {
        CONTENT: ("sealed", "reason_sealed"),
        PEOPLE: ("author", "withdrawn_by"),
        METADATA: (
            *("id", "demande", "seq", "side", "audience", "act", "part"),
            *("created_at", "corrected_at", "withdrawn_at"),
        ),
    },
    "demandes.Transition": {
        CONTENT: ("reason_sealed",),
        PEOPLE: ("actor", "target"),
        METADATA: ("id", "act_id", "demande", "part", "event", "from_state", "to_state", "at", "day", "code"),
    },
    "vault.Secret": {SECRET: ("demande_id", "kek_id", "wrapped", "created_at")},
    "vault.FileIdentity": {SECRET: ("dossier_id", "recipient", "sealed")},
    "attachments.Attachment": {
        CONTENT: ("sealed_name",),
        PEOPLE: ("uploader",),
        FILE_ROW: (
            *("id", "dossier_id", "message_id", "audience", "purpose", "media_type", "size", "digest"),
            *("storage_name", "state", "created_at", "scan_tries", "next_scan_at"),
        ),
    },
    "accounts.User": {
        ACCOUNT: (
            *("email", "first_name", "last_name", "sort_key", "function", "phone"),
            *("last_active_at", "mail_choice", "mail_hours", "weekly_summary", "first_steps"),
            *("mail_fact", "mail_fact_at", "mail_refused_since"),
        ),
        ACCOUNT_ROW: (
            *("id", "password", "last_login", "is_active", "is_administrateur"),
            *("cgu_version", "cgu_accepted_at", "welcomed_at", "created_at"),
            *("inactivity_notices", "inactivity_noticed_at", "deactivated_at", "deleted_at"),
        ),
    },
    "accounts.Membership": {
        ROLE: ("user", "groupe", "is_aidant", "is_instructeur", "is_responsable", "instructeur_since", "new_demandes"),
        ROLE_ROW: ("id", "created_at"),
    },
    "accounts.MembershipChange": {
        CHANGE: ("user", "by"),
        CHANGE_ROW: ("id", "groupe", "event", "is_aidant", "is_instructeur", "is_responsable", "at"),
    },
    "accounts.Invitation": {
        INVITED: (
            *("email", "first_name", "last_name", "function", "invited_by"),
            *("mail_fact", "mail_fact_at", "mail_refused_since"),
        ),
        INVITED_ROW: (
            *("id", "groupe", "is_aidant", "is_instructeur", "is_responsable", "nonce", "token_hash"),
            *("created_at", "sent_at", "expires_at", "accepted_at", "withdrawn_at"),
        ),
    },
    "accounts.Proposal": {
        PROPOSED: ("email", "person", "proposed_by", "decided_by"),
        PROPOSED_ROW: ("id", "groupe", "kind", "created_at", "decided_at", "is_accepted"),
    },
    "accounts.EmailChange": {
        MOVED: ("user", "old_email", "new_email"),
        MOVED_ROW: (
            *("id", "nonce", "old_token_hash", "new_token_hash", "created_at", "expires_at"),
            *("old_confirmed_at", "new_confirmed_at", "done_at", "cancelled_at"),
        ),
    },
    "accounts.TotpDevice": {
        FACTOR: ("user", "wrapped"),
        FACTOR_ROW: ("id", "kek_id", "last_step", "created_at", "confirmed_at"),
    },
    "accounts.Passkey": {
        FACTOR: ("user", "name", "credential_id", "credential", "last_used_at"),
        FACTOR_ROW: ("id", "sign_count", "created_at"),
    },
    "accounts.RecoveryCode": {FACTOR: ("user", "code_hash"), FACTOR_ROW: ("id", "created_at", "used_at")},
    "accounts.Absence": {
        ABSENCE: ("user", "from_date", "until_date", "set_by"),
        ABSENCE_ROW: ("id", "created_at", "started_at", "ended_at"),
    },
    "accounts.StandIn": {ABSENCE: ("absence", "groupe", "colleague"), ABSENCE_ROW: ("id",)},
    "accounts.Supervision": {ROLE: ("user", "all_territoires", "all_organismes"), ROLE_ROW: ("id", "created_at")},
    "accounts.Supervision_territoires": {ROLE: ("supervision", "territoire"), ROLE_ROW: ("id",)},
    "accounts.Supervision_organismes": {ROLE: ("supervision", "organisme"), ROLE_ROW: ("id",)},
    "accounts.Observation": {ROLE: ("user", "all_organismes"), ROLE_ROW: ("id", "created_at")},
    "accounts.Observation_organismes": {ROLE: ("observation", "organisme"), ROLE_ROW: ("id",)},
    "accounts.Expertise": {ROLE: ("user", "all_territoires"), ROLE_ROW: ("id", "created_at")},
    "accounts.Expertise_territoires": {ROLE: ("expertise", "territoire"), ROLE_ROW: ("id",)},
    "accounts.CguVersion": {
        REFERENCE: ("version", "in_force_at", "text", "summary", "created_at"),
        ROLE: ("published_by",),
    },
    "accounts.SignInLink": {
        LINK: ("email", "browser", "suite"),
        LINK_ROW: (
            *("id", "purpose", "nonce", "token_hash", "created_at", "expires_at"),
            *("told_at", "used_at", "ended_at", "ended_by"),
        ),
    },
    "accounts.Session": {
        SESSION: ("user", "browser", "data", "last_seen_at", "means", "factor_at"),
        SESSION_ROW: ("key_hash", "id", "is_shared_post", "created_at", "expires_at"),
    },
    "accounts.Attempt": {ATTEMPT: ("subject_hash",), ATTEMPT_ROW: ("id", "kind", "at")},
    "access.FormKey": {FORM_KEY: ("user",), FORM_KEY_ROW: ("id", "key", "location", "used_at")},
    "notifications.Notification": {
        TOLD: ("person", "codes", "read_at"),
        TOLD_ROW: (
            *("id", "act_id", "event", "at", "demande_id", "number", "groupe_id"),
            *("invitation_id", "contact_id", "is_mail", "state", "tries", "next_try_at", "sent_at", "message_id"),
            *("grouped_until", "digest_id", "delivery", "delivery_at"),
        ),
    },
    "journal.JournalLine": {
        TRAIL: ("actor_id", "session_id", "codes"),
        TRAIL_ROW: ("id", "at", "act", "kind", "thing_id", "demande_id"),
    },
    "journal.JournalSeal": {
        SEAL: (
            *("id", "at", "first_id", "last_id", "first_at", "last_at", "number", "gaps", "digest"),
            "previous_digest",
        ),
    },
    "journal.RefusalCount": {REFUSAL: ("session_id", "actor_id"), REFUSAL_ROW: ("since", "number")},
    "annuaire.Territoire": {REFERENCE: ("code", "name", "timezone", "local_holidays", "edited_at")},
    "annuaire.Thematique": {REFERENCE: ("code", "name", "rank", "edited_at", "retired_at")},
    "annuaire.Organisme": {
        REFERENCE: (
            *("code", "acronym", "sort_key", "name", "side", "identifiers", "is_france_services", "consigne"),
            "edited_at",
        )
    },
    "annuaire.Organisme_thematiques": {REFERENCE: ("id", "organisme", "thematique")},
    "annuaire.Question": {REFERENCE: ("id", "organisme", "code", "label", "hint", "rank", "edited_at", "retired_at")},
    "annuaire.Commune": {REFERENCE: ("code", "name", "sort_key", "postcodes", "territoire")},
    "annuaire.ReferenceFile": {REFERENCE: ("name", "digest")},
    "annuaire.Groupe": {
        REFERENCE: (
            *("id", "name", "sort_key", "organisme", "is_national", "description", "public_note"),
            *("internal_comment", "mailbox", "is_mailbox_told", "matricule", "accepts"),
            *("created_at", "closed_at", "successor", "mail_fact", "mail_fact_at", "mail_refused_since"),
        )
    },
    "annuaire.ReplyModel": {
        ROLE: ("updated_by",),
        REFERENCE: ("id", "groupe", "title", "sort_key", "text", "updated_at"),
    },
    "retention.ErasureCertificate": {
        SEAL: ("id", "demande_id", "number", "reason", "archived_at", "erased_at", "messages", "files")
    },
    "help.ContactMessage": {
        CONTACT: ("name", "email", "organisme", "text", "person"),
        CONTACT_ROW: ("id", "key", "subject", "created_at"),
    },
    "ui.Banner": {REFERENCE: ("id", "kind", "title", "text", "is_public", "from_at", "until_at", "created_at")},
    "ui.Maintenance": {REFERENCE: ("id", "is_on", "message", "until_at", "changed_at")},
    "annuaire.Groupe_territoires": {REFERENCE: ("id", "groupe", "territoire")},
}
