"""Which column is which: known names, what the user says, and what to answer when neither fits."""

from pathlib import Path

import pytest

from sim.crm.mapping import check_required, check_said, match_columns, parse_mapping, table_of
from sim.crm.vocabulary import CRMS, NONE, TABLES, outcome_of
from sim.scenario.errors import InputError

SALESFORCE = ("Opportunity ID", "Opportunity Owner", "Account Name", "Stage", "Created Date", "Close Date", "Amount")
HUBSPOT = (
    "Record ID",
    "Deal Name",
    "Deal Stage",
    "Deal owner",
    "Create Date",
    "Close Date",
    "Amount",
    "Associated Company",
)
PIPEDRIVE = (
    "Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Value", "Deal - Organization", "Deal - Stage", "Deal - Status",
    "Deal - Deal created", "Deal - Deal closed on",
)  # fmt: skip
DYNAMICS = (
    "(Do Not Modify) Opportunity", "Topic", "Potential Customer", "Owner", "Est. Revenue", "Status", "Created On",
    "Actual Close Date",
)  # fmt: skip
NEEDED = {"seller", "account", "stage", "created", "closed", "amount"}


@pytest.mark.parametrize("header", [SALESFORCE, HUBSPOT, PIPEDRIVE, DYNAMICS])
def test_common_exports_are_known(header: tuple[str, ...]):
    found = match_columns("opportunities", header, parse_mapping())
    assert NEEDED | {"opportunity"} == found.keys()
    assert table_of("export.csv", header, parse_mapping()) == "opportunities"
    check_required("opportunities", found, header, "export.csv")


def test_the_column_that_tells_won_from_lost_is_taken_before_that_of_the_stage():
    assert match_columns("opportunities", PIPEDRIVE, parse_mapping())["stage"] == PIPEDRIVE.index("Deal - Status")


BESIDE = {
    "Salesforce": (
        "Opportunity Name", "Opportunity Owner Alias", "Type", "Next Step", "Probability (%)", "Age", "Fiscal Period",
        "Expected Revenue", "Created By", "Last Modified Date", "Account Owner", "Forecast Category", "Product Code",
        "Quantity", "Billing City", "Parent Account ID", "Account ID", "Annual Revenue", "Account Type",
    ),
    "HubSpot": (
        "Deal Name", "Deal Type", "Associated Contact", "Deal probability", "Weighted amount", "Currency",
        "Create Month", "Original Traffic Source Drill-Down 1", "Closed Won Reason", "Last Modified Date",
        "Number of Associated Contacts", "Company Domain Name", "City", "Number of Employees", "Annual Revenue",
        "Product description", "SKU", "Unit cost",
    ),
    "Pipedrive": (
        "Deal - Title", "Deal - Stage", "Deal - Creator", "Deal - Contact person", "Deal - Label",
        "Deal - Currency of Value", "Deal - Weighted value", "Deal - Probability", "Deal - Update time",
        "Deal - Won time", "Deal - Lost time", "Deal - Expected close date", "Deal - Source origin",
        "Deal - Source channel ID", "Deal - Product quantity", "Organization - Labels", "Organization - Address",
        "Organization - City/town/village/locality of Address",
    ),
    "Dynamics 365": (
        "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Topic", "Contact", "Probability", "Rating",
        "Est. Close Date", "Modified On", "Process Stage", "Full Name (Owning User) (User)", "Price List",
        "Created By", "Country (Originating Lead) (Lead)", "Main Phone", "Address 1: City", "Primary Contact",
        "Product ID", "Current Cost",
    ),
}  # fmt: skip
"""Columns that stand beside those that are read in exports of each program, and are none of them."""


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.parametrize("table", TABLES)
def test_a_standard_export_is_mapped_by_its_own_labels_and_by_nothing_beside_them(table: str, crm: str):
    labels = {one.name: one.standard[crm] for one in TABLES[table] if not one.standard[crm].startswith(NONE)}
    header = [*BESIDE[crm], *labels.values()]
    found = match_columns(table, header, parse_mapping())
    assert {field: header[position] for field, position in found.items()} == labels


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.parametrize("table", ["opportunities", "accounts"])
def test_the_table_of_a_standard_export_is_told_by_its_labels(table: str, crm: str):
    labels = [one.standard[crm] for one in TABLES[table] if not one.standard[crm].startswith(NONE)]
    assert table_of("export.csv", labels, parse_mapping()) == table


def test_a_field_says_of_every_program_what_its_column_is_called_or_what_there_is_instead():
    for one in (one for fields in TABLES.values() for one in fields):
        assert tuple(one.standard) == CRMS
        assert all(label.removeprefix(NONE).strip() for label in one.standard.values())
        assert len(one.keys) == len(set(one.keys))


def test_a_product_list_is_told_by_name_and_price_where_a_program_calls_them_so():
    for crm in ("Salesforce", "HubSpot", "Dynamics 365"):
        header = [one.standard[crm] for one in TABLES["products"]]
        assert table_of("export.csv", header, parse_mapping()) == "products"


def test_what_the_user_says_wins():
    header = ("Owner", "Seller of record", "Stage")
    said = parse_mapping(["seller=Seller of record"])
    assert match_columns("opportunities", header, said) == {"seller": 1, "stage": 2}


def test_a_table_can_be_named():
    said = parse_mapping(["accounts.account=Company code"])
    assert match_columns("accounts", ("Company code", "Account"), said) == {"account": 0}
    assert match_columns("opportunities", ("Company code", "Account"), said) == {"account": 1}


def test_a_file_and_flags(tmp_path: Path):
    file = tmp_path / "map.toml"
    file.write_text(
        'seller = "Who"\ndate_order = "dmy"\n'
        '[stages]\nwon = ["Vunnen", "Klar"]\nlost = "Borta"\n[accounts]\naccount = "Kund"\n',
        encoding="utf-8",
    )
    said = parse_mapping(["seller=Wer", "stage.no_decision=Ingen"], file)
    assert said.columns == {"seller": "Wer", "accounts.account": "Kund"}
    assert [said.outcome(label) for label in ("VUNNEN", "klar", "Borta", "Ingen", "Closed Won")] == [
        "won",
        "won",
        "lost",
        "no_decision",
        "won",
    ]
    assert said.date_order == "dmy"
    assert parse_mapping(["encoding=Latin1"]).encoding == "iso8859-1"


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("seller", "our_field=their_column"),
        ("=Owner", "our_field=their_column"),
        ("seller=", "our_field=their_column"),
        ("seler=Owner", "did you mean seller"),
        ("acounts.account=Name", "did you mean accounts"),
        ("products.seller=Name", "no field 'seller'"),
        ("stage.win=Won", "did you mean won"),
        ("date_order=ymd", "must be dmy"),
        ("encoding=nowhere", "no encoding 'nowhere'"),
        ("encoding=rot13", "no encoding 'rot13'"),
        ("encoding=utf-7", "no encoding 'utf-7'"),
        ("encoding=cp037", "no encoding 'cp037'"),
    ],
)
def test_a_wrong_flag_gets_one_sentence(flag: str, said: str):
    with pytest.raises(InputError, match=said) as error:
        parse_mapping([flag])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seller = 3", "not a column's name"),
        ("seller = [", "not readable TOML"),
        ('[stages]\nwin = "x"', "cannot mean"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, text: str, said: str):
    file = tmp_path / "map.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        parse_mapping(file=file)


def test_a_file_that_is_none(tmp_path: Path):
    with pytest.raises(InputError, match="is a directory"):
        parse_mapping(file=tmp_path)
    with pytest.raises(InputError, match="is not there"):
        parse_mapping(file=tmp_path / "map.toml")


def test_missing_fields_are_asked_for_with_the_nearest_column():
    header = ("Ownr", "Account Name", "Deal Phase", "Create Date", "Close Date", "Amount")
    found = match_columns("opportunities", header, parse_mapping())
    with pytest.raises(InputError, match=r"did you mean --map seller='Ownr'\?.*stage .*--map stage=") as error:
        check_required("opportunities", found, header, "deals.csv")
    assert "deals.csv" in str(error.value)


def test_a_mapped_column_that_is_nowhere_gets_the_nearest():
    with pytest.raises(InputError, match="did you mean Deal owner"):
        check_said(parse_mapping(["seller=Deal onwer"]), {"deals.csv": HUBSPOT})
    check_said(parse_mapping(["seller=deal owner"]), {"deals.csv": HUBSPOT})


@pytest.mark.parametrize(
    ("name", "header", "table"),
    [
        ("Sales_Pipeline.csv", ("x",), "opportunities"),
        ("people.csv", ("Rep", "Manager"), "teams"),
        ("list.csv", ("Product", "List Price"), "products"),
        ("firms.csv", ("Company", "Industry"), "accounts"),
        ("data_dictionary.csv", ("Table", "Field", "Description"), None),
    ],
)
def test_a_table_is_known_by_name_or_columns(name: str, header: tuple[str, ...], table: str | None):
    assert table_of(name, header, parse_mapping()) == table


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("Won", "won"),
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("7 - Closed / WON (100%)", "won"),
        ("Gagné", "won"),
        ("Closed Lost", "lost"),
        ("Lost to competitor", "lost"),
        ("No decision", "no_decision"),
        ("Disqualified", "no_decision"),
        ("Not won yet", "open"),
        ("To be won", "open"),
        ("Wonderful", "open"),
        ("Negotiation", "open"),
    ],
)
def test_stages_tell_their_outcome(label: str, outcome: str):
    assert outcome_of(label) == outcome
