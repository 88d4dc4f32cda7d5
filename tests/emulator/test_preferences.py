"""Preferences that change how a company behaves, and who may change them."""

from typing import Any

import pytest

from local.qbo import Company, Emulator
from local.qbo.people.person import set_preferences
from tests.emulator.conftest import Api, line, sale


def accounting(company: Company, **values: Any) -> None:
    set_preferences(company, {"AccountingInfoPrefs": values})


def with_class(api: Api) -> tuple[str, dict[str, Any]]:
    id = api.save("class", {"Name": "Retail"})["Id"]
    return id, line("10.00", ClassRef={"value": id})


def test_a_sparse_update_merges_a_group_and_leaves_the_others(api: Api) -> None:
    before = api.read("preferences")

    after = api.save(
        "preferences",
        {
            "Id": "1",
            "SyncToken": before["SyncToken"],
            "sparse": True,
            "SalesFormsPrefs": {"AllowDeposit": False},
        },
    )

    assert after["SalesFormsPrefs"] == {**before["SalesFormsPrefs"], "AllowDeposit": False}
    assert after["AccountingInfoPrefs"] == before["AccountingInfoPrefs"]


def test_a_full_update_clears_the_groups_it_leaves_out(api: Api) -> None:
    before = api.read("preferences")
    groups = {"ReportPrefs": {"ReportBasis": "Cash"}}

    after = api.save("preferences", {"Id": "1", "SyncToken": before["SyncToken"], **groups})

    assert "SalesFormsPrefs" not in after
    assert after["ReportPrefs"] == {"ReportBasis": "Cash"}
    assert after["CurrencyPrefs"] == before["CurrencyPrefs"]


@pytest.mark.parametrize(
    "groups",
    [
        {"AccountingInfoPrefs": {"BookCloseDate": "2026-09-30"}},
        {"CurrencyPrefs": {"MultiCurrencyEnabled": True}},
        {"TaxPrefs": {"PartnerTaxEnabled": True}},
        {"OtherPrefs": {"NameValue": [{"Name": "WarnDuplicateBillNumber", "Value": "true"}]}},
    ],
)
def test_what_only_a_person_can_set_stays_as_it_was(api: Api, groups: dict[str, Any]) -> None:
    before = api.read("preferences")

    answer = api.post(
        "preferences", {"Id": "1", "SyncToken": before["SyncToken"], "sparse": True, **groups}
    )

    assert answer.status_code == 200
    assert api.read("preferences") == before


def test_a_preference_that_there_is_not_is_refused(api: Api) -> None:
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "ReportPrefs": {"Basis": "Cash"}}

    assert api.refusal("preferences", body)["code"] == "2010"


def test_classes_are_tracked_by_transaction_or_by_line_not_both(api: Api) -> None:
    books = {"ClassTrackingPerTxn": True, "ClassTrackingPerTxnLine": True}

    error = api.refusal(
        "preferences",
        {"Id": "1", "SyncToken": "0", "sparse": True, "AccountingInfoPrefs": books},
    )

    assert error["code"] == "6000"


def test_a_class_counts_on_the_line_where_lines_have_classes(api: Api, company: Company) -> None:
    id, wanted = with_class(api)
    header = {"ClassRef": {"value": id}}

    invoice = api.save("invoice", {**sale(api.customer()), "Line": [wanted, line("5")], **header})

    assert "ClassRef" not in invoice
    assert invoice["Line"][0]["SalesItemLineDetail"]["ClassRef"]["name"] == "Retail"
    splits = company.ledger.entries["Invoice", invoice["Id"]].splits
    assert [each.class_id for each in splits] == ["", id, ""]


def test_a_class_counts_for_all_lines_where_transactions_have_classes(
    api: Api, company: Company
) -> None:
    accounting(company, ClassTrackingPerTxn=True, ClassTrackingPerTxnLine=False)
    id, wanted = with_class(api)

    invoice = api.save(
        "invoice",
        {**sale(api.customer()), "Line": [wanted, line("5")], "ClassRef": {"value": id}},
    )

    assert invoice["ClassRef"]["name"] == "Retail"
    assert "ClassRef" not in invoice["Line"][0]["SalesItemLineDetail"]
    splits = company.ledger.entries["Invoice", invoice["Id"]].splits
    assert [each.class_id for each in splits] == ["", id, id]


def test_what_is_not_tracked_is_left_out_or_refused(
    api: Api, company: Company, emulator: Emulator
) -> None:
    _, wanted = with_class(api)
    shop = api.save("department", {"Name": "Shop"})["Id"]
    accounting(company, ClassTrackingPerTxnLine=False, TrackDepartments=False)
    body = {**sale(api.customer()), "Line": [wanted], "DepartmentRef": {"value": shop}}

    kept = api.save("invoice", body)
    emulator.switches.set("untracked_dimension", "refuse")

    assert "ClassRef" not in kept["Line"][0]["SalesItemLineDetail"]
    assert "DepartmentRef" not in kept
    assert api.refusal("invoice", body)["code"] == "6000"


def test_a_location_counts_for_the_whole_transaction(api: Api, company: Company) -> None:
    shop = api.save("department", {"Name": "Shop"})["Id"]

    invoice = api.save("invoice", {**sale(api.customer()), "DepartmentRef": {"value": shop}})

    splits = company.ledger.entries["Invoice", invoice["Id"]].splits
    assert {each.department_id for each in splits} == {shop}


def test_service_dates_and_quantities_can_be_turned_off(
    api: Api, company: Company, emulator: Emulator
) -> None:
    set_preferences(
        company,
        {
            "SalesFormsPrefs": {"AllowServiceDate": False},
            "ProductAndServicesPrefs": {"QuantityWithPriceAndRate": False},
        },
    )
    emulator.switches.set("quantities_turned_off", "drop")
    priced = line("10.00", ServiceDate="2026-09-01", Qty=2, UnitPrice=5)
    body = {**sale(api.customer()), "Line": [priced]}

    assert api.refusal("invoice", body)["code"] == "6000"
    emulator.switches.set("disabled_feature", "ignore")
    detail = api.save("invoice", body)["Line"][0]["SalesItemLineDetail"]

    assert not {"ServiceDate", "Qty", "UnitPrice"} & set(detail)


def test_other_preferences_are_set_by_name_and_the_rest_stay(api: Api, company: Company) -> None:
    before = company.preferences["OtherPrefs"]["NameValue"]
    path = f"/_emulator/companies/{api.realm}/preferences"

    def given(*pairs: object) -> int:
        return api.http.post(path, json={"OtherPrefs": {"NameValue": pairs}}).status_code

    assert given({"Name": "SFCEnabled", "Value": "false"}, {"Name": "Mine", "Value": "1"}) == 200
    assert company.other_preference("SFCEnabled") == "false"
    assert len(company.preferences["OtherPrefs"]["NameValue"]) == len(before) + 1
    assert given({"Name": "Mine", "Value": None}) == 200
    assert len(company.preferences["OtherPrefs"]["NameValue"]) == len(before)
    assert given({"Value": "1"}) == 400
