"""Names and text as QuickBooks takes them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.quickbooks.builders import UK, US, customer, product
from tillbook.quickbooks.names import (
    NAME_LENGTH,
    clean_name,
    clean_text,
    cut,
    cut_with_suffix,
    display_name_candidates,
    item_name_candidates,
    link_by_name,
    name_key,
)

names = st.text(min_size=1, max_size=1000)


@pytest.mark.parametrize(
    "text, expected, why",
    [
        ("Acme: Ltd", "Acme - Ltd", "a colon separates parents from children"),
        ("  a\tb\nc  ", "a b c", "one line, single spaces"),
        ("Café Zürich", "Café Zürich", "Latin-1 stays"),
        ("Łódź “x” – €5…", 'Lódz "x" - EUR5...', "plain forms"),
        ("🎉 Party ☕", "Party", "no plain form"),
        ("Ｆｕｌｌ", "Full", "compatibility forms"),
        ("a\u200bb\x07", "ab", "unseen characters"),
        ("👩‍🎤", "", "nothing is left"),
    ],
)
def test_a_us_company_gets_what_it_can_store(text: str, expected: str, why: str) -> None:
    assert clean_name(text, US) == expected, why


def test_elsewhere_letters_of_all_scripts_stay_and_emoji_go() -> None:
    assert clean_name("株式会社 Łódź 🎉", UK) == "株式会社 Łódź"


def test_free_text_keeps_its_lines() -> None:
    assert clean_text("one: \r\ntwo\n", US) == "one:\ntwo"


def test_a_cut_text_says_so_and_a_cut_name_keeps_its_suffix() -> None:
    assert cut("abcdefghij", 8) == "abcde..."
    assert cut_with_suffix("x" * 200, " (7f3a)") == "x" * 93 + " (7f3a)"


@given(names)
def test_every_candidate_is_a_name_that_quickbooks_takes(name: str) -> None:
    given_customer = customer(name=name, company="Acme: Ltd", email="a@example.com")
    found = [*display_name_candidates(given_customer, US)]
    found += item_name_candidates(product(name=name, sku="S:1"), US)

    for candidate in found:
        assert 0 < len(candidate) <= NAME_LENGTH
        assert candidate == candidate.strip()
        assert not set(candidate) & set(":\t\n\r")
        candidate.encode("latin-1")


@given(names)
def test_candidates_are_the_same_every_time_and_differ_from_each_other(name: str) -> None:
    one = [*display_name_candidates(customer(name=name), US)]

    assert one == [*display_name_candidates(customer(name=name), US)]
    assert len({name_key(candidate) for candidate in one}) == len(one)


def test_candidates_go_from_what_people_know_to_what_is_unique() -> None:
    found = [*display_name_candidates(customer(company="Doe & Sons", email="j@doe.com"), US)]

    assert found[:3] == ["Jane Doe", "Jane Doe (Doe & Sons)", "Jane Doe (j@doe.com)"]
    assert found[3].startswith("Jane Doe (")


def test_customers_of_one_name_end_in_different_names() -> None:
    long = "A" * 1000
    last = [
        [*display_name_candidates(customer(id=str(number), name=long), US)][-1]
        for number in range(20)
    ]

    assert len(set(last)) == 20


def test_a_product_is_told_apart_by_its_sku() -> None:
    found = [*itertools.islice(item_name_candidates(product(), US), 2)]

    assert found == ["Blue mug", "Blue mug (MUG-B)"]


@pytest.mark.feature(
    "INV-013",
    note="Two customers of one name become one only where their e-mail addresses do not differ.",
)
@pytest.mark.parametrize(
    "ours, theirs, links",
    [
        (None, None, True),
        ("a@example.com", None, True),
        (None, "a@example.com", True),
        ("A@example.com", "a@Example.com ", True),
        ("a@example.com", "b@example.com", False),
    ],
)
def test_a_customer_of_the_same_name_is_the_same_unless_the_addresses_differ(
    ours: str | None, theirs: str | None, links: bool
) -> None:
    existing = {"DisplayName": "Jane Doe", "Active": True}
    if theirs:
        existing["PrimaryEmailAddr"] = {"Address": theirs}

    assert link_by_name(customer(email=ours), existing) is links


def test_an_inactive_customer_is_never_linked() -> None:
    assert not link_by_name(customer(), {"DisplayName": "Jane Doe", "Active": False})
