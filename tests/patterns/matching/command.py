"""The command that finds plausible worlds: match."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, run_progress, say, show_table
from sim.cli.options import SIMULATE, Workers, option, switch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.patterns.matching.match import Match, Verdict

_SLICE = 30.0
_MOST = 1_000_000


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=SIMULATE)(match)


def match(
    *,
    out: Annotated[Path, option("DIR", "Folder of the match's runs; the same folder goes on with it.")] = Path(
        "out/match"
    ),
    minutes: Annotated[float, option("N", "Stop beginning runs after so many minutes.")] = _SLICE,
    screening: Annotated[int, option("N", "Places of the screening, a seed each.")] = 2000,
    wave: Annotated[int, option("N", "Places of each of two waves, two seeds each.")] = 2500,
    candidates: Annotated[int, option("N", "Candidates, four seeds each.")] = 800,
    further: Annotated[int, option("N", "Most places of screening and waves that become candidates too.")] = 400,
    finalists: Annotated[int, option("N", "Most candidates that get four seeds more.")] = 400,
    recheck: Annotated[bool, switch("--recheck", "Run the worlds there are anew, and keep those that stand.")] = False,
    judge: Annotated[
        int | None, option("N", "Read the rows held aside in the defaults and N of the worlds there are.")
    ] = None,
    double: Annotated[
        int | None, option("N", "Judge N places all over the space, with the model discrepancy as it is and doubled.")
    ] = None,
    workers: Workers = None,
    cluster: Annotated[str | None, option("ADDRESS", 'A Dask scheduler, or "local"; processes otherwise.')] = None,
) -> None:
    """Find the plausible worlds: sets of all that is assumed that answer and stand as the field does.

    History matching in stages; each is kept, so that it stops and goes on whenever you like. When it is done, the
    worlds are written to scenarios/worlds. --recheck is for after a change of a rule: ten minutes.

    For example:

      flywheel match --minutes 30

      flywheel match --recheck

      flywheel match --judge 40

      flywheel match --double 256
    """
    from sim.engine.world import prepare  # noqa: PLC0415 - commands import what they need
    from sim.scenario.errors import InputError  # noqa: PLC0415
    from sim.studies.executor import check_workers  # noqa: PLC0415

    if recheck + (judge is not None) + (double is not None) > 1:
        raise InputError("--recheck, --judge and --double exclude each other; give one of them")

    if not math.isfinite(minutes) or minutes <= 0:
        raise InputError(f"--minutes {minutes:g}: it must be more than 0")
    numbers = {
        "screening": screening, "wave": wave, "candidates": candidates, "further": further, "finalists": finalists,
    }  # fmt: skip
    check_workers(workers)
    for name, asked in (("judge", judge), ("double", double)):
        if asked is not None and not 1 <= asked <= _MOST:
            raise InputError(f"--{name} {asked}: it must be from 1 to {_MOST:,}")
    for name, number in numbers.items():
        least = 128 if name == "screening" else 1
        if not least <= number <= _MOST:
            raise InputError(f"--{name} {number}: it must be from {least} to {_MOST:,}")
    prepare()
    if judge is not None:
        _judge(judge, out, workers, cluster, minutes)
        return
    if double is not None:
        _double(double, out, workers, cluster, minutes)
        return
    if recheck:
        _recheck(workers, cluster, minutes)
        return
    _match(out, numbers, minutes, workers, cluster)


def _match(out: Path, numbers: dict[str, int], minutes: float, workers: int | None, cluster: str | None) -> None:
    from scenarios import WORLDS  # noqa: PLC0415
    from tests.patterns.matching.match import Match, MatchEffort, minutes_from_now  # noqa: PLC0415
    from tests.patterns.matching.running import pool_of  # noqa: PLC0415
    from tests.patterns.matching.shipped import write_worlds  # noqa: PLC0415

    one = Match(out, MatchEffort(**numbers))
    try:
        with pool_of(workers, cluster) as (pool, count), run_progress() as bar:
            tasks: dict[str, Any] = {}

            def tell(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(stage, total=total)
                bar.update(tasks[stage], completed=done, total=total)

            verdicts = one.go_on(pool, count, minutes_from_now(minutes), tell)
    except KeyboardInterrupt:
        say(f"What was run is kept in {out}; the same command goes on.")
        raise typer.Exit(STOPPED) from None
    if verdicts is None:
        stage = list(one.stages)[-1]
        say(f"Stopped after {minutes:g} minutes in stage {stage}; the same command goes on.")
        return
    _show(one, verdicts)
    count = write_worlds(one, verdicts, WORLDS)
    _write_page()
    say(f"Wrote {count} plausible worlds to {WORLDS}")


def _show(one: Match, verdicts: Mapping[int, Verdict]) -> None:
    """Print stages, and the outputs with how often they lie in their range in the worlds that stand."""
    rows = [(stage, f"{len(places):,}", f"{one.left[stage]:.2g}") for stage, (places, _) in one.stages.items()]
    show_table("Stages", ("stage", "places", "of the space"), rows, right=(1, 2))
    standing = [found for found in verdicts.values() if found.stands]
    outputs = [
        (
            output.id,
            output.what,
            f"{sum(output.outside(v.values[output.id]) == 0 for v in standing)} of {len(standing)}",
        )
        for output in one.outputs
    ]
    show_table("In range", ("row", "what", "worlds"), outputs, right=(2,))


def _write_page() -> None:
    from scenarios import WORLDS  # noqa: PLC0415
    from tests.patterns.matching.page import write_page  # noqa: PLC0415
    from tests.patterns.matching.shipped import read_shipped  # noqa: PLC0415

    write_page(WORLDS.parents[1] / "docs" / "worlds.md", read_shipped(WORLDS)[0])


def _recheck(workers: int | None, cluster: str | None, minutes: float) -> None:
    """Run the shipped worlds with four seeds each, and keep those that stand."""
    import tempfile  # noqa: PLC0415

    from scenarios import WORLDS  # noqa: PLC0415
    from sim.engine.digest import model_digest  # noqa: PLC0415
    from sim.studies.worlds import MODEL  # noqa: PLC0415
    from tests.patterns.matching.match import LUCK_SEEDS, SEEDS, by_luck, minutes_from_now, verdict  # noqa: PLC0415
    from tests.patterns.matching.outputs import outputs  # noqa: PLC0415
    from tests.patterns.matching.running import Kept, pool_of, run_missing  # noqa: PLC0415
    from tests.patterns.matching.shipped import keep_standing, read_shipped  # noqa: PLC0415

    facts, names, values = read_shipped(WORLDS)
    until = minutes_from_now(minutes)
    with tempfile.TemporaryDirectory() as folder, pool_of(workers, cluster) as (pool, count), run_progress() as bar:
        task = bar.add_task("worlds", total=None)
        luck, kept = (Kept(Path(folder) / f"{name}.jsonl") for name in ("luck", "worlds"))

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        whole = run_missing(luck, lambda _: {}, LUCK_SEEDS, 1, pool=pool, workers=count, until=until)
        seeds = SEEDS["candidates"]
        whole &= run_missing(
            kept, values.__getitem__, seeds, len(names), pool=pool, workers=count, until=until, progress=tell
        )
    if not whole:
        say(f"Not done within {minutes:g} minutes; nothing was changed. Give it more: --minutes {2 * minutes:g}")
        return
    known = by_luck(luck.runs[0])
    found = {
        name: verdict(outputs(), [one for one in kept.runs[number].values() if one is not None], known)
        for number, name in enumerate(names)
    }
    standing = [name for name, one in found.items() if one.stands]
    say(f"{len(standing)} of {len(names)} plausible worlds stand under these rules.")
    keep_standing(WORLDS, facts, names, standing, model_digest(MODEL))
    _write_page()
    say(f"Wrote {WORLDS}")


def _judge(number: int, out: Path, workers: int | None, cluster: str | None, minutes: float) -> None:
    """Read the rows held aside, which no stage of a match asks for, and write how often they are in range."""
    from scenarios import WORLDS  # noqa: PLC0415
    from sim.engine.digest import model_digest  # noqa: PLC0415
    from sim.studies.worlds import MODEL, worlds  # noqa: PLC0415
    from tests.patterns.matching.match import JUDGING_SEEDS, made, minutes_from_now  # noqa: PLC0415
    from tests.patterns.matching.outputs import evaluated, outputs  # noqa: PLC0415
    from tests.patterns.matching.points import DEFAULTS  # noqa: PLC0415
    from tests.patterns.matching.running import Kept, pool_of, run_missing  # noqa: PLC0415
    from tests.patterns.matching.shipped import judged, read_shipped, write_record  # noqa: PLC0415

    chosen = worlds(number)
    names, values = [DEFAULTS, *(one.name for one in chosen)], [{}, *(one.assumed for one in chosen)]
    kept = Kept(made(out) / f"runs-judging-{model_digest(MODEL)}.jsonl")
    with pool_of(workers, cluster) as (pool, count), run_progress() as bar:
        task = bar.add_task("worlds", total=None)
        whole = run_missing(
            kept, values.__getitem__, JUDGING_SEEDS, len(names), pool=pool, workers=count,
            until=minutes_from_now(minutes), held=True,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    if not whole:
        say(f"Stopped after {minutes:g} minutes; the same command goes on.")
        return
    found = {}
    for place, name in enumerate(names):
        runs = [one for one in kept.runs[place].values() if one is not None]
        found[name] = {key: value for key, (value, _) in evaluated(runs, errors=False, held=True).items()}
    facts, *_ = read_shipped(WORLDS)
    facts["held_aside"] = judged(found, outputs(held=True))
    write_record(WORLDS, facts)
    _write_page()
    shares = sorted(facts["held_aside"]["worlds"].values())
    say(
        f"Of the rows held aside {facts['held_aside']['defaults']:.0%} are in range at the defaults, and "
        f"{shares[0]:.0%} to {shares[-1]:.0%} in {len(shares)} plausible worlds, {shares[len(shares) // 2]:.0%} in the "
        f"middle one."
    )


def _double(number: int, out: Path, workers: int | None, cluster: str | None, minutes: float) -> None:
    """Judge places spread evenly over the space by their runs, with the discrepancy as it is and doubled."""
    from scenarios import WORLDS  # noqa: PLC0415
    from sim.engine.digest import model_digest  # noqa: PLC0415
    from sim.studies.worlds import MODEL  # noqa: PLC0415
    from tests.patterns.matching import match as matching  # noqa: PLC0415
    from tests.patterns.matching.outputs import outputs  # noqa: PLC0415
    from tests.patterns.matching.points import Space  # noqa: PLC0415
    from tests.patterns.matching.running import Kept, pool_of, run_missing  # noqa: PLC0415
    from tests.patterns.matching.shipped import read_shipped, write_record  # noqa: PLC0415

    space, until = Space.whole(), matching.minutes_from_now(minutes)
    places = space.sobol(number, matching.KEY)
    luck, kept = (Kept(matching.made(out) / f"runs-{name}-{model_digest(MODEL)}.jsonl") for name in ("luck", "evenly"))
    with pool_of(workers, cluster) as (pool, count), run_progress() as bar:
        task = bar.add_task("places", total=None)
        whole = run_missing(luck, lambda _: {}, matching.LUCK_SEEDS, 1, pool=pool, workers=count, until=until)
        whole &= run_missing(
            kept, lambda place: space.values(places[place]), matching.EVENLY_SEEDS, number, pool=pool, workers=count,
            until=until, progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    if not whole:
        say(f"Stopped after {minutes:g} minutes; the same command goes on.")
        return
    known, rows = matching.by_luck(luck.runs[0]), outputs()
    runs = [[one for one in kept.runs[place].values() if one is not None] for place in range(number)]
    stand = {
        name: sum(matching.verdict(rows, found, known, wrong=wrong).stands for found in runs if found)
        for name, wrong in (("as it is", 1.0), ("doubled", 2.0))
    }
    facts, *_ = read_shipped(WORLDS)
    facts["evenly"] = {"places": number, "seeds": len(matching.EVENLY_SEEDS), "stand": stand}
    write_record(WORLDS, facts)
    _write_page()
    say(f"Of {number} places {stand['as it is']} stand; with the model discrepancy doubled {stand['doubled']}.")
