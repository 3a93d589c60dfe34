"""Commands for data from and to other programs: crm and deals."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import console, progress, put, say, show_table
from sim.cli.options import (
    AsJson,
    Force,
    argument,
    check_target,
    command_line,
    option,
    out_answer,
    out_file,
    write_text,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from sim.crm import CrmData
    from sim.crm.fit import Fit
    from sim.scenario.scenario import Scenario


class DealFormat(StrEnum):
    """Column names a deal log is written with."""

    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    CSV = "csv"


def _print_fields(*, wanted: bool) -> None:
    """Print every field that is read, and the column names it is known by."""
    if not wanted:
        return
    from sim.crm.vocabulary import TABLES  # noqa: PLC0415 - commands import what they need

    for table, known in TABLES.items():
        rows = [
            (
                one.name,
                "\n".join([
                    f"{one.doc}; needed" if one.required else one.doc,
                    *(f"  {crm}: {label}" for crm, label in one.standard.items()),
                    f"  also: {', '.join(one.others)}\n" if one.others else "",
                ]),
            )
            for one in known
        ]  # fmt: skip
        show_table(table, ("field", "what it is, and what its column is called"), rows)
    say("A column of another name is given by --map FIELD=COLUMN. What no export tells is asked by options.")
    raise typer.Exit


def crm(
    sources: Annotated[list[Path], argument("DIR", "Folder or files of the export.")],
    *,
    out: Annotated[Path, out_file("Scenario file to write.")],
    maps: Annotated[list[str] | None, option("OURS=THEIRS", "Name a column; may be repeated.", flag="--map")] = None,
    quality: Annotated[Path | None, out_answer("nowhere", "Where the report on the data goes")] = None,
    mapping_file: Annotated[Path | None, option("FILE", "TOML file with such names.")] = None,
    segment: Annotated[
        str, option("FIELD=VALUE", "Only this line, source, region, manager, seller or sector.", "all opportunities")
    ] = "",
    fitted: Annotated[
        bool, typer.Option("--fit/--no-fit", help="Solve need rate, cycle and more by running the model.")
    ] = True,
    reorders: Annotated[
        bool, typer.Option("--reorders", help="Where cycles have two humps, take the shorter for reorders.")
    ] = False,
    renews: Annotated[
        str | None, option("yes|no|SHARE", "Share of what is sold that is renewed each year.", "no: sold once")
    ] = None,
    churn: Annotated[str | None, option("RATE", "Contracts lost at each renewal, a year.", "as usual")] = None,
    gross_margin: Annotated[str | None, option("SHARE", "What is left of each order.", "as usual")] = None,
    installed_base: Annotated[str | None, option("SHARE", "Lines customers had before.", "as usual")] = None,
    pay: Annotated[str | None, option("AMOUNT", "On-target earnings of a seller, a year.", "as usual")] = None,
    manager_cost: Annotated[str | None, option("AMOUNT", "Cost of a manager, a year.", "as usual")] = None,
    policy: Annotated[str | None, option("NAME", "What managers do after a missed target.", "none")] = None,
    wip: Annotated[str | None, option("N", "Open deals a seller works at a time; 0: no limit.", "no limit")] = None,
    as_json: AsJson = False,
    force: Force = False,
    _fields: Annotated[
        bool,
        typer.Option(
            "--fields", callback=_print_fields, is_eager=True, help="Print what may be in an export, and end."
        ),
    ] = False,
) -> None:
    """Make a scenario from a CRM export: its teams, accounts, lines, deal sizes, cycle and win rate.

    The organization stands still: as is has no plan to grow, quotas of what was sold, and no answer to misses unless
    one is said with --policy. What no export tells and money hangs on is asked with options, or assumed and listed with
    its plausible range.

    Tells what was repaired, dropped, or could not be known, what matters first before all; --quality keeps it as a
    report, with model against data. Need rate, cycle, effort scale, strength of the
    alternatives and amounts are solved so that the as-is case meets the export's win rate, median cycle, wins and
    bookings; the file keeps the data beside which reports put the model.

    For example:

      flywheel crm export/ --out mine.toml

      flywheel crm deals.csv --map seller="Deal owner" --map created="Create date" --out mine.toml --quality data.html
    """
    from sim.answers.media import check_out, write_answer  # noqa: PLC0415 - commands import what they need
    from sim.crm import load_crm  # noqa: PLC0415
    from sim.crm.limits import check_limits, scenario_of  # noqa: PLC0415
    from sim.crm.unknown import KEYS, read_answers  # noqa: PLC0415

    said = dict(zip(KEYS, (gross_margin, renews, churn, installed_base, pay, manager_cost, policy, wip), strict=True))
    answers = read_answers(said)
    if reorders and not fitted:
        raise InputError("--reorders is solved by running the model: leave out --no-fit")
    _check_ending(out, ".toml")
    check_target(out, force=force)
    if quality:
        check_out(quality)
    data = load_crm(sources, maps or (), mapping_file, segment=segment)
    check_limits(data)
    from sim.crm import fit as matching  # noqa: PLC0415 - it loads the model

    fit = None
    if fitted:
        with progress("Matching the export") as tell:
            fit = matching.fit(data, tell, answers, reorders=reorders)
    text = fit.text if fit else matching.usual_text(data, answers)
    scenario = scenario_of(text, data.name)
    write_text(out, text, force=force)
    if quality:
        from sim.answers.imports import analysis_of  # noqa: PLC0415

        quality = write_answer(analysis_of(data, scenario, fit, command_line()), quality)
    if as_json:
        put(json.dumps(_record(out, data, scenario, fit), indent=2))
    else:
        _tell(data, fit, f"{out} and {quality}" if quality else f"{out}", out)


def _record(out: Path, data: "CrmData", scenario: "Scenario", fit: "Fit | None") -> dict[str, object]:
    """Give all that is printed as plain values."""
    return {
        "scenario": str(out), "quality": data.quality.rows(), "first": [found.text for found in data.quality.first()],
        "unknowns": [{**item.model_dump(), "value": scenario[item.parameter]} for item in scenario.unknowns],
        "segments": fit.segments.to_dict("records") if fit else [],
        "model_against_data": fit.table.to_dict("records") if fit else [],
    }  # fmt: skip


def _tell(data: "CrmData", fit: "Fit | None", written: str, out: Path) -> None:
    """Print what was found about the data, what matters first before all, and model against data."""
    if first := data.quality.first():
        listed = [f"  {i}. {finding.text}" for i, finding in enumerate(first, start=1)]
        say("What matters first, by the rows or the money it touches:", *listed)
    console().print(data.quality.table())
    if fit:
        _show_match(fit)
    say(f"Wrote {written}. Compare on it: flywheel compare {out} --case ...")


def _show_match(fit: "Fit") -> None:
    """Print model against data, and say so where they differ."""
    from sim.answers.imports import match_table, segment_table  # noqa: PLC0415

    for table in (match_table(fit), segment_table(fit)):
        show_table(table.caption, list(table.columns), table.rows, right=tuple(table.right))
    if not fit.agrees:
        say("Not every fitted measure surely lies within 10%: compare cases on it with care, or mend the export.")


def deals(
    folder: Annotated[Path, argument("RUN", "Folder of a run.")],
    *,
    form: Annotated[DealFormat, typer.Option("--format", help="Column names to use.")] = DealFormat.CSV,
    out: Annotated[Path | None, out_file("File to write.", "standard output")] = None,
    force: Force = False,
) -> None:
    """Write a run's deal log as a CRM would export it, open opportunities included.

    The formats salesforce and hubspot hold what a CRM knows: reported reasons, never true ones. The format csv holds
    every column of the model.

    For example:

      flywheel deals out/baseline-7 --format salesforce --out deals.csv
    """
    if out is None:
        sys.stdout.write(export_text(folder, form))
        return
    _check_ending(out, ".csv")
    check_target(out, force=force)
    write_text(out, export_text(folder, form), force=force)
    say(f"Wrote {out}")


def _check_ending(out: Path, ending: str) -> None:
    """Refuse a name that promises another format than what is written."""
    if out.suffix.lower() not in ("", ending):
        raise InputError(f"--out {out}: what is written is {ending[1:].upper()}; name a file that ends in {ending}")


def export_text(folder: Path, form: DealFormat) -> str:
    """Give the deal log of a run's folder as CSV text.

    Raises:
        InputError: It is not the folder of a run, or its tables cannot be read.
    """
    from sim.answers.folder import read_record, read_table  # noqa: PLC0415
    from sim.crm.export import as_hubspot, as_plain, as_salesforce  # noqa: PLC0415

    record = read_record(folder)
    closed, still_open = (read_table(folder, name) for name in ("deals", "open_deals"))
    makers = {DealFormat.SALESFORCE: as_salesforce, DealFormat.HUBSPOT: as_hubspot, DealFormat.CSV: as_plain}
    try:
        frame: pd.DataFrame = makers[form](closed, still_open, record)
    except KeyError as error:
        raise InputError(f"{folder}: its deals are not those of a run; they have no column {error.args[0]}") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{folder}: its deals are not those of a run ({' '.join(str(error).split())})") from error
    return frame.to_csv(index=False, lineterminator="\n")
