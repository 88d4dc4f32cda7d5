"""ProfitAndLoss and BalanceSheet: Intuit's shape, columns, dates, and both bases."""

from typing import Any

from local.qbo import Company
from local.qbo.people.bookkeeper import journal
from tests.emulator.conftest import Api, line, sale
from tests.emulator.report_reading import flat, lines, report


def group(rows: Any, name: str) -> Any:
    for row in rows["Row"]:
        if row.get("group") == name:
            return row
        found = group(row["Rows"], name) if "Rows" in row else None
        if found:
            return found
    return None


def sub_account(api: Api, name: str, parent: str, kind: str) -> str:
    body = {
        "Name": name,
        "AccountType": kind,
        "SubAccount": True,
        "ParentRef": {"value": parent},
    }
    return str(api.save("account", body)["Id"])


def test_profit_and_loss_without_income_keeps_the_section_and_its_order(
    api: Api, company: Company
) -> None:
    journal(company, "2026-09-01", "", [("7", "Debit", 10, None), ("35", "Credit", 10, None)])

    answer = report(api, "ProfitAndLoss", start_date="2026-06-01", end_date="2026-10-16")

    assert answer == {
        "Header": {
            "Time": "2026-10-01T09:00:00-07:00",
            "ReportName": "ProfitAndLoss",
            "ReportBasis": "Accrual",
            "StartPeriod": "2026-06-01",
            "EndPeriod": "2026-10-16",
            "SummarizeColumnsBy": "Total",
            "Currency": "USD",
            "Option": [
                {"Name": "AccountingStandard", "Value": "GAAP"},
                {"Name": "NoReportData", "Value": "false"},
            ],
        },
        "Columns": {
            "Column": [
                {
                    "ColTitle": "",
                    "ColType": "Account",
                    "MetaData": [{"Name": "ColKey", "Value": "account"}],
                },
                {
                    "ColTitle": "Total",
                    "ColType": "Money",
                    "MetaData": [{"Name": "ColKey", "Value": "total"}],
                },
            ]
        },
        "Rows": {
            "Row": [
                {
                    "Header": {"ColData": [{"value": "Income"}, {"value": ""}]},
                    "Summary": {"ColData": [{"value": "Total Income"}, {"value": ""}]},
                    "type": "Section",
                    "group": "Income",
                },
                {
                    "Summary": {"ColData": [{"value": "Gross Profit"}, {"value": "0.00"}]},
                    "type": "Section",
                    "group": "GrossProfit",
                },
                {
                    "Header": {"ColData": [{"value": "Expenses"}, {"value": ""}]},
                    "Rows": {
                        "Row": [
                            {
                                "ColData": [
                                    {"value": "Advertising", "id": "7"},
                                    {"value": "10.00"},
                                ],
                                "type": "Data",
                            }
                        ]
                    },
                    "Summary": {"ColData": [{"value": "Total Expenses"}, {"value": "10.00"}]},
                    "type": "Section",
                    "group": "Expenses",
                },
                {
                    "Summary": {
                        "ColData": [{"value": "Net Operating Income"}, {"value": "-10.00"}]
                    },
                    "type": "Section",
                    "group": "NetOperatingIncome",
                },
                {
                    "Summary": {"ColData": [{"value": "Net Income"}, {"value": "-10.00"}]},
                    "type": "Section",
                    "group": "NetIncome",
                },
            ]
        },
    }


def test_profit_and_loss_shows_every_group_that_is_used(api: Api, company: Company) -> None:
    other = {
        kind: str(api.save("account", {"Name": f"My {kind}", "AccountType": kind})["Id"])
        for kind in ("Other Income", "Other Expense")
    }
    booked = [
        ("79", "Credit", 100, None),
        ("80", "Debit", 40, None),
        ("7", "Debit", 10, None),
        (other["Other Income"], "Credit", 5, None),
        (other["Other Expense"], "Debit", 3, None),
        ("35", "Debit", 52, None),
    ]
    journal(company, "2026-09-01", "", booked)

    rows = report(api, "ProfitAndLoss", start_date="2026-01-01", end_date="2026-12-31")["Rows"]

    assert [(row["group"], row["Summary"]["ColData"][1]["value"]) for row in rows["Row"]] == [
        ("Income", "100.00"),
        ("COGS", "40.00"),
        ("GrossProfit", "60.00"),
        ("Expenses", "10.00"),
        ("NetOperatingIncome", "50.00"),
        ("OtherIncome", "5.00"),
        ("OtherExpenses", "3.00"),
        ("NetOtherIncome", "2.00"),
        ("NetIncome", "52.00"),
    ]


def test_sub_accounts_stand_below_their_parents_with_totals(api: Api, company: Company) -> None:
    fuel = sub_account(api, "Fuel", "8", "Expense")
    deep = sub_account(api, "Diesel", fuel, "Expense")
    booked = [("8", "Debit", 2, None), (deep, "Debit", 3, None), ("35", "Credit", 5, None)]
    journal(company, "2026-09-01", "", booked)

    rows = report(api, "ProfitAndLoss")["Rows"]

    assert group(rows, "Expenses")["Rows"]["Row"] == [
        {
            "Header": {"ColData": [{"value": "Bank Charges", "id": "8"}, {"value": "2.00"}]},
            "Rows": {
                "Row": [
                    {
                        "Header": {"ColData": [{"value": "Fuel"}, {"value": ""}]},
                        "Rows": {
                            "Row": [
                                {
                                    "ColData": [
                                        {"value": "Diesel", "id": deep},
                                        {"value": "3.00"},
                                    ],
                                    "type": "Data",
                                }
                            ]
                        },
                        "Summary": {"ColData": [{"value": "Total Fuel"}, {"value": "3.00"}]},
                        "type": "Section",
                    }
                ]
            },
            "Summary": {"ColData": [{"value": "Total Bank Charges"}, {"value": "5.00"}]},
            "type": "Section",
        }
    ]


def test_the_balance_sheet_nests_its_groups_and_ends_with_net_income(api: Api) -> None:
    api.save("salesreceipt", sale(None, "100", TxnDate="2025-12-31"))
    api.save("salesreceipt", sale(None, "30", TxnDate="2026-02-01"))
    customer = api.customer()
    api.invoice(customer, "50", TxnDate="2026-02-02")

    answer = report(api, "BalanceSheet")

    assert answer["Header"]["DateMacro"] == "this calendar year-to-date"
    assert answer["Header"]["Option"][0] == {"Name": "AccountingStandard", "Value": "GAAP"}
    assert flat(answer["Rows"]) == [
        ["ASSETS", ""],
        ["Current Assets", ""],
        ["Accounts Receivable", ""],
        ["Accounts Receivable (A/R)", "50.00"],
        ["Total Accounts Receivable", "50.00"],
        ["Other Current Assets", ""],
        ["Undeposited Funds", "130.00"],
        ["Total Other Current Assets", "130.00"],
        ["Total Current Assets", "180.00"],
        ["TOTAL ASSETS", "180.00"],
        ["LIABILITIES AND EQUITY", ""],
        ["Equity", ""],
        ["Retained Earnings", "100.00"],
        ["Net Income", "80.00"],
        ["Total Equity", "180.00"],
        ["TOTAL LIABILITIES AND EQUITY", "180.00"],
    ]
    rows = answer["Rows"]
    for name in ("TotalAssets", "CurrentAssets", "AR", "OtherCurrentAssets", "Equity", "NetIncome"):
        assert group(rows, name) is not None
    assert group(rows, "NetIncome") == {
        "ColData": [{"value": "Net Income"}, {"value": "80.00"}],
        "type": "Data",
        "group": "NetIncome",
    }


def test_the_balance_sheet_ignores_an_end_date_sent_alone(api: Api) -> None:
    api.save("salesreceipt", sale(None, "100", TxnDate="2026-09-30"))

    alone = report(api, "BalanceSheet", end_date="2026-09-01")
    both = report(api, "BalanceSheet", start_date="2026-09-01", end_date="2026-09-01")

    assert alone["Header"]["EndPeriod"] == "2026-10-01"
    assert flat(alone["Rows"])[-1] == ["TOTAL LIABILITIES AND EQUITY", "100.00"]
    assert both["Header"]["Option"][1] == {"Name": "NoReportData", "Value": "true"}


def test_columns_by_month_carry_their_dates_and_a_total(api: Api) -> None:
    for day, amount in (("2026-08-15", "10"), ("2026-09-30", "20"), ("2026-10-01", "40")):
        api.save("salesreceipt", sale(None, amount, TxnDate=day))
    dates = {"start_date": "2026-08-01", "end_date": "2026-10-15", "summarize_column_by": "Month"}

    answer = report(api, "ProfitAndLoss", **dates)

    assert answer["Header"]["SummarizeColumnsBy"] == "Month"
    assert [each["ColTitle"] for each in answer["Columns"]["Column"]] == [
        "",
        "Aug 2026",
        "Sep 2026",
        "Oct 1-15, 2026",
        "Total",
    ]
    assert answer["Columns"]["Column"][1]["MetaData"] == [
        {"Name": "StartDate", "Value": "2026-08-01"},
        {"Name": "EndDate", "Value": "2026-08-31"},
        {"Name": "ColKey", "Value": "Aug 2026"},
    ]
    assert lines(api, "ProfitAndLoss", **dates)["Services"] == ["10.00", "20.00", "40.00", "70.00"]
    sheet = lines(api, "BalanceSheet", **dates)
    assert sheet["TOTAL ASSETS"] == sheet["Net Income"] == ["10.00", "30.00", "70.00"]


def test_other_lengths_of_columns(api: Api) -> None:
    def titles(by: str, first: str, last: str) -> list[str]:
        answer = report(
            api, "ProfitAndLoss", start_date=first, end_date=last, summarize_column_by=by
        )
        return [each["ColTitle"] for each in answer["Columns"]["Column"][1:-1]]

    assert titles("Days", "2026-09-30", "2026-10-01") == ["Sep 30, 2026", "Oct 1, 2026"]
    assert titles("Week", "2026-09-24", "2026-10-03") == ["Sep 24-26, 2026", "Sep 27 - Oct 3, 2026"]
    assert titles("Quarter", "2026-01-01", "2026-06-30") == ["Jan - Mar, 2026", "Apr - Jun, 2026"]
    assert titles("Year", "2025-01-01", "2026-03-09") == [
        "Jan - Dec, 2025",
        "Jan 1 - Mar 9, 2026",
    ]


def test_columns_over_all_dates_reach_as_far_as_anything_was_posted(api: Api) -> None:
    for day in ("2025-03-10", "2026-02-01"):
        api.save("salesreceipt", sale(None, "10", TxnDate=day))

    answer = report(api, "ProfitAndLoss", date_macro="All", summarize_column_by="Year")

    titles = [each["ColTitle"] for each in answer["Columns"]["Column"]]
    assert titles == ["", "Mar 10 - Dec 31, 2025", "Jan 1 - Feb 1, 2026", "Total"]
    assert flat(answer["Rows"])[-1] == ["Net Income", "10.00", "10.00", "20.00"]


def test_columns_by_customer_and_by_class(api: Api) -> None:
    kind = str(api.save("class", {"Name": "West"})["Id"])
    amy, bob = api.customer("Amy"), api.customer("Bob")
    api.invoice(amy, "10")
    api.save("invoice", {"CustomerRef": {"value": bob}, "Line": [_classed("7", kind)]})
    api.save("salesreceipt", sale(None, "5"))

    by_customer = report(api, "ProfitAndLoss", summarize_column_by="Customers")
    by_class = report(api, "ProfitAndLoss", summarize_column_by="Classes")
    sheet = lines(api, "BalanceSheet", summarize_column_by="Customers")

    assert [each["ColTitle"] for each in by_customer["Columns"]["Column"]] == [
        "",
        "Amy",
        "Bob",
        "Not Specified",
        "Total",
    ]
    assert flat(by_customer["Rows"])[1] == ["Services", "10.00", "7.00", "5.00", "22.00"]
    assert flat(by_class["Rows"])[1] == ["Services", "7.00", "15.00", "22.00"]
    assert sheet["TOTAL ASSETS"] == sheet["TOTAL LIABILITIES AND EQUITY"]
    assert sheet["TOTAL ASSETS"] == ["10.00", "7.00", "5.00", "22.00"]
    refused = api.get("reports/ProfitAndLoss", summarize_column_by="ProductsAndServices")
    assert refused.status_code == 400


def _classed(amount: str, kind: str) -> dict[str, Any]:
    return line(amount, ClassRef={"value": kind})


def test_filters_leave_one_customer_or_class(api: Api) -> None:
    kind = str(api.save("class", {"Name": "West"})["Id"])
    amy, bob = api.customer("Amy"), api.customer("Bob")
    api.invoice(amy, "10")
    api.save("invoice", {"CustomerRef": {"value": bob}, "Line": [_classed("7", kind)]})

    of_amy = report(api, "ProfitAndLoss", customer=amy)

    assert of_amy["Header"]["Customer"] == amy
    assert flat(of_amy["Rows"])[-1] == ["Net Income", "10.00"]
    both = lines(api, "ProfitAndLoss", customer=f"{amy},{bob}")
    assert both["Net Income"] == ["17.00"]
    assert lines(api, "ProfitAndLoss", **{"class": kind})["Net Income"] == ["7.00"]
    assert lines(api, "BalanceSheet", customer=bob)["TOTAL ASSETS"] == ["7.00"]


def test_the_detailed_profit_and_loss_lists_lines_by_section(api: Api, company: Company) -> None:
    customer = api.customer("Cool Cars")
    api.invoice(customer, "20", TxnDate="2026-06-27")
    booked = [("7", "Debit", 5, None), ("80", "Debit", 3, None), ("35", "Credit", 8, None)]
    journal(company, "2026-06-28", "", booked)
    columns = "tx_date,name,subt_nat_amount"

    answer = report(api, "ProfitAndLossDetail", columns=columns)

    assert "SummarizeColumnsBy" not in answer["Header"]
    assert flat(answer["Rows"]) == [
        ["Ordinary Income/Expenses", "", ""],
        ["Income", "", ""],
        ["Services", "", ""],
        ["2026-06-27", "Cool Cars", "20.00"],
        ["Total for Services", "", "20.00"],
        ["Total for Income", "", "20.00"],
        ["Cost of Goods Sold", "", ""],
        ["Cost of Goods Sold", "", ""],
        ["2026-06-28", "", "3.00"],
        ["Total for Cost of Goods Sold", "", "3.00"],
        ["Total for Cost of Goods Sold", "", "3.00"],
        ["Gross Profit", "", "17.00"],
        ["Expenses", "", ""],
        ["Advertising", "", ""],
        ["2026-06-28", "", "5.00"],
        ["Total for Advertising", "", "5.00"],
        ["Total for Expenses", "", "5.00"],
        ["Net Income", "", "12.00"],
    ]
    assert group(answer["Rows"], "Income") is None
    cash_too = report(api, "ProfitAndLossDetail", columns=columns, accounting_method="Cash")
    assert flat(cash_too["Rows"])[-1] == ["Net Income", "", "-8.00"]
