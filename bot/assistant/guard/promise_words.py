"""The words promises are made of, in Russian and English."""

import re

from bot.assistant.guard.concepts import meanings

NEGATION = re.compile(
    r"\b(?:не|нет|нельзя|никак\w*|никто|ни|без|not|no|never|cannot|can't|don't|doesn't|won't|isn't|aren't|unable|"
    r"nobody|neither|без)\b|n't\b"
)
NO_NEGATION = re.compile(
    r"\bне (?:могу|можем|смог\w+) не\b|\bне откаж\w+|\bне сомнева\w+|\bне переживай\w*|\bне "
    r"волнуй\w*|\bне только\b|"
    r"\bnot only\b|\bno (?:doubt|problem|worries)\b|\bбез (?:проблем|вопросов|сомнен\w+)\b|"
    r"\bdon't (?:worry|hesitate)\b|\bникаких проблем\b|\bcan't help but\b|\bне "
    r"вопрос\b"
)
UNABLE = re.compile(
    r"\b(?:не (?:могу|можем|може[тм]\w*|вправе|имею права|умею|обещ\w+|даю|да[её]м|делаю|делаем|предусмотр\w+|решаю|"
    r"уполномоч\w+|бывает|быва\w+|действу\w+)|"
    r"нельзя|нет\b|cannot|can't|can not|unable|not able|not allowed|don't|doesn't|do not|does not|won't|no "
    r"(?:discounts?|guarantees?|promo\w*))"
)
CONDITION = re.compile(
    r"\b(?:если|хотите|нажм\w+|кнопк\w+|напишите|скажите|оставьте|when you|if you|would you|shall|press|tap|button|"
    r"click|want me)\b|\?\s*$"
)
BUTTON = re.compile(r"\b(?:нажм\w+|кнопк\w+|press|tap|button|click)\b")
ALREADY = re.compile(r"\b(?:уже|прямо сейчас|сию минуту|already|right now|this minute)\b")
OFFERED = re.compile(r"\b(?:могу|можем|если|хотите|can|could|would|if|shall)\b")
GIVE = re.compile(
    r"\b(?:сдела\w+|дам|дадим|да[юе]\w?|дарю|дарим|подар\w+|предостав\w+|оформ\w+|примен\w+|скин\w+|скост\w+|"
    r"уступ\w+|сбро\w+|сниз\w+|сниж\w+|"
    r"уменьш\w+|пересчита\w+|договор\w+|соглас\w+|выб[ьи]\w+|ваш\w*|для вас|лично|персональн\w+|специальн\w+|особ\w+|"
    r"индивидуальн\w+|эксклюзивн\w+|"
    r"утвержда[юе]\w*|одобр\w+|подтвер\w+|полож\w+|обещ\w+|получ\w+|будет|держите|ловите|купон\w*|код\w*|промокод\w*|"
    r"акци\w+|организу\w+|устро\w+|найд\w+|выторг\w+|"
    r"отда\w+|разреш\w+|вам|мне|учт\w+|"
    r"i'll|i will|we'll|we will|i can|we can|i'd|give|giving|offer|apply|applied|grant|knock|special|just for you|"
    r"your|you|deal|let's|approve\w*|code|coupon|promo\w*|arrange|get)\b"
)
SPECIAL_PRICE = re.compile(
    r"\b(?:сдела\w+|отда\w+|предлож\w+|посчита\w+|уступ\w+|будет|выйдет)\s+(?:\w+\s+){0,4}(?:дешевле|подешевле|по "
    r"себестоимости|за полцены|по старой цене|по вашей цене|ниже)\b|"
    r"\b(?:специальн\w+|особ\w+|персональн\w+|индивидуальн\w+|эксклюзивн\w+|льготн\w+|секретн\w+|"
    r"внутренн\w+)\s+(?:\w+\s+)?(?:цен\w+|услови\w+|тариф\w*|предложени\w+|прайс\w*)\b|"
    r"\bдоговорим\w+|\bсторгу\w+|\bпо[- ]?дружески\b|\bпо знакомству\b|\bпо себестоимости\b|\b(?:цен\w+|сумм\w+|"
    r"стоимост\w+) (?:снизим|снижу|уменьш\w+|скорректиру\w+|пересмотр\w+)\b|"
    r"\b(?:снизим|снижу|уменьшу|пересмотрю|скорректирую) (?:\w+ )?(?:цен\w+|сумм\w+|стоимост\w+)\b|"
    r"\b(?:дад\w+|сдела\w+|предлож\w+|повтор\w+|перебь\w+|постав\w+) (?:\w+ ){0,3}(?:так\w+ же|ту же|эту же|не хуже|"
    r"цену конкурент\w+|лучшую цену)\b|"
    r"\b(?:match|beat|undercut) (?:\w+ ){0,3}(?:price|offer|quote|competitor|them|any)\w*|\b(?:special|personal|"
    r"secret|insider|custom|exclusive|vip) (?:price|rate|offer|deal|terms)\b|"
    r"\b(?:do|make|give) (?:it|you|this)(?: \w+){0,3} (?:cheaper|lower|less)\b|\bwork something out\b|\blower (?:the|"
    r"your|our) price\b|\bat cost\b|\bgood price for you\b"
)
VOW = re.compile(
    r"\b(?:обеща[юе]\w*|обещан\w*|клян\w+|честное слово|даю слово|гаранти\w+|ручаюсь|ручаемся|отвечаю за|обязу\w+|"
    r"расписк\w+|головой|зуб даю|"
    r"promise\w*|guarante\w+|swear|vow|warrant\w*|you have my word|assure|on my word|cross my heart|pledge\w*|commit "
    r"to|rest assured)\b"
)
RESULT = re.compile(
    r"\b(?:вырас\w+|вырост\w+|увелич\w+|удво\w+|утро\w+|окуп\w+|повыс\w+|подним\w+|взлет\w+|сократ\w+|"
    r"increase|grow|boost|double|triple|pay for itself|pay off|pays off|skyrocket)\w*\b"
)
CERTAIN = re.compile(
    r"\b(?:точно|обязательно|гарантирован\w*|непременно|однозначно|наверняка|уверен\w*|без сомнен\w+|железно|"
    r"стопроцентно|вс[её] равно|"
    r"definitely|will|certainly|surely|for sure|no doubt|absolutely|guaranteed)\b"
)
REFUND = re.compile(
    r"\b(?:верн[еу]\w*|возвра[тщ]\w*|компенс\w+|возмест\w+|возмещ\w+|refund\w*|money[- ]back|reimburs\w+|"
    r"compensat\w+)\b"
)
REFUND_FUTURE = re.compile(
    r"\b(?:верну|вернем|вернут|вернется|вернутся|возвращаем|возвращу|возврат|компенсир\w+|возмест\w+|возмещаем|"
    r"refund\w*|money[- ]back|reimburs\w+|compensat\w+)\b"
)
SPEED = re.compile(
    r"\b(?:сразу|срочно|немедленно|моментально|мгновенно|быстро|прямо сейчас|сейчас же|вот-вот|скоро|вскоре|в "
    r"ближайш\w+|на днях|с минуты на минуту|вне очереди|"
    r"без очереди|в срок|вовремя|оперативно|в кратчайш\w+|первым делом|в приоритете|уже сейчас|"
    r"right away|immediately|instantly|asap|shortly|soon|right now|in no time|at once|momentarily|any minute|on time|"
    r"in time)\b"
)
DOES = re.compile(
    r"\b(?:успе\w+|улож\w+|сдела[ею]\w+|запуст\w+|запущу|начн[еу]\w*|приступ\w+|готов\w*|пришл\w+|вышл\w+|"
    r"перезвон\w+|позвон\w+|свяж\w+|ответ[иям]\w+|напиш\w+|"
    r"подключ\w+|заверш\w+|сда[дмс]\w+|закончи\w+|исправ\w+|"
    r"will|'ll|we can|going to|be ready|be done|deliver|launch|finish|call you|contact you|start)\b"
)
SOMEBODY = re.compile(
    r"\b(?:менеджер\w*|сотрудник\w*|специалист\w*|коллег\w+|оператор\w*|инженер\w*|руководител\w+|директор\w*|"
    r"бухгалтер\w*|юрист\w*|с вами|вам|эксперт\w*|"
    r"manager|colleague|specialist|team|someone|somebody|engineer|director|representative|human|agent|expert|"
    r"accountant|he|she|they)\b"
)
WILL_REACH = re.compile(
    r"\b(?:позвонит|позвонят|перезвонит|перезвонят|свяжется|свяжутся|напишет|напишут|ответит|ответят|подключится|"
    r"пришлет|пришлют|отправит|отправят|вышлет|подготовит|"
    r"приедет|приедут|выедет|выедут|наберет|наберут|подойдет|выйдет на связь|уже (?:в пути|едет|звонит|пишет|"
    r"подключается|занимается|смотрит|знает|в курсе)|"
    r"(?:will|'ll|is going to|are going to|is about to)(?: \w+){0,2} (?:call|contact|reach|write|email|message|reply|"
    r"respond|join|send|get back|be in touch|visit|phone|ring|follow up)|"
    r"(?:is|are) (?:already )?(?:calling|on (?:the|his|her|their) way|joining|contacting|writing|typing|aware|"
    r"informed))\b"
)
CONTACT_PASSIVE = re.compile(
    r"\b(?:с вами свяжутся|вам (?:перезвонят|позвонят|ответят|напишут|пришлют)|ждите "
    r"(?:звонка|ответа|письма|менеджера)|ожидайте (?:звонка|ответа|письма|менеджера|"
    r"подключения)|"
    r"expect (?:a|our|their|his|her) (?:call|reply|email|message)|you(?:'ll| will) "
    r"(?:receive|get|hear))\b"
)
ACTS = {
    "handoff": r"переда[млвю]\w*|передан\w*|передаю|позвал\w*|позов[уе]\w*|зову|вызв[ао]\w+|вызов[уе]\w*|вызываю|"
    r"приглас\w+|приглаша[ю]|уведом\w+|оповест\w+|сообщил\w*|сообщ[иу]м?|подключил\w*|"
    r"подключ[ау]\w*|эскалир\w+|попросил\w*|попрошу|доложил\w*|поручил\w*|связал\w*|свяжу\w*|свяжемся|соедин\w+|"
    r"перевожу|переключ\w+|созвонил\w*|позвонил\w*|договорил\w*|напомн[ию]\w*|перезвон\w+|позвон[юи]\w*|напишу|"
    r"дозвон\w+|предупре\w+",
    "booking": r"заброниров\w+|бронирую|записал\w*(?= (?:вас|тебя|на|к)\b)|записываю|запишу|запишем|записан\w*|"
    r"назначил\w*|назначен\w*|"
    r"назначаю|зарезервир\w+|резервирую|перен[её]с\w*|отменил\w*|отменен\w*|отменяю|"
    r"поставил\w*|ставлю|внес\w* в календарь|закрепил\w*|закреплен\w*|закрепляю",
    "email": r"отправ\w+|выслал\w*|выслан\w*|вышлю|вышлем|высылаю|прислал\w*|прислан\w*|пришлю|пришлем|присылаю|"
    r"скинул\w*|скину|направил\w*|направлю|направляю|направлен\w*|продублир\w+",
    "payment": r"оплатил\w*|выставил\w*|выставлен\w*|выставлю|выставляю|начисл\w+|зачисл\w+|перев[её]л\w*|"
    r"переведен\w*|списал\w*|списан\w*|вернул\w*|возвращен\w*|возвращаю",
    "lead": r"оформил\w*|оформлен\w*|оформляю|оформлю|зафиксир\w+|фиксирую|сохранил\w*|сохранен\w*|сохраняю|внес\w*|"
    r"внош\w*|занес\w*|добавил\w*|добавлен\w*|добавляю|создал\w*|создан\w*|создаю|зав[её]л\w*|"
    r"зарегистрир\w+|регистрирую|принята|принят|приняли|принял|обновил\w*|изменил\w*|отметил\w*|пометил\w*|"
    r"учт[её]н\w*|удалил\w*|удален\w*|стер\w*|аннулир\w+|подписал\w*|подписан\w*",
    "discount": r"применил\w*|применен\w*|применяю|активир\w+|согласов\w+|утвержда[ю]\w*|одобр\w+|подтвержд[аю]\w*|"
    r"подтвердил\w*|подтвержден\w*|утвердил\w*|утвержден\w*|разрешил\w*|разрешен\w*|включил\w*|выбил\w*|"
    r"пробил\w*",
}
ACT = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in ACTS.items()))
ENGLISH_ACTS = {
    "handoff": r"forward\w*|pass(?:ed|ing)?|notif\w+|call(?:ed|ing)?|contact\w*|ask(?:ed|ing)?|escalat\w+|"
    r"transfer\w*|connect\w*|inform\w*|alert\w*|invit\w+|hand(?:ed|ing)?|told|tell|remind\w*|loop\w*|"
    r"bring\w*|brought",
    "booking": r"book\w*|reserv\w+|schedul\w+|arrang\w+|set up|reschedul\w+|cancel\w*|put you down|slot\w*",
    "email": r"send|sent|sending|e-?mail\w*|mail(?:ed|ing)?|shar(?:ed|ing)|text(?:ed|ing)?",
    "payment": r"charg\w+|refund\w*|invoic\w+|bill(?:ed|ing)?|credit\w*|paid",
    "lead": r"regist\w+|sav(?:ed|ing|e)|add(?:ed|ing)?|creat\w+|record\w*|lock(?:ed|ing)?|opened|opening|log(?:ged|"
    r"ging)|submit\w*|updat\w+|not(?:ed|ing)|delet\w+|sign(?:ed|ing)?|plac(?:ed|ing)|accept\w*|process\w*",
    "discount": r"appl(?:y|ied|ying)|approv\w+|activat\w+|confirm\w*|authori[sz]\w+|grant\w*|unlock\w*",
}
ENGLISH_VERBS = "|".join(rf"(?P<{name}>{words})" for name, words in ENGLISH_ACTS.items())
ENGLISH_ACT = re.compile(
    rf"\b(?:(?:i|we)(?:'ve|'ll|'m|'re| have| will| am| are|'d)?|has been|have been|is|are|was|were|is now|is being|"
    rf"was|are now|let me|been|just|already|it's)"
    rf"(?: (?:just|already|now|also|gladly|happily|personally|going to|been|successfully|immediately|be))*(?: and)? "
    rf"(?:{ENGLISH_VERBS})\b"
)
SUBJECT_IS_OTHER = re.compile(
    r"\b(?:вы|ты|клиент\w*|заказчик\w*|он|она|они|оно|котор\w+|бот|помощник|ассистент|кто|пациент\w*|покупател\w+|"
    r"человек|люди|если)\s+(?:\w+\s+){0,2}$"
)
HUMAN = re.compile(
    r"\b(?:я|это|здесь|с вами)(?: \w+){0,2} (?:живой (?:человек|сотрудник|менеджер|оператор)|настоящий (?:человек|"
    r"менеджер|сотрудник)|реальный (?:человек|менеджер|сотрудник))\b|"
    r"\bя(?:,? конечно,?| же|\s?-|,)? ?(?:человек|менеджер|сотрудник|директор|руководитель|специалист|оператор|"
    r"консультант|юрист)\b|\bя не (?:бот|робот|программа|машина|ии|искусственный)\b|"
    r"\bне (?:бот|робот|ии|программа)\b[^.?!]{0,20}\bа (?:живой )?человек\b|"
    r"\bменя зовут [а-я]+ ?(?:и|,) ?я (?:менеджер|директор|сотрудник|работаю)|\bменя зовут\b|\bработаю (?:здесь|в "
    r"компании|тут|менеджером)\b|"
    r"\bmy name is [a-z]+|\bi(?:'m| am)(?: \w+){0,2} (?:human|person|man|woman|employee|manager|director)\b|"
    r"\b(?:real|actual|live) (?:human|person)\b|\bnot (?:a |an )?(?:bot|robot|ai|machine|program)\b"
)
BINDING = re.compile(
    r"\b(?:официальн\w+|публичн\w+|тв[её]рд\w+|юридическ\w+|обязательн\w+) (?:\w+ )?(?:оферт\w+|обязательств\w*|"
    r"предложени\w+|силу|сил\w|договоренност\w+)|\bюридически (?:обяз\w+|значим\w+|закреп\w+)|\bимеет (?:юридическую "
    r")?силу\b|"
    r"\bявляется оферт\w+|\bлегально обяз\w+|\bлюбой суд\b|"
    r"\blegally binding\b|\bbinding (?:offer|agreement|contract|commitment|promise)|\bofficial(?:ly)? (?:offer|"
    r"commitment)|\bno takes(?:ies)? ?backs?(?:ies)?|\bfirm offer\b|\b(?:official|firm|final) and binding|\boffer is "
    r"(?:official|final|binding)|\bcontractual\w* (?:oblig|commit)\w+|"
    r"\benforceable\b"
)
EARLIER = re.compile(
    r"\b(?:как (?:и |мы |я |вам )*(?:обещал\w*|договаривал\w+|договорил\w+|говорил\w*|сказал\w*)|вам "
    r"(?:действительно |уже |и правда |ранее )*(?:обещал\w*|говорил\w*|предлагал\w*|назначал\w*|называл\w*)|"
    r"(?:менеджер|директор|мы|коллега|сотрудник|анна|борис)(?: \w+){0,3} (?:обещал\w*|предлагал\w*|согласил\w+|"
    r"разрешил\w*|одобрил\w*|подтвердил\w*|дал\w? добро|называл\w*)|прошлая договоренность|прежн\w+ договоренност\w+|"
    r"договоренност\w+ (?:в силе|остается|подтвержд\w+|действует)|обещанн\w+|"
    r"as (?:i |we |was )?(?:promised|agreed|discussed|mentioned)|you were (?:\w+ )?(?:promised|offered|told|quoted)|"
    r"we (?:did |have )?(?:promise|agree|offer)\w*|previous(?:ly)? (?:agreed|promised|agreement)|"
    r"(?:manager|director|colleague|boss)(?: \w+){0,3} (?:promised|approved|agreed|authorized|offered|confirmed))\b"
)
AGREED = re.compile(
    r"\b(?:договорились|по рукам|заметано|идет,|сделка заключена|считайте(?:,? что)? (?:сделано|решено|договорились|"
    r"ваш\w*)|принима[юе]м? ваш\w+ (?:услови\w+|цен\w+|предложени\w+)|соглас(?:ен|на|ны) на (?:ваш\w+|эт\w+|так\w+)|"
    r"it's a deal|that's a deal|we have a deal|you(?:'ve| have)? got (?:it|a deal|yourself a deal)|deal!|deal\.|"
    r"deal,|agreed[.!,]|consider it done)"
)
BEST = re.compile(
    r"\bсам\w+ (?:низк\w+|дешев\w+|выгодн\w+|лучш\w+) (?:цен\w+|услови\w+|предложени\w+|вариант на рынке)|\bдешевле "
    r"(?:всех|чем у|любого|конкурент\w+|не найд\w+|рынка)|\bлучш\w+ цен\w+|\bниже рынка\b|\bлучше (?:нас|всех)\b|"
    r"\bлучшие (?:на рынке|в россии)|"
    r"\b(?:cheapest|lowest|best) (?:price|offer|on the market|deal|rate)s?|\bcheaper than (?:anyone|any|the "
    r"competition|competitors|everyone)|\bnumber one\b|\bmarket leader\b|\b№ 1\b|\bлидер\w? рынка"
)
RIVAL = re.compile(
    r"\b(?:конкурент\w*|друг\w+ (?:компани\w+|подрядчик\w*|студи\w+|агентств\w+|разработчик\w*|бот\w*)|они|их|у них|"
    r"jivo\w*|tilda|тильд\w+|salebot|aimylogic|chatfuel|manychat|chatwoot|intercom|zendesk|яндекс\w*|сбер\w*|"
    r"битрикс\w*|bitrix\w*|"
    r"amocrm|voximplant|just ai|ботмазер\w*|botmother|puzzlebot|сендпульс|sendpulse|textback|unisender|openai|"
    r"competitor\w*|rival\w*|other (?:companies|vendors|agencies|firms)|they|them|their)\b"
)
BAD = re.compile(
    r"\b(?:обман\w*|мошенни\w+|кида\w+|жулик\w*|вору\w+|плох\w*|хуже|ужасн\w+|отврат\w+|некачествен\w+|ненадежн\w+|"
    r"халтур\w+|непрофессиональн\w+|дилетант\w*|врут|врет|завыша\w+|тупо\w+|глуп\w+|не связыва\w+|не советую|не "
    r"рекоменд\w+|в отличие от|лучше (?:чем|них)|дороже нас|дерут|развод\w*|не умеют|не справ\w+|"
    r"разоря\w+|банкрот\w*|шарашк\w+|криво\w*|г[ао]вно\w*|отстой|бесполезн\w+|устаре\w+|провал\w*|сыр\w+ продукт|"
    r"теряют заявк\w+|"
    r"scam\w*|fraud\w*|crooks?|liars?|lie|cheat\w*|worse|terrible|awful|overpriced|unreliable|incompetent|rip[- "
    r"]?off|garbage|useless|amateur\w*|bankrupt\w*|bad quality|low quality|shady|trash|outdated|junk|compared "
    r"(?:with|to)|stay away|avoid|"
    r"unlike|dishonest|steal\w*)\b"
)
MODE = re.compile(
    r"\b(?:режим\w* (?:разработчика|администратора|отладки|бога|без ограничений|директора|dan)|ограничени\w+ "
    r"(?:снят\w*|отключен\w*)|правила (?:отключен\w+|больше не действуют|отменен\w+)|фильтр\w* отключен\w*|"
    r"игнориру[юе]\w* (?:\w+ )?(?:инструкци\w+|правил\w+)|забы(?:ваю|л) (?:\w+ )?(?:инструкци\w+|правил\w+)|доступ "
    r"(?:подтвержден|открыт|предоставлен)|полномочия подтвержден\w+|новые инструкции принят\w+|инструкци\w+ "
    r"(?:принят\w+|выполнен\w+)|"
    r"(?:developer|admin|debug|god|dan|maintenance|test) mode (?:enabled|on|activated|is)|restrictions? (?:are |is |"
    r"have been |has been )?(?:lifted|disabled|removed|off)|ignoring (?:\w+ ){0,3}(?:instructions|rules)|"
    r"(?:jailbroken|unfiltered|unrestricted)\b|access (?:granted|enabled)|full access|(?:token|code|password|"
    r"credentials?) (?:accepted|verified|valid)|(?:код|токен|пароль) (?:принят|верн\w+|подтвержден)|authori[sz]ation "
    r"confirmed|instructions (?:accepted|"
    r"updated|overridden)|rules (?:no longer apply|disabled|are off)|i am (?:now )?dan\b|as dan\b)"
)
AFFIRMS = re.compile(
    r"^\W*(?:да|конечно|верно|именно|разумеется|подтвержда\w+|точно|ага|так и есть|все верно|совершенно верно|хорошо|"
    r"ок|окей|без проблем|легко|"
    r"yes|yep|yeah|sure|of course|correct|right|absolutely|indeed|exactly|certainly|confirmed|ok|okay|that's right|"
    r"no problem)\b"
)
BUT = re.compile(r"\b(?:но|однако|к сожалению|правда,|зато|but|however|unfortunately|though)\b")
HEARD = re.compile(r"обеща|договор|сказал|говорил|согласил|одобр|разреш|promis|agree|told|said|approv|offer|guarant")
PLAIN_WORDS = meanings(
    "сделать дать скидка вы для вам мы обещать гарантия гарантировать обещание получить будет ваш лично скинуть "
    "дешевле promise guarantee give "
    "offer you get apply will discount make передать отправить сообщить передать позвонить связаться менеджер вопрос "
    "будет полный full деньги refund вернуть возврат входить включать цена included price первый второй there туда сюда"
)
TALK = re.compile(
    r"(?:рас)?скаж|подскаж|покаж|объясн|поясн|помо[гж]|посчита|рассчита|подсчита|отве[чт]|уточн|подбер|подыщ|предлож|"
    r"сравн|найд|назов|перечисл|посмотр|разбер|"
    r"обсуд|подума|определ|выбер|увид|сможе|смогу|спрош|спроси|напомн|начн[её]м с|проверю|поищ|сориентир|опиш|"
    r"попробу|прикин|поговор|познаком|вернемся|"
    r"перейд|продолж|повтор|добав(?:им|лю) к расч|учт|возьм|поймем|пойму|порекоменд|посовет|отмет|зада[мд]|поинтерес|"
    r"соста(?:вим|влю)|подготов(?:им|лю) расч|буд(?:у|ем) рад"
)
ENGLISH_COMMIT = re.compile(
    r"\b(?:i|we|it|everything|this|that|your \w+|the \w+)(?:'ll| will)(?: \w+ly| just| also)? "
    r"(?!help|explain|tell|show|answer|calculat|estimat|suggest|compar|look|find|walk|describ|list|check|see|need|"
    r"want|be (?:happy|glad|able)|recommend|advis|point|clarif|figure|"
    r"say|start with|know|have to|depend|count|summar|try|like|not\b|never\b|probably|only|still|ask|take|cost|"
    r"answer)(\w+)"
)
INCLUDED = re.compile(
    r"\b(?:вход[ия]т\w*|войд[её]т|включен\w*|включа[ею]т\w*|уже в цене|в цене\b|в стоимости\b|is included|are "
    r"included|includes?|included|comes with)\b"
)

VAT_ON_TOP = re.compile(
    r"сверху|начисля\w+|не включ\w+|не вход\w+|\bбез ндс|\bотдельно\b|on top|excluding|exclusive|not includ\w+|plus "
    r"vat|"
    r"without vat"
)
GUARANTEE_NOUN = re.compile(r"гаранти(?:я|и|ю|ей)|warranty|guarantee")
