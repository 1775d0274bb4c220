"""Words of questions for the comparison of two of them: what says nothing, and what says the same as something else.

Data about the two languages, not about a company. A line that is missing costs a call of a model; a line that is wrong
gives a client the answer to another question, so only what is safe in any question stands here.
"""

from bot.understand.words import word_set
from kb.words import SPELLINGS

EMPTY_PHRASES = (
    "добрый день|добрый вечер|доброе утро|доброго дня|доброго времени суток|всем привет|good day|good morning|"
    "good afternoon|good evening|не подскажете|не подскажешь|не могли бы подсказать|не могли бы вы подсказать|"
    "не могли бы сказать|не могли бы вы сказать|можете подсказать|можете сказать|вы можете подсказать|"
    "вы можете сказать|хочу узнать|хотел узнать|хотела узнать|хотим узнать|хотели узнать|хотел бы узнать|"
    "хотела бы узнать|хотели бы узнать|хотелось бы узнать|хочу спросить|хотел спросить|хотела спросить|"
    "хотел бы спросить|можно узнать|можно спросить|можно вопрос|такой вопрос|вопрос такой|есть вопрос|"
    "у меня вопрос|у меня такой вопрос|у нас вопрос|один вопрос|будьте добры|будьте любезны|у вас|заранее спасибо|"
    "could you tell me|can you tell me|would you tell me|could you please tell me|i would like to know|"
    "i want to know|i d like to know|may i ask|can i ask|do you know|i have a question"
)
"""Said for politeness only; dropped wherever they stand."""

EMPTY_WORDS = word_set(
    "здравствуйте здраствуйте здрасте привет приветствую подскажите подскажи скажите скажи расскажите пожалуйста "
    "пожалуста плиз ответьте напишите объясните поясните спасибо интересно интересует интересуют ну вот же ли бы то а "
    "и ой собственно просто вообще кстати примерно приблизительно ориентировочно вы вас вам вами ты тебя тебе мне меня "
    "нам нас это "
    "hi hello hey please tell me thanks thank you the a an is are am do does did would and so well roughly "
    "approximately we us"
)
ABOUT_SELF = word_set("мне меня нам нас we us")
"""Empty as well, unless somebody needs or wants something: «нужен договор?» is not «мне нужен договор»."""

DENIALS = word_set("не ни нет без not no without never")
CANNOT = word_set("нельзя невозможно cannot")
LINKS = word_set("в во на для о об обо про у при of on in at for about")
"""Prepositions that may be replaced by one another; the noun behind them is nobody's subject."""
DIRECTIONS = word_set(
    "с со из от до после перед через кроме вместо против между за к ко под над по около изза благодаря "
    "with from to until till before after except instead against between than since within by over under via"
)
"""Prepositions that turn a question round: they belong to the word behind them."""

ASKING = word_set(
    "сколько скольки когда где куда откуда кто кого кому кем что чего чему чем как какой какая какое какие какого "
    "каких каким какую каком каков какова каковы который которые почему зачем чей почем "
    "how what when where who whom whose why which"
)

OURS_ANYWAY = word_set(
    "<price> <term> <hours> <make> <prepay> адрес офис контакт компания фирма услуга прайс тариф отзыв кейс портфолио "
    "реквизит гарантия скидка менеджер address office contact company service discount guarantee portfolio"
)
"""What only the company has: «ваши скидки» are «скидки»."""

GROUPS = (
    "<price>|цена стоимость ценник расценка почем price cost",
    "<term>|срок",
    "<can>|можно возможно возможный реально получится удастся могу можем can possible",
    "<need>|нужно надо необходимо нужный нужен требоваться потребоваться need needed require required necessary",
    "<want>|хотеть хочу want",
    "<make>|делать сделать разработать разрабатывать разработка создать создавать создание изготовить make build "
    "develop create development",
    "<pay>|оплатить оплачивать платить заплатить оплата pay payment",
    "<buy>|купить покупать приобрести buy purchase",
    "<connect>|подключить подключать подключение connect connecting",
    "<integrate>|интегрировать интегрироваться интеграция integrate integration",
    "<tune>|настроить настраивать настройка set configure",
    "<return>|вернуть возвращать возвратить возврат refund",
    "<prepay>|предоплата аванс prepayment",
    "<launch>|запустить запускать запуск launch",
    "<install>|внедрить внедрять внедрение",
    "<teach>|обучить обучать обучение",
    "<store>|хранить храниться хранение",
    "<exist>|есть иметься existing",
    "<give>|давать дать предоставлять предоставить предлагать",
    "<change>|изменить изменять поменять менять изменение change",
    "<try>|пробный тестовый trial",
    "<site>|сайт вебсайт website site",
    "<bot>|бот чатбот bot chatbot",
    "<many>|большой крупный big large",
    "<start>|начать начинать начало start begin",
    "<add>|добавить добавлять add",
    "<form>|оформить оформлять оформление",
    "<contract>|договор контракт contract agreement",
    "<guarantee>|гарантия guarantee warranty",
    *(f"<{line.split()[0]}>|{line}" for line in SPELLINGS),
)
"""Name of a meaning | its dictionary forms."""

ANYWHERE = word_set(
    "<price> <term> <hours> <can> <need> <want> <make> <pay> <buy> <connect> <integrate> <tune> <return> <launch> "
    "<install> <teach> <store> <exist> <give> <change> <start> <add> <form>"
)
"""Meanings that may stand anywhere in a sentence; the others are things, whose order counts."""
WHOEVER = word_set("<price> <term> <hours> <can> <need> <exist>")
"""Meanings for which it does not matter who: «могу ли я» is «можно ли»."""

ONCE = word_set("<price> <term> <hours>")
"""Said twice in one question they are said once: «how much does it cost»."""
RECAST = word_set("<price> <term>")
"""A noun beside these changes its case with the wording: «бот стоит», «цена бота»."""

PHRASES = (
    "<price>|сколько стоит|сколько стоят|сколько стоить|сколько будет стоить|сколько будут стоить|"
    "сколько обойдется|сколько обойдутся|во сколько обойдется|во сколько обойдутся|какой цена|какой стоимость|"
    "какой ценник|каковой цена|каковой стоимость|цена какой|стоимость какой|скока стоит|"
    "what price|what cost|how much",
    "<term>|какой срок|за какой срок|в какой срок|каковой срок|как долго|сколько время занимает|сколько время займет|"
    "сколько по время занимает|сколько по время займет|сколько время уходит|сколько время уйдет|"
    "сколько время нужно|сколько время потребуется|how long it take|how long it takes|how long will it take|how long",
    "<hours>|график работа|режим работа|час работа|время работа|рабочий время|рабочий график|рабочий час|"
    "working hours|opening hours|business hours|office hours",
    "<bot>|чат бот|чат <bot>|chat bot|chat <bot>",
    "<can>|могу я|я могу|можем мы|мы можем|can i|can we",
    "как|как можно|как мне можно|как могу",
    "какой|какой есть|какой бывать|какой иметься",
)
"""A meaning | phrases that carry it, in dictionary forms or as they stand."""

ENGLISH_DENIALS = {"can't": "cannot", "won't": "not will", "n't": " not"}
