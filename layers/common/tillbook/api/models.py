"""Requests and answers of the HTTP API. Answers are made from what the store holds; money and other
decimals are text in JSON, so that no reader rounds them."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from tillbook.domain.documents import Kind
from tillbook.store.channels import ChannelKind
from tillbook.store.connections import State

T = TypeVar("T")
ShownStatus = Literal["pending", "completed", "failed", "skipped"]


class Request(BaseModel):
    """Unknown fields are refused, so that a misspelt one is an error and not a loss."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[T]):
    items: list[T]
    cursor: str | None = Field(description="Give it as ?cursor= for the next page; null at the end")


class FindingAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    field: str
    message: str
    cure: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FindingAnswer] = []
    active_run: str | None = None
    error_id: str | None = None


# Connections


class NewConnection(Request):
    name: Annotated[str, Field(min_length=1, max_length=100)]


class ConnectionAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    state: State
    created_at: str
    created_by: str
    realm_id: str | None = Field(description="The QuickBooks company, once connected")
    company_name: str | None
    country: str | None
    currency: str | None
    connected_at: str | None
    connected_by: str | None


class FlowAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: str
    quickbooks: str
    direction: str


class ConnectionDetail(ConnectionAnswer):
    data_flow: list[FlowAnswer]
    readiness: list[FindingAnswer] = Field(description="What is missing; empty when ready")
    active_run: str | None


class PartingAnswer(BaseModel):
    state: State
    revoked: bool | None = Field(description="null where there was nothing to revoke")
    message: str


# QuickBooks


class AuthorizeAnswer(BaseModel):
    authorize_url: str = Field(description="Send the person's browser there")


class CompleteRequest(Request):
    state: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="As it is in authorize_url and in the redirect to the console"
    )


# Channels


class NewChannelRequest(Request):
    kind: ChannelKind
    name: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="For people; of a feed, also part of its documents' source"
    )
    secret: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        None, description="Shopify: the app's client secret. Feed: left out, one is made"
    )
    shop: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="Shopify: name.myshopify.com; others' deliveries are then refused"
    )


class ChannelAnswer(BaseModel):
    id: str
    kind: ChannelKind
    name: str
    source: str | None
    created_at: str
    webhook_url: str


class NewChannelAnswer(ChannelAnswer):
    secret: str | None = Field(description="Shown this once, where Tillbook made it")


# Documents, events, runs, records


class DocumentsRequest(Request):
    documents: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500)]


class DocumentAnswer(BaseModel):
    index: int
    status: Literal["accepted", "unchanged", "superseded", "refused"]
    record: str | None
    errors: list[FindingAnswer]


class DocumentsAnswer(BaseModel):
    results: list[DocumentAnswer]


class EventAnswer(BaseModel):
    id: str
    channel: str
    topic: str
    title: str = Field(description="What it is about, as far as it can be read: order #1024.")
    received_at: str
    outcome: Literal["translated", "ignored", "superseded", "failed", "queued"]
    reason: str | None
    cure: str | None
    documents: list[dict[str, Any]] = Field(description="record, title and result of each")
    translated_at: str | None


class EventDetail(EventAnswer):
    source: str
    headers: dict[str, str]
    body: str | None = Field(description="As received; null where it is not text")


class ReplayAnswer(BaseModel):
    id: str
    outcome: Literal["queued"] = "queued"


class NewRun(Request):
    direction: Literal["both", "import", "export", "adopt", "sweep"] = Field(
        "both",
        description="Before it exports, adopt looks through all of the company's transactions "
        "since the start of exports for those that Tillbook made, and links them. A sweep sends "
        "nothing: it compares everything that is stored, mends what it can and proves the books "
        "whole. One a day starts by itself",
    )


class RunAnswer(BaseModel):
    id: str
    direction: str
    status: str
    started_by: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    error: str | None
    counts: dict[str, Any] = Field(
        description="Per kind: sent, linked, failed, waiting, skipped. Of a sweep: events "
        "requeued, items repaired, findings that take a person"
    )
    waiting_for: str | None = Field(description="Why it does not get on right now")
    batches: int = Field(description="Calls to QuickBooks that write, each counted as one")
    reads: int


class LinkAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    entity: str
    id: str
    sync_token: str


class RecordAnswer(BaseModel):
    id: str
    kind: Kind
    source: str
    source_id: str
    title: str
    date: str | None
    status: ShownStatus
    sending: bool
    reason: str | None
    cure: str | None
    who: str | None = Field(description="Who has to act.")
    quickbooks_said: str | None = Field(description="QuickBooks' own words, with its call id.")
    edited_in_quickbooks: bool = Field(description="Someone changed there what Tillbook wrote.")
    kept: list[str] = Field(
        description="What of it stays as someone changed it there (e-mail, lines), by "
        "settings.conflicts or because it was skipped."
    )
    overwritten: list[str] = Field(
        description="What of it Tillbook wrote over, by settings.conflicts."
    )
    total: str | None
    currency: str | None
    quickbooks: LinkAnswer | None
    created_at: str
    updated_at: str


class AttemptAnswer(BaseModel):
    """One time that it was sent; payload and answer are kept for some weeks."""

    at: str
    operation: str
    outcome: Literal["done", "refused", "absent"]
    request_id: str
    payload: dict[str, Any] | None
    answer: dict[str, Any] | None


class RecordDetail(RecordAnswer):
    version: str
    sent_version: str | None
    document: dict[str, Any] | None
    attempts: list[AttemptAnswer]


class Why(Request):
    why: Annotated[str, Field(max_length=500)] = ""


class RetryFailed(Why):
    kind: Kind | None = None


class RetriedAnswer(BaseModel):
    retried: int


class NoticeAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    at: str
    subject: str
    text: str
    read_at: str | None
    read_by: str | None


class ReferenceAnswer(BaseModel):
    """An account or a tax code of the company."""

    id: str
    name: str
    active: bool
    type: str | None = Field(None, description="Accounts: QuickBooks' AccountType.")
    subtype: str | None = Field(None, description="Accounts: QuickBooks' AccountSubType.")
