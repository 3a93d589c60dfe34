"""Commands that look things up: scenarios, parameters, measures, check, new, diff, schedule, schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import say, show_table
from sim.cli.options import Force, argument, load, option, switch, write_text
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario


def scenarios(
    name: Annotated[str, argument(None, "One scenario: a name or a file.")] = "",
    *,
    long: Annotated[bool, switch("--long", "Everything the heads say, of one or of all.")] = False,
    claims: Annotated[bool, switch("--claims", "List the claims instead, with what was found about each.")] = False,
) -> None:
    """List the scenarios that travel with the program, and what each shows; or the claims behind them.

    With a name: what it claims, what to watch, what was found, and where that does not hold.

    For example:

      flywheel scenarios evil_treated
    """
    from scenarios import list_scenarios  # noqa: PLC0415 - commands import what they need

    if claims:
        _show_claims()
        return
    listed = [load(scenario) for scenario in ([name] if name else list_scenarios())]
    if name or long:
        for scenario in listed:
            _show_header(scenario)
        return
    rows = [(scenario.name, scenario.title, scenario.shows) for scenario in listed]
    show_table("", ("scenario", "title", "shows"), rows)


def _show_header(scenario: "Scenario") -> None:
    from sim.scenario.claims import claims  # noqa: PLC0415

    claimed = [f"{name} {claims()[name].text}" if name in claims() else name for name in scenario.claims]
    said = {
        "shows": scenario.shows,
        "claims": "\n".join(claimed),
        "watch": scenario.watch,
        "found": scenario.found,
        "does not hold": scenario.fails,
        "compare": f"flywheel compare {scenario.pair} --with {scenario.name}" if scenario.pair else "",
    }
    rows = [(key, text if key == "claims" else " ".join(text.split())) for key, text in said.items() if text.strip()]
    show_table("", (scenario.name, scenario.title), rows)


def _show_claims() -> None:
    from scenarios import list_scenarios  # noqa: PLC0415
    from sim.scenario.claims import claims, verdicts  # noqa: PLC0415

    shown_by = {name: load(name).claims for name in list_scenarios()}
    rows = [
        (
            claim.id,
            claim.text,
            "\n".join(f"{name} {verdicts().get(name, 'not run')}" for name in claim.patterns) or claim.shown,
            "\n".join(name for name, ids in shown_by.items() if claim.id in ids),
        )
        for claim in claims().values()
    ]
    show_table("", ("claim", "", "pattern and verdict", "scenarios"), rows)
    say("Each pattern, its test and its figure: docs/validation.md in the source tree, where make validate tests them.")


def parameters(
    name: Annotated[str, argument(None, "One parameter, such as structure.n_reps, or a section.")] = "",
    *,
    driver: Annotated[str, option("D", "Only those of one driver, such as training.")] = "",
    assumed: Annotated[bool, switch("--assumed", "Only those whose default is assumed.")] = False,
) -> None:
    """List the numbers of the model: default, range, unit, meaning and source.

    For example:

      flywheel parameters structure.n_reps

      flywheel parameters --driver training --assumed
    """
    from sim.answers.wording import setting_text  # noqa: PLC0415
    from sim.scenario.parameters import all_parameters, parameter, sections  # noqa: PLC0415

    if name and name not in sections():
        _explain(parameter(name, "parameters"))
        return
    drivers = sorted({item.driver for item in all_parameters() if item.driver})
    if driver and driver not in drivers:
        raise InputError(f"--driver {driver}: there is no such driver{nearest(driver, drivers)}")
    listed = [
        item
        for item in all_parameters()
        if item.section == (name or item.section)
        and (not driver or item.driver == driver)
        and (not assumed or item.source.kind == "assumed")
    ]
    rows = [(item.dotted, setting_text(item.default), item.unit, item.source.kind, item.doc) for item in listed]
    show_table("", ("parameter", "default", "unit", "source", "meaning"), rows, right=(1,))
    count = sum(item.source.kind == "assumed" for item in listed)
    say(f"{len(listed)} parameters, of which {count} are assumed.")


def _explain(item: "Parameter") -> None:
    from sim.answers.wording import setting_text  # noqa: PLC0415
    from sim.scenario.evidence import cited  # noqa: PLC0415
    from sim.scenario.parameters import all_parameters  # noqa: PLC0415

    levers = {"organization": "the organization", "rep": "some reps or all", "manager": "some managers or all"}
    rows = [
        ("called", item.label),
        ("meaning", item.doc),
        ("default", f"{setting_text(item.default)} {item.unit}".strip()),
        ("must be", item.allowed),
        ("plausible", _plausible(item)),
        ("driver", item.driver or "none"),
        ("while a run goes on", f"can change for {levers[item.lever]}" if item.lever else "cannot change"),
        ("a case of compare", "may change it" if item.when == "now" else "may change it with --from-start only"),
        ("source", str(item.source)),
    ]
    if item.unit == "on/off":
        rows.append(("governs", ", ".join(item.governs) or f"nothing: {item.alone}"))
    rows += [("does nothing without", other.dotted) for other in all_parameters() if item.dotted in other.governs]
    rows += [("evidence", f"{row.id}: {row.quantity}, {row.source} ({row.year})") for row in cited(item.source)]
    show_table(item.dotted, ("", ""), rows)


def _plausible(item: "Parameter") -> str:
    """Say from where to where a value is plausible, or why it has no such range."""
    from sim.scenario.parameters.base import plain  # noqa: PLC0415
    from sim.studies.draws import is_uncertain, plausible_range  # noqa: PLC0415

    if not is_uncertain(item):
        return "as it is: a decision, a count or a switch" if item.source.kind != "evidence" else "as measured"
    ends = plausible_range(item, float(item.default))
    return f"{plain(ends[0])} to {plain(ends[1])}" if ends else "as it is: at the end of what is allowed"


def measures(over: Annotated[str, argument("[OVER]", "Only those over a run, a week or a quarter.")] = "") -> None:
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
        (measure.name, measure.label, span, measure.unit, BETTER[measure.better], measure.doc)
        for span, measures_of_span in EVERY_MEASURE.items()
        if not over or span.partition(",")[0] == over
        for measure in measures_of_span.values()
    ]
    show_table("", ("measure", "label", "over", "unit", "better", "definition"), rows)


def check(file: Annotated[str, argument("FILE", "File of a scenario or lesson, or a shipped name.")]) -> None:
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
    scenario = load(file)
    say(f"{scenario.name} is fine: {len(scenario.changed())} parameters differ from their defaults.")


def new(
    file: Annotated[Path, argument(None, "File to write.")],
    *,
    base: Annotated[str, option("SCENARIO", "Scenario to start from.", flag="--from")] = "baseline",
    force: Force = False,
) -> None:
    """Write a scenario file to start from, with every parameter explained beside its value.

    For example:

      flywheel new mine.toml --from baseline
    """
    from sim.scenario.writing import new_scenario_text  # noqa: PLC0415

    write_text(file, new_scenario_text(load(base)), force=force)
    say(f"Wrote {file}. Change it, then: flywheel check {file}")


def diff(
    first: Annotated[str, argument("A", "Scenario: a name or a file.")],
    second: Annotated[str, argument("B", "Scenario: a name or a file.")],
) -> None:
    """Show what two scenarios differ in.

    For example:

      flywheel diff baseline mine.toml
    """
    from sim.scenario.schema import PROSE  # noqa: PLC0415
    from sim.scenario.writing import diff as differences  # noqa: PLC0415

    rows = [
        (row.name, _short(row.first), _short(row.second), row.parameter.unit if row.parameter else "")
        for row in differences(load(first), load(second))
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


def schedule(*, writes: Annotated[bool, switch("--writes", "Print who writes which field instead.")] = False) -> None:
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


def schema(
    question: Annotated[str | None, argument("[QUESTION]", "Such as compare; scenario files without.")] = None,
) -> None:
    """Print the JSON schema of scenario files, for editors that complete and check TOML, or of a question.

    For example:

      flywheel schema > scenario.schema.json

      flywheel schema compare
    """
    import json  # noqa: PLC0415

    if question is not None:
        from sim.cli.questions import schema_of  # noqa: PLC0415

        typer.echo(json.dumps(schema_of(question), indent=2))
        return
    from sim.scenario.schema import json_schema  # noqa: PLC0415

    typer.echo(json.dumps(json_schema(), indent=2))
