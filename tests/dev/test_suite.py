"""./test passes on what it is given and leaves out only what cannot run."""

from pathlib import Path

import pytest

from dev.launcher import suite
from dev.launcher.processes import Supervisor


def options(*arguments: str, browser: bool = True) -> list[str]:
    """What pytest is given after its own name."""
    return suite.pytest(suite.parse(list(arguments)), browser=browser)[3:]


def test_words_for_pytest_reach_it_in_order() -> None:
    assert options("--long", "tests/dev", "-x", "-k", "a or b") == [
        "-n",
        "2",
        "--long",
        "tests/dev",
        "-x",
        "-k",
        "a or b",
    ]


def test_without_a_browser_only_its_tests_are_left_out() -> None:
    assert options(browser=False) == ["-n", "2", "-m", "not browser"]
    assert options("-m", "long or slow", browser=False) == ["-n", "2", "-m", "(long or slow) and not browser"]
    assert options("-m", "long") == ["-n", "2", "-m", "(long)"]


def test_only_root_installs_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(suite, "run", lambda *_arguments: pytest.fail("nothing may be run"))
    assert suite.install_browser(Supervisor()) is False


def test_tests_without_an_end_are_ended(capfd: pytest.CaptureFixture[str]) -> None:
    assert suite.run(Supervisor(), ["sleep", "30"], {}, seconds=0.1) == 1
    assert capfd.readouterr().out == "error: no end after 0 minutes: sleep 30\n"


@pytest.mark.parametrize(("statuses", "there"), [((0, 0), True), ((100, 0), False), ((0, 100), False)])
def test_an_installation_counts_when_everything_went_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, statuses: tuple[int, int], *, there: bool
) -> None:
    left = list(statuses)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(suite, "run", lambda *_arguments: left.pop(0))
    monkeypatch.setattr(suite, "CHROMIUM", tmp_path)
    assert suite.install_browser(Supervisor()) is there


def test_the_warning_says_what_to_do() -> None:
    assert "apt-get install chromium" in suite.warning()
