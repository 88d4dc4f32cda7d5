"""QuickBooks Online, pure: documents to requests, answers to links, faults to words.

customer, item, invoice, payment, credit_memo, refund_receipt   which field is set to what
sales_form, sales_lines, taxes, transactions                    what those share
mapping        create, update, void, delete or nothing; the link after an answer
projection     what the ledger must show for a document
identity       how an object of ours is found again; markers, owned: by what it is recognised
batch, jsontext, query, reports                                 the wire
company, readiness, names                                       what this company allows, and lacks
faults, fault_table                                             what a refusal means and who acts
"""
