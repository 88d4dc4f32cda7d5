"""The words of docs/benchmarks.md."""

HEAD = """# Benchmarks

Written by `make bench`; the numbers behind it are in [bench/results](../bench/results). All figures
come from one run on one machine, and those that matter are ratios or counts: they do not depend on
how fast that machine is.
"""

SECTIONS = {
    "exports": """
Orders have two taxed lines and are paid in full. A *warm* order is by a customer and of products
that QuickBooks knows: an invoice and a payment, two writes. A *cold* one brings a customer and two
products of its own: five writes. A batch holds 30 writes, so 2/30 and 5/30 of a call are what an
order costs when every batch is full.

Calls and reads per order are the slope between a run over 300 orders and a large one, each in a
company of its own; what does not grow is the fixed cost of a run: company, accounts, taxes, names
and changes, and the reports of the proof. The emulator counts the calls.

The script (`bench/plain.py`) exports the same orders to the same emulator with python-quickbooks,
as is usual: it looks up the customer and each product by name, creates what is missing, saves the
invoice, saves the payment. With the library's batch helper, invoices and payments go 30 at a time
and the look-ups stay. Warm orders go through the script all 3,000; since it does the same for every
order, 300 stand for the other three. A script that remembers names would save their look-ups, and
needs a way to notice when they change. The books must come out the same (invoices, payments,
income, receivables), or there is no result.
""",
    "speed": """
Writes that were begun, over ten minutes of the emulated clock (names: three), from a minute after
the first batch: without the burst that an idle minute allows, and over whole windows of the limit,
so that it does not matter where in a window they begin. The setting is 38 batches of 30 a minute;
QuickBooks allows 40. The limiter itself keeps to 60/62 of the setting (96.8 %), so that no window
of a minute ever holds more; see `store/rate_limiter.py`. The emulator refuses what is above
QuickBooks' limits with a 429, and a run in which it did that has no result.

The ten minutes of warm orders have in them what a long run has: functions that end after four
minutes and wait for their last answers before the next goes on, and the change from invoices to
payments, before which all invoices have to be answered. Each costs about one answer's time. At 15 s
a batch ten batches under way, which is what QuickBooks allows, are just 40 a minute, so there what
was lost cannot be made up for.

Names go one batch at a time, because QuickBooks refuses to add two names at once: so their rate is
one batch in the time of its answer, and no setting makes it more. A cold order needs three names
and two transactions.

The main thread decides, prepares and settles; what it needs per batch has to be less than what the
limit leaves per batch. *Busy* is the share of the whole run in which it computes or waits for a
store.
""",
    "cost": """
One run over 10,000 warm orders, from the start of the state machine to the stored proof, at a
second a batch. The ideal is 20,000 writes in batches of 30 at so many batches a minute.

The state machine is the one of `statemachine/`, interpreted in this process (`bench/machine.py`)
with the real handlers, so transitions, invocations and the ends of functions after their time are
those of the definition; a transition is a state entered or a task retried. Functions are billed by
the emulated clock, with the memory of `template.yaml`, without their cold starts (below: some 0.4 s
each, once a run).

Requests and units are counted at the ports, as the adapters make them; units by DynamoDB's rules
from the size of each item: 4 KB a read unit, consistent, half for an index; 1 KB a write unit,
twice in a transaction, and again for each index that the item is or was in. KMS is one decryption
an invocation.

Prices are in `bench/prices.py`, with source and date: us-east-1, on demand, no free tier. Storage,
logs and data transfer are not in them. Taking orders in is a webhook each: one request to API
Gateway, two functions (assumed 0.1 and 0.2 s), one object put and got, three requests to SQS, and
the units measured for storing its documents, and assumed for its outcome.
""",
    "lost": """
The same 3,000 warm orders. The connection is dropped instead of every fiftieth answer to a write,
the same ones each time (`Loss` in `bench/line.py`); where *it took effect*, QuickBooks had done all
that the call asked for. What is counted is invoices and payments by number, against what they
should be. Tillbook makes few calls, so it loses few answers, each of up to 30 documents. It runs
with default settings: what is unclear is looked up in the books; what is absent is sent again only
when the lost call can no longer commit (120 s). The time lost is against the run without losses.

The script has no retry of its own, so two habits are shown. *Sends again*: a lost answer is retried
until one comes, as a retry around `save()` does. *Goes on*: it is logged, and the next order
follows; the payment of an invoice whose id nobody knows is missing then. QuickBooks can save a
script from doubles: where it refuses a number that is taken the second invoice is refused (fault
6140; the script then takes the first), and so is a second payment of a paid invoice. The first
depends on the company, and not every kind of document has a number.

python-quickbooks can send a request id with a `save()`, which a script has to make up and to keep
before the call, and to give the same again after a crash; its batch helper cannot. The names in
these runs are remembered, since looking them up is not what is measured here.
""",
    "history": """
A run over 300 new warm orders of this month, in a company with so many documents of earlier months.
Five hundred orders go through the whole line; the rest are copies of all that they left in the
stores and in the books (records, revisions, links, intents, projection; invoices, payments and
their postings), each with ids, numbers and links of its own, spread over eight months. Then a sweep
counts and proves all of it, and has to find that it adds up: what does not fit together has no
result.

What is per order must not grow. The daily sweep reads everything once, so it does. A run also reads
the ledger of this month, and of the last until the tenth: that part grows with the month, not with
the history.
""",
    "emulator": """
`local/qbo` by itself, in one process and without a socket, with so many invoices stored. Rates are
of processor time, the quickest of ten rounds in which the sizes take turns; their ratio says
whether a request costs more in large books. Pages are taken from all over what is stored, by
`ORDERBY MetaData.LastUpdatedTime`. An invoice has two taxed lines.

With `--data` each create is in the file before it is answered. The start is that of the command
line, from nothing until it serves, the quickest of three; memory after it is that of the whole
process, and less than what the same invoices took, since objects are unpacked when they are first
wanted.
""",
    "rest": """
**Intake.** Our own time is processor time of the handler on stores in memory, 2,000 signed orders.
Over HTTP it is what a shop would see of the local cloud, 150 orders to warm functions; nearly all
of it is the local AWS endpoints.

**From batch to batch on the local cloud** is the least and the median time between the beginnings
of two batches of a run over 150 warm orders through the real state machine, handlers, threads and
adapters. The local AWS endpoints are slower than AWS and share the machine, so this is an upper
bound.

**Imports** are the least and the median of seven fresh interpreters, bytecode compiled, without the
start of the interpreter itself. Clients of AWS and of QuickBooks are imported by the first call
that needs them, and are not in it.
""",
}

METHOD = """
## How time is measured

The emulator enforces QuickBooks' limits and takes its time on a clock that only waiting moves:
0.4 s for a call and 20 ms for each item in it, a second for a full batch, where nothing else is
said. Our own time is put on that clock as well:

* processor time between two calls to the outside, as measured, stretched to the share of a
  processor that the function's memory buys;
* for each request to a store an assumed time: {get} ms to get an item, {many} ms to get up to a
  hundred or to put 25, {query} ms for a page of a query, {write} ms for a write, {transaction} ms
  for a transaction, {blob} ms for an object in S3. What the clients of AWS compute is in it.

Calls to QuickBooks that are under way side by side overlap on that clock, and so does what is
stored beside the main thread; what they compute does not: threads of a function share its
processor.
"""
