"""Commands for data from and to other programs: crm and deals."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_console import console, say
from sim.cli_show import write_text
from sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

PANEL = "Data in and out"


class DealFormat(StrEnum):
    """Column names a deal log is written with."""

    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (crm, deals):
        app.command(rich_help_panel=PANEL)(command)


def crm(
    sources: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="Folder or files of the export.", show_default=False)
    ],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Scenario file to write.", show_default=False)],
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="Name a column; may be repeated.", show_default=False),
    ] = None,
    mapping_file: Annotated[
        Path | None,
        typer.Option("--mapping-file", metavar="FILE", help="TOML file with such names.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Make a scenario from a CRM export: its teams, accounts, lines, deal sizes, cycle and win rate.

    Tells what was repaired, dropped, or could not be known.

    For example:

      flywheel crm export/ --out mine.toml

      flywheel crm deals.csv --map seller="Deal owner" --map created="Create date" --out mine.toml
    """
    from sim.crm import load_crm, scenario_text  # noqa: PLC0415 - commands import what they need
    from sim.scenario import Scenario  # noqa: PLC0415

    if out.exists() and not force:
        raise InputError(f"--out {out} exists; choose another name, or write over it with --force")
    data = load_crm(sources, maps or (), mapping_file)
    console().print(data.quality.table())
    text = scenario_text(data)
    Scenario.from_text(text, file=str(out))
    write_text(out, text, force=force)
    say(f"Wrote {out}. Compare on it: flywheel compare {out} --case ...")


def deals(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", show_default=False)],
    *,
    form: Annotated[DealFormat, typer.Option("--format", help="Column names to use.")] = DealFormat.CSV,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write.", show_default="standard output")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Write a run's deal log as a CRM would export it, open opportunities included.

    The formats salesforce and hubspot hold what a CRM knows: reported reasons, never true ones. The format csv holds
    every column of the model.

    For example:

      flywheel deals out/baseline-7 --format salesforce --out deals.csv
    """
    text = export_text(folder, form)
    if out is None:
        sys.stdout.write(text)
        return
    write_text(out, text, force=force)
    say(f"Wrote {out}")


def export_text(folder: Path, form: DealFormat) -> str:
    """Give the deal log of a run's folder as CSV text.

    Raises:
        InputError: It is not the folder of a run, or its tables cannot be read.
    """
    from sim.cli_folder import read_record, read_table  # noqa: PLC0415
    from sim.crm.export import as_hubspot, as_plain, as_salesforce  # noqa: PLC0415

    record = read_record(folder)
    closed, still_open = (read_table(folder, name) for name in ("deals", "open_deals"))
    makers = {DealFormat.SALESFORCE: as_salesforce, DealFormat.HUBSPOT: as_hubspot, DealFormat.CSV: as_plain}
    frame: pd.DataFrame = makers[form](closed, still_open, record)
    return frame.to_csv(index=False, lineterminator="\n")
