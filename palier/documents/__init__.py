"""What a document shows, and the document as a PDF: invoices, credit notes, receipts of payments and of refunds.

Owns no table. Reads the frozen rows of billing and what the ledger says of them; the pages of clients and of staff, the
PDF and the mails all show the one value that it makes of them (docs/decisions/0014-one-value-for-page-and-pdf).
May ask billing, ledger, people, words and core.
"""
