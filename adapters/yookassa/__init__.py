"""ЮKassa: payments, refunds and receipts over HTTP, and what its notifications say."""
