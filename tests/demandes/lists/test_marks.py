"""The mark of an address: back to itself, or nothing."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.rules.turns import NEVER

marks = st.builds(
    Mark,
    st.sampled_from(["echeance", "recentes", "activite", "archivage", "brouillons"]),
    st.sampled_from([0, 1, 2]),
    st.one_of(st.just(NEVER), st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))),  # noqa: DTZ001
    st.uuids(),
)


@given(marks)
def test_a_mark_comes_back_from_its_text(mark: Mark) -> None:
    assert Mark.from_text(mark.to_text()) == mark


@given(st.text(max_size=300))
def test_any_other_text_is_no_mark_and_no_failure(text: str) -> None:
    found = Mark.from_text(text)
    assert found is None or isinstance(found.row_id, UUID)
