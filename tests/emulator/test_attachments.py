"""Attachments: notes and files on other objects, uploaded in parts and fetched by an address."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.qbo import Company, Emulator, Limits, ManualClock
from local.qbo.entities.files.attachables import MOST_BYTES
from local.qbo.faults import QboFault
from local.qbo.jsonio import loads
from local.qbo.state.storage import Storage
from local.qbo.wire.files import upload_call
from local.qbo.wire.http import Request
from tests.emulator.conftest import Api

PICTURE = bytes(range(256)) + b"\r\n--not a boundary\r\n\x85\x1c"


def on(kind: str, id: str) -> dict[str, Any]:
    return {"AttachableRef": [{"EntityRef": {"type": kind, "value": id}}]}


def upload(api: Api, *files: tuple[str, str, Any, bytes], **params: str) -> Any:
    """Upload files, each given by number, name, metadata and content; answers the response."""
    parts: list[tuple[str, Any]] = []
    for number, name, metadata, content in files:
        if metadata is not None:
            text = metadata if isinstance(metadata, str) else json.dumps(metadata)
            parts.append((f"file_metadata_{number}", ("attachment.json", text, "application/json")))
        parts.append((f"file_content_{number}", (name, content, "image/png")))
    response = api.http.post(f"/v3/company/{api.realm}/upload", files=parts, params=params or None)
    assert response.status_code == 200, response.text
    return loads(response.content)["AttachableResponse"]


def test_a_note_hangs_on_an_invoice_and_stays_when_that_is_gone(api: Api) -> None:
    invoice = api.invoice(api.customer())
    links = on("invoice", invoice["Id"])

    note = api.save("attachable", {"Note": "Call first", **links})

    assert note["Id"] == "5000000000000503624"
    assert note["AttachableRef"] == [
        {"IncludeOnSend": False, "EntityRef": {"type": "Invoice", "value": invoice["Id"]}}
    ]
    assert "TempDownloadUri" not in note
    assert api.get(f"download/{note['Id']}").status_code == 400
    api.save("invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    changed = api.save(
        "attachable", {"Id": note["Id"], "SyncToken": "0", "sparse": True, "Category": "Receipt"}
    )
    assert (changed["Note"], changed["SyncToken"]) == ("Call first", "1")
    gone = api.save("attachable", {"Id": note["Id"]}, operation="delete")
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": note["Id"]}
    assert api.get(f"attachable/{note['Id']}").status_code == 400


def test_an_attachable_is_found_by_what_it_hangs_on(api: Api) -> None:
    customer = api.customer()
    first, second = api.invoice(customer), api.invoice(customer)
    wanted = api.save("attachable", {"Note": "a", **on("Invoice", first["Id"])})
    api.save("attachable", {"Note": "b", **on("Invoice", second["Id"])})
    api.save("attachable", {"Note": "c", **on("Customer", customer)})

    found = api.query(
        "select * from Attachable where AttachableRef.EntityRef.Type = 'invoice' "
        f"and AttachableRef.EntityRef.value = '{first['Id']}'"
    )

    assert [each["Id"] for each in found["Attachable"]] == [wanted["Id"]]
    assert len(api.query("select * from attachable where Note = 'b'")["Attachable"]) == 1


def test_files_come_back_byte_for_byte_for_a_quarter_of_an_hour(
    emulator: Emulator, api: Api
) -> None:
    invoice = api.invoice(api.customer())

    answers = upload(
        api,
        ("01", "receipt.png", on("Invoice", invoice["Id"]), PICTURE),
        ("02", "lines.csv", {"FileName": "renamed.csv", "ContentType": "text/csv"}, b"a;b\n"),
        ("03", "alone.txt", None, b"hello\r\n"),
    )

    made = [each["Attachable"] for each in answers]
    assert [each["FileName"] for each in made] == ["receipt.png", "renamed.csv", "alone.txt"]
    assert [each["Size"] for each in made] == [len(PICTURE), 4, 7]
    assert made[1]["ContentType"] == "text/csv"
    uri = f"/v3/company/{api.realm}/download/{made[0]['Id']}"
    assert made[0]["FileAccessUri"] == uri
    address = api.get(f"download/{made[0]['Id']}")
    assert address.headers["content-type"].startswith("text/plain")
    assert address.text == made[0]["TempDownloadUri"]
    anyone = httpx.Client(transport=api.http._transport)
    fetched = anyone.get(address.text)
    assert (fetched.content, fetched.headers["content-type"]) == (PICTURE, "image/png")
    assert anyone.get(address.text.replace("Expires=", "Expires=9")).status_code == 403
    emulator.clock.advance(901)
    assert anyone.get(address.text).status_code == 403
    again = api.read(f"attachable/{made[0]['Id']}")["TempDownloadUri"]
    assert anyone.get(again).content == PICTURE
    noted = api.save(
        "attachable", {"Id": made[0]["Id"], "SyncToken": "0", "sparse": True, "Note": "n"}
    )
    assert noted["Size"] == len(PICTURE)
    api.save("attachable", {"Id": made[0]["Id"]}, operation="delete")
    assert anyone.get(again).status_code == 403


def test_a_file_in_base64_is_kept_decoded(api: Api) -> None:
    """As clients send it that put binary content into text."""
    text = (
        '\n--B\nContent-Disposition: form-data; name="file_metadata_01"\n'
        'Content-Type: application/json\n\n{"FileName": "a.txt"}\n\n--B\n'
        'Content-Disposition: form-data; name="file_content_01"\nContent-Type: text/plain\n'
        f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(PICTURE).decode()}\n\n--B--\n"
    )
    response = api.http.post(
        f"/v3/company/{api.realm}/upload",
        content=text,
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    made = loads(response.content)["AttachableResponse"][0]["Attachable"]
    assert api.http.get(made["TempDownloadUri"]).content == PICTURE


def test_a_bad_file_is_refused_alone_within_an_answer_that_says_200(api: Api) -> None:
    answers = upload(
        api,
        ("01", "no_detail.xml", on("Estimate", "75"), b"<a/>"),
        ("02", "run.exe", None, b"MZ"),
        ("03", "empty.pdf", None, b""),
        ("04", "a.pdf", "no json", b"%PDF"),
        ("05", "a.pdf", {"Wish": 1}, b"%PDF"),
        ("06", "good.pdf", None, b"%PDF"),
    )

    assert answers[0] == {
        "Fault": {
            "Error": [
                {
                    "Message": "A business validation error has occurred while processing your "
                    "request",
                    "Detail": "Business Validation Error: The entity Estimate 75 that you are "
                    "trying to link does not exist. Estimate 75",
                    "code": "6000",
                    "element": "",
                }
            ],
            "type": "ValidationFault",
        }
    }
    codes = [each["Fault"]["Error"][0]["code"] for each in answers[1:5]]
    assert codes == ["6041", "6041", "6040", "2010"]
    assert answers[5]["Attachable"]["FileName"] == "good.pdf"
    assert api.query("select count(*) from Attachable") == {"totalCount": 1}


def test_an_upload_repeated_under_its_request_id_is_one_file(api: Api) -> None:
    file = ("01", "a.txt", None, b"once")

    first = upload(api, file, requestid="u1")
    assert upload(api, file, requestid="u1") == first
    assert api.query("select count(*) from Attachable") == {"totalCount": 1}


@pytest.mark.parametrize(
    "body, code",
    [
        ({}, "6000"),
        ({"Note": "n", "AttachableRef": [{}]}, "2020"),
        ({"Note": "n", **on("Account", "35")}, "6050"),
        ({"Note": "n", **on("Wish", "1")}, "6050"),
        ({"Note": "n", **on("Invoice", "999")}, "6000"),
        ({"Note": "n" * 2001}, "2050"),
        ({"Note": "n", "Category": "Song"}, "2170"),
    ],
)
def test_a_note_that_cannot_be_is_refused(api: Api, body: dict[str, Any], code: str) -> None:
    assert api.refusal("attachable", body)["code"] == code


def test_an_upload_has_a_form_a_size_and_a_file(company: Company) -> None:
    def code(body: bytes, type: str = "multipart/form-data; boundary=B") -> str:
        with pytest.raises(QboFault) as refused:
            upload_call(Request("POST", "/upload", {}, {"content-type": type}, body))
        return refused.value.problems[0].code

    assert code(b"{}", "application/json") == "1050"
    assert code(b"") == "6020"
    assert code(bytes(MOST_BYTES + 1)) == "6030"
    assert code(b"--B\r\n\r\nno header\r\n--B--") == "6041"


def test_a_file_outlives_the_process_that_took_it(tmp_path: Path) -> None:
    def started() -> tuple[Storage, Api]:
        storage = Storage(tmp_path / "books.db")
        emulator = Emulator(clock=ManualClock(), limits=Limits.none(), seed=1)
        is_new = storage.is_new
        storage.load(emulator)
        if is_new:
            emulator.seed("us")
        return storage, Api(emulator)

    storage, api = started()
    made = upload(api, ("01", "a.png", None, PICTURE))[0]["Attachable"]
    storage.close()

    storage, api = started()
    address = api.read(f"attachable/{made['Id']}")["TempDownloadUri"]
    assert api.http.get(address).content == PICTURE
    storage.close()
