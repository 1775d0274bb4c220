"""What a file said, in the client's hands: shown, remembered until confirmed, put where a form asks for it."""

from typing import Any

from bot.assistant.extract import Facts
from bot.keyboards import Button, Read
from bot.sales.leads import LeadDraft
from bot.sales.price_model import Answer, Question
from bot.scenes import brief, brief_steps, codes
from bot.talk import Talk
from bot.texts import Html

NUMBERS = 10_000
"""Files are told apart by their message's number modulo this."""
EACH = "\n• "
"""Between two answers to the calculator, each on a line of its own."""
SHOWN = 300
"""Characters of the task that the client sees again."""


def summary(talk: Talk, facts: Facts) -> Html:
    """One line for each thing understood."""
    t, price_list = talk.t, talk.price_list
    packages = [one for one in map(price_list.package, facts.packages) if one is not None]
    contact = ", ".join(part for part in (facts.contact.name, facts.contact.phone, facts.contact.email) if part)
    lines = [
        ("file.services" if len(packages) > 1 else "file.service", ", ".join(one.title for one in packages)),
        ("file.answers", _answers(talk, facts) if len(packages) == 1 else ""),
        ("file.task", cut(facts.task)),
        ("file.deadline", _normal(talk, "deadline", facts.deadline)),
        ("file.budget", _normal(talk, "budget", facts.budget)),
        ("file.contact", contact if facts.contact.reachable else ""),
        ("file.inn", facts.inn),
    ]
    return Html("\n".join(t(key, text=text) for key, text in lines if text))


def buttons(talk: Talk, facts: Facts, number: int) -> list[Button]:
    """Count (one button a service), send to a person, «Не то»."""
    t, price_list = talk.t, talk.price_list
    rev = codes.revision(price_list)
    packages = [one for one in map(price_list.package, facts.packages) if one is not None]
    made = []
    for package in packages:
        alone = len(packages) == 1
        answers = codes.ahead(package, _given(facts)) if alone else codes.no_answers(package)
        label = t.plain("button.file_count") if alone else package.title
        press = Read(act="count", n=number, rev=rev, package=package.id, answers=answers)
        made.append(Button(label, press))
    for act, key in (("send", "button.file_send"), ("wrong", "button.file_wrong")):
        made.append(Button(t.plain(key), Read(act=act, n=number, rev="", package="", answers="")))
    return made


def remembered(facts: Facts, number: int) -> dict[str, Any]:
    """For the sealed position: what waits for the client's word."""
    found = facts.contact
    contact = ", ".join(part for part in (found.name, found.phone, found.email) if part) if found.reachable else ""
    kept = {"deadline": facts.deadline, "budget": facts.budget, "contact": contact}
    return {"n": number, **{name: text for name, text in kept.items() if text}}


async def keep_task(talk: Talk, facts: Facts) -> None:
    """The task reaches the managers whatever the client does next; what was told before stays in front."""
    if not facts.task:
        return
    draft = await talk.draft()
    task = facts.task if not facts.inn else talk.t.plain("file.task_kept", task=facts.task, inn=facts.inn)
    if task not in (draft.task or ""):
        draft.task = "\n\n".join(part for part in (draft.task, task) if part)[: brief_steps.LONGEST_TASK]
        talk.save(draft)


async def confirm(talk: Talk, number: int) -> str:
    """The client said that it was understood: the term and the budget are the lead's now. The contact that waits."""
    kept = talk.memory.file
    if kept.get("n") != number:
        return ""
    kept["sure"] = True
    draft = await talk.draft()
    if _fill(talk, draft, str(kept.get("deadline", "")), str(kept.get("budget", ""))):
        talk.save(draft)
    return str(kept.get("contact", ""))


async def ask_contact(talk: Talk) -> None:
    await brief.begin(talk, "contact")


async def into_form(talk: Talk, form: str, facts: Facts) -> bool:
    """Use what the open form asks for, and say what was used; False when there is nothing."""
    used = _into_calculator(talk, facts) if form == "calculator" else await _into_brief(talk, facts)
    if not used:
        return False
    if form == "calculator":
        await keep_task(talk, facts)
    lines = Html("\n".join(talk.t(key, text=text) for key, text in used))
    talk.first(talk.t("file.used", lines=lines))
    return True


def _into_calculator(talk: Talk, facts: Facts) -> list[tuple[str, str]]:
    package = talk.price_list.package(talk.memory.package)
    pairs = codes.answered(package, talk.memory.answers) if package is not None else None
    if package is None or pairs is None:
        return []
    used = []
    for question, answer in pairs:
        given = question.answer(facts.answers.get(question.id, ""))
        if answer is None and given is not None and not given.manager:
            talk.memory.answers = codes.with_answer(package, talk.memory.answers, question, given)
            used.append(_answer(question, given))
    return [("file.answers", EACH.join(used))] if used else []


async def _into_brief(talk: Talk, facts: Facts) -> list[tuple[str, str]]:
    draft = await talk.draft()
    used = []
    if facts.task and not draft.task:
        await keep_task(talk, facts)
        used.append(("file.task", cut(facts.task)))
    used += _fill(talk, draft, facts.deadline, facts.budget)
    if used:
        talk.save(draft)
    if facts.contact.phone or facts.contact.email:
        contact = remembered(facts, 0)["contact"]
        talk.memory.brief["contact"] = contact
        used.append(("file.contact", contact))
    return used


def _fill(talk: Talk, draft: LeadDraft, deadline: str, budget: str) -> list[tuple[str, str]]:
    """What the lead lacked and has now."""
    filled = []
    for name, key, said in (("deadline", "file.deadline", deadline), ("budget", "file.budget", budget)):
        text = _normal(talk, name, said)
        if text and not getattr(draft, name):
            setattr(draft, name, text)
            filled.append((key, text))
    return filled


def _normal(talk: Talk, step: str, said: str) -> str:
    """As the brief itself would write these words down; empty when it would ask again."""
    if not said:
        return ""
    text, problem = brief_steps.read(talk, step, said, strict=True)
    return "" if problem is not None else text


def _given(facts: Facts) -> dict[str, tuple[str, ...]]:
    return {question: (answer,) for question, answer in facts.answers.items()}


def _answers(talk: Talk, facts: Facts) -> str:
    package = talk.price_list.package(facts.packages[0])
    if package is None:
        return ""
    found = ((question, question.answer(facts.answers.get(question.id, ""))) for question in package.questions)
    return EACH.join(_answer(question, one) for question, one in found if one is not None and not one.manager)


def _answer(question: Question, given: Answer) -> str:
    """«Где он будет отвечать? Оба»: an answer alone says too little."""
    text = question.text.rpartition(" — ")[2]
    return f"{text[:1].upper()}{text[1:]} {given.title}"


def cut(text: str) -> str:
    """At most SHOWN characters, at a word."""
    if len(text) <= SHOWN:
        return text
    return text[: SHOWN - 1].rsplit(" ", 1)[0].rstrip(" ,.:;—–-") + "…"
