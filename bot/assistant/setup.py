"""Puts the assistant together from the settings; None when no model is configured."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.assistant.agent import Assistant
from bot.assistant.cache import AnswerCache
from bot.assistant.context import Context
from bot.assistant.guard.lock import Guard
from bot.assistant.guard.topics import service_names
from bot.assistant.memory import Recall
from bot.assistant.meter import Meter
from bot.assistant.prompts import source
from bot.assistant.small import SmallTasks
from bot.assistant.vendors import vendors_of

if TYPE_CHECKING:
    from bot.services import Services

TOOLS = ("search_knowledge", "calculate_price", "call_times", "offer_step", "offer_person")
PROMPTS = ("assistant", "question", "again", "summary", "rerank")


def build_assistant(services: "Services") -> Assistant | None:
    """The assistant of this process, with the vendors that have a key."""
    settings = services.settings
    vendors = vendors_of(settings)
    if not vendors:
        return None
    meter = Meter(
        services.db,
        services.clock,
        zone=services.company.calendar.zone,
        day_limit=Decimal(str(settings.llm_day_budget)),
        talk_limit=Decimal(str(settings.llm_talk_budget)),
    )
    recall = Recall(services.db, services.keys, services.clock)
    small = SmallTasks(vendors, meter)
    recall.serve(services.jobs, small.summarise)
    context = Context(
        clock=services.clock,
        company=services.company,
        price_list=services.price_list,
        searcher=services.searcher,
        recall=recall,
        rerank=small.rerank if settings.llm_rerank else None,
        models=",".join(vendor.model_name for vendor in vendors),
    )
    guard = Guard(
        secrets=_secrets(services),
        prompts=[source(name) for name in PROMPTS],
        internal=TOOLS,
        services=service_names(services.price_list),
    )
    cache = AnswerCache(services.cache, enabled=settings.answer_cache)
    return Assistant(vendors, settings=settings, context=context, guard=guard, meter=meter, cache=cache)


def _secrets(services: "Services") -> Iterable[str]:
    """Every secret of this installation: none of them may stand in an answer."""
    for name in type(services.settings).model_fields:
        value = getattr(services.settings, name)
        if isinstance(value, SecretStr) and value.get_secret_value():
            yield value.get_secret_value()
