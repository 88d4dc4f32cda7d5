"""Every key of both tables is built here, and nowhere else.

ConnectionsTable                                     SyncTable (c = connection id)
  CONNECTION#c       | CONNECTION   the connection     c#EVENT        | event key         outcome
                     | SETTINGS     settings           c#RECORD#kind  | record key        record
                     | TOKENS       sealed tokens      c#DOCUMENT#kind| record#version..  revision
                     | LEASE        run lease, fence   c#PENDING#kind | date#record key   pointer
                     | COMPANY, IMPORT  and its state  c#INTENT       | intent id         intent
                     | CHANNEL#ch   channel listing    c#OPEN         | intent id         pointer
  CHANNEL#ch         | CHANNEL      what intake reads  c#RUN          | run id            run
  ORGANISATION#o     | CONNECTION#c listing            c#NOTICE       | time#id           notice
  CONNECTIONS        | CONNECTION#c listing of all     c#AUDIT        | time#id           audit
  REALM#r            | REALM        who is connected   c#PROJECTION   | month#account     postings
                     | LIMITS       shared counter     c#PROOF        | part              reconciled
  AUTHORIZATION#h    | AUTHORIZATION OAuth state       c#ASIDE        | record key       left out
  c#REFERENCE#list   | name or id   imported names     c#START        | START             next run
                                                       c#KEPT         | record key        pointer
                                                       REALM#r#BOOKS  | object id         our link
"""

from typing import TYPE_CHECKING

from tillbook.ports import Key, Table

if TYPE_CHECKING:  # intake builds keys and must start without loading the document model
    from tillbook.domain.documents import Kind


def connection(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", "CONNECTION")


def settings(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", "SETTINGS")


def tokens(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", "TOKENS")


def lease(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", "LEASE")


def company(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", "COMPANY")


def company_part(connection_id: str, number: int) -> Key:
    """What does not fit in the company's own item."""
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", f"COMPANY#{number}")


def importing(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", "IMPORT")


def channel(channel_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CHANNEL#{channel_id}", "CHANNEL")


def connection_channel(connection_id: str, channel_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}", f"CHANNEL#{channel_id}")


def organisation_connection(organisation: str, connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"ORGANISATION#{organisation}", f"CONNECTION#{connection_id}")


def listed_connection(connection_id: str) -> Key:
    return Key(Table.CONNECTIONS, "CONNECTIONS", f"CONNECTION#{connection_id}")


def realm(realm_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"REALM#{realm_id}", "REALM")


def freed(realm_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"REALM#{realm_id}", "FREED")


def limits(realm_id: str) -> Key:
    return Key(Table.CONNECTIONS, f"REALM#{realm_id}", "LIMITS")


def authorization(state_hash: str) -> Key:
    return Key(Table.CONNECTIONS, f"AUTHORIZATION#{state_hash}", "AUTHORIZATION")


def reference(connection_id: str, list_name: str, entry: str) -> Key:
    return Key(Table.CONNECTIONS, f"CONNECTION#{connection_id}#REFERENCE#{list_name}", entry)


def event(connection_id: str, event_key: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#EVENT", event_key)


def record(connection_id: str, record_key: str) -> Key:
    kind = record_key.rpartition("-")[0]
    return Key(Table.SYNC, f"{connection_id}#RECORD#{kind}", record_key)


def document(connection_id: str, record_key: str, version: str, content: str) -> Key:
    kind = record_key.rpartition("-")[0]
    return Key(
        Table.SYNC,
        f"{connection_id}#DOCUMENT#{kind}",
        f"{record_key}#{version}#{content[:16]}",
    )


def pending(connection_id: str, kind: "Kind", date: str, record_key: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#PENDING#{kind}", f"{date}#{record_key}")


def kept(connection_id: str, record_key: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#KEPT", record_key)


def intent(connection_id: str, intent_id: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#INTENT", intent_id)


def open_intent(connection_id: str, intent_id: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#OPEN", intent_id)


def run(connection_id: str, run_id: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#RUN", run_id)


def start(connection_id: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#START", "START")


def notice(connection_id: str, notice_id: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#NOTICE", notice_id)


def audit(connection_id: str, entry_id: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#AUDIT", entry_id)


def projection(connection_id: str, month: str, account: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#PROJECTION", f"{month}#{account}")


def proof(connection_id: str, part: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#PROOF", part)


def aside(connection_id: str, record_key: str) -> Key:
    return Key(Table.SYNC, f"{connection_id}#ASIDE", record_key)


def book(realm_id: str, object_type: str, object_id: str) -> Key:
    """Link by realm, kept when a connection is deleted. QuickBooks shares ids among all
    transaction types, so they are found as type 'Txn'."""
    return Key(Table.SYNC, f"REALM#{realm_id}#BOOKS", f"{object_type}#{object_id}")
