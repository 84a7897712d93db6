"""Names of files: cleaned of what harms, with the extension of what the file is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aplus.attachments.rules.names import MAX_SIGNS, cleaned, with_extension_of
from aplus.attachments.rules.types import FileType


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("attestation.pdf", "attestation.pdf"),
        ("Éloïse – reçu (2).pdf", "Éloïse – reçu (2).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\alice\\lettre.odt", "lettre.odt"),
        ("a\x00b\r\nc\x1b.pdf", "ab c.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ('<b>"x"|?*:.pdf', "bx.pdf"),
        ("  .. ", "fichier"),
        ("", "fichier"),
        ("dossier/", "fichier"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("y" * 300, "y" * 150),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert cleaned(given_name) == kept


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        (FileType.PDF, "attestation.pdf", "attestation.pdf"),
        (FileType.PDF, "ATTESTATION.PDF", "ATTESTATION.PDF"),
        (FileType.JPEG, "photo.jpeg", "photo.jpeg"),
        (FileType.JPEG, "IMG_0001.HEIC", "IMG_0001.jpg"),
        (FileType.PDF, "facture.exe", "facture.pdf"),
        (FileType.PDF, "facture.pdf.exe", "facture.pdf"),
        (FileType.PDF, "courrier du 3.03.2026", "courrier du 3.03.2026.pdf"),
        (FileType.TXT, "sans extension", "sans extension.txt"),
        (FileType.DOCX, "macro.docm", "macro.docx"),
        (FileType.PNG, "pdf", "pdf.png"),
        (FileType.PDF, "x" * 150, "x" * 146 + ".pdf"),
    ],
)
def test_the_extension_is_that_of_the_content(kind: FileType, name: str, kept: str) -> None:
    assert with_extension_of(kind, name) == kept


@given(st.text(max_size=400), st.sampled_from(FileType))
def test_any_name_becomes_a_harmless_one(name: str, kind: FileType) -> None:
    kept = with_extension_of(kind, cleaned(name))
    assert 0 < len(kept) <= MAX_SIGNS
    assert kept.lower().endswith(kind.extensions)
    assert not set(kept) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(sign)[0] == "C" for sign in kept)
    assert with_extension_of(kind, kept) == kept
