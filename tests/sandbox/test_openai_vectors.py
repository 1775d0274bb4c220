"""Embeddings: near where the meaning is near, within OpenAI's limits; and transcriptions and the list of models."""

import base64
import struct
from typing import Any

import pytest
from models_kit import PNG, Models, data_url

from sandbox.llm.prompt import mark
from sandbox.openai.audio import spoken, spoken_ogg

EMBEDDINGS = "/openai/v1/embeddings"
SAME = [
    ("Сколько стоит разработка чат-бота?", "Какая цена на создание бота"),
    ("Можно платить в рассрочку?", "Есть ли оплата частями"),
    ("Как долго делается сайт?", "Какие сроки разработки сайта"),
    ("Где вы находитесь?", "Подскажите адрес вашего офиса"),
    ("Вы работаете в выходные?", "Какой у вас график в субботу и воскресенье"),
    ("Как вернуть деньги?", "Условия возврата"),
    ("Есть ли гарантия?", "Какие гарантии вы даёте"),
    ("Хочу поговорить с человеком", "Соедините меня с менеджером"),
    ("Интегрируете с CRM?", "Можно подключить бота к нашей CRM"),
    ("Покажите примеры работ", "Есть ли у вас портфолио проектов"),
    ("Дайте скидку", "Можно подешевле, есть акции?"),
    ("Как защищены данные клиентов?", "Что с безопасностью информации о покупателях"),
    ("Доставляете в регионы?", "Есть доставка в другие города"),
    ("Нужен договор", "Вы заключаете контракт с фирмами?"),
    ("Кто будет обучать сотрудников?", "Проводите ли вы обучение персонала"),
    ("Бот умеет отвечать в телеграме?", "Работает ли ассистент в telegram"),
    ("Запишите меня на консультацию", "Хочу назначить созвон"),
    ("Не могу войти в личный кабинет", "Забыл пароль от аккаунта"),
    ("Что входит в техподдержку?", "Какое сопровождение после запуска"),
    ("Пришлите счёт и акты", "Какие документы вы выдаёте"),
]


async def embed(models: Models, texts: list[str], **more: Any) -> list[list[float]]:
    made = await models.openai.embeddings.create(model="text-embedding-3-small", input=texts, **more)
    return [item.embedding for item in made.data]


def near(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_a_paraphrase_is_nearer_than_anything_else(models: Models) -> None:
    asked = await embed(models, [one for one, _ in SAME])
    known = await embed(models, [other for _, other in SAME])
    found = [max(range(len(SAME)), key=lambda n: near(vector, known[n])) for vector in asked]
    assert sum(place == number for number, place in enumerate(found)) >= 18
    for number, vector in enumerate(asked):
        others = sorted(near(vector, known[n]) for n in range(len(SAME)) if n != number)
        assert near(vector, known[number]) > others[len(others) // 2]


async def test_a_misspelt_word_stays_near_and_the_same_text_has_the_same_vector(models: Models) -> None:
    right, wrong, other, again = await embed(models, ["консультация", "консльтация", "холодильник", "консультация"])
    assert near(right, wrong) > 2 * near(right, other)
    assert right == again


async def test_vectors_are_as_long_as_asked_and_as_encoded(models: Models) -> None:
    for dimensions in (1536, 256):
        (vector,) = await embed(models, ["Привет"], dimensions=dimensions, encoding_format="float")
        assert len(vector) == dimensions
        assert near(vector, vector) == pytest.approx(1.0, abs=1e-5)
    body = {"model": "text-embedding-3-small", "input": "Привет", "encoding_format": "base64"}
    _, answer = await models.send(EMBEDDINGS, body)
    numbers = struct.unpack("<1536f", base64.b64decode(answer["data"][0]["embedding"]))
    assert list(numbers) == pytest.approx((await embed(models, ["Привет"]))[0], abs=1e-6)
    large = await models.openai.embeddings.create(model="text-embedding-3-large", input="Привет")
    assert len(large.data[0].embedding) == 3072


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"input": ""}, 400, "'$.input' is invalid"),
        ({"input": ["есть", ""]}, 400, "'$.input' is invalid"),
        ({"input": []}, 400, "empty array"),
        ({"input": ["слово"] * 2049}, 400, "maximum length 2048"),
        ({"input": "слово " * 9000}, 400, "maximum context length is 8192 tokens"),
        ({"input": ["слово " * 3000] * 60}, 400, "max 300000 tokens per request"),
        ({"dimensions": 4096}, 400, "less than or equal to 1536"),
        ({"dimensions": "many"}, 400, "Invalid type for 'dimensions'"),
        ({"model": "gpt-6-luna"}, 403, "not allowed to generate embeddings"),
        ({"colour": "red"}, 400, "Unknown parameter"),
    ],
)
async def test_what_openai_would_not_embed_is_refused(
    models: Models, change: dict[str, Any], status: int, words: str
) -> None:
    got, answer = await models.send(EMBEDDINGS, {"model": "text-embedding-3-small", "input": "текст", **change})
    assert got == status, answer
    assert words in answer["error"]["message"]


async def test_embeddings_can_fail_alone(models: Models) -> None:
    import openai

    await models.script("openai", {"endpoint": "embeddings", "fault": "rate_limit"}, {"text": "жив"})
    with pytest.raises(openai.RateLimitError):
        await embed(models, ["текст"])
    assert len(await embed(models, ["текст"])) == 1
    await models.fault("openai", "error", method="embeddings")
    said = await models.openai.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": "?"}])
    assert said.choices[0].message.content == "жив"
    with pytest.raises(openai.InternalServerError):
        await embed(models, ["текст"])


async def test_a_recording_says_what_it_carries_or_what_was_scripted(models: Models) -> None:
    create = models.openai.audio.transcriptions.create
    for name, sound in (("voice.oga", spoken_ogg("Сколько стоит бот?")), ("note.wav", spoken("Сколько стоит бот?"))):
        heard = await create(model="gpt-4o-mini-transcribe", file=(name, sound), language="ru")
        assert heard.text == "Сколько стоит бот?"
    assert (await create(model="whisper-1", file=("silence.mp3", b"ID3" + bytes(1000)))).text == ""
    await models.script("openai", {"transcript": "Алло"})
    assert (await create(model="whisper-1", file=("note.wav", spoken("")), response_format="text")).strip() == "Алло"
    record = (await models.requests("openai"))[0]["body"]
    assert record["file"][0]["filename"] == "voice.oga"
    assert record["language"] == ["ru"]


@pytest.mark.parametrize(
    ("file", "more", "status", "words"),
    [
        (("note.txt", spoken("а")), {}, 400, "Invalid file format"),
        (("note.wav", b"words, not sound " * 10), {}, 400, "could not be decoded"),
        (("note.wav", b"RIFF"), {}, 400, "too short"),
        (("note.wav", b"RIFF" + bytes(25 * 1024 * 1024)), {}, 413, "Maximum content size limit"),
        (("note.wav", spoken("а")), {"model": "gpt-6-luna"}, 400, "does not transcribe"),
        (("note.wav", spoken("а")), {"response_format": "verbose_json"}, 400, "not compatible with model"),
    ],
)
async def test_what_is_no_recording_is_refused(
    models: Models, file: tuple[str, bytes], more: dict[str, Any], status: int, words: str
) -> None:
    import openai

    with pytest.raises(openai.APIStatusError, match=words) as caught:
        await models.openai.audio.transcriptions.create(**{"model": "gpt-4o-transcribe", "file": file, **more})
    assert caught.value.status_code == status


async def test_a_picture_is_read_when_it_carries_its_text(models: Models) -> None:
    async def read(picture: bytes) -> str:
        content: Any = [{"type": "image_url", "image_url": {"url": data_url(picture)}}]
        rules: Any = {
            "role": "system",
            "content": "If there is no text, answer with EMPTY and nothing else.",
        }
        said = await models.openai.chat.completions.create(
            model="gpt-6-luna", messages=[rules, {"role": "user", "content": content}]
        )
        return str(said.choices[0].message.content)

    assert await read(PNG + mark("Бриф: нужен бот для клиники")) == "Бриф: нужен бот для клиники"
    assert await read(PNG) == "EMPTY"


async def test_models_say_when_they_go(models: Models) -> None:
    import openai

    listed = {model.id: model async for model in models.openai.models.list()}
    assert listed["gpt-4.1-mini"].shutdown_date == "2027-01-14"
    assert listed["gpt-6-luna"].shutdown_date is None
    assert "gpt-3.5-turbo" not in listed
    assert (await models.openai.models.retrieve("whisper-1")).shutdown_date == "2027-02-26"
    with pytest.raises(openai.NotFoundError):
        await models.openai.models.retrieve("gpt-3.5-turbo")
