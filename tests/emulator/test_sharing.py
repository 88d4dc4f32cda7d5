"""What thousands of objects have in common is kept once, and stays what each of them said."""

from decimal import Decimal

from local.qbo import Company
from tests.emulator.conftest import Api, line

ADDRESS = {"Line1": "1 Main St", "City": "Austin", "PostalCode": "73301"}


def test_equal_parts_of_two_objects_are_kept_once(api: Api, company: Company) -> None:
    customer = api.customer()
    ids = [api.invoice(customer, "10.00", ShipAddr=ADDRESS)["Id"] for _ in range(2)]

    one, other = (company.row("Invoice", id).data for id in ids)

    assert one["ShipAddr"] is other["ShipAddr"]
    assert one["CustomerRef"] is other["CustomerRef"]
    assert one["TotalAmt"] is other["TotalAmt"]


def test_numbers_that_are_equal_keep_their_own_digits(api: Api) -> None:
    for digits in ("2", "2.0", "2.00"):
        made = api.save("salesreceipt", {"Line": [line("10", Qty=Decimal(digits))]})
        shown = api.get(f"salesreceipt/{made['Id']}").text
        assert f'"Qty":{digits},' in shown or f'"Qty":{digits}}}' in shown


def test_a_change_of_one_object_leaves_those_alone_that_said_the_same(api: Api) -> None:
    customer = api.customer()
    first, second = (api.invoice(customer, "10", ShipAddr=ADDRESS) for _ in range(2))
    moved = {**ADDRESS, "City": "Dallas"}
    head = {"Id": first["Id"], "SyncToken": "0", "sparse": True}

    api.save("invoice", {**head, "ShipAddr": moved})

    assert api.read(f"invoice/{first['Id']}")["ShipAddr"]["City"] == "Dallas"
    assert api.read(f"invoice/{second['Id']}")["ShipAddr"]["City"] == "Austin"
