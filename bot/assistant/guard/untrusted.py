"""Text of documents, files and clients made harmless before it is put into a prompt, and counted when it tries."""

import re

from bot.assistant.guard.canon import plain

MAX_TEXT = 100_000

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORGED = (
    (re.compile(r"<\|([^|<>\n]{0,40})\|>"), r"‹\1›"),
    (re.compile(r"<(/?\s?[a-z_][\w:-]{0,40})((?:\s[^<>\n]{0,200})?/?)>", re.IGNORECASE), r"‹\1\2›"),
    (re.compile(r"\[(/?(?:inst|system|sys|user|assistant|tool)[^\]\n]{0,40})\]", re.IGNORECASE), r"(\1)"),
    (re.compile(r"<<(/?\w{1,20})>>"), r"‹\1›"),
    (re.compile(r"`{3,}|~{3,}"), "'''"),
    (
        re.compile(
            r"^([ \t>*_#-]*)((?:system|assistant|user|human|developer|tool|function|ai|система|системное сообщение|"
            r"ассистент|помощник|пользователь)[ \t*_]*)[:：]",
            re.IGNORECASE | re.MULTILINE,
        ),
        r"\1\2 —",
    ),
    (re.compile(r"\{\{|\}\}|\{%|%\}"), "{ "),
    (re.compile(r"\"(role|tool_calls?|function_call|name|arguments|content)\"\s?:\s?", re.IGNORECASE), r"\1 — "),
    (re.compile(r"^[ \t]*(?:-{3,}|={3,}|#{4,}|\*{3,}|_{3,})[ \t]*$", re.MULTILINE), ""),
)
_SIGNS = {
    "override": r"(?:игнорир\w+|забуд\w+|отмен\w+|не (?:следуй|обращай)\w*|"
    r"проигнорир\w+)\W+(?:\w+\W+){0,4}(?:инструкци\w+|правил\w+|указани\w+|промпт\w*|выше)|"
    r"(?:ignore|forget|disregard|override|bypass)\W+(?:\w+\W+){0,5}(?:instruction|rule|prompt|previous|above|"
    r"guideline|direction)\w*|новые инструкции|new instructions|теперь ты\b|you are now\b|from now on you",
    "prompt": r"(?:покажи|выведи|повтори|раскрой|переведи|напечатай|назови)\W+(?:\w+\W+){0,5}(?:промпт\w*|"
    r"инструкци\w+|системн\w+|правила)|"
    r"(?:show|print|repeat|reveal|output|translate|display)\W+(?:\w+\W+){0,5}(?:prompt|instructions|system message|"
    r"rules)|system prompt|системн\w+ промпт",
    "authority": r"(?:я|это) (?:директор|администратор|разработчик|владелец|руководитель)|режим (?:разработчика|"
    r"отладки|администратора)|(?:i am|i'm|this is) (?:the |your )?(?:ceo|admin\w*|developer|owner|"
    r"director)|developer mode|debug mode|admin mode|sudo\b",
    "roleplay": r"(?:представь|сыграй|притворись|давай поиграем|в роли)\b|\b(?:pretend|role-?play|act as|imagine you|"
    r"dan mode|jailbreak)\b",
    "secrets": r"(?:api[ -]?ключ\w*|токен\w*|парол\w+|api[ -]?key|secret key|password|access token)",
    "others": r"(?:друг\w+ клиент\w*|чуж\w+ (?:заказ\w*|данн\w+|переписк\w+)|другого клиента|other (?:client|"
    r"customer|user)s?|last (?:client|customer|caller))",
    "markup": r"<\|[^|]{1,20}\|>|\[/?inst\]|<<sys>>|^\s*(?:system|assistant)\s?:|\"role\"\s?:|tool_call",
    "exfiltration": r"!\[[^\]]*\]\(https?://|(?:отправь|send|post)\W+(?:\w+\W+){0,5}https?://",
}
_SUSPICIOUS = {name: re.compile(pattern, re.IGNORECASE | re.MULTILINE) for name, pattern in _SIGNS.items()}
_ENCODED = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}|(?:[01]{8}\s){4,}")


def defang(text: str) -> str:
    """The text of a document or a client with nothing that can pass for our delimiters, roles or tool calls.

    Its words stay as they are: at most `MAX_TEXT` characters, invisible and control ones dropped.
    """
    text = _CONTROL.sub("", _INVISIBLE.sub("", text[:MAX_TEXT]))
    for pattern, instead in _FORGED:
        text = pattern.sub(instead, text)
    return text


_ADDRESSED = re.compile(
    r"\b(?:ассистент\w*|помощник\w*|бот\w*|модел\w+|ии|нейросет\w+|assistant|ai|model|bot|llm|chatbot|"
    r"agent)\b\W+(?:\w+\W+){0,2}?"
    r"(?:должен|должна|обязан\w*|скажи(?:те)?|сообщи(?:те)?|сообщай(?:те)?|ответь(?:те)?|отвечай(?:те)?|"
    r"говори(?:те)?|предложи(?:те)?|дай(?:те)?|назови(?:те)?|называй(?:те)?|покажи|напиши|подтверди|"
    r"must|should|shall|has to|needs? to|always|never|tell|say|reply|respond|offer|give|write|output)\b|"
    r"\b(?:говори|говорите|сообщай|отвечай|скажи|сообщи|ответь|предлагай|предложи|назови|называй|упомяни|игнорируй|"
    r"утверждай|подтверждай|притворись)\b|\b(?:сообщайте|отвечайте|сообщите|предлагайте|подтверди|подтверждайте|"
    r"обещай\w*|дай|давай\w*|"
    r"tell|say|inform|reply|respond|answer|offer|give|confirm|mention|promise|"
    r"direct)\b\W+(?:\w+\W+){0,3}(?:клиент\w*|покупател\w*|пользовател\w*|всем|каждому|customers?|clients?|users?|"
    r"everyone|anyone)\b|"
    r"\b(?:инструкци\w+|указани\w+|промпт\w*|instructions?|note|message) (?:для|to|for) (?:the )?(?:ии|ассистент\w*|"
    r"помощник\w*|бот\w*|модел\w+|нейросет\w+|ai|assistant|model|bot|llm)\b|"
    r"^\W*(?:ai|ии|llm|assistant|ассистент\w*|помощник\w*|модел\w+|бот\w*|нейросет\w+)[- ]?(?:агент\w*|ассистент\w*|"
    r"agent|assistant)?\s*[:,]|"
    r"\b(?:при|на) (?:любой )?вопрос\w*\W+(?:\w+\W+){0,4}(?:сообщать|отвечать|говорить|называть|предлагать)\b|"
    r"\bв (?:каждом )?ответе (?:обязательно |всегда )?(?:скажи|укажи|напиши|упомяни|добавь)|\bin (?:your|every|each) "
    r"(?:answer|reply|response)\b",
    re.IGNORECASE,
)


_MACHINE = re.compile(
    r"\b(?:ассистент\w*|помощник\w*|бот\w*|модел\w+|ии|нейросет\w+|чат-?бот\w*|gpt|искусственн\w+ интеллект\w*)\b",
    re.IGNORECASE,
)
_COMMANDS = re.compile(
    r"\b(?:по)?(?:обещай|скажи|говори|сообщи|сообщай|ответь|отвечай|предложи|предлагай|назови|называй|дай|давай|"
    r"напиши|пиши|подтверди|подтверждай|упомяни|"
    r"покажи|раскрой|рекомендуй|советуй|утверждай|убеди|сделай|делай|выдай|пришли|отправь|считай|веди|притворись|"
    r"выполни|выполняй|следуй)\b",
    re.IGNORECASE,
)


def instructs(sentence: str) -> bool:
    """Whether a sentence of a document speaks to the assistant instead of informing the reader: it backs nothing."""
    if _MACHINE.search(sentence) and _COMMANDS.search(sentence):
        return True
    commands = ("override", "prompt", "roleplay", "markup")
    return _ADDRESSED.search(sentence) is not None or any(_SUSPICIOUS[kind].search(sentence) for kind in commands)


def suspicious(text: str) -> list[str]:
    """The kinds of attack a text looks like, for metrics only: a word alone never refuses a client."""
    clean = plain(text[:MAX_TEXT])
    found = [name for name, pattern in _SUSPICIOUS.items() if pattern.search(clean) or pattern.search(text[:MAX_TEXT])]
    if _INVISIBLE.search(text.replace("\ufe0f", "").replace("\u200d", "").replace("\u00ad", "")):
        found.append("invisible")
    if _ENCODED.search(text):
        found.append("encoded")
    return found
