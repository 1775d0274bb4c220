"""The simulated ЮKassa: payments, the page on which a person pays, refunds, receipts, notifications."""
