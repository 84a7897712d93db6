"""Stories for the CAF du Val-d'Oise alone: children, births, separations, certificates."""

from dev.demo.script import (
    Archive,
    Give,
    Given,
    Paper,
    Person,
    Read,
    StillBlocked,
    Story,
    notes,
    says,
    settles,
    takes,
)

STORIES = (
    Story(
        "amir",
        "1 09:32",
        "famille-aides",
        ("caf95",),
        "Enfant né à l'étranger non rattaché au dossier, allocations calculées sans lui",
        Person("Mariam", "Konaté", "27/08/1991", born_in="99", phone="06 39 98 41 03"),
        "Le fils cadet de Madame, né à Bamako, est arrivé par regroupement familial il y a sept mois. Le certificat "
        "médical et l'acte de naissance traduit ont été déposés deux fois (le {-110} et le {-48}) ; le dossier "
        "affiche toujours « pièces à fournir » sans préciser lesquelles.\n\n"
        "Madame perçoit des allocations pour un enfant au lieu de deux et l'aide au logement est minorée.",
        answers={"caf_prestation": "Allocations familiales et APL.", "caf_demarches": "Deux dépôts, un rendez-vous."},
    ),
    Story(
        "alice",
        "9 10:48",
        "famille-aides",
        ("caf95",),
        "Allocation de soutien familial refusée à une mère séparée depuis un an",
        Person("Linda", "Ferreira", "08/01/1993", phone="06 39 98 52 76"),
        "Madame est séparée depuis un an. Le père, sans adresse connue, ne verse rien. L'ASF est refusée au motif que "
        "« la vie commune n'est pas rompue », alors que Madame vit chez ses parents et que le bail commun est résilié "
        "(état des lieux de sortie joint). Sa contestation du {-45} n'a pas eu de réponse.",
        files=(
            Paper(
                "etat-des-lieux-de-sortie.pdf",
                "État des lieux de sortie",
                ("Logement rendu le {-330y}", "Locataires présents : Mme Ferreira seule"),
            ),
        ),
    ),
    Story(
        "alice",
        "6 14:02",
        "famille-aides",
        ("caf95",),
        "Prime de naissance non versée trois mois après l'accouchement",
        Person("Anissa", "Belkacem", "30/09/1996", phone="06 39 98 61 90"),
        "L'enfant est né le {-94}. La déclaration de grossesse a été faite dans les délais et l'acte de naissance "
        "transmis le {-80}. Ni la prime à la naissance ni l'allocation de base n'ont été versées. Le compte en ligne "
        "n'affiche pas l'enfant. Madame avait besoin de cette somme pour s'équiper ; elle a emprunté à des proches.",
        answers={"caf_prestation": "Prime à la naissance, allocation de base."},
        then=(
            Read("5 09:11", "igor"),
            takes(
                "4 10:26",
                "ines",
                "Bonjour, je prends cette demande. La déclaration de grossesse est bien au dossier, mais sous le "
                "numéro de l'ancien foyer de Madame : je fais rattacher l'enfant et je reviens vers vous.",
            ),
        ),
    ),
    Story(
        "alice",
        "14 11:22",
        "famille-aides",
        ("caf95",),
        "Complément de mode de garde interrompu après un changement d'assistante maternelle",
        Person("Sarah", "Cohen-Lévy", "22/06/1990", phone="06 39 98 83 47"),
        "Madame travaille de nuit à l'hôpital. Depuis le changement d'assistante maternelle, le CMG n'est plus versé "
        "(deux mois, 890 euros). Pajemploi confirme que les déclarations sont transmises à la CAF. Sans réponse, "
        "Madame devra renoncer à la garde, donc à son poste.",
        answers={"caf_demarches": "Trois messages en ligne, une réclamation le {-20}."},
        then=(
            takes("12 09:40", "ines", "Bonjour, je regarde le flux Pajemploi dès aujourd'hui.", promised=4),
            says(
                "10 15:05",
                "ines",
                "Le blocage venait de l'agrément de l'assistante maternelle, saisi à une date "
                "postérieure à l'embauche. Il est corrigé ; le paiement part demain.",
            ),
            settles(
                "7 10:02",
                "ines",
                "Le rappel de 890,24 euros a été versé aujourd'hui. Les mois suivants partiront à la date habituelle. "
                "Bonne continuation à Madame.",
            ),
        ),
    ),
    Story(
        "chloe",
        "60 09:55",
        "famille-aides",
        ("caf95",),
        "Demande d'allocation journalière de présence parentale refusée",
        Person("Émilie", "Garreau", "29/10/1985", phone="06 39 98 45 22"),
        "La fille de Madame, 7 ans, est soignée pour une leucémie. Madame a cessé de travailler. L'AJPP est refusée "
        "faute d'accord du service médical, alors que le certificat détaillé a été remis sous pli fermé.",
        precautions=("prevenir-aidant",),
        then=(
            takes("58 10:40", "igor", "Bonjour, j'interroge le service médical."),
            settles(
                "46 15:10",
                "igor",
                "Le service du contrôle médical confirme le refus pour la période demandée. "
                "Une nouvelle demande est possible avec un certificat mentionnant la durée prévisible.",
            ),
            Archive("44 16:15", "chloe", "non", "Madame préfère saisir la commission de recours avec l'hôpital."),
        ),
    ),
    Story(
        "alice",
        "19 15:35",
        "famille-aides",
        ("caf95",),
        "Allocations familiales toujours versées à l'ex-conjoint malgré la résidence des enfants chez la mère",
        Person("Virginie", "Sauvage", "12/07/1983", phone="06 39 98 53 09"),
        "Le jugement du {-75} fixe la résidence des trois enfants chez Madame. Il a été transmis à la CAF le {-66}. "
        "Les allocations continuent d'être versées à Monsieur, qui ne les restitue pas.\n\n"
        "Madame a quitté le domicile à la suite de violences : merci de ne communiquer sa nouvelle adresse à personne.",
        precautions=("adresse-secrete", "prevenir-aidant"),
        urgency="violences",
        urgency_in=-80,
        mandat=Given(has_proof=True),
        then=(
            takes(
                "18 10:00",
                "ines",
                "Bonjour Madame, je prends cette demande en priorité. L'adresse est masquée dans nos outils.",
            ),
            settles("15 11:10", "ines", "Les enfants sont rattachés au dossier de Madame. Premier paiement {+5}."),
            StillBlocked(
                "4 09:18",
                "alice",
                "Bonjour, le paiement annoncé est encore parti sur le compte de "
                "Monsieur (relevé lu avec Madame ce matin). Pouvez-vous vérifier ?",
            ),
            Read("3 09:02", "ines"),
            notes(
                "3 09:31",
                "ines",
                "Rémi, l'ancien RIB est resté attaché au dossier enfants. Il me faut "
                "une habilitation de niveau 2 pour le supprimer, peux-tu le faire ?",
            ),
            notes("3 11:05", "remi", "Fait à l'instant. Je demande aussi la récupération auprès de Monsieur."),
            takes(
                "2 14:20",
                "ines",
                "L'ancien RIB était resté rattaché : il est supprimé. Un paiement manuel part "
                "demain sur le compte de Madame ; je vous confirme sa bonne arrivée.",
                promised=4,
            ),
        ),
    ),
    Story(
        "amir",
        "13 16:12",
        "famille-aides",
        ("caf95",),
        "Allocation d'éducation de l'enfant handicapé suspendue pendant un renouvellement",
        Person("Rokia", "Camara", "06/06/1984", born_in="99", phone="06 39 98 72 35"),
        "L'AEEH de l'enfant de Madame a été suspendue alors que le renouvellement, déposé cinq mois avant l'échéance, "
        "est toujours en cours à la MDPH. La réglementation prévoit le maintien pendant l'instruction.",
        then=(
            Read("12 09:15", "ines"),
            takes("11 09:52", "ines", "Bonjour, je prends la demande."),
            notes(
                "9 17:02",
                "ines",
                "Je suis en congés la semaine prochaine. Igor, peux-tu suivre ? Il reste à "
                "obtenir l'attestation de dépôt de la MDPH.",
            ),
            Give("9 17:08", "ines", "caf95", "igor"),
            says(
                "7 10:44",
                "igor",
                "Bonjour, je prends la suite de ma collègue. Le maintien des droits est demandé ; "
                "l'accusé de réception de la MDPH accélérerait les choses si Madame l'a conservé.",
            ),
            says(
                "6 11:30",
                "amir",
                "Le voici.",
                files=(
                    Paper(
                        "accuse-reception-mdph.png",
                        "Accusé de réception",
                        ("Demande reçue le {-170y}", "Renouvellement d'AEEH", "Dossier complet"),
                    ),
                ),
            ),
        ),
    ),
    Story(
        "rachel",
        "30 11:40",
        "famille-aides",
        ("caf95",),
        "Attestation de paiement impossible à obtenir pour un dossier de logement",
        Person("Gisèle", "Pruvost", "16/09/1952", phone="06 39 98 81 14"),
        "Madame n'a pas d'accès à internet et son bailleur exige une attestation de paiement de moins de trois mois. "
        "La borne de l'accueil est en panne et le téléphone renvoie vers le site.",
        then=(
            settles(
                "29 09:30",
                "igor",
                "Bonjour, voici l'attestation. Pour une prochaine fois, la borne de la mairie "
                "l'imprime aussi, avec le numéro d'allocataire et le code confidentiel.",
                files=(
                    Paper(
                        "attestation-de-paiement.pdf",
                        "Attestation de paiement",
                        ("Mme Gisèle Pruvost", "Aide personnalisée au logement : 214,00 euros"),
                    ),
                ),
                usual_path="Attestation téléchargeable sur l'espace allocataire ou à la borne.",
            ),
            Archive("28 10:10", "rachel", "oui"),
        ),
    ),
)
