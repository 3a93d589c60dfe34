"""What questions keep beside their answers: one clears away what another has kept, unless that one is at it."""

from __future__ import annotations

from sim.cli.kept import keeps_runs, runs_folder


def asked(out, inside=lambda: None, **given):
    """Ask a question that keeps something of its own, and give the folders there are afterwards."""

    @keeps_runs
    def question(**_):
        with runs_folder(out, None) as folder:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "run").write_text("kept", encoding="utf-8")
            inside()

    question(**given)
    return sorted(path.name for path in (out / "runs").iterdir())


def test_the_runs_of_another_question_are_cleared_away(tmp_path):
    before = asked(tmp_path, seeds=1)
    assert len(before) == 1
    assert asked(tmp_path, seeds=2) not in ([], before)
    assert len(asked(tmp_path, seeds=2)) == 1


def test_the_runs_of_a_question_that_is_still_at_them_stay(tmp_path):
    meanwhile = []
    assert asked(tmp_path, lambda: meanwhile.extend(asked(tmp_path, seeds=2)), seeds=1) != []
    (first,) = asked(tmp_path, seeds=1)
    assert first in meanwhile
    assert len([name for name in meanwhile if not name.startswith(".")]) == 2


def test_a_question_that_keeps_nothing_leaves_nothing(tmp_path):
    @keeps_runs
    def question(**_):
        with runs_folder(tmp_path, None):
            pass

    question(seeds=1)
    assert not (tmp_path / "runs").exists()


def test_settings_longer_than_a_file_may_be_called_are_settings(tmp_path):
    long = "many: " + ", ".join(f"training.hours_per_quarter={hours}" for hours in range(20))
    assert asked(tmp_path, case=[long]) == asked(tmp_path, case=[long])
    assert asked(tmp_path, case=[long]) != asked(tmp_path, case=[f"{long}0"])
