"""Bodies recorded from the real service come out to the letter, but for ids, times and names.

The recordings are of several years; what has been added to answers since is left out of the
comparison by name.
"""

import re
from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.jsonio import dumps, loads
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, pay

#: Keys of today's answers that the older recordings do not have.
_LATER = ("ItemAccountRef",)
_ADDRESS = {
    "Line1": "4581 Finch St.",
    "City": "Bayshore",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94326",
}
_SHOWN_ADDRESS = (
    '{"Id":"2","Line1":"4581 Finch St.","City":"Bayshore","CountrySubDivisionCode":"CA",'
    '"PostalCode":"94326"}'
)
INVOICE = (
    '{"Invoice":{"AllowIPNPayment":false,"AllowOnlinePayment":false,'
    '"AllowOnlineCreditCardPayment":false,"AllowOnlineACHPayment":false,"domain":"QBO",'
    '"sparse":false,"Id":"266","SyncToken":"0","MetaData":{"CreateTime":'
    '"2020-09-29T05:58:07-07:00","LastUpdatedTime":"2020-09-29T05:58:07-07:00"},"CustomField":'
    '[{"DefinitionId":"1","Name":"Crew #","Type":"StringType"}],"DocNumber":"1001","TxnDate":'
    '"2020-09-29","CurrencyRef":{"value":"USD","name":"United States Dollar"},"LinkedTxn":[],'
    '"Line":[{"Id":"1","LineNum":1,"Amount":100.00,"DetailType":"SalesItemLineDetail",'
    '"SalesItemLineDetail":{"ItemRef":{"value":"1","name":"Services"},"TaxCodeRef":{"value":'
    '"NON"}}},{"Amount":100.00,"DetailType":"SubTotalLineDetail","SubTotalLineDetail":{}}],'
    '"TxnTaxDetail":{"TotalTax":0},"CustomerRef":{"value":"1","name":"Amy\'s Bird Sanctuary"},'
    f'"BillAddr":{_SHOWN_ADDRESS},"ShipAddr":{_SHOWN_ADDRESS},"DueDate":"2020-10-29","TotalAmt":'
    '100.00,"ApplyTaxAfterDiscount":false,"PrintStatus":"NeedToPrint","EmailStatus":"NotSet",'
    '"Balance":100.00},"time":"2020-09-29T05:58:07.300-07:00"}'
)
VOIDED = (
    INVOICE.replace('"SyncToken":"0"', '"SyncToken":"1"')
    .replace("100.00", "0")
    .replace('"LinkedTxn":[]', '"PrivateNote":"Voided","LinkedTxn":[]')
)
DELETED = (
    '{"Invoice":{"domain":"QBO","status":"Deleted","Id":"266"},'
    '"time":"2020-09-29T06:02:35.106-07:00"}'
)
CUSTOMER = (
    '{"Customer":{"Taxable":true,"Job":false,"BillWithParent":false,"Balance":0,'
    '"BalanceWithJobs":0,"CurrencyRef":{"value":"USD","name":"United States Dollar"},'
    '"PreferredDeliveryMethod":"Print","domain":"QBO","sparse":false,"Id":"70","SyncToken":"0",'
    '"MetaData":{"CreateTime":"2020-09-29T05:58:16-07:00","LastUpdatedTime":'
    '"2020-09-29T05:58:16-07:00"},"FullyQualifiedName":"Doe5, Jane","DisplayName":"Doe5, Jane",'
    '"PrintOnCheckName":"Doe5, Jane","Active":true,"DefaultTaxCodeRef":{"value":"2"}},"time":'
    '"2020-09-29T05:58:16.187-07:00"}'
)
ACCOUNT = (
    '{"Account":{"Name":"Fees Billed (deleted)","SubAccount":false,"FullyQualifiedName":'
    '"Fees Billed (deleted)","Active":false,"Classification":"Revenue","AccountType":"Income",'
    '"AccountSubType":"ServiceFeeIncome","CurrentBalance":0,"CurrentBalanceWithSubAccounts":0,'
    '"CurrencyRef":{"value":"USD","name":"United States Dollar"},"domain":"QBO","sparse":false,'
    '"Id":"5","SyncToken":"1","MetaData":{"CreateTime":"2015-10-01T14:42:07-07:00",'
    '"LastUpdatedTime":"2018-01-05T12:15:34-08:00"}},"time":"2020-09-29T06:03:07.889-07:00"}'
)
VENDOR = (
    '{"Vendor":{"Balance":0,"Vendor1099":false,"CurrencyRef":{"value":"USD","name":'
    '"United States Dollar"},"domain":"QBO","sparse":false,"Id":"71","SyncToken":"0","MetaData":'
    '{"CreateTime":"2020-09-29T08:13:18-07:00","LastUpdatedTime":"2020-09-29T08:13:20-07:00"},'
    '"DisplayName":"Boraski Family Store","PrintOnCheckName":"Boraski Family Store","Active":'
    'true},"bId":"bid1"}'
)
NOT_FOUND = (
    '{"Fault":{"Error":[{"Message":"Object Not Found","Detail":"Object Not Found : Something '
    "you're trying to use has been made inactive. Check the fields with accounts, customers, "
    'items, vendors or employees.","code":"610","element":""}],"type":"ValidationFault"},'
    '"bId":"bid2"}'
)
STALE = (
    '{"Fault":{"Error":[{"Message":"Stale Object Error","Detail":"Stale Object Error : You and '
    "Olivia Owner were working on this at the same time. Olivia Owner finished before you did, "
    'so your work was not saved.","code":"5010","element":""}],"type":"ValidationFault"},'
    '"bId":"bid3"}'
)
FOUND = (
    '{"QueryResponse":{"SalesReceipt":[{"domain":"QBO","sparse":false,"Id":"17","SyncToken":"1",'
    '"MetaData":{"CreateTime":"2015-10-06T15:12:39-07:00","LastUpdatedTime":'
    '"2020-09-29T06:00:44-07:00"},"CustomField":[{"DefinitionId":"1","Name":"Crew #","Type":'
    '"StringType"}],"DocNumber":"1002","TxnDate":"2020-09-29","CurrencyRef":{"value":"USD",'
    '"name":"United States Dollar"},"Line":[{"Id":"1","LineNum":1,"Description":"Custom Design",'
    '"Amount":337.50,"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":'
    '{"value":"1","name":"Services"},"UnitPrice":75,"Qty":4.5,"TaxCodeRef":{"value":"NON"}}},'
    '{"Amount":337.50,"DetailType":"SubTotalLineDetail","SubTotalLineDetail":{}}],'
    '"TxnTaxDetail":{"TotalTax":0},"TotalAmt":337.50,"ApplyTaxAfterDiscount":false,'
    '"PrintStatus":"NeedToPrint","EmailStatus":"NotSet","Balance":0,"DepositToAccountRef":'
    '{"value":"4","name":"Undeposited Funds"}}],"startPosition":1,"maxResults":1},"bId":"bid4"}'
)
BATCH = (
    f'{{"BatchItemResponse":[{VENDOR},{NOT_FOUND},{STALE},{FOUND}],'
    '"time":"2020-09-29T08:13:20.115-07:00"}'
)
_OF_A_LINE = (
    '{"name":"{http://schema.intuit.com/finance/v3}NameValue","declaredType":'
    '"com.intuit.schema.finance.v3.NameValue","scope":"javax.xml.bind.JAXBElement$GlobalScope",'
    '"value":{"Name":"%s","Value":"%s"},"nil":false,"globalScope":true,"typeSubstituted":false}'
)
PAYMENT = (
    '{"Payment":{"CustomerRef":{"value":"1","name":"Red Rock Diner"},"DepositToAccountRef":'
    '{"value":"4"},"TotalAmt":65.00,"UnappliedAmt":10.00,"ProcessPayment":false,"domain":"QBO",'
    '"sparse":false,"Id":"163","SyncToken":"0","MetaData":{"CreateTime":'
    '"2015-01-16T15:08:12-08:00","LastUpdatedTime":"2015-01-16T15:08:12-08:00"},"TxnDate":'
    '"2015-01-16","CurrencyRef":{"value":"USD","name":"United States Dollar"},"Line":[{"Amount":'
    '55.00,"LinkedTxn":[{"TxnId":"1","TxnType":"Invoice"}],"LineEx":{"any":['
    f"{_OF_A_LINE % ('txnId', '1')},{_OF_A_LINE % ('txnOpenBalance', '71.00')},"
    f"{_OF_A_LINE % ('txnReferenceNumber', '1024')}]}}}}]}},"
    '"time":"2015-07-28T10:39:00.000-07:00"}'
)
EXPIRED = (
    '{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":'
    '"message=AuthenticationFailed; errorCode=003200; statusCode=401","detail":'
    '"Token expired: AB01","code":"3200","element":null}],"type":"AUTHENTICATION"},"report":null,'
    '"queryResponse":null,"batchItemResponse":[],"attachableResponse":[],"syncErrorResponse":'
    'null,"requestId":null,"time":1601391072830,"status":null,"cdcresponse":[]}'
)
THROTTLED = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<IntuitResponse time="2017-07-30T22:45:22.933-07:00" '
    'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001">'
    "<Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message><Detail>"
    "The request limit was reached.  Try again later</Detail></Error></Fault></IntuitResponse>"
)


def letters(text: str) -> str:
    """The text with ids and times made alike, and without what was added later."""
    if text.startswith("{"):
        text = dumps(_without_later(loads(text.encode())))
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+-0[78]:00", "<time>", text)
    text = re.sub(r'("(?:TxnDate|DueDate)"):"[\d-]+"', r'\1:"<day>"', text)
    text = re.sub(r'"time":\d+', '"time":<millis>', text)
    text = re.sub(r"Token expired: [\w.]+", "Token expired: <token>", text)
    return re.sub(r'"Id":"\d+"', '"Id":"<id>"', text)


def _without_later(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_later(each) for each in value]
    if isinstance(value, dict):
        return {k: _without_later(v) for k, v in value.items() if k not in _LATER}
    return value


@pytest.fixture
def sandbox(company: Company) -> Company:
    """The company set up as the one that was recorded: numbers by itself, a custom field."""
    use = {"Name": "SalesFormsPrefs.UseSalesCustom1", "Type": "BooleanType", "BooleanValue": True}
    name = {"Name": "SalesFormsPrefs.SalesCustomName1", "Type": "StringType"}
    fields = [{"CustomField": [use]}, {"CustomField": [{**name, "StringValue": "Crew #"}]}]
    set_preferences(company, {"SalesFormsPrefs": {"CustomTxnNumbers": False}})
    set_preferences(company, {"SalesFormsPrefs": {"CustomField": fields}})
    return company


@pytest.fixture
def invoice(api: Api, sandbox: Company) -> str:
    """The text of the answer to the recorded request."""
    api.customer("Amy's Bird Sanctuary", BillAddr=_ADDRESS, ShipAddr=_ADDRESS)
    detail = {"ItemRef": {"value": "1", "name": "Services"}}
    sold = {"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return api.post("invoice", {"Line": [sold], "CustomerRef": {"value": "1"}}).text


def test_an_invoice(invoice: str) -> None:
    assert letters(invoice) == letters(INVOICE)


def test_a_voided_and_a_deleted_invoice(api: Api, invoice: str) -> None:
    id = loads(invoice.encode())["Invoice"]["Id"]

    voided = api.post("invoice", {"Id": id, "SyncToken": "0"}, operation="void")
    deleted = api.post("invoice", {"Id": id, "SyncToken": "1"}, operation="delete")

    assert letters(voided.text) == letters(VOIDED)
    assert letters(deleted.text) == letters(DELETED)


def test_a_customer(api: Api) -> None:
    assert letters(api.post("customer", {"DisplayName": "Doe5, Jane"}).text) == letters(CUSTOMER)


def test_a_deactivated_account_also_when_nothing_changes(api: Api) -> None:
    made = {"Name": "Fees Billed", "AccountType": "Income", "AccountSubType": "ServiceFeeIncome"}
    id = api.save("account", made)["Id"]
    gone = {"Id": id, "sparse": True, "Active": False}

    first = api.post("account", {**gone, "SyncToken": "0", "Name": "Fees Billed"})
    second = api.post("account", {**gone, "SyncToken": "1", "Name": "Fees Billed (deleted)"})

    assert letters(first.text) == letters(second.text) == letters(ACCOUNT)


def test_a_payment_tells_what_its_lines_settle(api: Api) -> None:
    customer = api.customer("Red Rock Diner")
    invoice = api.invoice(customer, "71", DocNumber="1024")["Id"]

    answer = api.post("payment", pay(customer, "65", ("Invoice", invoice, "55")))

    assert letters(answer.text) == letters(PAYMENT)
    echoed = {**loads(answer.content)["Payment"], "PrivateNote": "as it was read"}
    assert api.save("payment", echoed)["SyncToken"] == "1"


def test_a_batch_with_two_refusals(api: Api, invoice: str) -> None:
    sold = line("337.50", UnitPrice=75, Qty=loads(b"4.5"))
    receipt = api.save("salesreceipt", {"Line": [{**sold, "Description": "Custom Design"}]})
    named = {"sparse": True, "Id": receipt["Id"]}
    api.save("salesreceipt", {**named, "SyncToken": "0", "PrivateNote": "x"})
    api.save("salesreceipt", {**named, "SyncToken": "1", "PrivateNote": ""})

    answer = api.post(
        "batch",
        {
            "BatchItemRequest": [
                {
                    "bId": "bid1",
                    "operation": "create",
                    "Vendor": {"DisplayName": "Boraski Family Store"},
                },
                {
                    "bId": "bid2",
                    "operation": "delete",
                    "Invoice": {"Id": "129", "SyncToken": "0"},
                },
                {
                    "bId": "bid3",
                    "operation": "update",
                    "SalesReceipt": {
                        **named,
                        "domain": "QBO",
                        "SyncToken": "0",
                        "PrivateNote": "A private note.",
                    },
                },
                {"bId": "bid4", "Query": "select * from SalesReceipt where TotalAmt > '300.00'"},
            ]
        },
    )

    recorded = BATCH.replace('"Id":"17","SyncToken":"1"', '"Id":"17","SyncToken":"2"')
    assert answer.status_code == 200
    assert letters(answer.text) == letters(recorded)


def test_an_expired_token(api: Api, emulator: Emulator) -> None:
    emulator.clock.advance(3600)

    answer = api.get("customer/1")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    assert letters(answer.text) == letters(EXPIRED)


def test_a_throttled_call(api: Api, emulator: Emulator) -> None:
    emulator.inject("throttled")

    assert letters(api.get("customer/1").text) == letters(THROTTLED)


def test_a_refused_grant(api: Api) -> None:
    answer = api.http.post(
        "/oauth2/v1/tokens/bearer",
        data={"grant_type": "authorization_code", "code": "x", "redirect_uri": "https://a.b/"},
        auth=("demo-client-id", "demo-client-secret"),
    )

    assert answer.content == b'{"error":"invalid_grant"}'
    assert answer.headers["content-length"] == "25"
