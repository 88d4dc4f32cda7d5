"""What the books have to show after a test, whatever went wrong on the way."""

from collections import Counter
from collections.abc import Iterable

from tests.workflow.conftest import Tenant


def check_one_effect_each(tenant: Tenant, orders: Iterable[int]) -> None:
    """Each paid order is one invoice with one payment, each buyer one customer, nothing is owed
    twice, and the proof that the last run made says so."""
    numbers = {f"#{number}" for number in orders}
    company = tenant.company
    invoices = company.objects("Invoice")
    assert Counter(one["DocNumber"] for one in invoices) == Counter(numbers)
    assert {float(one["Balance"]) for one in invoices} == {0}
    assert len(company.objects("Payment")) == len(numbers)
    for entity, name in (("Customer", "DisplayName"), ("Item", "Name")):
        names = Counter(one[name] for one in company.objects(entity))
        assert set(names.values()) == {1}, entity
    proof = tenant.client.get(f"{tenant.path}/reconciliation")
    assert proof["agrees"] is True, proof["differences"]
    assert proof["completeness"]["adds_up"] is True
    assert proof["completeness"]["records"]["completed"] == proof["completeness"]["documents"]
