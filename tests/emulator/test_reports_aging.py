"""What is open by age and by party: columns, dates, credits, sub-customers, several currencies."""

from decimal import Decimal
from typing import Any

from local.qbo import Company
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay
from tests.emulator.report_reading import flat, report


def rows(api: Api, name: str = "AgedReceivables", **params: str) -> dict[str, list[str]]:
    return {each[0]: each[1:] for each in flat(report(api, name, **params)["Rows"])}


def test_aged_receivables_have_intuits_shape(api: Api) -> None:
    customer = api.customer("Jane Litigious")
    api.invoice(customer, "37.50", TxnDate="2026-05-01", DueDate="2026-05-31")

    assert report(api, "AgedReceivables", customer=customer, report_date="2026-10-01") == {
        "Header": {
            "Time": "2026-10-01T09:00:00-07:00",
            "ReportName": "AgedReceivables",
            "StartPeriod": "2026-10-01",
            "EndPeriod": "2026-10-01",
            "Currency": "USD",
            "Customer": customer,
            "Option": [
                {"Name": "report_date", "Value": "2026-10-01"},
                {"Name": "NoReportData", "Value": "false"},
            ],
        },
        "Columns": {
            "Column": [
                {"ColTitle": "", "ColType": "Customer"},
                {"ColTitle": "Current", "ColType": "Money"},
                {"ColTitle": "1 - 30", "ColType": "Money"},
                {"ColTitle": "31 - 60", "ColType": "Money"},
                {"ColTitle": "61 - 90", "ColType": "Money"},
                {"ColTitle": "91 and over", "ColType": "Money"},
                {"ColTitle": "Total", "ColType": "Money"},
            ]
        },
        "Rows": {
            "Row": [
                {
                    "ColData": [
                        {"value": "Jane Litigious", "id": customer},
                        {"value": ""},
                        {"value": ""},
                        {"value": ""},
                        {"value": ""},
                        {"value": "37.50"},
                        {"value": "37.50"},
                    ]
                },
                {
                    "group": "GrandTotal",
                    "type": "Section",
                    "Summary": {
                        "ColData": [
                            {"value": "TOTAL"},
                            {"value": "0.00"},
                            {"value": "0.00"},
                            {"value": "0.00"},
                            {"value": "0.00"},
                            {"value": "37.50"},
                            {"value": "37.50"},
                        ]
                    },
                },
            ]
        },
    }


def test_items_are_sorted_by_days_past_due(api: Api, company: Company) -> None:
    customer = api.customer("Jane")
    for due, amount in (
        ("2026-10-01", "1"),
        ("2026-09-30", "2"),
        ("2026-09-01", "4"),
        ("2026-08-31", "8"),
        ("2026-07-03", "16"),
        ("2026-07-02", "32"),
    ):
        api.invoice(customer, amount, TxnDate="2026-06-01", DueDate=due)

    assert rows(api)["Jane"] == ["1.00", "6.00", "8.00", "16.00", "32.00", "63.00"]
    assert rows(api, past_due="31")["Jane"][-1] == "56.00"
    assert rows(api, aging_period="60", num_periods="2")["Jane"] == [
        "1.00",
        "14.00",
        "48.00",
        "63.00",
    ]
    assert rows(api, report_date="2026-11-30")["Jane"][0] == ""
    assert rows(api, report_date="2026-11-30", aging_method="Current")["Jane"][0] == "1.00"
    assert api.get("reports/AgedReceivables", aging_method="Guess").status_code == 400
    assert api.get("reports/AgedReceivables", aging_period="0").status_code == 400
    set_preferences(company, {"ReportPrefs": {"CalcAgingReportFromTxnDate": True}})
    assert rows(api)["Jane"][4:] == ["63.00", "63.00"]


def test_credits_and_unapplied_payments_stand_where_their_own_date_puts_them(api: Api) -> None:
    customer = api.customer("Jane")
    invoice = api.invoice(customer, "100", TxnDate="2026-08-01", DueDate="2026-08-31")
    api.save("payment", pay(customer, "30", ("Invoice", invoice["Id"], "25"), TxnDate="2026-09-30"))
    memo = {"CustomerRef": {"value": customer}, "Line": [line("7")], "TxnDate": "2026-07-20"}
    api.save("creditmemo", memo)

    assert rows(api)["Jane"] == ["", "-5.00", "75.00", "-7.00", "", "63.00"]
    assert rows(api)["TOTAL"][-1] == "63.00"


def test_items_open_today_or_open_on_the_report_date(api: Api, company: Company) -> None:
    customer = api.customer("Jane")
    invoice = api.invoice(customer, "100", TxnDate="2026-08-01", DueDate="2026-08-31")
    api.save("payment", pay(customer, "40", ("Invoice", invoice["Id"], "40"), TxnDate="2026-09-30"))

    assert rows(api, report_date="2026-09-01")["Jane"][-1] == "60.00"
    assert rows(api, report_date="2026-07-01")["Jane"][-1] == "60.00"
    company.switches.set("aging_open_items", "report_date")
    assert rows(api, report_date="2026-09-01")["Jane"][-1] == "100.00"
    assert "Jane" not in rows(api, report_date="2026-07-01")


def test_sub_customers_stand_below_the_customer_they_belong_to(api: Api) -> None:
    parent = api.customer("Acme")
    child = api.customer("Site", ParentRef={"value": parent}, Job=True)
    api.invoice(child, "10")
    api.invoice(parent, "5")

    first = report(api, "AgedReceivables")["Rows"]["Row"][0]

    assert first["Header"]["ColData"][0] == {"value": "Acme", "id": parent}
    assert first["Header"]["ColData"][-1] == {"value": "5.00"}
    assert [each["ColData"][0]["value"] for each in first["Rows"]["Row"]] == ["Site"]
    assert first["Summary"]["ColData"][0]["value"] == "Total Acme"
    assert first["Summary"]["ColData"][-1]["value"] == "15.00"


def test_foreign_receivables_are_in_the_home_currency(api: Api, company: Company) -> None:
    set_preferences(company, {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    customer = api.customer("Berlin GmbH", CurrencyRef={"value": "EUR"})
    invoice = api.invoice(customer, "100", ExchangeRate=Decimal("1.1"))
    api.save(
        "payment",
        {
            **pay(customer, "40", ("Invoice", invoice["Id"], "40")),
            "ExchangeRate": Decimal("1.3"),
        },
    )

    assert rows(api)["Berlin GmbH"][-1] == "66.00"
    assert rows(api, "CustomerBalance")["Berlin GmbH"] == ["66.00"]


def bill(api: Api, vendor: str, amount: str, **more: Any) -> Any:
    body = {
        "VendorRef": {"value": vendor},
        "Line": [
            {
                "Amount": Decimal(amount),
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
            }
        ],
        **more,
    }
    return api.save("bill", body)


def test_payables_are_owed_positive(api: Api) -> None:
    vendor = str(api.save("vendor", {"DisplayName": "PG&E"})["Id"])
    bill(api, vendor, "80", TxnDate="2026-08-01", DueDate="2026-08-15")

    assert report(api, "AgedPayables")["Columns"]["Column"][0]["ColType"] == "Vendor"
    assert report(api, "AgedPayables")["Header"]["DateMacro"] == "today"
    assert rows(api, "AgedPayables")["PG&E"] == ["", "", "80.00", "", "", "80.00"]
    assert rows(api, "VendorBalance")["PG&E"] == ["80.00"]
    detail = flat(report(api, "VendorBalanceDetail")["Rows"])
    assert detail[1] == ["2026-08-01", "Bill", "", "2026-08-15", "80.00", "80.00", "80.00"]


def test_the_details_list_open_transactions(api: Api) -> None:
    customer = api.customer("Jane")
    invoice = api.invoice(
        customer, "100", DocNumber="#1", TxnDate="2026-08-01", DueDate="2026-08-31"
    )
    api.invoice(customer, "9", DocNumber="#2")
    api.save("payment", pay(customer, "40", ("Invoice", invoice["Id"], "40")))

    aged = flat(report(api, "AgedReceivableDetail")["Rows"])
    balance = flat(report(api, "CustomerBalanceDetail", customer=customer)["Rows"])

    day, number = "2026-08-01", "#1"
    assert aged == [
        ["31 - 60 days past due", "", "", "", "", "", ""],
        [day, "Invoice", number, "Jane", "2026-08-31", "100.00", "60.00"],
        ["Total for 31 - 60 days past due", "", "", "", "", "100.00", "60.00"],
        ["Current", "", "", "", "", "", ""],
        ["2026-10-01", "Invoice", "#2", "Jane", aged[4][4], "9.00", "9.00"],
        ["Total for Current", "", "", "", "", "9.00", "9.00"],
        ["TOTAL", "", "", "", "", "109.00", "69.00"],
    ]
    assert balance[1] == [day, "Invoice", number, "2026-08-31", "100.00", "60.00", "60.00"]
    assert balance[3] == ["Total for Jane", "", "", "", "109.00", "69.00", "69.00"]
    some = report(api, "AgedReceivableDetail", columns="due_date,cust_name,nonsense")
    assert flat(some["Rows"])[1] == ["2026-08-31", "Jane"]
