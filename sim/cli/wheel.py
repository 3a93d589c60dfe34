"""The command that turns a flywheel: gain, turn time, transfers, weakest link, friction, restart and sweeps."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import number, run_progress, say, show_table
from sim.cli.run import ScenarioName, Settings, Workers, load
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.questions.wheel.gain import Question, Wheel
    from sim.questions.wheel.loops import Loop
    from sim.scenario.scenario import Scenario

PANEL = "Explain"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(rich_help_panel=PANEL)(wheel)


def wheel(
    scenario: ScenarioName,
    *,
    loop: Annotated[
        str,
        typer.Option("--loop", metavar="NAME|FILE", help="sales, leader, evil, customers, or a TOML file with stages."),
    ] = "sales",
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Sets of twin runs.")] = 12,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="First seed.", show_default="0")] = None,
    push: Annotated[str, typer.Option("--push", metavar="5%", help="Push on a cut link.")] = "5%",
    window: Annotated[int, typer.Option("--window", metavar="WEEKS", help="Weeks within which it may return.")] = 104,
    restart: Annotated[bool, typer.Option("--restart", help="What restart costs against upkeep, too.")] = False,
    sweep: Annotated[
        str | None, typer.Option("--sweep", metavar="KEY=A,B,C", help="Move a lever up and down.", show_default=False)
    ] = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for wheel.json and the figure.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Turn a flywheel and measure it: what each link passes on, gain, turn time, weakest link, friction.

    Twin runs with the same luck: the wheel is cut at each stage, pushed there, and what comes round is measured.

    For example:

      flywheel wheel baseline

      flywheel wheel evil --loop evil --seeds 40 --out out/evil

      flywheel wheel healthy --sweep training.hours_per_quarter=0,6,12,18
    """
    from sim.questions.wheel.gain import Question, read_push  # noqa: PLC0415
    from sim.questions.wheel.loops import find_loop  # noqa: PLC0415
    from sim.scenario.seeds import check_seed  # noqa: PLC0415 - commands import what they need

    chosen, ring = load(scenario, settings), find_loop(loop)
    first = check_seed(0 if seed is None else seed)
    if not 1 <= seeds <= 100_000:
        raise InputError(f"--seeds {seeds} is not allowed; it must be a number from 1 to 100,000")
    numbers = range(first, first + seeds)
    asked = Question(push=read_push(push), window=window)
    asked.check(ring)
    found = _measure(chosen, ring, asked, {"seeds": numbers, "workers": workers}, restart=restart, sweep=sweep)
    if as_json:
        typer.echo(json.dumps(found.data, indent=2, ensure_ascii=False))
    else:
        found.show()
    if out:
        found.write(out, quiet=as_json)


class _Found:
    """What was measured, to be shown or written."""

    def __init__(self, wheel: "Wheel", lines: list[str], data: dict[str, Any]) -> None:
        self.wheel, self.lines, self.data = wheel, lines, data

    def show(self) -> None:
        """Print the ring, the table of cuts, friction and sentences."""
        from sim.answers.wheel.words import cut_rows, ring_lines, summary_lines  # noqa: PLC0415

        wheel = self.wheel
        title = wheel.scenario.title or wheel.scenario.name
        say(f"{wheel.loop.title}: {title}, {len(wheel.turns)} seeds")
        say("A lasting push of 1% on a stage moves the next one by so many per cent [95% interval]:\n")
        for line in ring_lines(wheel):
            say("  " + line)
        head = ("cut at", "gain there", "turn time, weeks", "the wheel", "10 points better execution raises the last")
        show_table("", head, cut_rows(wheel), right=(1, 2))
        for line in (*summary_lines(wheel), *self.lines):
            say(line)

    def write(self, folder: Path, *, quiet: bool) -> None:
        """Write wheel.json and the figure."""
        from sim.answers.wheel.figure import save_ring  # noqa: PLC0415

        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"the folder {folder} cannot be made: {error.strerror}") from error
        path = folder / "wheel.json"
        path.write_text(json.dumps(self.data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        figures = save_ring(self.wheel, folder)
        if not quiet:
            say(f"Wrote {path} and {', '.join(str(one) for one in figures)}")


def _measure(
    chosen: "Scenario", ring: "Loop", asked: "Question", how: dict[str, Any], *, restart: bool, sweep: str | None
) -> _Found:
    from sim.answers.wheel import words  # noqa: PLC0415
    from sim.measures.run import simulate  # noqa: PLC0415
    from sim.questions.wheel import hysteresis  # noqa: PLC0415
    from sim.questions.wheel.gain import make_ready, turn_wheel  # noqa: PLC0415
    from sim.questions.wheel.loops import LOOPS  # noqa: PLC0415

    lever = _read_sweep(sweep) if sweep else None
    if lever:
        hysteresis.check_sweep(chosen, *lever)
    make_ready(chosen, ring)
    with run_progress() as bar:

        def told(what: str) -> "Callable[[int, int], None]":
            task = bar.add_task(what, total=None)
            return lambda done, total: bar.update(task, completed=done, total=total)

        found = turn_wheel(chosen, ring, question=asked, progress=told("Turning"), **how)
        back = hysteresis.restart(chosen, progress=told("Restarting"), **how) if restart else None
        moved = hysteresis.sweep(chosen, *lever, progress=told("Sweeping"), **how) if lever else None
    data = words.wheel_data(found)
    lines: list[str] = []
    if ring.name in LOOPS:
        momentum = simulate(chosen, how["seeds"][0], deals=False).wheel
        data["run"] = words.momentum_data(momentum, ring.name)
        lines += _momentum_lines(data["run"], how["seeds"][0], LOOPS[ring.name].stages[-1].name)
    if back:
        lines += words.restart_lines(back)
        data["restart"] = words.restart_data(back)
    if moved:
        lines += words.sweep_lines(moved)
        data["sweep"] = words.sweep_data(moved)
    return _Found(found, lines, data)


def _momentum_lines(data: dict[str, Any], seed: int, last: str) -> list[str]:
    """Say speed and friction of one run."""
    hours = sorted(data["friction_hours_per_rep_week"].items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {number(value)}" for name, value in hours)
    speed = data["speed_per_year"]
    grown = "not known" if speed is None else f"{speed:+.1%} a year"
    return [f"Run with seed {seed}: speed ({last}) {grown}; friction, hours a rep and week: {said}."]


def _read_sweep(text: str) -> tuple[str, list[float]]:
    key, _, values = text.partition("=")
    try:
        return key.strip(), [float(part) for part in values.split(",")]
    except ValueError:
        raise InputError(f"--sweep {text} is not understood; write it like training.hours_per_quarter=0,6,12") from None
