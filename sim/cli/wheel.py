"""The command that turns a flywheel: gain, turn time, transfers, weakest link, friction, restart and sweeps."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import number, run_progress, say, show_table
from sim.cli.options import ScenarioName, Settings, Workers, load, option, out_folder, switch
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.questions.wheel.gain import Question, Wheel
    from sim.questions.wheel.loops import Loop
    from sim.scenario.scenario import Scenario


def wheel(
    scenario: ScenarioName,
    *,
    loop: Annotated[str, option("NAME|FILE", "sales, leader, evil, customers, or a TOML file with stages.")] = "sales",
    seeds: Annotated[int, option("N", "Sets of twin runs.")] = 12,
    seed: Annotated[int | None, option("N", "First seed.", "0")] = None,
    push: Annotated[str, option("5%", "Push on a cut link.")] = "5%",
    window: Annotated[int, option("WEEKS", "Weeks within which it may return.")] = 104,
    restart: Annotated[bool, switch("--restart", "What restart costs against upkeep, too.")] = False,
    sweep: Annotated[str | None, option("KEY=A,B,C", "Move a lever up and down.")] = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Annotated[Path | None, out_folder("Folder for wheel.json and the figure.")] = None,
    as_json: Annotated[bool, switch("--json", "Print JSON and nothing else.")] = False,
) -> None:
    """Turn a flywheel and measure it: what each link passes on, gain, turn time, weakest link, friction.

    Twin runs with the same luck: the wheel is cut at each stage, pushed there, and what comes round is measured.

    For example:

      flywheel wheel baseline

      flywheel wheel evil --loop evil --seeds 40 --out out/evil

      flywheel wheel healthy --sweep training.hours_per_quarter=0,6,12,18
    """
    from sim.questions.wheel.gain import FEWEST, Question, read_push  # noqa: PLC0415
    from sim.questions.wheel.hysteresis import MOST_SEEDS  # noqa: PLC0415
    from sim.questions.wheel.loops import find_loop  # noqa: PLC0415
    from sim.scenario.seeds import check_seed  # noqa: PLC0415 - commands import what they need
    from sim.studies.executor import check_workers  # noqa: PLC0415

    organization, ring = load(scenario, settings), find_loop(loop)
    first = check_seed(0 if seed is None else seed)
    if not FEWEST <= seeds <= MOST_SEEDS:
        raise InputError(
            f"--seeds {seeds} is not allowed; it must be a number from {FEWEST}, below which nothing can be told, to "
            f"{MOST_SEEDS:,}"
        )
    check_workers(workers)
    question = Question(push=read_push(push), window=window)
    question.check(ring)
    runs = {"seeds": range(first, first + seeds), "workers": workers}
    turned, lines, data = _measure(organization, ring, question, runs, restart=restart, sweep=sweep)
    text = json.dumps(data, indent=2, ensure_ascii=False)
    if as_json:
        typer.echo(text)
    else:
        _show(turned, lines)
    if out:
        written = _write(turned, text, out)
        if not as_json:
            say(f"Wrote {written[0]} and {', '.join(map(str, written[1:]))}")


def _show(turned: "Wheel", lines: list[str]) -> None:
    from sim.answers.wheel.words import cut_rows, ring_lines, summary_lines  # noqa: PLC0415

    title = turned.scenario.title or turned.scenario.name
    say(f"{turned.loop.title}: {title}, {len(turned.turns)} seeds")
    say("A lasting push of 1% on a stage moves the next one by so many per cent [95% interval]:\n")
    say(*(f"  {line}" for line in ring_lines(turned)))
    columns = ("cut at", "gain there", "turn time, weeks", "the wheel", "10 points better execution raises the last")
    show_table("", columns, cut_rows(turned), right=(1, 2))
    say(*summary_lines(turned), *lines)


def _write(turned: "Wheel", text: str, folder: Path) -> list[Path]:
    """Write wheel.json and the figure; return their paths."""
    from sim.answers.wheel.figure import save_ring  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder {folder} cannot be made: {error.strerror}") from error
    path = folder / "wheel.json"
    path.write_text(text + "\n", encoding="utf-8")
    return [path, *save_ring(turned, folder)]


def _measure(
    scenario: "Scenario", ring: "Loop", question: "Question", runs: dict[str, Any], *, restart: bool, sweep: str | None
) -> tuple["Wheel", list[str], dict[str, Any]]:
    """Turn the wheel and measure what else was asked for; return it, further sentences, and everything as data."""
    from sim.answers.wheel import words  # noqa: PLC0415
    from sim.measures.run import simulate  # noqa: PLC0415
    from sim.questions.wheel import hysteresis  # noqa: PLC0415
    from sim.questions.wheel.gain import make_ready, turn_wheel  # noqa: PLC0415
    from sim.questions.wheel.loops import LOOPS  # noqa: PLC0415

    lever = _read_sweep(sweep) if sweep else None
    if lever:
        hysteresis.check_sweep(scenario, *lever)
    if restart:
        hysteresis.check_restart(scenario)
    make_ready(scenario, ring)
    with run_progress() as bar:

        def tell(what: str) -> "Callable[[int, int], None]":
            task = bar.add_task(what, total=None)
            return lambda done, total: bar.update(task, completed=done, total=total)

        turned = turn_wheel(scenario, ring, question=question, progress=tell("Turning"), **runs)
        restarted = hysteresis.restart(scenario, progress=tell("Restarting"), **runs) if restart else None
        swept = hysteresis.sweep(scenario, *lever, progress=tell("Sweeping"), **runs) if lever else None
    data = words.wheel_data(turned)
    lines: list[str] = []
    if ring.name in LOOPS:
        seed = runs["seeds"][0]
        data["run"] = words.momentum_data(simulate(scenario, seed, deals=False).wheel, ring.name)
        lines.append(_momentum_line(data["run"], seed, LOOPS[ring.name].stages[-1].name))
    if restarted:
        lines += words.restart_lines(restarted)
        data["restart"] = words.restart_data(restarted)
    if swept:
        lines += words.sweep_lines(swept)
        data["sweep"] = words.sweep_data(swept)
    return turned, lines, data


def _momentum_line(data: dict[str, Any], seed: int, last: str) -> str:
    hours = sorted(data["friction_hours_per_rep_week"].items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {number(value)}" for name, value in hours)
    speed = data["speed_per_year"]
    grown = "not known" if speed is None else f"{speed:+.1%} a year"
    return f"Run with seed {seed}: speed ({last}) {grown}; friction, hours a rep and week: {said}."


def _read_sweep(text: str) -> tuple[str, list[float]]:
    key, _, values = text.partition("=")
    try:
        return key.strip(), [float(part) for part in values.split(",")]
    except ValueError:
        raise InputError(f"--sweep {text} is not understood; write it like training.hours_per_quarter=0,6,12") from None
