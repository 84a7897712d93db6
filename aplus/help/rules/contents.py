"""The table of contents of the help: sections, guides and questions, in their order; the texts are templates."""

from dataclasses import dataclass
from enum import StrEnum


class Profile(StrEnum):
    """Whom a section is for."""

    AIDANT = "aidant"
    INSTRUCTEUR = "instructeur"
    RESPONSABLE = "responsable"
    EVERYONE = "tous"


@dataclass(frozen=True, slots=True)
class Topic:
    """One page; `slug` is its address, `words` what people also call its subject."""

    slug: str
    title: str
    folder: str
    summary: str
    words: str = ""

    @property
    def template(self) -> str:
        """Where its text is."""
        return f"help/{self.folder}/{self.slug.replace('-', '_')}.html"


@dataclass(frozen=True, slots=True)
class Section:
    """Topics under one title; `code` is its place in the page of contents."""

    code: str
    title: str
    profile: Profile
    topics: tuple[Topic, ...]


GUIDES_TITLE = "Guides et tutoriels"
FAQ_TITLE = "FAQ"

GUIDES = (
    Section(
        "aidant",
        "Vous êtes aidant",
        Profile.AIDANT,
        (
            Topic(
                "creer-une-demande",
                "Aidant\u00a0: créer une demande",
                "guides",
                "Les quatre étapes, de l’organisme à saisir jusqu’à l’envoi, et quoi remettre à la personne.",
                "faire déposer saisir envoyer signaler nouvelle brouillon mandat pièce jointe urgente urgence étapes",
            ),
            Topic(
                "comprendre-les-etats",
                "Aidant\u00a0: comprendre les états d’une demande",
                "guides",
                "Envoyée, en cours, à archiver, archivée : ce que chaque état attend de vous.",
                "statut suivi archiver clore fermer annuler rouvrir toujours bloqué délai retard souffrance attente",
            ),
        ),
    ),
    Section(
        "instructeur",
        "Vous êtes instructeur",
        Profile.INSTRUCTEUR,
        (
            Topic(
                "repondre-a-une-demande",
                "Instructeur\u00a0: répondre à une demande",
                "guides",
                "Prendre une demande, répondre, demander des précisions, inviter un autre groupe, terminer.",
                "traiter prendre en charge note précisions compétence modèle inviter expert échéance",
            ),
        ),
    ),
    Section(
        "responsable",
        "Vous êtes responsable de groupe",
        Profile.RESPONSABLE,
        (
            Topic(
                "voir-les-utilisateurs",
                "Responsable\u00a0: voir les utilisateurs d’un groupe",
                "guides",
                "Qui est membre, avec quel rôle, depuis quand chacun n’est pas venu, et qui est absent.",
                "membres équipe collègues rôles activité retirer supprimer désactiver",
            ),
            Topic(
                "voir-les-demandes-du-groupe",
                "Responsable\u00a0: voir la liste des demandes du groupe",
                "guides",
                "Où en sont les demandes, lesquelles sont en retard ou sans personne, et les confier à quelqu’un.",
                "confier suivi retard souffrance filtre absence",
            ),
            Topic(
                "ajouter-un-compte",
                "Responsable\u00a0: ajouter et/ou créer un compte utilisateur",
                "guides",
                "Ajouter une personne, l’inviter, répondre à une proposition, importer une liste.",
                "inviter invitation inscription import rôle collègue membre nouveau",
            ),
            Topic(
                "exporter-les-demandes",
                "Responsable\u00a0: exporter la liste des demandes du groupe au format CSV",
                "guides",
                "Obtenir la liste dans un fichier CSV ou XLSX, filtrée, sans donnée sur les usagers.",
                "excel xlsx tableur télécharger fichier statistiques",
            ),
        ),
    ),
    Section(
        "tous",
        "Guides pour tous les profils",
        Profile.EVERYONE,
        (
            Topic(
                "modifier-vos-informations",
                "Tous profils\u00a0: modifier vos informations",
                "guides",
                "Nom, fonction, téléphone, adresse, e-mails reçus, notifications, sécurité, absences et données.",
                "changer compte profil cloche non lu téléphone nom mot de passe second facteur adresse",
            ),
            Topic(
                "gerer-votre-groupe",
                "Tous profils\u00a0: gérer votre groupe",
                "guides",
                "Ce que montre la page d’un groupe, ce que chacun peut y faire, et qui peut le changer.",
                "description note boîte aux lettres territoire structure renommer fermer",
            ),
        ),
    ),
)

FAQ = Section(
    "faq",
    "Questions fréquentes pour tous les profils",
    Profile.EVERYONE,
    (
        Topic(
            "je-n-arrive-pas-a-me-connecter",
            "Je n’arrive pas à me connecter, pouvez-vous m’aider\u00a0?",
            "faq",
            "Lien non reçu, expiré ou déjà utilisé, mot de passe oublié, téléphone perdu.",
            "connexion lien e-mail indésirables spam mot de passe second facteur",
        ),
        Topic(
            "adresse-non-reconnue",
            "Mon adresse e-mail n’est pas reconnue, que faire\u00a0?",
            "faq",
            "Retrouver l’adresse de votre compte, ou faire ouvrir ce compte.",
            "connexion compte inconnu ancienne adresse",
        ),
        Topic(
            "modifier-un-utilisateur",
            "Comment modifier les informations, rôle et adresse e-mail d’un utilisateur\u00a0?",
            "faq",
            "Qui peut changer quoi, et sur quelle page.",
            "responsable membre droits nom",
        ),
        Topic(
            "ajouter-un-collegue",
            "Comment ajouter le compte d’un collègue à mon groupe A+\u00a0?",
            "faq",
            "Le responsable l’ajoute, chaque membre peut le proposer.",
            "inviter proposer départ équipe",
        ),
        Topic(
            "creer-un-compte",
            "Comment créer un compte sur A+\u00a0?",
            "faq",
            "Un compte s’ouvre sur invitation : à qui la demander.",
            "ouvrir avoir demander inscription rejoindre s’inscrire invitation",
        ),
        Topic(
            "partager-un-compte",
            "Peut-on partager un compte sur Administration+\u00a0?",
            "faq",
            "Non, et voici comment travailler à plusieurs sur une demande.",
            "partage collègue générique commun boîte",
        ),
        Topic(
            "absence",
            "Que dois-je faire/que se passe-t-il si je m’absente\u00a0?",
            "faq",
            "Noter une absence et choisir qui vous remplace.",
            "congés vacances maladie remplacer remplaçant départ",
        ),
        Topic(
            "plusieurs-departements-ou-structures",
            "Puis-je être instructeur dans plusieurs départements, ou aidant dans plusieurs structures\u00a0?",
            "faq",
            "Oui : un seul compte, autant de groupes que nécessaire.",
            "territoire plusieurs groupes rôles",
        ),
        Topic(
            "demande-dans-un-autre-departement",
            "Est-ce que je peux déposer une demande dans un autre département\u00a0?",
            "faq",
            "Oui, quand le dossier de la personne y est traité.",
            "territoire commune code postal déménagement",
        ),
        Topic(
            "mandat-obligatoire",
            "Le mandat est-il obligatoire\u00a0?",
            "faq",
            "Oui : comment l’obtenir, le renouveler, le retirer.",
            "autorisation accord signature oral sms vierge",
        ),
        Topic(
            "internet-explorer",
            "Pourquoi ne plus utiliser le navigateur Internet Explorer de Microsoft\u00a0?",
            "faq",
            "Ce navigateur n’est plus corrigé : par quoi le remplacer.",
            "edge firefox chrome affichage",
        ),
        Topic(
            "beta-gouv",
            "Je ne comprends pas ce qu’est beta.gouv.fr/une Startup d’État\u00a0?",
            "faq",
            "D’où vient Administration+ et comment il évolue.",
            "état start-up service public numérique dinum",
        ),
    ),
)

SECTIONS = (*GUIDES, FAQ)
TOPICS = tuple(topic for section in SECTIONS for topic in section.topics)
BY_SLUG = {topic.slug: topic for topic in TOPICS}


def section_of(topic: Topic) -> Section:
    """Where it is in the contents."""
    return next(section for section in SECTIONS if topic in section.topics)


def beside(topic: Topic) -> tuple[Topic | None, Topic | None]:
    """The one before and the one after, in the order of the contents."""
    place = TOPICS.index(topic)
    before = TOPICS[place - 1] if place else None
    after = TOPICS[place + 1] if place + 1 < len(TOPICS) else None
    return before, after


def guides_for(profiles: frozenset[Profile]) -> tuple[Section, ...]:
    """The sections of guides, those of the reader's own profiles first."""
    return tuple(sorted(GUIDES, key=lambda section: section.profile not in profiles))
