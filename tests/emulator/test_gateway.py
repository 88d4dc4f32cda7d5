"""The gateway's refusals, throttles, headers and formats."""

import re
from typing import Any

import pytest

from local.qbo import Emulator, Limits, ManualClock
from local.qbo.jsonio import loads
from tests.emulator.conftest import Api, sale


def test_an_expired_token_gets_the_gateways_body(api: Api, emulator: Emulator) -> None:
    emulator.clock.advance(3600)

    answer = api.get("companyinfo/1")

    assert answer.status_code == 401
    body = answer.json()
    error = body["fault"]["error"][0]
    assert list(body) == [
        "warnings",
        "intuitObject",
        "fault",
        "report",
        "queryResponse",
        "batchItemResponse",
        "attachableResponse",
        "syncErrorResponse",
        "requestId",
        "time",
        "status",
        "cdcresponse",
    ]
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert error["code"] == "3200"
    assert error["detail"].startswith("Token expired: ")
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert body["time"] == 1790874000000


@pytest.mark.parametrize("header", ["", "Bearer short", "Basic " + "x" * 30])
def test_a_malformed_token_is_named_so(api: Api, header: str) -> None:
    answer = api.http.get(
        f"/v3/company/{api.realm}/companyinfo/1", headers={"Authorization": header}
    )

    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["detail"] == (
        "Malformed bearer token: too short or too long"
    )


def test_a_token_opens_only_its_own_company(api: Api, emulator: Emulator) -> None:
    emulator.seed("us", realm="555")

    answer = api.http.get("/v3/company/555/companyinfo/555")

    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["message"] == (
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    )


def test_an_address_without_a_company_is_an_internal_error(api: Api) -> None:
    for path in ("/v3/company/invoice", "/v3/company//invoice/1", "/v3/company/undefined/query"):
        answer = api.http.get(path)

        assert answer.status_code == 400
        error = answer.json()["Fault"]["Error"][0]
        assert error["code"] == "6000"
        assert error["Detail"] == ("Business Validation Error: Unexpected Internal Error. (-30000)")


def throttled(limits: Limits) -> Api:
    emulator = Emulator(clock=ManualClock(), limits=limits, seed=1)
    emulator.seed("us")
    return Api(emulator)


def statuses(api: Api, count: int, batch: bool = False) -> list[int]:
    body: dict[str, Any] = {"BatchItemRequest": []}
    return [
        (api.post("batch", body) if batch else api.get("companyinfo/1")).status_code
        for _ in range(count)
    ]


def test_more_than_ten_calls_in_a_second_are_throttled_in_xml() -> None:
    api = throttled(Limits())

    assert statuses(api, 11) == [200] * 10 + [429]
    answer = api.get("companyinfo/1")
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<IntuitResponse time="2026-10-01T09:00:00.000-07:00" '
        'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001">'
        "<Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>"
        "<Detail>The request limit was reached.  Try again later</Detail></Error></Fault>"
        "</IntuitResponse>"
    )
    api.emulator.clock.advance(1)
    assert statuses(api, 1) == [200]


def test_five_hundred_calls_a_minute_are_the_companys_limit_over_all_apps() -> None:
    api = throttled(Limits(app_per_second=None))
    other = api.emulator.connect(client_id="another-app")["access_token"]

    assert set(statuses(api, 500)) == {200}
    api.http.headers["Authorization"] = f"Bearer {other}"
    assert statuses(api, 1) == [429]
    api.emulator.clock.advance(60)
    assert statuses(api, 1) == [200]


def test_forty_batches_a_minute_are_an_apps_limit_and_reads_go_on() -> None:
    api = throttled(Limits(app_per_second=None))

    assert statuses(api, 41, batch=True) == [200] * 40 + [429]
    assert statuses(api, 1) == [200]


def test_a_company_takes_120_batches_a_minute_over_all_apps() -> None:
    api = throttled(Limits(app_per_second=None))
    for app in ("one", "two", "three"):
        access = api.emulator.connect(client_id=app)["access_token"]
        api.http.headers["Authorization"] = f"Bearer {access}"
        assert set(statuses(api, 40, batch=True)) == {200}

    api.http.headers["Authorization"] = (
        f"Bearer {api.emulator.connect(client_id='four')['access_token']}"
    )

    assert statuses(api, 1, batch=True) == [429]


def test_a_throttled_call_does_not_count_unless_switched() -> None:
    api = throttled(Limits(realm_per_minute=None))
    api.emulator.switches.throttle_counts_refused = True
    statuses(api, 10)
    api.emulator.clock.advance(0.5)
    statuses(api, 10)
    api.emulator.clock.advance(0.6)

    assert statuses(api, 1) == [429]


def test_reports_and_emails_have_limits_of_their_own_where_set() -> None:
    api = throttled(Limits(None, None, realm_reports_per_minute=2, realm_emails_per_day=1))
    invoice = api.invoice(api.customer(PrimaryEmailAddr={"Address": "jane@example.com"}))["Id"]

    reports = [api.get("reports/TrialBalance").status_code for _ in range(3)]
    mails = [api.post(f"invoice/{invoice}/send", {}).status_code for _ in range(2)]

    assert (reports, mails) == ([200, 200, 429], [200, 429])
    assert statuses(api, 1) == [200]
    api.emulator.clock.advance(60)
    assert api.get("reports/TrialBalance").status_code == 200


def test_calls_at_once_are_limited_where_set() -> None:
    class Crowd(ManualClock):
        """While one call waits on it, the next one comes in."""

        waiting = 0
        api: Api

        def sleep(self, seconds: float) -> None:
            if self.waiting:
                self.waiting -= 1
                inner.append(self.api.get("companyinfo/1").status_code)

    inner: list[int] = []
    clock = Crowd()
    emulator = Emulator(clock=clock, limits=Limits(None, None, app_at_once=2), seed=1)
    emulator.seed("us")
    clock.api = api = Api(emulator)
    emulator.latency.base = 1
    clock.waiting = 2

    outer = api.get("companyinfo/1").status_code

    assert (outer, inner) == (200, [429, 200])
    assert statuses(api, 3) == [200, 200, 200]


def test_a_request_of_more_than_two_minutes_is_cut_off_and_committed(
    api: Api, emulator: Emulator
) -> None:
    start = emulator.clock.now()
    emulator.inject("normal", seconds=300)

    answer = api.post("salesreceipt", sale(None, "10"))

    assert (answer.status_code, answer.text) == (504, "stream timeout")
    assert (emulator.clock.now() - start).total_seconds() == 120
    assert len(emulator.company().all("SalesReceipt")) == 1


def test_answers_carry_the_headers_of_quickbooks(api: Api) -> None:
    answer = api.get("companyinfo/1")

    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", answer.headers["intuit_tid"])
    assert len(answer.headers["x-spanid"]) == 36
    assert answer.json()["time"] == "2026-10-01T09:00:00.000-07:00"


def test_every_update_of_the_company_brings_its_name_and_address(api: Api) -> None:
    info = api.read("companyinfo/1")
    update = {"Id": "1", "SyncToken": info["SyncToken"], "sparse": True, "LegalName": "Shop Ltd"}

    assert api.refusal("companyinfo", update)["element"] == "CompanyName"
    update["CompanyName"], update["CompanyAddr"] = info["CompanyName"], info["CompanyAddr"]
    assert api.save("companyinfo", update)["LegalName"] == "Shop Ltd"


def test_every_fact_of_the_company_has_a_value_though_it_be_empty(api: Api) -> None:
    facts = {each["Name"]: each["Value"] for each in api.read("companyinfo/1")["NameValue"]}

    assert facts["OfferingSku"] == "QuickBooks Online Plus"
    assert facts["AssignedTime"] == ""


def test_without_asking_for_json_the_answer_is_xml(api: Api) -> None:
    customer = api.customer("Tom & Co")
    api.invoice(customer, "10")

    answer = api.http.get(f"/v3/company/{api.realm}/invoice/1", headers={"Accept": "*/*"})

    assert answer.headers["content-type"] == "application/xml;charset=utf-8"
    assert '<Invoice domain="QBO" sparse="false"><Id>1</Id><SyncToken>0</SyncToken>' in answer.text
    assert "<SubTotalLineDetail/>" in answer.text
    assert '<CustomerRef name="Tom &amp; Co">1</CustomerRef>' in answer.text
    assert "<TotalAmt>10.00</TotalAmt>" in answer.text
    assert answer.text.endswith("</Invoice></IntuitResponse>")


@pytest.mark.parametrize(
    "path", ["nonsense", "Customer", "customer/1/pdf", "invoice/1/2", "reports"]
)
def test_an_unknown_path_is_an_unsupported_operation(api: Api, path: str) -> None:
    answer = api.get(path)

    assert answer.status_code == 400
    error = answer.json()["Fault"]["Error"][0]
    assert error["code"] == "500"
    assert error["Message"] == "Unsupported Operation"
    assert error["Detail"] == (
        f"Operation Could not find resource for relative : /v3/company/{api.realm}/{path} of full "
        f"path: https://c10.qbo.intuit.com/qbo10/v3/company/{api.realm}/{path} is not supported."
    )


def test_a_body_that_is_not_json_is_refused(api: Api) -> None:
    def post(content: bytes, kind: str = "application/json") -> Any:
        answer = api.http.post(
            f"/v3/company/{api.realm}/customer", content=content, headers={"Content-Type": kind}
        )
        return answer.json()["Fault"]["Error"][0]

    assert post(b'{"DisplayName":')["code"] == "2010"
    assert post(b'{"DisplayName": {"a": 1}}')["Detail"] == (
        "Property Name:failed to parse json object; a property specified is unsupported or invalid"
    )
    assert "MalformedByteSequenceException" in post(b'{"DisplayName": "\xff"}')["Detail"]
    assert post(b"<Customer/>", "application/xml")["code"] == "1050"


def test_the_minor_version_changes_nothing(api: Api) -> None:
    plain = api.get("companyinfo/1")
    old = api.get("companyinfo/1", minorversion="3")

    assert plain.content == old.content


def test_an_id_that_is_no_number_is_refused(api: Api) -> None:
    answer = api.get("invoice/1.5").json()["Fault"]["Error"][0]

    assert answer["code"] == "2030"
    assert answer["Detail"] == "Id should be a valid number. Supplied value:1.5"


def test_a_company_out_of_subscription_reads_but_does_not_write(api: Api) -> None:
    customer = api.customer()
    api.http.post(f"/_emulator/companies/{api.realm}/settings", json={"read_only": True})

    assert api.refusal("invoice", sale(customer))["code"] == "6190"
    assert api.read(f"customer/{customer}")["DisplayName"] == "Jane Doe"
    api.emulator.switches.set("ended_subscription_status", 200)
    answer = api.post("invoice", sale(customer))
    assert answer.status_code == 200
    assert answer.json()["Fault"]["Error"][0]["code"] == "6190"


def test_other_methods_than_get_and_post_are_unsupported(api: Api) -> None:
    answer = api.http.delete(f"/v3/company/{api.realm}/invoice/1")

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == "500"


def test_a_posted_query_is_text(api: Api) -> None:
    answer = api.post("query", {"query": "select * from Customer"})

    assert answer.json()["Fault"]["Error"][0]["code"] == "1050"


def test_more_than_ten_thousand_lines_are_refused(api: Api) -> None:
    body = sale(None, "1")
    body["Line"] *= 10_001

    assert api.refusal("salesreceipt", body)["code"] == "6000"


@pytest.mark.parametrize(
    "given, sent_to",
    [({}, "jane@example.com"), ({"sendTo": "a@example.com,b@example.com"}, None)],
)
def test_a_document_is_mailed_and_says_so(
    api: Api, given: dict[str, str], sent_to: str | None
) -> None:
    invoice = api.invoice(api.customer(PrimaryEmailAddr={"Address": "jane@example.com"}))

    answer = api.http.post(
        f"/v3/company/{api.realm}/invoice/{invoice['Id']}/send",
        params=given,
        headers={"Content-Type": "application/octet-stream"},
    )

    sent = loads(answer.content)["Invoice"]
    assert sent["EmailStatus"] == "EmailSent"
    assert sent["BillEmail"] == {"Address": sent_to or given["sendTo"]}
    assert sent["DeliveryInfo"] == {
        "DeliveryType": "Email",
        "DeliveryTime": "2026-10-01T09:00:00-07:00",
    }
    assert sent["SyncToken"] == "1"
    assert sent["TotalAmt"] == 100
    assert api.save("invoice", sent)["SyncToken"] == "1"
    noted = {"Id": invoice["Id"], "SyncToken": "1", "sparse": True, "PrivateNote": "mailed"}
    assert api.save("invoice", noted)["DeliveryInfo"] == sent["DeliveryInfo"]


def test_a_document_without_an_address_is_not_mailed(api: Api) -> None:
    invoice = api.invoice(api.customer())["Id"]

    assert api.refusal(f"invoice/{invoice}/send", {})["code"] == "2380"
    assert api.refusal(f"invoice/{invoice}/send", {}, sendTo="nobody")["code"] == "2210"
    assert api.refusal("invoice/99/send", {}, sendTo="a@example.com")["code"] == "610"
    assert api.read(f"invoice/{invoice}")["EmailStatus"] == "NotSet"


def test_mail_is_sent_once_per_request_id(api: Api) -> None:
    payment = api.save(
        "payment", {"CustomerRef": {"value": api.customer()}, "TotalAmt": 5, "Line": []}
    )["Id"]

    first, second = (
        api.post(f"payment/{payment}/send", {}, sendTo="a@example.com", requestid="m-1")
        for _ in range(2)
    )

    assert first.status_code == 200
    assert first.content == second.content


def test_a_document_is_had_as_a_pdf(api: Api) -> None:
    customer = api.customer("Zoë (Ltd)")
    invoice = api.invoice(customer, "1200.50", "3", DocNumber="INV-7")["Id"]

    answer = api.http.get(
        f"/v3/company/{api.realm}/invoice/{invoice}/pdf", headers={"Accept": "application/pdf"}
    )

    content = answer.content
    place = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert answer.headers["content-type"] == "application/pdf"
    assert content.startswith(b"%PDF-1.4\n")
    assert content[place : place + 4] == b"xref"
    for shown in ("INV-7", "Zo\xeb \\(Ltd\\)", "1,200.50", "TOTAL USD", "1,203.50"):
        assert shown.encode("latin-1") in content


def test_a_pdf_of_nothing_is_refused_as_any_read(api: Api) -> None:
    assert api.get("invoice/99/pdf").json()["Fault"]["Error"][0]["code"] == "610"
    assert api.get("customer/1/pdf").json()["Fault"]["Error"][0]["code"] == "500"
