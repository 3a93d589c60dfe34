"""Commands that look things up: scenarios, parameters, measures, check, new, diff, schedule, schema."""

import errno
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import say, show_table
from sim.scenario.errors import DiskError, InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario

PANEL = "Look things up"
_DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (scenarios, parameters, measures, check, new, diff, schedule, schema):
        app.command(rich_help_panel=PANEL)(command)


def scenarios(
    name: Annotated[str, typer.Argument(help="One scenario: a name or a file.", show_default=False)] = "",
    *,
    long: Annotated[bool, typer.Option("--long", help="Everything the heads say, of one or of all.")] = False,
    claims: Annotated[
        bool, typer.Option("--claims", help="List the claims instead, with what was found about each.")
    ] = False,
) -> None:
    """List the scenarios that travel with the program, and what each shows; or the claims behind them.

    With a name: what it claims, what to watch, what was found, and where that does not hold.

    For example:

      flywheel scenarios evil_treated
    """
    from scenarios import list_scenarios  # noqa: PLC0415 - commands import what they need
    from sim.scenario.scenario import Scenario  # noqa: PLC0415

    if claims:
        _claims()
        return
    found = [Scenario.load(one) for one in ([name] if name else list_scenarios())]
    if name or long:
        for one in found:
            _show_head(one)
        return
    show_table("", ("scenario", "title", "shows"), [(one.name, one.title, one.shows) for one in found])


def _show_head(scenario: "Scenario") -> None:
    """Print what the head of a scenario says."""
    from sim.scenario.claims import claims as known  # noqa: PLC0415

    claims = [f"{one} {known()[one].text}" if one in known() else one for one in scenario.claims]
    compared = f"flywheel compare {scenario.pair} --with {scenario.name}" if scenario.pair else ""
    said = {
        "shows": scenario.shows,
        "claims": "\n".join(claims),
        "watch": scenario.watch,
        "found": scenario.found,
        "does not hold": scenario.fails,
        "compare": compared,
    }
    rows = [(key, text if key == "claims" else " ".join(text.split())) for key, text in said.items() if text.strip()]
    show_table("", (scenario.name, scenario.title), rows)


def _claims() -> None:
    from scenarios import list_scenarios  # noqa: PLC0415
    from sim.scenario.claims import claims, verdicts  # noqa: PLC0415
    from sim.scenario.scenario import Scenario  # noqa: PLC0415

    shown_by = {name: Scenario.load(name).claims for name in list_scenarios()}
    rows = [
        (
            one.id,
            one.text,
            "\n".join(f"{name} {verdicts().get(name, 'not run')}" for name in one.patterns) or one.shown,
            "\n".join(name for name, ids in shown_by.items() if one.id in ids),
        )
        for one in claims().values()
    ]
    show_table("", ("claim", "", "pattern and verdict", "scenarios"), rows)
    say("Each pattern, its test and its figure: docs/validation.md in the source tree, where make validate tests them.")


def parameters(
    name: Annotated[
        str, typer.Argument(help="One parameter, such as structure.n_reps, or a section.", show_default=False)
    ] = "",
    *,
    driver: Annotated[
        str, typer.Option(metavar="D", help="Only those of one driver, such as training.", show_default=False)
    ] = "",
    assumed: Annotated[bool, typer.Option("--assumed", help="Only those whose default is assumed.")] = False,
) -> None:
    """List the numbers of the model: default, range, unit, meaning and source.

    For example:

      flywheel parameters structure.n_reps

      flywheel parameters --driver training --assumed
    """
    from sim.scenario.parameters import all_parameters, parameter, sections  # noqa: PLC0415

    if name and name not in sections():
        _explain(parameter(name, "parameters"))
        return
    drivers = sorted({item.driver for item in all_parameters() if item.driver})
    if driver and driver not in drivers:
        raise InputError(f"--driver {driver}: there is no such driver{nearest(driver, drivers)}")
    chosen = [
        item
        for item in all_parameters()
        if item.section == (name or item.section)
        and (not driver or item.driver == driver)
        and (not assumed or item.source.kind == "assumed")
    ]
    rows = [(item.dotted, _default(item), item.unit, item.source.kind, item.doc) for item in chosen]
    show_table("", ("parameter", "default", "unit", "source", "meaning"), rows, right=(1,))
    count = sum(item.source.kind == "assumed" for item in chosen)
    say(f"{len(chosen)} parameters, of which {count} are assumed.")


def _default(item: "Parameter") -> str:
    from sim.scenario.parameters.base import plain  # noqa: PLC0415

    value = item.default
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else plain(value)


def _explain(item: "Parameter") -> None:
    """Print everything that is known about one parameter."""
    from sim.scenario.evidence import cited  # noqa: PLC0415
    from sim.scenario.parameters import all_parameters  # noqa: PLC0415

    levers = {"organization": "the organization", "rep": "some reps or all", "manager": "some managers or all"}
    rows = [
        ("called", item.label),
        ("meaning", item.doc),
        ("default", f"{_default(item)} {item.unit}".strip()),
        ("must be", item.allowed),
        ("driver", item.driver or "none"),
        ("while a run goes on", f"can change for {levers[item.lever]}" if item.lever else "cannot change"),
        ("a case of compare", "may change it" if item.when == "now" else "may change it with --from-start only"),
        ("source", str(item.source)),
    ]
    if item.unit == "on/off":
        rows.append(("governs", ", ".join(item.governs) or f"nothing: {item.alone}"))
    needed = [one.dotted for one in all_parameters() if item.dotted in one.governs]
    rows += [("does nothing without", name) for name in needed]
    rows += [("evidence", f"{row.id}: {row.quantity}, {row.source} ({row.year})") for row in cited(item.source)]
    show_table(item.dotted, ("", ""), rows)


def measures(
    over: Annotated[
        str, typer.Argument(help="Only those over a run, a week or a quarter.", metavar="[OVER]", show_default=False)
    ] = "",
) -> None:
    """List what is measured: over a whole run, by week, and by quarter of each rep and manager.

    For example:

      flywheel measures week
    """
    from sim.measures.words import BETTER  # noqa: PLC0415
    from sim.scenario.measures import EVERY_MEASURE  # noqa: PLC0415 - commands import what they need

    spans = sorted({span.partition(",")[0] for span in EVERY_MEASURE})
    if over and over not in spans:
        raise InputError(f"nothing is measured over {over}; it must be one of {', '.join(spans)}")
    rows = [
        (one.name, one.label, span, one.unit, BETTER[one.better], one.doc)
        for span, found in EVERY_MEASURE.items()
        if not over or span.partition(",")[0] == over
        for one in found.values()
    ]
    show_table("", ("measure", "label", "over", "unit", "better", "definition"), rows)


def check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="File of a scenario or lesson, or a shipped name.", show_default=False)
    ],
) -> None:
    """Check the file of a scenario or a lesson without running it; every problem is one line.

    For example:

      flywheel check mine.toml
    """
    from sim.questions.lesson.reading import is_lesson, read_lesson  # noqa: PLC0415 - commands import what they need

    if is_lesson(file):
        lesson = read_lesson(file)
        count = len(lesson.spec.chapters)
        say(f"{lesson.name} is fine: a lesson of {count} chapters. Play it: flywheel lessons {file}")
        return
    scenario = _load(file)
    say(f"{scenario.name} is fine: {len(scenario.changed())} parameters differ from their defaults.")


def new(
    file: Annotated[Path, typer.Argument(help="File to write.", show_default=False)],
    *,
    base: Annotated[str, typer.Option("--from", metavar="SCENARIO", help="Scenario to start from.")] = "baseline",
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Write a scenario file to start from, with every parameter explained beside its value.

    For example:

      flywheel new mine.toml --from baseline
    """
    from sim.scenario.writing import new_scenario_text  # noqa: PLC0415

    text = new_scenario_text(_load(base))
    write_text(file, text, force=force)
    say(f"Wrote {file}. Change it, then: flywheel check {file}")


def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="Scenario: a name or a file.", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="B", help="Scenario: a name or a file.", show_default=False)],
) -> None:
    """Show what two scenarios differ in.

    For example:

      flywheel diff baseline mine.toml
    """
    from sim.scenario.schema import PROSE  # noqa: PLC0415
    from sim.scenario.writing import diff as differences  # noqa: PLC0415

    found = differences(_load(first), _load(second))
    rows = [
        (row.name, _short(row.first), _short(row.second), row.parameter.unit if row.parameter else "")
        for row in found
        if row.name not in PROSE
    ]
    if not rows:
        say(f"{first} and {second} give the same runs.")
        return
    show_table("", ("what", first, second, "unit"), rows, right=(1, 2))


def _short(value: object) -> str:
    """Write a value of one scenario; a long row is cut."""
    longest = 44
    text = "-" if value is None else str(value)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def schedule(
    *, writes: Annotated[bool, typer.Option("--writes", help="Print who writes which field instead.")] = False
) -> None:
    """Print the order of one week: phases, the agents who act, their rules with file and line; or who writes what.

    For example:

      flywheel schedule --writes
    """
    from agents.machinery.rule import RULES  # noqa: PLC0415
    from agents.schedule import PHASES, in_words, writers  # noqa: PLC0415

    if writes:
        written = [(f"{array}.{name}", in_words(by)) for (array, name), by in sorted(writers().items())]
        show_table("", ("field", "phase: rules that write it"), written)
        return
    times = {"start": "once, first"}
    rows = [
        (
            str(number), phase.title, phase.agent, times.get(phase.when, f"each {phase.when}"), "\n".join(phase.rules),
            "\n".join(RULES[name].place for name in phase.rules),
        )
        for number, phase in enumerate(PHASES, start=1)
    ]  # fmt: skip
    show_table("", ("", "phase", "agent", "when", "rules", "where each stands"), rows, right=(0,))


def schema() -> None:
    """Print the JSON schema of scenario files, for editors that complete and check TOML.

    For example:

      flywheel schema > scenario.schema.json
    """
    import json  # noqa: PLC0415

    from sim.scenario.schema import json_schema  # noqa: PLC0415

    typer.echo(json.dumps(json_schema(), indent=2))


def _load(name: str) -> "Scenario":
    from sim.scenario.scenario import Scenario  # noqa: PLC0415

    return Scenario.load(name)


def check_target(file: Path, *, force: bool = False) -> None:
    """Refuse, before any work is done, a file that cannot be written, as `write_text` would."""
    with _writing(file):
        if file.is_dir():
            raise InputError(f"{file} is a folder; name a file in it")
        if file.exists() and not force:
            raise InputError(f"{file} exists; choose another name, or write over it with --force")
        if not file.exists() or file.is_file():
            with TemporaryFile(dir=file.resolve().parent):
                pass


def write_text(file: Path, text: str, *, force: bool = False) -> None:
    """Write a file a user named, whole or not at all; a device or a pipe is written as it stands.

    Raises:
        InputError: It exists and may not be written over, or it cannot be written.
    """
    from sim.studies.storage import Folder  # noqa: PLC0415 - commands import what they need

    check_target(file, force=force)
    with _writing(file):
        if file.exists() and not file.is_file():
            file.write_text(text, encoding="utf-8")
        else:
            target = file.resolve()
            Folder(target.parent).write(target.name, text.encode())


@contextmanager
def _writing(file: Path) -> "Iterator[None]":
    """Turn what the disk says into one sentence with the file's name."""
    try:
        yield
    except OSError as error:
        kind = DiskError if error.errno in _DISK_TROUBLE else InputError
        raise kind(f"{file} cannot be written: {error.strerror or error}") from error
