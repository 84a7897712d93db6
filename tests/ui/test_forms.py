"""The base of every form: rendering, errors tied to fields, odd input."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from aplus.core.errors import Refused
from aplus.ui.demo_views import GalleryForm
from aplus.ui.forms import (
    DateTimeLocalField,
    IsoDateField,
    MultipleFileField,
    PlainForm,
    RadioGroup,
    TickField,
    TickGroup,
)
from tests.ui.markup import Page


class Reply(PlainForm):
    """A form as the product writes them."""

    compulsory = frozenset({"message"})
    message = forms.CharField(label="Votre message", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    note = forms.CharField(label="Note", required=False, help_text="Pour vos <collègues>.")
    cle = forms.CharField(widget=forms.HiddenInput)


class Invitation(PlainForm):
    """Another form of the same page, with a field of the same name."""

    id_prefix = "invitation"
    message = forms.CharField(label="Message")


def drawn(form):
    return Page(str(form))


def summary(*items):
    source = "{% load ui %}{% error_summary first second %}"
    first, second = (*items, None)[:2]
    return Page(Template(source).render(Context({"first": first, "second": second})))


def query(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


# Rendering


def test_a_field_has_its_label_its_hint_and_the_dsfr_classes():
    page = drawn(Reply())
    assert page.by_id("id_message").classes == ["fr-input"]
    labels = {one["for"]: " ".join(one.text.split()) for one in page.all("label")}
    assert labels == {"id_message": "Votre message", "id_note": "Note (facultatif) Pour vos <collègues>."}
    assert page.by_id("id_cle")["type"] == "hidden"


def test_two_forms_of_a_page_never_share_an_id():
    page = Page(f"{Reply()}{Invitation()}")
    ids = [one["id"] for one in page.elements if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {"id_message", "invitation_message"} <= set(ids)
    assert page.by_id("invitation_message")["name"] == "message"


def test_every_error_is_tied_to_its_control_and_linked_from_the_summary():
    form = GalleryForm(query())
    page = drawn(form)
    links = [link["href"].removeprefix("#") for link in summary(form).all("a")]
    assert links == ["id_text", "id_choice", "id_radio_0", "id_ticks_0_0", "id_tick", "id_moment"]
    for target in links:
        control = page.by_id(target)
        assert control["aria-invalid"] == "true"
        holder = (
            control
            if control.get("aria-describedby")
            else next(one for one in reversed(control.parents) if one.name == "fieldset")
        )
        messages = page.by_id(holder["aria-describedby"])
        assert "Ce champ est obligatoire." in messages.text
    assert len(page.all(css="fr-message--error")) == len(links)


def test_groups_are_fieldsets_with_hints_and_no_attribute_unknown_to_html():
    page = drawn(GalleryForm())
    radios = [one for one in page.all("input") if one["type"] == "radio"]
    assert [one["value"] for one in radios] == ["a", "b"]
    for control in page.all("input"):
        assert "dsfr" not in control.attributes
    texts = [" ".join(one.text.split()) for one in page.all("label")]
    assert "Premier Une aide pour cette option." in [text.replace("PremierUne", "Premier Une") for text in texts]
    assert [one.text for one in page.all("p", "fr-text--bold")] == ["Un groupe", "Un autre"]
    legends = [" ".join(one.text.split()) for one in page.all("legend")]
    assert legends == ["Boutons Un seul choix.", "Cases"]


def test_options_may_stand_side_by_side_and_keep_what_was_chosen():
    class Choice(PlainForm):
        mode = forms.ChoiceField(
            label="Mode", choices=[("sms", "SMS"), ("oral", "Oral")], widget=RadioGroup(inline=True)
        )
        who = forms.MultipleChoiceField(label="Qui", choices=[("a", "A"), ("b", "B")], widget=TickGroup())

    page = drawn(Choice(query(mode="oral", who=["a", "b"])))
    assert len(page.all(css="fr-fieldset__element--inline")) == 2
    assert [one["value"] for one in page.all("input") if "checked" in one.attributes] == ["oral", "a", "b"]


def test_a_group_without_options_is_linked_by_its_fieldset():
    class Choice(PlainForm):
        who = forms.MultipleChoiceField(label="Qui", choices=[], widget=TickGroup())

    form = Choice(query())
    assert summary(form).one("a")["href"] == "#id_who_group"
    assert drawn(form).by_id("id_who_group").name == "fieldset"


def test_fields_added_later_look_like_the_others():
    form = Reply()
    form.fields["question_caf_1"] = forms.CharField(label="Depuis quand ?", required=False)
    assert drawn(form).by_id("id_question_caf_1").classes == ["fr-input"]


def test_a_field_may_have_classes_and_a_template_of_its_own():
    form = Reply()
    form.fields["note"].widget.attrs["class"] = "ui-large"
    form.fields["note"].template_name = "ui/fields/tick.html"
    page = drawn(form)
    assert page.by_id("id_note").classes == ["fr-input", "ui-large"]
    assert len(page.all(css="fr-checkbox-group")) == 1


def test_what_was_typed_is_kept_and_escaped():
    page = drawn(Reply(query(message="<script>alert(1)</script>", cle="x")))
    assert page.by_id("id_message").text.strip() == "<script>alert(1)</script>"
    assert page.all("script") == []


# The summary


def test_the_summary_is_nothing_without_errors():
    assert summary(Reply(), "").elements == []
    assert summary(Reply(query(cle="x"))).elements == []


def test_the_summary_counts_over_several_forms_and_takes_the_focus():
    page = summary(Reply(query()), Invitation(query()))
    box = page.one("div", "fr-alert--error")
    assert box["role"] == "alert"
    assert (box["tabindex"], "autofocus" in box.attributes) == ("-1", True)
    assert page.one("h2").text == "2 erreurs sont à corriger"
    assert [link["href"] for link in page.all("a")] == ["#invitation_message"], "a hidden field has no link"


def test_what_a_service_refuses_lands_on_its_field_or_on_the_form():
    form = Reply(query(cle="x"))
    assert form.is_valid()
    form.refuse(Refused({"message": ["Écrivez un message."], "elsewhere": ["Trop tard."]}))
    page = summary(form)
    assert [one.text for one in page.all("li")] == ["Trop tard.", "Votre message : Écrivez un message."]


# Odd input


def test_nul_characters_are_taken_out_and_told():
    form = Reply(query(message="bon\x00jour", note="ok", cle="x"))
    assert not form.is_valid()
    assert list(form.errors) == ["message"]
    assert "caractère invisible" in form.errors["message"][0]
    assert drawn(form).by_id("id_message").text.strip() == "bonjour"


def test_nul_characters_are_taken_out_of_lists_and_prefixed_fields():
    class Choice(PlainForm):
        who = forms.MultipleChoiceField(label="Qui", choices=[("a", "A")], widget=TickGroup())

    form = Choice(query(**{"p-who": ["a\x00"]}), prefix="p")
    assert list(form.errors) == ["who"]
    plain = Choice({"who": ["a\x00"]})
    assert list(plain.errors) == ["who"]


def test_nul_characters_elsewhere_do_not_matter():
    assert Reply(query(unknown="\x00", cle="x")).is_valid()


@given(st.dictionaries(st.sampled_from(list(GalleryForm.base_fields)), st.lists(st.text(max_size=40), max_size=3)))
def test_any_text_gets_an_answer(values):
    form = GalleryForm(query(**values), MultiValueDict())
    form.is_valid()
    assert drawn(form).all("fieldset")
    summary(form)


# Fields


@pytest.mark.parametrize(
    ("sent", "ticked"), [("1", True), ("on", True), ("true", True), ("", False), ("0", False), ("non", False)]
)
def test_a_tick_is_ticked_only_by_what_says_so(sent, ticked):
    class Tick(PlainForm):
        cgu = TickField(label="J’accepte")

    assert Tick(query(cgu=sent)).is_valid() is ticked
    control = drawn(Tick(query(cgu=sent))).by_id("id_cgu")
    assert (control["value"], "checked" in control.attributes) == ("1", ticked)


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("2026-02-03", date(2026, 2, 3)),
        ("03/02/2026", None),
        ("1899-12-31", None),
        ("9999-01-01", None),
        ("2026-02-30", None),
    ],
)
def test_a_day_is_iso_and_believable(sent, day):
    class Day(PlainForm):
        day = IsoDateField(label="Jour")

    form = Day(query(day=sent))
    assert form.is_valid() is (day is not None)
    assert form.cleaned_data.get("day") == day
    assert drawn(form).by_id("id_day")["value"] == sent


def test_a_day_already_known_is_shown_as_browsers_want_it():
    class Day(PlainForm):
        day = IsoDateField(label="Jour")

    control = drawn(Day(initial={"day": date(2026, 2, 3)})).by_id("id_day")
    assert (control["type"], control["value"]) == ("date", "2026-02-03")


class Moment(PlainForm):
    """A moment in a territoire."""

    at = DateTimeLocalField(label="Moment", required=False, zone=ZoneInfo("Indian/Reunion"))


@pytest.mark.parametrize("sent", ["2026-07-01T08:30", "2026-07-01T08:30:00"])
def test_a_moment_is_read_in_the_zone_of_the_territoire(sent):
    form = Moment(query(at=sent))
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 7, 1, 4, 30, tzinfo=UTC)


def test_a_moment_without_zone_is_read_in_the_current_one():
    form = Moment(query(at="2026-07-01T08:30"))
    form.fields["at"].zone = None
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)


def test_a_moment_may_be_empty_and_is_shown_in_the_zone():
    assert Moment(query(at="")).is_valid()
    control = drawn(Moment(initial={"at": datetime(2026, 7, 1, 4, 30, tzinfo=UTC)})).by_id("id_at")
    assert (control["type"], control["value"]) == ("datetime-local", "2026-07-01T08:30")


@pytest.mark.parametrize("sent", ["hier", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T00:00"])
def test_a_moment_that_cannot_be_is_refused_and_kept(sent):
    form = Moment(query(at=sent))
    assert not form.is_valid()
    assert drawn(form).by_id("id_at")["value"] == sent


class Files(PlainForm):
    """Files, at least one."""

    fichiers = MultipleFileField(label="Fichiers")


def files(*contents):
    return MultiValueDict({"fichiers": [SimpleUploadedFile(f"{i}.pdf", body) for i, body in enumerate(contents)]})


def test_several_files_come_as_a_list():
    form = Files(query(), files(b"a", b"b"))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["fichiers"]] == ["0.pdf", "1.pdf"]
    control = drawn(Files()).by_id("id_fichiers")
    assert "multiple" in control.attributes
    assert control.classes == ["fr-upload"]


def test_a_required_file_must_come_and_an_empty_one_is_refused():
    assert Files(query(), MultiValueDict()).errors["fichiers"] == ["Ce champ est obligatoire."]
    assert "vide" in Files(query(), files(b"a", b"")).errors["fichiers"][0]


def test_no_file_is_an_empty_list_when_none_is_asked():
    class Optional(PlainForm):
        fichiers = MultipleFileField(label="Fichiers", required=False)

    form = Optional(query(), MultiValueDict())
    assert form.is_valid()
    assert form.cleaned_data["fichiers"] == []


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("2026-05-02", "date"), ("", "date"), ("demain", "text"), ("2026-5-2", "text"), ("0026-05-02", "text")],
)
def test_a_day_that_a_browser_cannot_hold_is_shown_as_it_was_typed(typed: str, kind: str) -> None:
    html = str(IsoDateField().widget.render("jour", typed))
    assert f'type="{kind}"' in html
    assert f'value="{typed}"' in html or not typed


def test_a_moment_the_same_way() -> None:
    widget = DateTimeLocalField().widget
    assert 'type="datetime-local"' in widget.render("quand", datetime(2026, 5, 2, 9, 30, tzinfo=UTC))
    assert 'type="text"' in widget.render("quand", "demain")
