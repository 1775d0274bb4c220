"""Consents under 152-ФЗ and 38-ФЗ: what is asked, in which version of the text, and how the answer is recorded.

Consent to processing personal data is asked when a contact is first needed; consent to marketing apart from it and
later. Every answer is kept, refusals too, with the version of the text, the time and the channel. No aiogram in here.
"""

from typing import Literal

from bot.company import Company
from bot.sales.leads import LeadDraft, Leads
from bot.turn import Turn

Kind = Literal["personal_data", "marketing"]
PERSONAL_DATA: Kind = "personal_data"
MARKETING: Kind = "marketing"


def version(company: Company, kind: Kind) -> str:
    """The version of the text shown today; a changed text needs a new version in the company file."""
    return company.consents[kind]


def record(
    leads: Leads, turn: Turn, draft: LeadDraft, company: Company, *, kind: Kind, granted: bool, channel: str
) -> None:
    """Keep the answer when the turn ends."""
    leads.record_consent(turn, draft, kind, granted, version(company, kind), channel)
