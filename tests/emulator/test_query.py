"""The query language: what can be asked, in which order answers come, what is refused."""

from typing import Any

import pytest

from local.qbo import Emulator
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api, sale


def refused(api: Api, statement: str) -> dict[str, Any]:
    response = api.get("query", query=statement)
    assert response.status_code == 400, response.text
    fault = loads(response.content)["Fault"]
    assert fault["type"] == "ValidationFault"
    error: dict[str, Any] = fault["Error"][0]
    return error


def test_rows_come_newest_first_with_start_and_count(api: Api) -> None:
    customer = api.customer()
    made = [api.invoice(customer, DocNumber=f"N{n}")["Id"] for n in range(3)]

    answer = api.query("select * from Invoice")

    assert [each["Id"] for each in answer["Invoice"]] == made[::-1]
    assert answer["startPosition"] == 1
    assert answer["maxResults"] == 3


def test_projects_of_invoices_and_payment_types_of_refunds_can_be_asked_for(api: Api) -> None:
    customer = api.customer()
    api.invoice(customer, ProjectRef={"value": "7"})
    account = {"DepositToAccountRef": {"value": "35"}}
    refund = {**sale(customer), **account, "PaymentType": "Check"}
    api.save("refundreceipt", refund)

    assert len(api.query("select * from Invoice where ProjectRef = '7'")["Invoice"]) == 1
    assert api.query("select * from Invoice where ProjectRef = '8'") == {}
    found = api.query("select * from RefundReceipt where PaymentType = 'Check'")["RefundReceipt"]
    assert [each["PaymentType"] for each in found] == ["Check"]
    assert api.refusal("refundreceipt", {**refund, "PaymentType": "Gold"})["code"] == "2170"


def test_no_rows_answer_an_empty_object(api: Api) -> None:
    assert api.query("select * from Invoice where DocNumber = 'none'") == {}


def test_counting_answers_only_the_total(api: Api) -> None:
    api.customer()

    assert api.query("SELECT COUNT(*) FROM Customer") == {"totalCount": 1}


@pytest.mark.parametrize(
    "condition",
    [
        "DocNumber = '#2'",
        "docnumber in ('#2', 'x')",
        "TotalAmt > '150' AND TotalAmt <= 200",
        "TxnDate = '2026-09-02'",
        "TxnDate > '2026-09-01' and TxnDate < '2026-09-03'",
        "DocNumber LIKE '%2'",
        "CustomerRef = '{customer}' and Balance = '200.00'",
        "Id = '{id}'",
        "Id IN ('{id}')",
        "DueDate >= '2026-10-02' and DueDate <= '2026-10-02'",
        "MetaData.LastUpdatedTime >= '2026-10-01T09:00:00-07:00' and TotalAmt = 200",
    ],
)
def test_conditions_find_the_one_invoice(api: Api, condition: str) -> None:
    customer = api.customer()
    ids = [
        api.invoice(customer, f"{n}00", DocNumber=f"#{n}", TxnDate=f"2026-09-0{n}")["Id"]
        for n in (1, 2, 3)
    ]

    answer = api.query(
        f"select * from Invoice where {condition.format(customer=customer, id=ids[1])}"
    )

    assert [each["DocNumber"] for each in answer["Invoice"]] == ["#2"]


def test_text_is_compared_without_case_and_apostrophes_are_escaped(api: Api) -> None:
    api.customer("Adam's Candy Shop")

    slash = api.query(r"select * from Customer where DisplayName = 'ADAM\'s candy shop'")
    double = api.query("select * from Customer where DisplayName = 'Adam''s Candy Shop'")

    assert slash["maxResults"] == double["maxResults"] == 1


def test_inactive_names_appear_only_when_asked_for(api: Api) -> None:
    id = api.customer()
    api.save("customer", {"Id": id, "SyncToken": "0", "sparse": True, "Active": False})

    assert api.query("select * from Customer") == {}
    both = api.query("select * from Customer where Active IN (true, false)")
    assert both["Customer"][0]["DisplayName"] == "Jane Doe (deleted)"


def test_pages_follow_the_order_asked_for(api: Api) -> None:
    for name in ("Berta", "anna", "Carl"):
        api.customer(name)

    first = api.query("select * from Customer orderby DisplayName MAXRESULTS 2")
    rest = api.query("select * from Customer ORDER BY DisplayName asc STARTPOSITION 3")
    down = api.query("select * from Customer ORDERBY MetaData.CreateTime, DisplayName DESC")

    assert [each["DisplayName"] for each in first["Customer"]] == ["anna", "Berta"]
    assert rest["startPosition"] == 3
    assert [each["DisplayName"] for each in rest["Customer"]] == ["Carl"]
    assert [each["DisplayName"] for each in down["Customer"]] == ["Carl", "Berta", "anna"]


def test_chosen_columns_make_sparse_objects(api: Api) -> None:
    id = api.customer("Jane Doe", Notes="x")

    answer = api.query("select DisplayName from Customer")

    assert answer["Customer"] == [
        {"domain": "QBO", "sparse": True, "Id": id, "DisplayName": "Jane Doe"}
    ]


def test_a_query_may_be_posted(api: Api) -> None:
    api.customer()

    response = api.http.post(
        f"/v3/company/{api.realm}/query",
        content="select * from Customer",
        headers={"Content-Type": "application/text"},
    )

    assert response.json()["QueryResponse"]["maxResults"] == 1


def test_us_tax_codes_include_the_line_codes(api: Api) -> None:
    codes = api.query("select * from TaxCode")["TaxCode"]

    assert [each["Id"] for each in codes] == ["3", "2", "TAX", "NON"]


def test_a_line_code_is_read_as_it_is_listed(api: Api) -> None:
    listed = api.query("select * from TaxCode where Id = 'NON'")["TaxCode"]

    assert [api.read("taxcode/NON")] == listed


def test_preferences_answer_without_a_start_position(api: Api) -> None:
    answer = api.query("select * from Preferences")

    assert answer["maxResults"] == 1
    assert "startPosition" not in answer


@pytest.mark.parametrize(
    "statement, code, detail",
    [
        (
            "select * from Customer where EmailAddress = 'x'",
            "4001",
            "QueryValidationError: Property EmailAddress not found for Entity Customer",
        ),
        (
            "select * from Invoice where PrivateNote = 'x'",
            "4001",
            "QueryValidationError: property 'PrivateNote' is not queryable",
        ),
        (
            "select * from Vendor where PrimaryEmailAddr = 'x'",
            "4001",
            "QueryValidationError: property 'PrimaryEmailAddr' is not queryable",
        ),
        (
            "select * from Customer STARTPOSITION 0",
            "4001",
            "QueryValidationError: value 0 is too small. Min allowed value is 1",
        ),
        (
            "select * from ShipMethod",
            "4001",
            "QueryValidationError: Metadata not found for Entity: ShipMethod",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_in_quickbooks_words(
    api: Api, statement: str, code: str, detail: str
) -> None:
    error = refused(api, statement)

    assert (error["code"], error["Detail"]) == (code, detail)
    assert error["Message"] == "Invalid query"
    assert "element" not in error


@pytest.mark.parametrize(
    "statement, encountered",
    [
        (
            "select * from Customer where Primary Address = 'x'",
            'QueryParserError: Encountered " <IDENTIFIER> "Address "" at line 1, column 38.',
        ),
        (
            "select * from Customer where DisplayName = 'a' or DisplayName = 'b'",
            'QueryParserError: Encountered " <OR> "or "" at line 1, column 48.',
        ),
        ("", 'QueryParserError: Encountered "<EOF>" at line 0, column 0.'),
        (
            "select * from Customer\nwhere DisplayName in 'a'",
            'QueryParserError: Encountered " <STRING> "\'a\' "" at line 2, column 22.',
        ),
        (
            "select * from Customer where DisplayName = 5 MAXRESULTS",
            'QueryParserError: Encountered "<EOF>" at line 1, column 56.',
        ),
        (
            "select * from Customer where Balance between 1 and 2",
            'QueryParserError: Encountered " "between" "between "" at line 1, column 38.',
        ),
        (
            "select * from Customer where Balance != 1",
            'QueryParserError: Encountered " "!=" "!= "" at line 1, column 38.',
        ),
        ("delete from Customer", 'QueryParserError: Encountered " <IDENTIFIER> "delete ""'),
    ],
)
def test_what_cannot_be_parsed_is_refused_with_its_place(
    api: Api, statement: str, encountered: str
) -> None:
    error = refused(api, statement)

    assert error["code"] == "4000"
    assert error["Message"] == "Error parsing query"
    assert error["Detail"].startswith(encountered)
    assert "\nWas expecting" in error["Detail"]


@pytest.mark.parametrize(
    "statement, lexical",
    [
        (
            "select * from Customer where DisplayName %27",
            'Lexical error at line 1, column 42.  Encountered: "%" (37), after : ""',
        ),
        (
            "select * from Customer where DisplayName = 'Men",
            'Lexical error at line 1, column 44.  Encountered: <EOF> after : "\'Men"',
        ),
    ],
)
def test_what_is_no_word_of_the_language_is_an_invalid_content(
    api: Api, statement: str, lexical: str
) -> None:
    error = refused(api, statement)

    assert error["Detail"] == f"QueryParserError: Invalid content. {lexical}"


def test_an_apostrophe_that_is_not_escaped_ends_the_text(api: Api) -> None:
    error = refused(api, "select * from Vendor where DisplayName = 'Cutlery 'R Us'")

    assert error["Detail"] == (
        'QueryParserError: Encountered " <IDENTIFIER> "R "" at line 1, column 52.\n'
        "Was expecting one of:\n    <EOF> \n    <AND> ...\n"
        '    "iterator" ...\n    "maxresults" ...\n    <OR> ...\n    "order" ...\n'
        '    "orderby" ...\n    "startposition" ...\n    '
    )


def test_a_space_stands_for_no_value(api: Api) -> None:
    customer = api.customer(GivenName="Jane")
    api.customer("Nobody")
    api.save("salesreceipt", sale(None, "1"))
    api.save("salesreceipt", sale(customer, "2"))

    names = api.query("select * from Customer where GivenName = ' '")["Customer"]
    bare = api.query("select * from SalesReceipt where CustomerRef = ' '")["SalesReceipt"]

    assert [each["DisplayName"] for each in names] == ["Nobody"]
    assert [each["TotalAmt"] for each in bare] == [1]


@pytest.mark.parametrize("field", ["TxnDate", "MetaData.CreateTime"])
def test_today_is_known_by_name(api: Api, field: str) -> None:
    api.save("salesreceipt", sale(None, "1"))

    found = api.query(f"select * from SalesReceipt where {field} >= CURRENT_DATE")
    later = api.query(f"select count(*) from SalesReceipt where {field} < current_date")

    assert found["maxResults"] == 1
    assert later == {"totalCount": 0}


def test_parts_of_an_object_are_reached_by_dots(api: Api) -> None:
    api.customer("A", PrimaryEmailAddr={"Address": "a@example.com"})
    api.customer("B", PrimaryEmailAddr={"Address": "b@example.com"})

    for field in ("PrimaryEmailAddr", "primaryemailaddr.address"):
        found = api.query(f"select * from Customer where {field} LIKE 'B@%'")["Customer"]
        assert [each["DisplayName"] for each in found] == ["B"]


def test_times_without_an_offset_are_pacific(api: Api, emulator: Emulator) -> None:
    api.customer("A")
    emulator.clock.advance(60)
    api.customer("B")

    found = api.query("select * from Customer where MetaData.CreateTime > '2026-10-01T09:00:30'")

    assert [each["DisplayName"] for each in found["Customer"]] == ["B"]


def test_ordering_by_id_can_be_refused(api: Api, emulator: Emulator) -> None:
    ids = [api.customer(name) for name in "AB"]
    statement = "select Id from Customer ORDERBY Id ASC"

    assert [each["Id"] for each in api.query(statement)["Customer"]] == ids
    emulator.switches.order_by_id = "refuse"
    assert refused(api, statement)["code"] == "4001"


def test_ids_are_compared_for_equality_only(api: Api) -> None:
    assert refused(api, "select * from Customer where Id > '1'")["code"] == "4001"


def test_more_than_a_thousand_rows_are_clamped_or_refused(api: Api, emulator: Emulator) -> None:
    api.customer()

    assert api.query("select * from Customer MAXRESULTS 2000")["maxResults"] == 1
    emulator.switches.max_results_above_limit = "refuse"
    assert refused(api, "select * from Customer MAXRESULTS 2000")["code"] == "4001"


def test_an_index_and_a_full_look_give_the_same_rows(api: Api) -> None:
    customer = api.customer()
    for n in range(20):
        api.invoice(customer, TxnDate=f"2026-09-{n % 5 + 1:02}", DocNumber=f"D{n}")

    by_index = api.query("select Id from Invoice where TxnDate >= '2026-09-03'")
    by_hand = [
        each["Id"]
        for each in api.query("select * from Invoice")["Invoice"]
        if each["TxnDate"] >= "2026-09-03"
    ]

    assert [each["Id"] for each in by_index["Invoice"]] == by_hand
