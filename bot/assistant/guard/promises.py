"""Promises only an action or the company's own text may make: discounts, guarantees, deadlines, acts, agreements."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from bot.assistant.guard.backing import covers, unbacked
from bot.assistant.guard.claims import claims
from bot.assistant.guard.concepts import meanings
from bot.assistant.guard.sources import Sources
from bot.assistant.guard.topics import Services, topics
from bot.assistant.guard.violation import Violation
from bot.understand.words import fold, morph

_NEGATION = re.compile(
    r"\b(?:не|нет|нельзя|никак\w*|никто|ни|без|not|no|never|cannot|can't|don't|doesn't|won't|isn't|aren't|unable|nobody|neither|без)\b|n't\b"
)
_NO_NEGATION = re.compile(r"\bне (?:могу|можем|смог\w+) не\b|\bне откаж\w+|\bне сомнева\w+|\bне переживай\w*|\bне волнуй\w*|\bне только\b|"
                          r"\bnot only\b|\bno (?:doubt|problem|worries)\b|\bбез (?:проблем|вопросов|сомнен\w+)\b|\bdon't (?:worry|hesitate)\b|\bникаких проблем\b|\bcan't help but\b|\bне вопрос\b")  # fmt: skip
_UNABLE = re.compile(
    r"\b(?:не (?:могу|можем|може[тм]\w*|вправе|имею права|умею|обещ\w+|даю|да[её]м|делаю|делаем|предусмотр\w+|решаю|уполномоч\w+|бывает|быва\w+|действу\w+)|"
    r"нельзя|нет\b|cannot|can't|can not|unable|not able|not allowed|don't|doesn't|do not|does not|won't|no (?:discounts?|guarantees?|promo\w*))"
)
_CONDITION = re.compile(
    r"\b(?:если|хотите|нажм\w+|кнопк\w+|напишите|скажите|оставьте|when you|if you|would you|shall|press|tap|button|click|want me)\b|\?\s*$"
)
_BUTTON = re.compile(r"\b(?:нажм\w+|кнопк\w+|press|tap|button|click)\b")
_GIVE = re.compile(
    r"\b(?:сдела\w+|дам|дадим|да[юе]\w?|дарю|дарим|подар\w+|предостав\w+|оформ\w+|примен\w+|скин\w+|скост\w+|уступ\w+|сбро\w+|сниз\w+|сниж\w+|"
    r"уменьш\w+|пересчита\w+|договор\w+|соглас\w+|выб[ьи]\w+|ваш\w*|для вас|лично|персональн\w+|специальн\w+|особ\w+|индивидуальн\w+|эксклюзивн\w+|"
    r"утвержда[юе]\w*|одобр\w+|подтвер\w+|полож\w+|обещ\w+|получ\w+|будет|держите|ловите|купон\w*|код\w*|промокод\w*|акци\w+|организу\w+|устро\w+|найд\w+|выторг\w+|"
    r"отда\w+|разреш\w+|вам|мне|учт\w+|"
    r"i'll|i will|we'll|we will|i can|we can|i'd|give|giving|offer|apply|applied|grant|knock|special|just for you|your|you|deal|let's|approve\w*|code|coupon|promo\w*|arrange|get)\b"
)
_SPECIAL_PRICE = re.compile(
    r"\b(?:сдела\w+|отда\w+|предлож\w+|посчита\w+|уступ\w+|будет|выйдет)\s+(?:\w+\s+){0,4}(?:дешевле|подешевле|по себестоимости|за полцены|по старой цене|по вашей цене|ниже)\b|"
    r"\b(?:специальн\w+|особ\w+|персональн\w+|индивидуальн\w+|эксклюзивн\w+|льготн\w+|секретн\w+|внутренн\w+)\s+(?:\w+\s+)?(?:цен\w+|услови\w+|тариф\w*|предложени\w+|прайс\w*)\b|"
    r"\bдоговорим\w+|\bсторгу\w+|\bпо[- ]?дружески\b|\bпо знакомству\b|\bпо себестоимости\b|\b(?:цен\w+|сумм\w+|стоимост\w+) (?:снизим|снижу|уменьш\w+|скорректиру\w+|пересмотр\w+)\b|"
    r"\b(?:снизим|снижу|уменьшу|пересмотрю|скорректирую) (?:\w+ )?(?:цен\w+|сумм\w+|стоимост\w+)\b|"
    r"\b(?:дад\w+|сдела\w+|предлож\w+|повтор\w+|перебь\w+|постав\w+) (?:\w+ ){0,3}(?:так\w+ же|ту же|эту же|не хуже|цену конкурент\w+|лучшую цену)\b|"
    r"\b(?:match|beat|undercut) (?:\w+ ){0,3}(?:price|offer|quote|competitor|them|any)\w*|\b(?:special|personal|secret|insider|custom|exclusive|vip) (?:price|rate|offer|deal|terms)\b|"
    r"\b(?:do|make|give) (?:it|you|this)(?: \w+){0,3} (?:cheaper|lower|less)\b|\bwork something out\b|\blower (?:the|your|our) price\b|\bat cost\b|\bgood price for you\b"
)
_VOW = re.compile(
    r"\b(?:обеща[юе]\w*|обещан\w*|клян\w+|честное слово|даю слово|гаранти\w+|ручаюсь|ручаемся|отвечаю за|головой|зуб даю|"
    r"promise\w*|guarante\w+|swear|vow|warrant\w*|you have my word|assure|on my word)\b"
)
_RESULT = re.compile(
    r"\b(?:вырас\w+|вырост\w+|увелич\w+|удво\w+|утро\w+|окуп\w+|повыс\w+|подним\w+|взлет\w+|сократ\w+|"
    r"increase|grow|boost|double|triple|pay for itself|pay off|pays off|skyrocket)\w*\b"
)
_CERTAIN = re.compile(
    r"\b(?:точно|обязательно|гарантирован\w*|непременно|однозначно|наверняка|уверен\w*|без сомнен\w+|железно|стопроцентно|вс[её] равно|"
    r"definitely|will|certainly|surely|for sure|no doubt|absolutely|guaranteed)\b"
)
_REFUND = re.compile(
    r"\b(?:верн[еу]\w*|возвра[тщ]\w*|компенс\w+|возмест\w+|возмещ\w+|refund\w*|money[- ]back|reimburs\w+|compensat\w+)\b"
)
_REFUND_FUTURE = re.compile(
    r"\b(?:верну|вернем|вернут|возвращаем|возвращу|возврат|компенсир\w+|возмест\w+|возмещаем|refund\w*|money[- ]back|reimburs\w+|compensat\w+)\b"
)
_SPEED = re.compile(
    r"\b(?:сразу|срочно|немедленно|моментально|мгновенно|быстро|прямо сейчас|сейчас же|вот-вот|скоро|вскоре|в ближайш\w+|на днях|с минуты на минуту|вне очереди|"
    r"без очереди|в срок|вовремя|оперативно|в кратчайш\w+|первым делом|в приоритете|уже сейчас|"
    r"right away|immediately|instantly|asap|shortly|soon|right now|in no time|at once|momentarily|any minute|on time|in time)\b"
)
_DOES = re.compile(
    r"\b(?:успе\w+|улож\w+|сдела[ею]\w+|запуст\w+|запущу|начн[еу]\w*|приступ\w+|готов\w*|пришл\w+|вышл\w+|перезвон\w+|позвон\w+|свяж\w+|ответ[иям]\w+|напиш\w+|"
    r"подключ\w+|заверш\w+|сда[дмс]\w+|закончи\w+|исправ\w+|"
    r"will|'ll|we can|going to|be ready|be done|deliver|launch|finish|call you|contact you|start)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:менеджер\w*|сотрудник\w*|специалист\w*|коллег\w+|оператор\w*|инженер\w*|руководител\w+|директор\w*|бухгалтер\w*|юрист\w*|с вами|вам|эксперт\w*|"
    r"manager|colleague|specialist|team|someone|somebody|engineer|director|representative|human|agent|expert|accountant|he|she|they)\b"
)
_WILL_REACH = re.compile(
    r"\b(?:позвонит|позвонят|перезвонит|перезвонят|свяжется|свяжутся|напишет|напишут|ответит|ответят|подключится|пришлет|пришлют|отправит|отправят|вышлет|подготовит|"
    r"приедет|приедут|выедет|выедут|наберет|наберут|подойдет|выйдет на связь|уже (?:в пути|едет|звонит|пишет|подключается|занимается|смотрит|знает|в курсе)|"
    r"(?:will|'ll|is going to|are going to|is about to)(?: \w+){0,2} (?:call|contact|reach|write|email|message|reply|respond|join|send|get back|be in touch|visit|phone|ring|follow up)|"
    r"(?:is|are) (?:already )?(?:calling|on (?:the|his|her|their) way|joining|contacting|writing|typing|aware|informed))\b"
)
_CONTACT_PASSIVE = re.compile(r"\b(?:с вами свяжутся|вам (?:перезвонят|позвонят|ответят|напишут|пришлют)|ждите (?:звонка|ответа|письма|менеджера)|ожидайте (?:звонка|ответа|письма|менеджера|подключения)|"
                              r"expect (?:a|our|their|his|her) (?:call|reply|email|message)|you(?:'ll| will) (?:receive|get|hear))\b")  # fmt: skip
_ACTS = {
    "handoff": r"переда[млвю]\w*|передан\w*|передаю|позвал\w*|позов[уе]\w*|зову|вызв[ао]\w+|вызов[уе]\w*|вызываю|приглас\w+|приглаша[ю]|уведом\w+|оповест\w+|сообщил\w*|сообщ[иу]м?|подключил\w*|"
    r"подключ[ау]\w*|эскалир\w+|попросил\w*|попрошу|доложил\w*|поручил\w*|связал\w*|свяжу\w*|свяжемся|соедин\w+|перевожу|переключ\w+|созвонил\w*|позвонил\w*|договорил\w*|напомн[ию]\w*|перезвон\w+|позвон[юи]\w*|напишу|дозвон\w+|предупре\w+",
    "booking": r"заброниров\w+|бронирую|записал\w*|записываю|запишу|запишем|записан\w*|назначил\w*|назначен\w*|назначаю|зарезервир\w+|резервирую|перен[её]с\w*|отменил\w*|отменен\w*|отменяю|"
    r"поставил\w*|ставлю|внес\w* в календарь|закрепил\w*|закреплен\w*|закрепляю",
    "email": r"отправ\w+|выслал\w*|выслан\w*|вышлю|вышлем|высылаю|прислал\w*|прислан\w*|пришлю|пришлем|присылаю|скинул\w*|скину|направил\w*|направлю|направляю|направлен\w*|продублир\w+",
    "payment": r"оплатил\w*|выставил\w*|выставлен\w*|выставлю|выставляю|начисл\w+|зачисл\w+|перев[её]л\w*|переведен\w*|списал\w*|списан\w*|вернул\w*|возвращен\w*|возвращаю",
    "lead": r"оформил\w*|оформлен\w*|оформляю|оформлю|зафиксир\w+|фиксирую|сохранил\w*|сохранен\w*|сохраняю|внес\w*|внош\w*|занес\w*|добавил\w*|добавлен\w*|добавляю|создал\w*|создан\w*|создаю|зав[её]л\w*|"
    r"зарегистрир\w+|регистрирую|принята|принят|приняли|принял|обновил\w*|изменил\w*|отметил\w*|пометил\w*|учт[её]н\w*|удалил\w*|удален\w*|стер\w*|аннулир\w+|подписал\w*|подписан\w*",
    "discount": r"применил\w*|применен\w*|применяю|активир\w+|согласов\w+|утвержда[ю]\w*|одобр\w+|подтвержд[аю]\w*|подтвердил\w*|подтвержден\w*|утвердил\w*|утвержден\w*|разрешил\w*|разрешен\w*|включил\w*|выбил\w*|пробил\w*",
}
_ACT = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _ACTS.items()))
_ENGLISH_ACTS = {
    "handoff": r"forward\w*|pass(?:ed|ing)?|notif\w+|call(?:ed|ing)?|contact\w*|ask(?:ed|ing)?|escalat\w+|transfer\w*|connect\w*|inform\w*|alert\w*|invit\w+|hand(?:ed|ing)?|told|tell|remind\w*|loop\w*|bring\w*|brought",
    "booking": r"book\w*|reserv\w+|schedul\w+|arrang\w+|set up|reschedul\w+|cancel\w*|put you down|slot\w*",
    "email": r"send|sent|sending|e-?mail\w*|mail(?:ed|ing)?|shar(?:ed|ing)|text(?:ed|ing)?",
    "payment": r"charg\w+|refund\w*|invoic\w+|bill(?:ed|ing)?|credit\w*|paid",
    "lead": r"regist\w+|sav(?:ed|ing|e)|add(?:ed|ing)?|creat\w+|record\w*|lock(?:ed|ing)?|opened|opening|log(?:ged|ging)|submit\w*|updat\w+|not(?:ed|ing)|delet\w+|sign(?:ed|ing)?|plac(?:ed|ing)|accept\w*|process\w*",
    "discount": r"appl(?:y|ied|ying)|approv\w+|activat\w+|confirm\w*|authori[sz]\w+|grant\w*|unlock\w*",
}
_ENGLISH_VERBS = "|".join(rf"(?P<{name}>{words})" for name, words in _ENGLISH_ACTS.items())
_ENGLISH_ACT = re.compile(
    rf"\b(?:(?:i|we)(?:'ve|'ll|'m|'re| have| will| am| are|'d)?|has been|have been|is now|is being|was|are now|let me|been|just|already|it's)"
    rf"(?: (?:just|already|now|also|gladly|happily|personally|going to|been|successfully|immediately|be))*(?: and)? (?:{_ENGLISH_VERBS})\b"
)
_SUBJECT_IS_OTHER = re.compile(
    r"\b(?:вы|ты|клиент\w*|заказчик\w*|он|она|они|оно|котор\w+|бот|помощник|ассистент|кто|пациент\w*|покупател\w+|человек|люди|если)\s+(?:\w+\s+){0,2}$"
)
_HUMAN = re.compile(
    r"\b(?:я|это|здесь|с вами)(?: \w+){0,2} (?:живой (?:человек|сотрудник|менеджер|оператор)|настоящий (?:человек|менеджер|сотрудник)|реальный (?:человек|менеджер|сотрудник))\b|"
    r"\bя(?:,? конечно,?| же|\s?-|,)? ?(?:человек|менеджер|сотрудник|директор|руководитель|специалист|оператор|консультант|юрист)\b|\bя не (?:бот|робот|программа|машина|ии|искусственный)\b|"
    r"\bне (?:бот|робот|ии|программа)\b[^.?!]{0,20}\bа (?:живой )?человек\b|"
    r"\bменя зовут [а-я]+ ?(?:и|,) ?я (?:менеджер|директор|сотрудник|работаю)|\bработаю (?:здесь|в компании|тут|менеджером)\b|"
    r"\bi(?:'m| am)(?: \w+){0,2} (?:human|person|man|woman|employee|manager|director)\b|\b(?:real|actual|live) (?:human|person)\b|\bnot (?:a |an )?(?:bot|robot|ai|machine|program)\b"
)
_BINDING = re.compile(
    r"\b(?:официальн\w+|публичн\w+|тв[её]рд\w+|юридическ\w+|обязательн\w+) (?:\w+ )?(?:оферт\w+|обязательств\w*|предложени\w+|силу|сил\w|договоренност\w+)|\bюридически (?:обяз\w+|значим\w+|закреп\w+)|\bимеет (?:юридическую )?силу\b|"
    r"\bявляется оферт\w+|\bлегально обяз\w+|\bлюбой суд\b|"
    r"\blegally binding\b|\bbinding (?:offer|agreement|contract|commitment|promise)|\bofficial(?:ly)? (?:offer|commitment)|\bno takes(?:ies)? ?backs?(?:ies)?|\bfirm offer\b|\bcontractual\w* (?:oblig|commit)\w+|\benforceable\b"
)
_EARLIER = re.compile(
    r"\b(?:как (?:и |мы |я |вам )*(?:обещал\w*|договаривал\w+|договорил\w+|говорил\w*|сказал\w*)|вам (?:действительно |уже |и правда |ранее )*(?:обещал\w*|говорил\w*|предлагал\w*|назначал\w*|называл\w*)|"
    r"(?:менеджер|директор|мы|коллега|сотрудник|анна|борис)(?: \w+){0,3} (?:обещал\w*|предлагал\w*|согласил\w+|разрешил\w*|одобрил\w*|подтвердил\w*|дал\w? добро|называл\w*)|прошлая договоренность|прежн\w+ договоренност\w+|"
    r"договоренност\w+ (?:в силе|остается|подтвержд\w+|действует)|обещанн\w+|"
    r"as (?:i |we |was )?(?:promised|agreed|discussed|mentioned)|you were (?:\w+ )?(?:promised|offered|told|quoted)|we (?:did |have )?(?:promise|agree|offer)\w*|previous(?:ly)? (?:agreed|promised|agreement)|"
    r"(?:manager|director|colleague|boss)(?: \w+){0,3} (?:promised|approved|agreed|authorized|offered|confirmed))\b"
)
_AGREED = re.compile(
    r"\b(?:договорились|по рукам|заметано|идет,|сделка заключена|считайте(?:,? что)? (?:сделано|решено|договорились|ваш\w*)|принима[юе]м? ваш\w+ (?:услови\w+|цен\w+|предложени\w+)|соглас(?:ен|на|ны) на (?:ваш\w+|эт\w+|так\w+)|"
    r"it's a deal|that's a deal|we have a deal|you(?:'ve| have)? got (?:it|a deal|yourself a deal)|deal!|deal\.|deal,|agreed[.!,]|consider it done)"
)
_BEST = re.compile(
    r"\bсам\w+ (?:низк\w+|дешев\w+|выгодн\w+|лучш\w+) (?:цен\w+|услови\w+|предложени\w+|вариант на рынке)|\bдешевле (?:всех|чем у|любого|конкурент\w+|не найд\w+|рынка)|\bлучш\w+ цен\w+|\bниже рынка\b|\bлучше (?:нас|всех)\b|\bлучшие (?:на рынке|в россии)|"
    r"\b(?:cheapest|lowest|best) (?:price|offer|on the market|deal|rate)s?|\bcheaper than (?:anyone|any|the competition|competitors|everyone)|\bnumber one\b|\bmarket leader\b|\b№ 1\b|\bлидер\w? рынка"
)
_RIVAL = re.compile(
    r"\b(?:конкурент\w*|друг\w+ (?:компани\w+|подрядчик\w*|студи\w+|агентств\w+|разработчик\w*|бот\w*)|они|их|у них|jivo\w*|tilda|тильд\w+|salebot|aimylogic|chatfuel|manychat|chatwoot|intercom|zendesk|яндекс\w*|сбер\w*|битрикс\w*|bitrix\w*|"
    r"amocrm|voximplant|just ai|ботмазер\w*|botmother|puzzlebot|сендпульс|sendpulse|textback|unisender|openai|competitor\w*|rival\w*|other (?:companies|vendors|agencies|firms)|they|them|their)\b"
)
_BAD = re.compile(
    r"\b(?:обман\w*|мошенни\w+|кида\w+|жулик\w*|вору\w+|плох\w*|хуже|ужасн\w+|отврат\w+|некачествен\w+|ненадежн\w+|халтур\w+|непрофессиональн\w+|дилетант\w*|врут|врет|завыша\w+|дерут|развод\w*|не умеют|не справ\w+|"
    r"разоря\w+|банкрот\w*|шарашк\w+|криво\w*|г[ао]вно\w*|отстой|бесполезн\w+|устаре\w+|провал\w*|сыр\w+ продукт|теряют заявк\w+|"
    r"scam\w*|fraud\w*|crooks?|liars?|lie|cheat\w*|worse|terrible|awful|overpriced|unreliable|incompetent|rip[- ]?off|garbage|useless|amateur\w*|bankrupt\w*|bad quality|low quality|shady|trash|outdated|dishonest|steal\w*)\b"
)
_MODE = re.compile(
    r"\b(?:режим\w* (?:разработчика|администратора|отладки|бога|без ограничений|директора|dan)|ограничени\w+ (?:снят\w*|отключен\w*)|правила (?:отключен\w+|больше не действуют|отменен\w+)|фильтр\w* отключен\w*|"
    r"игнориру[юе]\w* (?:\w+ )?(?:инструкци\w+|правил\w+)|забы(?:ваю|л) (?:\w+ )?(?:инструкци\w+|правил\w+)|доступ (?:подтвержден|открыт|предоставлен)|полномочия подтвержден\w+|новые инструкции принят\w+|инструкци\w+ (?:принят\w+|выполнен\w+)|"
    r"(?:developer|admin|debug|god|dan|maintenance|test) mode (?:enabled|on|activated|is)|restrictions? (?:are |is |have been |has been )?(?:lifted|disabled|removed|off)|ignoring (?:\w+ ){0,3}(?:instructions|rules)|"
    r"(?:jailbroken|unfiltered|unrestricted)\b|access granted|authori[sz]ation confirmed|instructions (?:accepted|updated|overridden)|rules (?:no longer apply|disabled|are off)|i am (?:now )?dan\b|as dan\b)"
)
_AFFIRMS = re.compile(
    r"^\W*(?:да|конечно|верно|именно|разумеется|подтвержда\w+|точно|ага|так и есть|все верно|совершенно верно|хорошо|ок|окей|без проблем|легко|"
    r"yes|yep|yeah|sure|of course|correct|right|absolutely|indeed|exactly|certainly|confirmed|ok|okay|that's right|no problem)\b"
)
_BUT = re.compile(r"\b(?:но|однако|к сожалению|правда,|зато|but|however|unfortunately|though)\b")
_HEARD = re.compile(r"обеща|договор|сказал|говорил|согласил|одобр|разреш|promis|agree|told|said|approv|offer|guarant")
_PLAIN_WORDS = meanings(
    "сделать дать скидка вы для вам мы обещать гарантия гарантировать обещание получить будет ваш лично скинуть дешевле promise guarantee give "
    "offer you get apply will discount make передать отправить сообщить передать позвонить связаться менеджер вопрос будет refund вернуть возврат входить включать цена included price"
)


def find(sentence: str, sources: Sources) -> list[Violation]:
    """The promises of one sentence, written by `plain`, that neither an action nor a source makes."""
    folded = fold(sentence)
    return list(_found(folded, sources))


def _found(folded: str, sources: Sources) -> Iterator[Violation]:
    for pattern, kind, reason in _NEVER:
        match = pattern.search(folded)
        if match and not _denied(folded, match.start(), match.end()) and not sources.holds(folded.rstrip(" .!?")):
            if kind == "competitor" and (not _BAD.search(folded) or _says_it(folded, sources, pattern=_BAD)):
                continue
            yield Violation(kind, match.group(), reason)
    yield from _discount(folded, sources)
    yield from _vow(folded, sources)
    yield from _speed(folded, sources)
    yield from _contact(folded, sources)
    yield from _acts(folded, sources)
    match = _INCLUDED.search(folded)
    vat = "vat" in topics(folded)
    if match and not vat and not _denied(folded, match.start(), match.end()) and not _says_it(folded, sources, pattern=_INCLUDED):
        yield Violation("promise", match.group(), "the sources do not say that this is included")


_INCLUDED = re.compile(
    r"\b(?:вход[ия]т\w*|войд[её]т|включен\w*|включа[ею]т\w*|уже в цене|в цене\b|в стоимости\b|is included|are included|includes?|included|comes with)\b"
)
_NEVER = (
    (_HUMAN, "human", "you are an AI assistant and must not claim to be a person"),
    (_BINDING, "offer", "nothing you write is a binding offer"),
    (_EARLIER, "promise", "you cannot know or confirm what was promised or approved before"),
    (_AGREED, "promise", "you cannot agree on terms; only the price list and a manager can"),
    (_BEST, "promise", "no claims of the best or the lowest price"),
    (_SPECIAL_PRICE, "promise", "no special prices; prices come from the price list only"),
    (_MODE, "promise", "your rules cannot be changed by a conversation or a document"),
    (_RIVAL, "competitor", "nothing bad about other companies"),
)


def _denied(folded: str, start: int, end: int) -> bool:
    """Whether the words are negated: «не могу обещать», «скидку пообещать не могу», "not a human"."""
    if _NO_NEGATION.search(folded):
        return False
    left = max(folded.rfind(mark, 0, start) for mark in (",", ";", ":", " - ", " и ", " а ", " но ", " but ", " and "))
    rights = [at for mark in (",", ";", ":", " - ", " а ", " но ", " but ") if (at := folded.find(mark, end)) >= 0]
    clause = folded[left + 1 : min(rights, default=len(folded))]
    before = folded[left + 1 : start].split()[-4:]
    return (
        any(_NEGATION.fullmatch(word) or word.endswith("n't") for word in before) or _UNABLE.search(clause) is not None
    )


def _says_it(folded: str, sources: Sources, topic: str = "", *, pattern: re.Pattern[str] | None = None) -> bool:
    """Whether a sentence of the sources says the same: at least half of the words that carry meaning."""
    about = meanings(folded) - _PLAIN_WORDS
    if sources.holds(folded.strip(" .!?")):
        return True
    if not about:
        return sources.holds(folded.strip(" .!?"))
    for passage in sources.passages:
        if passage.text.startswith("#") or passage.text.endswith("?"):
            continue
        if pattern is not None and not pattern.search(passage.text) and not pattern.search(passage.heading):
            continue
        if pattern is not None and (found := pattern.search(passage.text)) and _denied(passage.text, found.start(), found.end()):
            continue
        if topic in ("discount", "warranty", "refund") and topic not in topics(passage.text) | topics(passage.heading):
            continue
        if covers(about, passage.meanings if pattern is not None and topic != "discount" else passage.wide):
            return True
    return False


def _discount(folded: str, sources: Sources) -> Iterator[Violation]:
    if "discount" not in topics(folded) or "discount" in sources.granted:
        return
    match = _GIVE.search(folded)
    if match is None or _UNABLE.search(folded) and not _NO_NEGATION.search(folded):
        return
    if _denied(folded, match.start(), match.end()) or _says_it(folded, sources, "discount"):
        return
    yield Violation("promise", match.group(), "you may not give or promise discounts; only those in the sources exist")


def _vow(folded: str, sources: Sources) -> Iterator[Violation]:
    for pattern, topic in ((_VOW, "warranty"), (_REFUND_FUTURE, "refund")):
        match = pattern.search(folded)
        if (
            match
            and not _denied(folded, match.start(), match.end())
            and not folded.rstrip().endswith("?")
            and not _says_it(folded, sources, topic, pattern=pattern)
        ):
            yield Violation("promise", match.group(), "no guarantees, vows or refunds beyond what the sources say")
    result, certain = _RESULT.search(folded), _CERTAIN.search(folded)
    if result and certain and not _denied(folded, result.start(), result.end()) and not _says_it(folded, sources, pattern=_RESULT):
        yield Violation("promise", result.group(), "no promises of results")


def _speed(folded: str, sources: Sources) -> Iterator[Violation]:
    speed, does = _SPEED.search(folded), _DOES.search(folded)
    if speed and does and not _denied(folded, does.start(), does.end()) and not _says_it(folded, sources):
        yield Violation("promise", speed.group(), "no promises of deadlines or speed beyond the sources")


def _contact(folded: str, sources: Sources) -> Iterator[Violation]:
    match = _WILL_REACH.search(folded)
    if match is None or not _SOMEBODY.search(folded):
        match = _CONTACT_PASSIVE.search(folded)
    if match is None or "handoff" in sources.granted or _denied(folded, match.start(), match.end()):
        return
    if not _BUTTON.search(folded) and not _says_it(folded, sources):
        yield Violation(
            "promise", match.group(), "only the action of calling a manager may say that somebody will get in touch"
        )


def _acts(folded: str, sources: Sources) -> Iterator[Violation]:
    for pattern, russian in ((_ACT, True), (_ENGLISH_ACT, False)):
        for match in pattern.finditer(folded):
            act = str(match.lastgroup)
            if act in sources.granted or _denied(folded, match.start(), match.end()):
                continue
            if russian and not _own_act(folded, match.start(), match.group()):
                continue
            same = re.compile(rf"\b{re.escape(match.group()[-60:].split()[-1][:5])}")
            if (act != "discount" and _CONDITION.search(folded)) or _says_it(folded, sources, pattern=same):
                continue
            yield Violation(
                "promise", match.group(), "only structured actions may say that something was or will be done"
            )
            return


def _own_act(folded: str, start: int, word: str) -> bool:
    """Whether this verb is said of us here and now, and not of the client, of a rule or in the infinitive."""
    if _SUBJECT_IS_OTHER.search(folded[:start]):
        return False
    return _form(word.split()[0])


@lru_cache(maxsize=4_096)
def _form(word: str) -> bool:
    for parse in morph().parse(word)[:3]:
        tag = parse.tag
        if tag.POS == "PRTS" or (tag.POS == "VERB" and tag.tense == "past" and tag.aspect == "perf"):
            return True
        if tag.POS == "VERB" and tag.person == "1per" and (tag.number == "sing" or tag.aspect == "perf"):
            return True
    return False


def affirms(first: str, sources: Sources, services: Services) -> Violation | None:
    """«Да» to a client who asserts a discount, a gift or an earlier promise that no source knows."""
    folded = fold(first)
    if not sources.said or not _AFFIRMS.search(folded) or _BUT.search(folded):
        return None
    asked = "\n".join(text[-1_000:] for text in sources.said[-3:])
    sources = replace(sources, said=())
    short = len(folded.split()) <= 4
    for claim in claims(asked):
        about = (
            topics(claim.sentence) & {"discount", "warranty", "refund"}
            or claim.kind == "free"
            or _HEARD.search(claim.sentence)
        )
        if claim.kind in ("money", "percent", "free", "times", "fraction", "term", "bare", "date", "relative") and (
            about or short
        ):
            if unbacked(claim, sources, services):
                return Violation(
                    "promise", first[:80], "do not confirm what the client asserts when the sources do not say it"
                )
    return None
