"""What a column may hold is told by its content, suggested with the flag to say, and never used unheard."""

import csv
import time
from pathlib import Path

import pandas as pd
import pytest

from sim.crm import RepairKind, load_crm
from sim.crm.suggest import _Column
from sim.crm.telling import source_evidence
from sim.scenario.errors import InputError

SECONDS = 20  # more than ten times what it takes, and less than a tenth of what it took
KNOWN = ["ID", "Owner", "Account", "Region", "Status", "Created Date", "Close Date", "Amount"]


def export(folder: Path, header: list[str], **cells: str) -> Path:
    """Forty deals of four sellers with fourteen companies, closed 10 to 49 days after they were opened on one day."""
    file = folder / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(header)
        for i in range(40):
            row = {
                "id": f"D{i}", "owner": f"Seller {'ABCD'[i % 4]}", "account": f"Firm {chr(65 + i % 14)}",
                "region": ("East", "West")[i % 2], "stage": ("Won", "Lost", "Talking")[i % 3],
                "created": "2024-01-02", "closed": f"{12 + i % 16}.02.2024", "amount": f"€ {1000 + 37 * i}",
            }  # fmt: skip
            rows.writerow((row | cells).values())
    return file


def renamed(**names: str) -> list[str]:
    fields = ["id", "owner", "account", "region", "stage", "created", "closed", "amount"]
    return [names.get(field, known) for field, known in zip(fields, KNOWN, strict=True)]


@pytest.mark.parametrize(
    ("field", "column", "holds"),
    [
        ("closed", "Ende", "dates: --map closed='Ende'"),
        ("created", "Anfang", "dates: --map created='Anfang'"),
        ("stage", "Ergebnis", "3 different texts, such as 'Won' and 'Lost': --map stage='Ergebnis'"),
        ("amount", "Summe", "amounts in EUR: --map amount='Summe'"),
        ("owner", "Wer", "4 names, 10.0 rows each: --map seller='Wer'"),
    ],
)
def test_a_column_is_suggested_by_what_it_holds(tmp_path: Path, field: str, column: str, holds: str):
    file = export(tmp_path, renamed(**{field: column}))
    with pytest.raises(InputError, match="no column found for") as error:
        load_crm(file)
    assert f"column '{column}' holds {holds}?" in str(error.value)
    assert "\n" not in str(error.value)
    assert len(load_crm(file, [holds.rpartition("--map ")[2].replace("'", "")]).opportunities) == 40


def test_a_field_that_may_be_left_out_is_suggested_in_the_report(tmp_path: Path):
    quality = load_crm(export(tmp_path, renamed(account="Kunde"))).quality
    (found,) = quality.of(RepairKind.SUGGESTED)
    assert found.what == "column 'Kunde' holds 14 names, 2.9 rows each: --map account='Kunde'"
    assert quality.first()[0].weight == 1.0
    assert found in quality.first()


LINES = {"Basic": 1_000, "Plus": 9_000, "Max": 70_000}


def with_team_and_line(folder: Path, line: str = "", boss: str = "") -> Path:
    """Sixty deals of six sellers in two teams, of three lines whose prices differ; what is given is in every row."""
    file = folder / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow([*KNOWN[:3], "Was", "Leitung", *KNOWN[4:]])
        for i in range(60):
            sold = list(LINES)[i % 7 % 3]
            over = ("Ada Berg", "Cem Dal")[i % 6 // 3]
            rows.writerow([
                f"D{i}", f"Seller {'ABCDEF'[i % 6]}", f"Firm {chr(65 + i % 14)}", line or sold, boss or over,
                ("Won", "Lost")[i % 2], "2024-01-02", "2024-02-12", LINES[sold] + 10 * i,
            ])  # fmt: skip
    return file


def test_lines_are_told_by_amounts_and_managers_by_sellers_of_their_own(tmp_path: Path):
    file = with_team_and_line(tmp_path)
    said = {found.what for found in load_crm(file).quality.of(RepairKind.SUGGESTED)}
    assert said == {
        "column 'Was' holds 3 names whose amounts differ: --map line='Was'",
        "column 'Leitung' holds 2 names, each with sellers of one's own: --map manager='Leitung'",
    }
    data = load_crm(file, ["line=Was", "manager=Leitung"])
    assert set(data.opportunities["line"]) == set(LINES)
    assert not data.quality.of(RepairKind.SUGGESTED)


def test_names_that_amounts_or_sellers_do_not_follow_are_no_lines_and_no_managers(tmp_path: Path):
    file = with_team_and_line(tmp_path)
    rows = list(csv.reader(file.open(encoding="utf-8")))
    for i, row in enumerate(rows[1:]):
        row[3], row[4] = ("Fair", "Web")[i // 7 % 2], ("Ada Berg", "Cem Dal")[i // 6 % 2]
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    assert not load_crm(file).quality.of(RepairKind.SUGGESTED)


@pytest.mark.parametrize("same", [{"line": "Basic"}, {"boss": "Ada Berg"}, {"boss": "North"}])
def test_one_name_alone_tells_nothing(tmp_path: Path, same: dict[str, str]):
    said = " ".join(
        found.what for found in load_crm(with_team_and_line(tmp_path, **same)).quality.of(RepairKind.SUGGESTED)
    )
    assert ("line=" in said) == ("line" not in same)
    assert ("manager=" in said) == ("boss" not in same)


def test_all_at_once_are_told_apart(tmp_path: Path):
    names = {"owner": "a", "account": "b", "region": "c", "stage": "d", "created": "e", "closed": "f", "amount": "g"}
    with pytest.raises(InputError, match="no column found for") as error:
        load_crm(export(tmp_path, renamed(**names)))
    for said in ("seller='a'", "account='b'", "stage='d'", "created='e'", "closed='f'", "amount='g'"):
        assert f"--map {said}?" in str(error.value)


def test_days_on_the_wrong_side_of_the_opening_are_no_close_date(tmp_path: Path):
    with pytest.raises(InputError, match=r"closed \(the day it was closed\): say --map closed='...'"):
        load_crm(export(tmp_path, renamed(closed="First seen"), closed="2023-05-01"))


def test_a_column_of_a_known_name_that_does_not_hold_it_is_said_beside_the_one_that_does(tmp_path: Path):
    file = export(tmp_path, ["Stage", "Owner", "Account", "Region", "Result", "Created Date", "Close Date", "Amount"])
    with pytest.raises(InputError, match="no stage means won") as error:
        load_crm(file)
    assert "column 'Stage' holds none; column 'Result' holds 3 different texts" in str(error.value)
    file = export(tmp_path, ["Close Date", *KNOWN[1:6], "Ended", "Amount"], id="")
    with pytest.raises(InputError, match="column 'Close Date' holds none; column 'Ended' holds dates: --map closed="):
        load_crm(file)


def test_what_is_said_is_not_questioned_and_nothing_is_suggested_without_need(tmp_path: Path):
    data = load_crm(export(tmp_path, KNOWN))
    assert not data.quality.of(RepairKind.SUGGESTED)
    said = load_crm(export(tmp_path, [*KNOWN[:7], "Value of it"]), ["amount=Value of it"])
    assert not said.quality.of(RepairKind.SUGGESTED)


def test_numbers_alone_are_no_names_and_numbers_of_days_no_dates(tmp_path: Path):
    with pytest.raises(InputError, match=r"seller \(.*\): say --map seller='...'") as error:
        load_crm(export(tmp_path, renamed(owner="x", region="y"), owner="17", region="4"))
    assert "--map seller='x'" not in str(error.value)
    with pytest.raises(InputError, match="column 'x' holds numbers: --map amount='x'"):
        load_crm(export(tmp_path, renamed(amount="x"), amount="45000"))


SOURCES = {
    "Salesforce": "Web|Phone Inquiry|Partner Referral|Purchased List|Other",
    "Salesforce, more": "Advertisement|Employee Referral|Public Relations|Seminar - Partner|Trade Show",
    "HubSpot": "Organic Search|Paid Search|Direct Traffic|Email Marketing|Offline Sources|Referrals",
    "in capitals": "ORGANIC_SEARCH|PAID_SEARCH|DIRECT_TRAFFIC|OFFLINE_SOURCES",
    "of this program": "Inbound|Marketing|Prospecting|Telesales|Existing customer|Referral",
    "two levels": "Event / Trade show|Web / Organic search|Partner / Referral",
    "German": "Empfehlung|Messe|Webseite|Kaltakquise",
}
REGIONS = {
    "compass": "North|South|East|West|Central",
    "groups": "EMEA|APAC|Americas",
    "mixed": "DACH|Nordics|UK & Ireland|Benelux|France",
    "with words": "US West|US East|North Region|Europe",
    "French": "Nord|Sud|Est|Ouest",
}
NEITHER = {
    "contact by": "Web|Phone|Email|Chat",
    "channel": "Direct|Partner|Online",
    "motion": "Inbound|Outbound",
    "rating": "Fair|Good|Poor",
    "kind of deal": "New business|Existing customer|Upsell|Renewal",
    "departments": "Marketing|Sales|Finance|IT",
    "industries": "Advertising|Public relations|Retail|Telemarketing|Banking",
    "stages": "Prospecting|Qualification|Proposal|Negotiation",
    "activities": "Cold call|Email|Demo|Meeting|Proposal",
    "loss reasons": "Price|Competitor|No budget|Referral lost",
    "time zones": "Eastern|Central|Pacific|Mountain",
    "first names": "Chad|Georgia|Jordan|Virginia",
    "companies": "Northwind|Southco|Eastman|Westfield",
    "teams": "Team North|Team Blue|Team Red",
    "languages": "German|French|English",
    "currencies": "USD|EUR|GBP",
    "nothing told": "Other|Unknown|Internal",
    "regions by number": "Region 1|Region 2|Region 3",
    "numbers": "1|2|3",
    "one text": "EMEA",
}


UNSEEN = (
    """
Lead|Opportunity|Customer; Call|Email|Meeting|Task; Open|Closed|Pending; Small|Medium|Large; Enterprise|Mid-Market|SMB
Annual|Monthly|One-off; Net 30|Net 60|Prepaid; Standard|Premium|Gold; Fedex|UPS|DHL; Phone|Web|Email|Social media
High|Low; Yes|No; Commit|Best case|Pipeline|Omitted; Legal review|Security review|Pricing; Field|Inside|Partner
Direct sales|Channel sales|Inside sales; Champion|Economic buyer|User; Salesforce|HubSpot|Dynamics
Acme East|Acme West|Globex; Los Angeles|Boston|Chicago; North Star|South Park|Westworld; GMT|CET|EST|PST; EN|DE|FR
Washington|Jordan|Georgia|Virginia; Texas Instruments|Boston Scientific|American Express; Ada North|Ben West|Cy East
Germany GmbH|France SA|Spain SL; Jean West|Ian North; Europe/Berlin|America/New_York|Asia/Tokyo; Won|Lost
Advertising|Marketing|PR; Cloud West|Cloud East; us-east-1|us-west-2|eu-central-1; Demo|Trial|Proof of concept
Blog|Newsletter|Webinar; Referral fee|Rebate; Turkey|Ham|Cheese; Data center North|Data center South
Rep|Manager|Director; Monday|Tuesday|Friday
""".strip()
    .replace("\n", "; ")
    .split("; ")
)
"""Columns of other things, written down before they were tried."""


def suggested(file: Path) -> dict[str, str]:
    """What is suggested for lead source and region, by field."""
    found = load_crm(file).quality.of(RepairKind.SUGGESTED)
    return {field: one.what for one in found for field in ("source", "region") if one.where.endswith(f", {field}")}


def beside(folder: Path, **columns: list[str]) -> Path:
    """A complete export of sixty deals of four sellers, but for lead source and region, with more columns beside."""
    file = folder / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow([*KNOWN[:3], *KNOWN[4:], "Product", "Manager", *columns])
        for i in range(60):
            rows.writerow([
                f"D{i}", f"Seller {'ABCD'[i % 4]}", f"Firm {chr(65 + i % 14)}", ("Won", "Lost")[i % 2], "2024-01-02",
                "2024-02-12", 1000 + 37 * i, "Core", ("Ada Berg", "Cem Dal")[i % 4 // 2],
                *(texts[i % len(texts)] for texts in columns.values()),
            ])  # fmt: skip
    return file


@pytest.mark.parametrize("kind", SOURCES)
def test_lead_sources_are_told_by_their_names(tmp_path: Path, kind: str):
    texts = SOURCES[kind].split("|")
    assert suggested(beside(tmp_path, Wie=texts)) == {
        "source": f"column 'Wie' holds {len(texts)} lead sources: --map source='Wie'"
    }


@pytest.mark.parametrize("kind", REGIONS)
def test_regions_are_told_by_their_names(tmp_path: Path, kind: str):
    texts = REGIONS[kind].split("|")
    assert suggested(beside(tmp_path, Wo=texts)) == {
        "region": f"column 'Wo' holds {len(texts)} areas of sales: --map region='Wo'"
    }


@pytest.mark.parametrize("texts", [*NEITHER.values(), *UNSEEN])
def test_what_other_columns_hold_too_is_no_lead_source_and_no_region(texts: str):
    column = _Column.of("X", pd.Series(20 * texts.split("|"), dtype="str"))
    assert not column.tells(source_evidence)
    assert not column.places


def test_countries_are_regions_where_sellers_have_one_each_and_else_those_of_accounts(tmp_path: Path):
    by_seller = ["Germany", "France", "Spain", "Italy"]
    found = suggested(beside(tmp_path, Land=by_seller))
    assert found == {"region": "column 'Land' holds 4 countries or states: --map region='Land'"}
    assert not suggested(beside(tmp_path, Land=[*by_seller, "Poland"]))
    assert not suggested(beside(tmp_path, Land=["Chad", "Georgia", "Jordan", "Israel"]))


def test_areas_are_taken_before_countries_and_what_is_used_is_none_of_them(tmp_path: Path):
    file = beside(tmp_path, Land=["Germany", "France", "Spain", "Italy"], Gebiet=["EMEA", "APAC"])
    assert suggested(file) == {"region": "column 'Gebiet' holds 2 areas of sales: --map region='Gebiet'"}
    assert set(load_crm(file, ["region=Gebiet"]).opportunities["region"].dropna()) <= {"EMEA", "APAC"}


def test_of_two_columns_of_lead_sources_neither_is_preferred_unless_its_name_is_near(tmp_path: Path):
    first, last = ["Referral", "Trade show", "Web"], ["Cold call", "Trade show"]
    assert suggested(beside(tmp_path, Erst=first, Letzt=last)) == {
        "source": "which of these is meant cannot be told: column 'Erst' holds 3 lead sources (--map source='Erst'), "
        "'Letzt' holds 2 lead sources (--map source='Letzt')"
    }
    near = suggested(beside(tmp_path, Erst=first, **{"Lead sources": last}))
    assert near == {"source": "column 'Lead sources' holds 2 lead sources: --map source='Lead sources'"}


@pytest.mark.slow
def test_hundreds_of_columns_take_no_time(tmp_path: Path):
    file = tmp_path / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow([f"c{i}" for i in range(400)])
        rows.writerows(
            [
                [(("Won", "Lost")[row % 2], f"Name {'ABCDEFGHI'[row % 9]}", 5 * row)[i % 3] for i in range(400)]
                for row in range(100)
            ]
        )
    begin = time.process_time()
    with pytest.raises(InputError, match="stage='c0'"):
        load_crm(file)
    assert time.process_time() - begin < SECONDS
