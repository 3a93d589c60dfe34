"""The command that turns a flywheel: gain, turn time, transfers, weakest link, friction, restart and sweeps."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from sim.cli.console import finish, number, progress, put, save, say, show_table
from sim.cli.kept import keeps_runs, kept_runs
from sim.cli.options import (
    PlausibleAsked,
    ScenarioName,
    Settings,
    Workers,
    command_line,
    load,
    option,
    out_answer,
    switch,
    usual_worlds,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.measures.loops import Loop
    from sim.questions.wheel.gain import Question, Wheel
    from sim.scenario.scenario import Scenario


PUSH, WINDOW = "5%", 104


@keeps_runs
def wheel(
    scenario: ScenarioName,
    *,
    loop: Annotated[str, option("LOOP|FILE", "sales, leader, evil, customers, or a TOML file with stages.")] = "sales",
    seeds: Annotated[int | None, option("N", "Sets of twin runs.", "60, 12 with --cut", least=5, most=100_000)] = None,
    seed: Annotated[int | None, option("N", "First seed.", "0", least=0)] = None,
    cut: Annotated[bool, switch("--cut", "Cut it at each stage, and measure what comes round.")] = False,
    push: Annotated[str, option("5%", "Push on a cut link.")] = PUSH,
    window: Annotated[int, option("WEEKS", "Weeks within which it may return.", least=26, most=520)] = WINDOW,
    restart: Annotated[bool, switch("--restart", "What restart costs against upkeep, too.")] = False,
    sweep: Annotated[str | None, option("KEY=A,B,C", "Move a lever up and down.")] = None,
    settings: Settings = None,
    workers: Workers = None,
    lever_map: Annotated[
        list[str] | None, option("KEY=A,B,C", "Growth over the values of two levers; twice.", "", flag="--map")
    ] = None,
    plausible: Annotated[
        str | None,
        option("N", "Say how it moves in each of so many plausible worlds too, or in all.", "none", flag="--worlds"),
    ] = None,
    out: Annotated[Path | None, out_answer("out/wheel-SCENARIO; of a cut or map, nowhere")] = None,
    as_json: Annotated[bool, switch("--json", "Print JSON and nothing else.")] = False,
) -> None:
    """Turn a flywheel: does it accelerate, coast, stall or spin down, what comes round, where does a next step pay?

    Twin runs of six years with the same luck: as it is, with a pulse of contract value, with a quarter's push of one
    lever, left to coast, without reinvestment, without what customers bring back. The weakest link is found by
    carrying out each link a little better. --cut measures the loop itself: it is cut at each stage and pushed there.

    Ctrl-C keeps what is finished; the same command goes on, with --cut and --map also with more --seeds.

    For example:

      flywheel wheel young_healthy

      flywheel wheel evil --cut --loop evil --seeds 40 --out out/evil

      flywheel wheel healthy --sweep training.hours_per_quarter=0,6,12,18

      flywheel wheel healthy --worlds 20

      flywheel wheel young --map talent.budget_share=0.06,0.09,0.12 --map strategy.stretch=0,0.25
    """
    from sim.answers.wheel.cut import analysis_of  # noqa: PLC0415
    from sim.measures.loops import find_loop  # noqa: PLC0415 - commands import what they need
    from sim.questions.wheel.gain import Question, read_push  # noqa: PLC0415
    from sim.studies.executor import check_workers  # noqa: PLC0415

    organization, ring = load(scenario, settings), find_loop(loop)
    cuts = cut or restart or sweep is not None
    chosen = _seeds(0 if seed is None else seed, (12 if cuts or lever_map else 60) if seeds is None else seeds)
    check_workers(workers)
    asked = usual_worlds(plausible, effort_given=True)
    _check_together(
        cuts=cuts, words_of_a_cut=(push, window) != (PUSH, WINDOW), mapped=bool(lever_map), worlds=asked.number > 0
    )
    question = Question(push=read_push(push), window=window)
    question.check(ring)
    runs = {"seeds": chosen, "workers": workers}
    if lever_map:
        _map(organization, lever_map, runs, out, as_json=as_json)
        return
    if not cuts:
        _move(organization, ring, runs, out, asked, as_json=as_json)
        return
    with kept_runs(out, organization, longer=True):
        turned, lines, data = _measure(organization, ring, question, runs, restart=restart, sweep=sweep)
    analysis = analysis_of(turned, chosen, lines, data, command_line())
    if as_json:
        put(analysis.json())
    else:
        _show(turned, lines)
    if out:
        written = save(analysis, out)
        if not as_json:
            say(*written)


def _seeds(first: int, count: int) -> range:
    """Give the seeds from a first one on; InputError for one, or a number of them, that is not allowed."""
    from sim.questions.wheel.gain import FEWEST  # noqa: PLC0415 - as above
    from sim.questions.wheel.hysteresis import MOST_SEEDS  # noqa: PLC0415
    from sim.scenario.seeds import check_seed  # noqa: PLC0415

    check_seed(first)
    if not FEWEST <= count <= MOST_SEEDS:
        raise InputError(
            f"--seeds {count} is not allowed; it must be a number from {FEWEST}, below which nothing can be told, to "
            f"{MOST_SEEDS:,}"
        )
    return range(first, first + count)


def _check_together(*, cuts: bool, words_of_a_cut: bool, mapped: bool, worlds: bool) -> None:
    """Raise InputError for words that say nothing to what is asked."""
    if words_of_a_cut and not cuts:
        raise InputError("--push and --window say how the wheel is cut; add --cut")
    if mapped and cuts:
        raise InputError("--map is answered alone; leave out --cut, --restart and --sweep")
    if worlds and (cuts or mapped):
        raise InputError("--worlds says how the wheel moves; leave out --cut, --restart, --sweep and --map")


def _move(
    scenario: "Scenario", ring: "Loop", runs: dict[str, Any], out: Path | None, asked: PlausibleAsked, *,
    as_json: bool,
) -> None:  # fmt: skip
    """Measure how the wheel moves and which link is weakest, write the report and show it."""
    from sim.answers.media import check_out  # noqa: PLC0415
    from sim.answers.wheel.motion import LINKS, analysis_of, pushes_table  # noqa: PLC0415
    from sim.answers.wheel.worlds import with_worlds  # noqa: PLC0415
    from sim.questions.wheel.gain import Question, make_ready, turn_wheel  # noqa: PLC0415
    from sim.questions.wheel.motion import measure_motion  # noqa: PLC0415
    from sim.questions.wheel.worlds import wheel_worlds  # noqa: PLC0415

    folder = out or Path("out") / f"wheel-{scenario.name}"
    check_out(folder)
    make_ready(scenario, ring)
    with kept_runs(folder, scenario):  # on how many seeds a push is measured hangs on how many there are
        with progress("Turning") as tell:
            chosen = {"workers": runs["workers"], "progress": tell}
            turned = turn_wheel(scenario, ring, runs["seeds"][:LINKS], Question(at=()), **chosen)
        with progress("Moving") as tell:
            motion = measure_motion(scenario, runs["seeds"], workers=runs["workers"], progress=tell)
        analysis, stopped = analysis_of(motion, turned, command_line()), False
        if asked.number:
            with progress("Plausible worlds") as tell:
                over = wheel_worlds(scenario, asked.which, workers=runs["workers"], progress=tell)
            analysis, stopped = with_worlds(analysis, over), over.interrupted
    finish(analysis, folder, analysis.question, pushes_table(motion), as_json=as_json, interrupted=stopped)


def _map(scenario: "Scenario", given: list[str], runs: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Show growth over the values of two levers, and write it where something is said."""
    from sim.answers.media import check_out  # noqa: PLC0415
    from sim.answers.wheel.growth_map import TITLE, map_of, map_table  # noqa: PLC0415
    from sim.questions.wheel.motion import motion_map  # noqa: PLC0415

    if len(given) != 2:
        raise InputError(f"--map is given {len(given)} times; a map has two levers, each given once")
    if out:
        check_out(out)
    levers = (_read_values("--map", given[0]), _read_values("--map", given[1]))
    with kept_runs(out, scenario, longer=True), progress("Mapping") as tell:
        found = motion_map(scenario, *levers, **runs, progress=tell)
    analysis = map_of(scenario, levers, found, runs["seeds"], command_line())
    if as_json:
        put(analysis.json())
    else:
        table = map_table(levers, found)
        show_table(TITLE, table.columns, table.rows, table.right)
    if out:
        written = save(analysis, out)
        if not as_json:
            say(*written)


def _show(turned: "Wheel", lines: list[str]) -> None:
    from sim.answers.wheel.cut import cuts_table  # noqa: PLC0415
    from sim.answers.wheel.words import ring_lines, summary_lines  # noqa: PLC0415

    title = turned.scenario.title or turned.scenario.name
    say(f"{turned.loop.title}: {title}, {len(turned.turns)} seeds")
    say("A lasting push of 1% on a stage moves the next one by so many per cent [95% interval]:\n")
    say(*(f"  {line}" for line in ring_lines(turned)))
    table = cuts_table(turned)
    show_table("", table.columns, table.rows, table.right)
    say(*summary_lines(turned), *lines)


def _measure(
    scenario: "Scenario", ring: "Loop", question: "Question", runs: dict[str, Any], *, restart: bool, sweep: str | None
) -> tuple["Wheel", list[str], dict[str, Any]]:
    """Turn the wheel and measure what else was asked for; return it, further sentences, and everything as data."""
    from sim.answers.wheel import words  # noqa: PLC0415
    from sim.measures.loops import LOOPS  # noqa: PLC0415
    from sim.measures.run import simulate  # noqa: PLC0415
    from sim.questions.wheel import hysteresis  # noqa: PLC0415
    from sim.questions.wheel.gain import make_ready, turn_wheel  # noqa: PLC0415

    lever = _read_values("--sweep", sweep) if sweep else None
    if lever:
        hysteresis.check_sweep(scenario, *lever)
    if restart:
        hysteresis.check_restart(scenario)
    make_ready(scenario, ring)
    turned = _shown("Turning", partial(turn_wheel, scenario, ring, question=question), runs)
    restarted = _shown("Restarting", partial(hysteresis.restart, scenario), runs) if restart else None
    swept = _shown("Sweeping", partial(hysteresis.sweep, scenario, *lever), runs) if lever else None
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


def _shown(doing: str, work: "Callable[..., Any]", runs: dict[str, Any]) -> Any:
    """Do a part of it, and show how far it is."""
    with progress(doing) as tell:
        return work(progress=tell, **runs)


def _momentum_line(data: dict[str, Any], seed: int, last: str) -> str:
    hours = sorted(data["friction_hours_per_rep_week"].items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {number(value)}" for name, value in hours)
    speed = data["speed_per_year"]
    grown = "not known" if speed is None else f"{speed:+.1%} a year"
    return f"Run with seed {seed}: speed ({last}) {grown}; friction, hours a rep and week: {said}."


def _read_values(option: str, text: str) -> tuple[str, list[float]]:
    key, _, values = text.partition("=")
    try:
        return key.strip(), [float(part) for part in values.split(",")]
    except ValueError:
        raise InputError(
            f"{option} {text} is not understood; write it like training.hours_per_quarter=0,6,12"
        ) from None
