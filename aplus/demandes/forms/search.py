"""The search box of the lists."""

from django import forms

from aplus.ui.forms import PlainForm


class SearchForm(PlainForm):
    """What is looked for: sent by POST only, so that it enters no address."""

    id_prefix = "recherche"
    compulsory = frozenset({"q"})
    q = forms.CharField(
        label="Rechercher une demande",
        help_text="Numéro, nom ou prénom de la personne (ses trois premières lettres suffisent), date de naissance, "
        "identifiant ou mots du sujet.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        required=False,
    )
