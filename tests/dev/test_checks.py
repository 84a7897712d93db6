"""All the checks run, whatever fails, and a failure is told with its remedy."""

import pytest

from dev.launcher import checks
from dev.launcher.checks import Check


def test_one_failure_fails_all_but_stops_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    ran: list[str] = []

    def execute(command: list[str]) -> int:
        ran.append(command[0])
        return int(command[0] == "bad")

    status = checks.run([Check("first", ["bad"], "mend it"), Check("second", ["good"], "")], execute)
    assert (status, ran) == (1, ["bad", "good"])
    assert "FAILED: first. Remedy: mend it" in capfd.readouterr().out


def test_no_failure_is_a_success(capfd: pytest.CaptureFixture[str]) -> None:
    assert checks.run([Check("only", ["x"], "")], lambda _command: 0) == 0
    assert "FAILED" not in capfd.readouterr().out


def test_the_audit_needs_the_network_so_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APLUS_AUDIT", raising=False)
    usual = {check.name for check in checks.every()}
    monkeypatch.setenv("APLUS_AUDIT", "1")
    assert {check.name for check in checks.every()} - usual == {"known flaws"}
