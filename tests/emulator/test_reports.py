"""TrialBalance and GeneralLedger, in Intuit's shape, from what was posted."""

from decimal import Decimal
from typing import Any

from local.qbo import Company, Emulator
from local.qbo.jsonio import loads
from local.qbo.people.bookkeeper import journal, keep_books
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay, sale


def report(api: Api, name: str, **params: str) -> Any:
    answer = api.get(f"reports/{name}", **params)
    assert answer.status_code == 200, answer.text
    return loads(answer.content)


def trial_balance(api: Api, **params: str) -> dict[str, Decimal]:
    rows = report(api, "TrialBalance", **params)["Rows"]["Row"]
    result = {}
    for row in rows:
        if "ColData" in row:
            name, debit, credit = (each["value"] for each in row["ColData"])
            result[name] = Decimal(debit or "0") - Decimal(credit or "0")
    return result


def test_the_trial_balance_has_intuits_shape(api: Api) -> None:
    api.save("salesreceipt", sale(None, "1201"))

    answer = report(api, "TrialBalance", start_date="2026-06-01", end_date="2026-10-16")

    assert answer == {
        "Header": {
            "Time": "2026-10-01T09:00:00-07:00",
            "ReportName": "TrialBalance",
            "ReportBasis": "Accrual",
            "StartPeriod": "2026-06-01",
            "EndPeriod": "2026-10-16",
            "SummarizeColumnsBy": "Total",
            "Currency": "USD",
            "Option": [{"Name": "NoReportData", "Value": "false"}],
        },
        "Columns": {
            "Column": [
                {"ColTitle": "", "ColType": "Account"},
                {"ColTitle": "Debit", "ColType": "Money"},
                {"ColTitle": "Credit", "ColType": "Money"},
            ]
        },
        "Rows": {
            "Row": [
                {
                    "ColData": [
                        {"value": "Undeposited Funds", "id": "4"},
                        {"value": "1201.00"},
                        {"value": ""},
                    ]
                },
                {
                    "ColData": [
                        {"value": "Services", "id": "1"},
                        {"value": ""},
                        {"value": "1201.00"},
                    ]
                },
                {
                    "group": "GrandTotal",
                    "type": "Section",
                    "Summary": {
                        "ColData": [
                            {"value": "TOTAL"},
                            {"value": "1201.00"},
                            {"value": "1201.00"},
                        ]
                    },
                },
            ]
        },
    }


def test_an_empty_company_has_no_report_data(api: Api) -> None:
    assert report(api, "TrialBalance")["Header"]["Option"][0]["Value"] == "true"


def test_the_trial_balance_ends_on_its_date_and_carries_old_income_forward(api: Api) -> None:
    for day in ("2025-12-31", "2026-01-01", "2026-09-30", "2026-10-01"):
        api.save("salesreceipt", sale(None, "100", TxnDate=day))

    assert trial_balance(api, end_date="2026-09-30") == {
        "Undeposited Funds": Decimal(300),
        "Retained Earnings": Decimal(-100),
        "Services": Decimal(-200),
    }
    assert trial_balance(api, end_date="2025-12-31") == {
        "Undeposited Funds": Decimal(100),
        "Services": Decimal(-100),
    }


def test_a_fiscal_year_may_start_in_april(api: Api) -> None:
    api.http.post(
        f"/_emulator/companies/{api.realm}/settings",
        json={"info": {"FiscalYearStartMonth": "April"}},
    )
    for day in ("2026-03-31", "2026-04-01"):
        api.save("salesreceipt", sale(None, "100", TxnDate=day))

    assert trial_balance(api, end_date="2026-10-01")["Retained Earnings"] == -100


def test_the_general_ledger_lists_splits_with_ids_and_running_balances(api: Api) -> None:
    customer = api.customer("Jane Doe")
    invoice = api.invoice(customer, "100", DocNumber="#1", TxnDate="2026-09-30")
    payment = api.save(
        "payment", pay(customer, "60", ("Invoice", invoice["Id"], "60"), TxnDate="2026-10-01")
    )

    sections = report(api, "GeneralLedger", start_date="2026-10-01", end_date="2026-10-31")["Rows"][
        "Row"
    ]

    assert [each["Header"]["ColData"][0] for each in sections] == [
        {"value": "Accounts Receivable (A/R)", "id": "84"},
        {"value": "Undeposited Funds", "id": "4"},
    ]
    rows = [[cell["value"] for cell in row["ColData"]] for row in sections[0]["Rows"]["Row"]]
    assert rows == [
        ["Beginning Balance", "", "", "", "", "", "", "100.00"],
        [
            "2026-10-01",
            "Payment",
            "",
            "Jane Doe",
            "",
            "Undeposited Funds",
            "-60.00",
            "40.00",
        ],
    ]
    assert sections[0]["Rows"]["Row"][1]["ColData"][1]["id"] == payment["Id"]
    assert next(c["value"] for c in sections[0]["Summary"]["ColData"]) == (
        "Total for Accounts Receivable (A/R)"
    )


def test_the_general_ledger_gives_the_columns_asked_for_and_drops_unknown_ones(
    api: Api, company: Company
) -> None:
    off = {"ClassTrackingPerTxn": False, "ClassTrackingPerTxnLine": False}
    set_preferences(company, {"AccountingInfoPrefs": off})
    api.save("salesreceipt", {"Line": [line("10"), line("5", item="SHIPPING_ITEM_ID")]})

    answer = report(
        api,
        "GeneralLedger",
        columns="tx_date,horoscope,account_name,klass_name,debt_amt,credit_amt,txn_type",
    )

    keys = [each["MetaData"][0]["Value"] for each in answer["Columns"]["Column"]]
    assert keys == ["tx_date", "account_name", "debt_amt", "credit_amt", "txn_type"]
    rows = [
        [cell["value"] for cell in row["ColData"]]
        for section in answer["Rows"]["Row"]
        for row in section["Rows"]["Row"]
    ]
    assert rows == [
        ["2026-10-01", "Undeposited Funds", "15.00", "", "Sales Receipt"],
        ["2026-10-01", "Services", "", "10.00", "Sales Receipt"],
        ["2026-10-01", "Shipping Income", "", "5.00", "Sales Receipt"],
    ]


def test_ledger_and_trial_balance_agree_over_a_bookkeepers_work(api: Api, company: Company) -> None:
    keep_books(company)
    columns = "account_name,debt_amt,credit_amt"

    sections = report(
        api, "GeneralLedger", start_date="2020-01-01", end_date="2026-12-31", columns=columns
    )["Rows"]["Row"]

    sums: dict[str, Decimal] = {}
    for section in sections:
        for row in section["Rows"]["Row"]:
            name, debit, credit = (cell["value"] for cell in row["ColData"])
            sums[name] = sums.get(name, Decimal(0)) + Decimal(debit or 0) - Decimal(credit or 0)
    assert {name: amount for name, amount in sums.items() if amount} == trial_balance(
        api, end_date="2026-12-31"
    )


def test_an_unknown_report_is_denied(api: Api) -> None:
    answer = api.get("reports/Horoscope")

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == "5020"
    assert answer.json()["Fault"]["Error"][0]["element"] == "ReportName"


def test_a_journal_entry_posts_its_lines(api: Api, company: Company) -> None:
    customer = api.customer()
    who = {"Type": "Customer", "EntityRef": {"value": customer}}
    lines = [("84", "Debit", 25, who), ("79", "Credit", 25, None)]

    entry = journal(company, "2026-09-01", "opening", lines)

    assert [each["Id"] for each in entry.data["Line"]] == ["0", "1"]
    assert entry.data["TotalAmt"] == 0
    rows = report(api, "GeneralLedger", start_date="2026-09-01", columns="name,txn_type")["Rows"]
    assert rows["Row"][0]["Rows"]["Row"][0]["ColData"][0]["value"] == "Jane Doe"
    assert "DocNumber" not in entry.data
    assert api.read(f"customer/{customer}")["Balance"] == 25


def test_a_journal_entry_is_checked(api: Api, emulator: Emulator) -> None:
    def entry(*lines: tuple[str, str, int]) -> dict[str, Any]:
        return {
            "Line": [
                {
                    "Amount": amount,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {
                        "PostingType": side,
                        "AccountRef": {"value": account},
                    },
                }
                for account, side, amount in lines
            ]
        }

    def code(*lines: tuple[str, str, int]) -> str:
        return str(api.refusal("journalentry", entry(*lines))["code"])

    assert code(("35", "Debit", 10), ("79", "Credit", 9)) == "2300"
    assert code(("35", "Debit", 10)) == "6000"
    assert code(("84", "Debit", 10), ("79", "Credit", 10)) == "6000"
    assert code(("999", "Debit", 10), ("79", "Credit", 10)) == "2500"
    two = entry(("35", "Debit", 10), ("79", "Credit", 10))
    assert api.save("journalentry", two, include="allowautodocnum")["DocNumber"] == "1"
    assert (
        api.post("journalentry", {"Id": "1", "SyncToken": "0"}, operation="void").json()[
            "BatchItemResponse"
        ]
        == []
    )
