"""Stories for several bodies at once: what one waits for, another holds."""

from dev.demo.script import (
    Archive,
    Given,
    Invite,
    Paper,
    Person,
    Read,
    Story,
    asks,
    declines,
    notes,
    says,
    settles,
    takes,
)

STORIES = (
    Story(
        "alice",
        "11 09:42",
        "famille-aides",
        ("caf95", "cpam95"),
        "Arrivée dans le Val-d'Oise : droits maladie et prestations coupés en même temps",
        Person("Samira", "Khelifi", "26/01/1986", born_in="99", phone="06 39 98 18 56"),
        "Madame a quitté Lille pour Argenteuil avec ses deux fils. La CAF et la CPAM du Nord ont fermé ses dossiers ; "
        "aucun des deux n'a été repris ici. Plus d'allocations depuis deux mois, et la carte Vitale est refusée alors "
        "que le plus jeune est asthmatique.",
        answers={
            "caf_prestation": "RSA, allocations familiales, APL.",
            "cpam_droit": "Mutation de dossier et C2S.",
            "cpam_soins": "Le traitement de fond de l'enfant est payé comptant depuis six semaines.",
        },
        urgency="ressources",
        urgency_in=-55,
        colleagues=("amir",),
        mandat=Given(has_proof=True),
        then=(
            Read("10 08:58", "paul"),
            takes(
                "10 09:20",
                "paul",
                "Bonjour, la mutation est demandée au Nord. J'ouvre des droits provisoires pour "
                "les enfants dès aujourd'hui.",
            ),
            takes(
                "9 09:45",
                "ines",
                "Bonjour, je prends la partie CAF : le dossier du Nord arrive ce soir, je reviens "
                "vers vous avec les montants.",
                promised=12,
            ),
            settles(
                "7 14:10",
                "paul",
                "Mutation terminée, C2S reconduite. Les dépenses de pharmacie seront "
                "remboursées sur présentation des feuilles de soins.",
            ),
        ),
    ),
    Story(
        "alice",
        "7 11:18",
        "famille-aides",
        ("caf95", "cpam95"),
        "Titre de séjour expiré le temps du renouvellement, tous les droits suspendus",
        Person("Blessing", "Adeyemi", "12/12/1990", born_in="99", phone="06 39 98 29 07"),
        "Madame a déposé le renouvellement de sa carte de séjour dans les délais, à la préfecture de la "
        "Seine-Saint-Denis où elle vivait. Elle attend son attestation de prolongation. La CAF a suspendu le RSA et la "
        "CPAM la C2S. Elle ne peut plus payer la crèche qui lui permet de travailler.",
        infos=(("Numéro étranger", "7503 118 642"), ("Date de dépôt", "{-118y}")),
        answers={"caf_demarches": "Preuve de dépôt envoyée deux fois."},
        urgency="ressources",
        urgency_in=-30,
        then=(
            takes(
                "6 10:28",
                "igor",
                "Bonjour, sans attestation de prolongation je ne peux maintenir que deux mois, "
                "ce que je fais. J'invite la préfecture pour la suite.",
            ),
            Invite(
                "6 10:41",
                "igor",
                groupes=("pref93",),
                reason="Renouvellement déposé dans les délais il y a quatre "
                "mois ; l'attestation de prolongation débloquerait la CAF et la CPAM.",
            ),
            Read("5 09:14", "paul"),
            takes(
                "5 10:02",
                "sandrine",
                "Bonjour, la demande a bien été déposée. L'attestation n'a pas été "
                "générée à cause d'une photo rejetée : je la fais émettre.",
                promised=6,
            ),
            notes(
                "4 11:11",
                "igor",
                "Merci beaucoup. Dès que vous avez l'attestation, dites-le ici : je rétablis le "
                "RSA sans attendre l'usagère.",
            ),
        ),
    ),
    Story(
        "amir",
        "22 10:04",
        "famille-aides",
        ("caf95", "cpam95", "ddfip95"),
        "Trois organismes avec trois adresses différentes, courriers perdus et droits fermés",
        Person("Gérard", "Fabre", "15/05/1959", sex="h", phone="06 39 98 30 62"),
        "Monsieur a été expulsé puis domicilié au CCAS. La CAF écrit à son ancienne adresse, la CPAM à celle de sa "
        "sœur, les impôts à un hôtel. Radié deux fois pour absence de réponse. Nous demandons que les trois "
        "organismes enregistrent la même adresse (attestation d'élection de domicile jointe).",
        files=(
            Paper(
                "election-de-domicile.pdf",
                "Attestation d'élection de domicile",
                ("M. Gérard Fabre", "Domicilié au CCAS, valable un an à compter du {-25y}"),
            ),
        ),
        then=(
            settles(
                "20 10:50",
                "delphine",
                "Adresse corrigée. Les deux avis égarés sont joints.",
                files=(Paper("avis-reedites.pdf", "Avis d'impôt réédités", ("Deux années, non imposable",)),),
            ),
            takes("19 11:26", "remi", "Adresse corrigée, réexamen de la radiation en cours."),
            settles(
                "16 15:33",
                "remi",
                "Radiation annulée, RSA rétabli avec rappel. La CPAM n'ayant pas encore "
                "d'interlocuteur sur ce dossier, j'ai fait corriger l'adresse par l'échange entre organismes et "
                "je clos aussi sa part.",
                closes=("cpam95",),
            ),
            says(
                "15 10:30",
                "amir",
                "Merci à tous les deux. Je vérifie avec Monsieur qu'il reçoit bien ses courriers avant d'archiver.",
            ),
        ),
    ),
    Story(
        "rachel",
        "8 15:06",
        "sante-handicap",
        ("caf95", "cpam95"),
        "Allocation supplémentaire d'invalidité : personne ne se reconnaît compétent",
        Person("Josette", "Prieur", "04/06/1967", phone="06 39 98 41 29"),
        "Madame perçoit une petite pension d'invalidité d'un ancien régime de commerçants. La demande d'allocation "
        "supplémentaire a été retournée par deux organismes successifs. Nous cherchons qui doit l'instruire.",
        then=(
            declines("7 10:14", "igor", "Bonjour, cette allocation n'est pas versée par les CAF."),
            Read("6 09:28", "paul"),
            declines(
                "6 09:52",
                "paul",
                "Bonjour, la pension a été liquidée par l'ancien régime des indépendants, "
                "repris par la caisse de retraite : c'est elle qui doit instruire.",
                "cnav",
            ),
        ),
    ),
    Story(
        "alice",
        "26 09:16",
        "famille-aides",
        ("caf95", "cpam95", "msa95"),
        "Famille rattachée à deux régimes, chaque caisse attend la radiation par l'autre",
        Person("Ana", "Nowak", "01/03/1988", born_in="99", phone="06 39 98 52 40"),
        "Monsieur est passé d'un emploi agricole à un emploi dans le bâtiment. La MSA a conservé les enfants, la CPAM "
        "refuse de les rattacher, la CAF et la MSA se renvoient les allocations. Quatre mois sans versement.",
        then=(
            takes(
                "24 10:05",
                "mathieu",
                "Bonjour, je radie les enfants chez nous au 1er {m-3} et je l'écris ici pour mes collègues.",
            ),
            settles(
                "23 09:48",
                "mathieu",
                "Radiation effective, certificat joint.",
                files=(
                    Paper(
                        "certificat-de-radiation.pdf",
                        "Certificat de radiation",
                        ("Trois ayants droit", "Fin de droits au régime agricole : 1er {m-3}"),
                    ),
                ),
            ),
            takes("23 14:12", "paul", "Merci. Je rattache les enfants à leur mère.", promised=3),
            settles("21 10:33", "paul", "Les trois enfants sont rattachés."),
            takes("21 11:50", "ines", "Parfait, j'ouvre les allocations avec effet rétroactif."),
            settles("17 16:08", "ines", "Rappel de 1 284 euros versé."),
            Archive("14 09:33", "alice", "oui", "Trois organismes, une seule demande : un gain de temps immense."),
        ),
    ),
    Story(
        "chloe",
        "15 11:28",
        "sante-handicap",
        ("caf95", "cpam95"),
        "Maintien de l'AAH refusé pendant une hospitalisation longue",
        Person("Laurent", "Besnard", "22/07/1976", sex="h", phone="06 39 98 63 85"),
        "Monsieur est hospitalisé depuis cinq mois. L'AAH a été réduite de 70 % au soixantième jour, alors qu'il paie "
        "toujours un loyer et qu'une sortie est prévue. Il manque à la CAF le bulletin de situation que la CPAM "
        "détient.",
        precautions=("ne-pas-contacter",),
        then=(
            takes("14 10:10", "ines", "Bonjour, je prends la partie CAF. Paul, pourrais-tu transmettre le bulletin ?"),
            says(
                "13 11:04",
                "paul",
                "Bonjour, le voici.",
                files=(
                    Paper(
                        "bulletin-de-situation.pdf",
                        "Bulletin de situation",
                        ("Hospitalisation depuis le {-150y}", "Sortie prévisible dans six semaines"),
                    ),
                ),
            ),
            settles("12 15:35", "ines", "La réduction est levée en raison du loyer. Rappel au prochain paiement."),
            Invite(
                "8 10:30",
                "chloe",
                groupes=("cnav",),
                reason="Monsieur a travaillé vingt ans : il demande s'il "
                "peut prétendre à une retraite pour inaptitude.",
            ),
            asks(
                "6 14:45",
                "abdel",
                "Bonjour, l'âge minimum n'est pas atteint. Avant de conclure, pouvez-vous "
                "préciser si Monsieur a une carrière longue commencée avant vingt ans ?",
            ),
        ),
    ),
    Story(
        "amir",
        "5 13:50",
        "logement-energie",
        ("caf95", "ddfip95", "cheque_energie", "cpam95"),
        "Revenu fiscal erroné qui fait perdre quatre aides à la fois",
        Person("Nadège", "Lambert", "30/04/1981", phone="06 39 98 74 12"),
        "Une prime de licenciement exonérée a été portée comme salaire sur l'avis d'impôt de Madame. Conséquence en "
        "chaîne : APL réduite, C2S refusée, pas de chèque énergie, tarif de cantine au maximum.",
        reason="La même erreur de revenu bloque chacun de ces organismes : la corriger à la source ne suffit pas, les "
        "droits perdus doivent être rouverts.",
        infos=(("Référence de l'avis", "Avis du {-90y}"),),
        then=(
            takes("4 10:16", "delphine", "Bonjour, l'erreur est manifeste : un dégrèvement est lancé.", promised=8),
            Read("3 10:38", "igor"),
            says(
                "3 11:52",
                "romain",
                "Bonjour, nous attendrons l'avis corrigé : il suffira de nous le signaler ici, "
                "le chèque partira la même semaine.",
            ),
        ),
    ),
    Story(
        "alice",
        "44 11:08",
        "famille-aides",
        ("caf95",),
        "Pension alimentaire non versée et recouvrement sans suite depuis dix mois",
        Person("Delphine", "Rousselot", "19/11/1987", phone="06 39 98 85 60"),
        "Madame a confié le recouvrement à l'agence dédiée il y a dix mois. Monsieur travaille dans les Yvelines. "
        "Aucune saisie sur salaire n'a été engagée ; l'ASF a été interrompue entre-temps.",
        then=(
            takes(
                "42 10:20",
                "ines",
                "Bonjour, je rétablis l'ASF. Le recouvrement est suivi par la CAF du lieu de "
                "résidence de Monsieur, que j'invite.",
            ),
            Invite(
                "42 10:32",
                "ines",
                groupes=("caf78",),
                reason="Débiteur domicilié dans les Yvelines : la procédure de paiement direct relève de votre caisse.",
                text="Bonjour, le dossier est complet de notre côté.",
                is_note=True,
            ),
            takes("40 14:30", "celine", "Bonjour, procédure de paiement direct notifiée à l'employeur.", promised=20),
            settles("39 09:40", "ines", "ASF rétablie avec rappel de quatre mois."),
            settles("24 15:25", "celine", "Première retenue opérée sur le salaire ; 260 euros versés à Madame."),
            Archive("20 09:55", "alice", "oui"),
        ),
    ),
    Story(
        "chloe",
        "12 14:44",
        "retraite",
        ("cnav", "caf95"),
        "Passage de l'AAH à la retraite : deux mois sans aucun versement",
        Person("Roland", "Masson", "11/11/1962", sex="h", phone="06 39 98 96 33"),
        "L'AAH s'est arrêtée à l'âge légal. La retraite pour inaptitude n'est pas encore liquidée. La CAF pouvait "
        "maintenir l'AAH en avance : cela n'a pas été fait. Monsieur a reçu une relance de son bailleur.",
        urgency="ressources",
        urgency_in=-58,
        then=(
            takes(
                "11 09:15",
                "remi",
                "Bonjour, nous aurions dû maintenir l'AAH : je la rétablis en avance sur retraite aujourd'hui.",
            ),
            takes("11 15:20", "christine", "Bonjour, le dossier de retraite est repris en urgence.", promised=7),
            settles(
                "9 10:12",
                "remi",
                "Deux mois d'AAH versés, relance du bailleur suspendue. Merci à la CNAV de nous "
                "indiquer la date d'effet pour la régularisation.",
            ),
        ),
    ),
)
