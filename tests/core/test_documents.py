"""Generated documents: written, then compared."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aplus.core.documents import DocumentCommand, table


@pytest.fixture
def command(tmp_path):
    """A document of one line."""

    class Command(DocumentCommand):
        path = tmp_path / "essai.md"

        def text(self):
            return "Une ligne.\n"

    return Command(stdout=StringIO())


def test_a_document_is_written_then_found_up_to_date(command):
    with pytest.raises(CommandError, match=r"docs/essai\.md is behind the code"):
        call_command(command, check=True)
    call_command(command)
    assert command.path.read_text(encoding="utf-8") == "Une ligne.\n"
    call_command(command, check=True)


def test_a_document_that_was_changed_by_hand_is_found_and_left(command):
    command.path.write_text("Une autre.\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"run manage\.py"):
        call_command(command, check=True)
    assert command.path.read_text(encoding="utf-8") == "Une autre.\n"


def test_a_bar_in_a_cell_does_not_cut_the_table():
    assert table(["a", "b"], [["1|2", "3"]]) == "| a | b |\n| --- | --- |\n| 1&#124;2 | 3 |\n"
