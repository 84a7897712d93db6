"""Every field of every table of ours is in the inventory of personal data, once (privacy-and-security.md §1)."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from aplus.retention.inventory import INVENTORY, Kind, Rule

OURS = {
    model._meta.label: model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("aplus.")
}
RULES = {rule for table in INVENTORY.values() for rule in table}


def classified(label: str) -> list[str]:
    """The fields the inventory names for this table."""
    return [name for names in INVENTORY.get(label, {}).values() for name in names]


def faults(model: type[models.Model], names: list[str]) -> dict[str, list[str]]:
    """What is missing, what is no more, what is said twice."""
    there = {field.name for field in model._meta.local_fields}
    return {
        "not classified": sorted(there - set(names)),
        "no such field": sorted(set(names) - there),
        "classified twice": sorted(name for name, number in Counter(names).items() if number > 1),
    }


def test_every_table_is_in_the_inventory():
    """Add the table to INVENTORY; remove those that are no more."""
    assert INVENTORY.keys() == OURS.keys()


@pytest.mark.parametrize("label", OURS)
def test_every_field_is_classified_once(label):
    """Put the field under the rule that says what it is, how long it is kept, how it goes."""
    assert not any(faults(OURS[label], classified(label)).values()), faults(OURS[label], classified(label))


def test_a_forgotten_field_is_found():
    names = classified("demandes.Draft")
    assert faults(OURS["demandes.Draft"], [*names[1:], names[-1], "gone"]) == {
        "not classified": [names[0]],
        "no such field": ["gone"],
        "classified twice": [names[-1]],
    }


@pytest.mark.parametrize("label", OURS)
def test_content_of_usagers_is_sealed_and_what_is_sealed_is_content(label):
    """What an usager's content is must be a field of bytes named sealed; keys are technical."""
    content = {name for rule, names in INVENTORY[label].items() if rule.kind is Kind.SEALED for name in names}
    fields = {field.name: field for field in OURS[label]._meta.local_fields}
    assert all(isinstance(fields[name], models.BinaryField) for name in content)
    sealed = {name for name in fields if "sealed" in name}
    assert content == sealed or label == "vault.FileIdentity"


@pytest.mark.parametrize(
    "rule", sorted(RULES, key=lambda rule: (rule.kind, rule.kept)), ids=lambda rule: rule.kept[:30]
)
def test_every_rule_says_what_how_long_and_how(rule: Rule):
    assert rule.what
    assert rule.kept
    assert rule.erased


def test_the_people_of_every_table_are_personal():
    """A link to an account tells something of a person."""
    for label, model in OURS.items():
        technical = {
            name
            for rule, names in INVENTORY[label].items()
            if rule.kind in {Kind.TECHNICAL, Kind.REFERENCE}
            for name in names
        }
        people = {
            field.name
            for field in model._meta.local_fields
            if field.is_relation and field.related_model is OURS["accounts.User"]
        }
        assert not people & technical, label
