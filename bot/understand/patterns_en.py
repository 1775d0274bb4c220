"""The phrases by which intents are known in English; the language of the tables is in `rules`.

`CORE_EN` tables are tried on a sentence without its description of the wanted bot, `WHOLE_EN` tables on all of it. An
apostrophe parts words: «don't» is `don t`.
"""

from bot.understand.kinds import Intent

GROUPS_EN = {
    "robot": "bot|bots|chatbot|chatbots|assistant|assistants|robot|robots|ai|system|agent|it|software",
    "people": (
        "human|humans|person|people|manager|managers|operator|operators|representative|representatives|rep|consultant|"
        "consultants|specialist|specialists|expert|experts|salesperson|supervisor|employee|employees"
    ),
    "someone": "someone|somebody|anyone|anybody",
    "buyers": "customers|customer|clients|client|users|user|visitors|visitor|buyers|patients|guests|people|they",
    "want": "want|need|like|love|prefer|require|request|get|have|demand",
    "send": (
        "send|issue|give|need|get|make|prepare|want|provide|email|draft|create|like|share|see|have|resend|receive|write"
    ),
    "boss": (
        "boss|partner|partners|team|wife|husband|director|directors|management|colleagues|colleague|ceo|cfo|owner|"
        "owners|board|manager|accountant|lawyer|lawyers|people|founder|founders|chief|family"
    ),
}

CORE_EN: dict[Intent, str] = {
    Intent.DELETE_DATA: """
        delete|remove|erase|wipe|destroy|forget|deleted|erased|removed ~3 my|our|all|personal|mine ~3 data|information|\
            info|number|phone|account|history|messages|conversation|contacts|contact|details|record|records|email|chat
        delete|erase|wipe|forget ~2 everything ~4 me|us|mine
        delete|erase|forget ~1 me|us
        my|personal data|information|details|account ~2 deleted|erased|removed|wiped
        delete|erase|remove ~1 personal data|information
        remove me from ~2 database|system|crm|records|base
        withdraw|revoke|cancel ~2 consent
        right to be forgotten
        ! {buyers} ~3 ask|asks|want|wants|request|requests
        ! {robot} ~3 delete|remove|erase|forget|deletes|removes
        ! forget ~1 about|it
    """,
    Intent.UNSUBSCRIBE: """
        unsubscribe
        opt ~1 out
        stop ~2 writing|messaging|texting|sending|spamming|bothering|emailing|contacting|mailing|disturbing
        don|not ~3 receive|get|see ~3 messages|emails|reminders|newsletters ~1
        don|do t|not ~1 write|message|text|send|contact|bother|email|disturb|spam|mail ~2 me|us|any|anymore|again|this
        take|remove ~1 me|us off|from ~3 list|mailing|mailings|newsletter|newsletters
        no more messages|emails|reminders|newsletters|mailings|spam
        leave me|us alone
        ^ go away $
        ! how ~4 {buyers}|can
        ! {buyers} ~3 unsubscribe|opt
    """,
    Intent.HUMAN: """
        talk|talking|speak|speaking|chat|connect|contact|reach|transfer|switch|forward|escalate|redirect|write|pass|\
            discuss ~4 {people}
        talk|speak|chat|connect|transfer ~3 {someone}|live
        get|give|find|bring|call|invite|fetch ~1 me|us ~2 {people}|{someone}
        call|get|bring|invite|fetch|summon a|the|your|real|live ~1 {people}
        i|we ~2 {want} ~1 a|an|the|some|real|live|actual|your ~1 human|person|manager|operator|representative|\
            supervisor|\
            agent|rep|consultant|specialist ~2 $
        {people}|{someone} ~1 i|we can|could ~1 talk|speak|chat|ask|contact
        ^ [a] [the] [to] [real] [live] [human] [some] human|person|manager|operator|representative|agent|consultant \
            [please] [now] [asap] $
        put|pass|get ~1 me|us through
        hand|turn|pass ~1 me|us over
        involve|include|add ~1 {people}
        {someone} on the ~1 line|phone
        real|live|actual human|person|agent|operator|manager|people|representative|being
        {people} please
        human ~1 support|help|assistance|being
        is|are ~1 there ~2 human|humans|person|people|manager|operator|{someone} ~2
        can|could|may|will ~1 {people}|{someone} ~2 help|answer|talk|contact|explain|assist|join
        not|don|t ~3 talk|speak|chat|deal|talking|speaking ~2 bot|robot|machine|ai|bots|chatbot|robots
        no ~1 bots|robots ~1 $
        your|a|the|with|from|to sales team|rep|department|manager|guy
        ! are|is|r you|this|it|that|u ~4 human|person|real|live|people
        ! {robot} ~4 transfer*|hand*|connect*|escalat*|switch*|pass*|forward*|replac*|invite*
        ! {buyers} ~3 ask*|want*|request*|prefer*|talk*|write*
        ! my|our ~1 manager|managers|boss|director|partner|people|operator|operators|sales|team
        ! am i ~2 talking|speaking|chatting
        ! instead of
        ! don|not t|to ~2 need|want ~2 {people} ~1 $
        ! when|before|until|after ~3 {people} ~2 replies|answers|comes|joins
    """,
    Intent.JOB_SEEKER: """
        looking|searching|look for ~3 job|work|position|vacancy|internship|employment
        any|open|have|there|current ~2 vacancies|vacancy|openings|jobs|positions|internships|internship
        are|you|you're ~2 hiring|recruiting
        do you hire
        do you|your ~1 need ~2 developers|designers|programmers|managers|engineers|testers|people|staff|employees
        my|attached|a cv|resume|résumé
        send|attach|attached|submit|sending ~3 cv|resume
        apply|applying|applied|application ~3 job|position|vacancy|role|internship|opening
        work|working|job|career|employed at|for|in your|you ~1 $
        i want|would|d|wish ~2 work|working ~1 at|for ~1 you|your
        join ~1 your team|company|staff
        get ~2 a job
        ! {robot} ~4 resume*|cv*|candidate*|vacanc*|hiring|recruit*
        ! screen*|sort*|select*|pars*|analy*|review* ~3 resume*|cv*|candidate*|applicant*|application*
        ! we ~3 agency|recruit*|hr|staffing
        ! {buyers}
    """,
    Intent.VENDOR_OFFER: """
        we|i ~2 offer|provide|propose|sell|suggest ~3 you|your|yours ~5 services|service|seo|leads|traffic|marketing|\
            advertising|ads|promotion|outsourcing|cooperation|partnership|collaboration|rates|prices|product|products
        offer|offering|propose|proposing|provide ~2 you ~5 services|service|seo|leads|traffic|cooperation|partnership|\
            collaboration|advertising|promotion
        offer|offering|provide|providing ~2 seo|smm|link|backlinks|lead|outsourcing|promotion|advertising
        promote|rank|boost|improve|grow|redesign|optimise|optimize|advertise ~1 your ~2 website|site|business|sales|\
            traffic|rankings|ranking|company|brand|seo|product|products|page|channel
        bring*|generat*|get|deliver* ~3 you|your ~4 leads|clients|customers|traffic|sales|buyers
        bring*|generat*|deliver* ~2 leads|traffic|clients|customers ~1 to|for you
        guest post|posts
        link building
        seo|smm|marketing|outsourcing|cleaning|accounting services to|for you|your
        who ~4 responsible|charge|handles|decides ~3 marketing|procurement|purchasing|advertising|seo|buying
        be|are|you ~1 interested in our ~2 services|offer|proposal|product|products|platform|cooperation
        introduce|present ~2 our|my ~3 services|product|products|company|agency|solution
        d|would|like|want ~2 sell|offer ~1 you
        would|d|want|like|propose|discuss ~3 partner|cooperate|collaborate|partnership|cooperation|collaboration ~1 with
        commercial cooperation
        ! need|want|looking|order|buy ~4 {robot}
        ! {buyers} ~2 interested
    """,
    Intent.CALLBACK: """
        call|ring|phone|dial me|us
        call back
        callback
        give|giving me|us ~1 call|ring|callback|buzz
        have|ask|let|tell|make|get ~3 call|phone|ring ~1 me|us
        can|could|will|would|please ~1 you|someone|somebody|manager ~1 call|phone|ring|dial
        ^ [please] call [please] [tomorrow] [today] [now] $
        waiting for ~2 call
        order|request|want|need|like|get|have|expect ~2 a ~1 call ~1 from|back
        ! {buyers}|who|competitors ~3 call|calls|phone|ring
        ! i|we ~1 ll|will|can|could|should|d ~2 call
        ! don|do|not t|not|to call|phone|ring
        ! {robot} ~3 call|phone|ring|calls
        ! call us ~3 times
    """,
    Intent.MY_DOCUMENTS: """
        show|send|resend|download|where|find|get|open|forward|see ~4 my|our documents|document|invoice|invoices|\
            contract|\
            contracts|proposal|files|receipt|agreement|paperwork
        send|resend|forward ~3 documents|document|invoice|contract|proposal|agreement ~1 again
        again ~2 my documents|invoice|contract
        ^ my documents|invoice|contract|files [please] $
        copy|duplicate ~3 my|our|the invoice|contract|agreement|receipt
        ! in|from|through|into|search*|answer* my|our documents|files
        ! {robot} ~4 documents|contracts|invoices
    """,
    Intent.INVOICE: """
        {send} ~3 invoice|bill
        issue ~4 invoice
        bill|invoice me|us
        ^ [an] [the] [and] invoice [please] $
        invoice for|please|to ~3 payment|company|prepayment|please|email|us|deposit
        pro forma
        proforma
        contract and ~1 invoice
        invoice and ~1 contract
        ! {send}|to|for|from|with process*|analy*|recogni*|read*|extract*|scan*|pars*|check*|sort*|match* ~4 \
            invoice*|bill*
        ! process*|analy*|recogni*|extract*|scan*|pars*|match* ~3 invoice*
        ! {robot} ~3 read*|mak*|creat*|issu*|send* ~3 invoice*
        ! {buyers} ~4 invoice*
    """,
    Intent.CONTRACT: """
        contract|agreement
        sign|an|your|our|mutual ~1 nda
        terms of ~1 contract|agreement|service|cooperation
        sign|signing ~3 documents|papers|contracts
        ! analy*|check*|recogni*|process*|read*|extract*|review*|compar*|pars*|search* ~4 contract*|agreement*
        ! contract* ~2 review|analysis|checking|processing|recognition|management
        ! {buyers}|suppliers|supplier|tenants|lease ~4 contract*
        ! contract* ~2 with ~2 {buyers}|suppliers|supplier|tenants
        ! {robot} ~4 contract*|agreement*
        ! contract manufacturer*|manufacturing|work
        ! you ~2 sign|signing ~2 nda|ndas
    """,
    Intent.PAY: """
        how|where|can|could|ready|want|like|when|do|let|should ~4 pay
        payment methods|method|terms|options|option|schedule|link|details|plan|plans|conditions
        pay|paying|paid by|with|in|online|now|upfront|monthly|via|through|later|half|after|cash|half
        accept|take|support ~2 card|cards|payment|payments|paypal|crypto|cash|stripe|visa|mastercard|transfers
        installments|instalments|installment|instalment|prepayment|prepay|upfront
        bank|wire transfer
        make|do|send ~2 payment|deposit|prepayment
        ^ payment|pay $
        ! {buyers} ~5 pay*
        ! {robot} ~4 pay*|payments
        ! how much ~5 pay
        ! we|our ~3 accept|take|process ~3 pay*|card*
        ! pay off|attention|itself
    """,
    Intent.PROPOSAL: """
        proposal|quotation
        commercial|business|formal|written offer|proposal
        {send} ~4 offer|presentation|brochure|proposal
        ^ [an] [the] offer [please] $
        send ~3 in writing
        ! {robot} ~4 offer*|proposal*|quotation*
        ! our|my|their ~1 proposal*|offer*|presentation*
        ! do|did|does|can|could you|we ~1 offer
        ! special offer*
        ! generat*|writ*|automat* ~3 proposals|offers|quotations
    """,
    Intent.MEETING: """
        meeting|meetings|demo|demos|demonstration|consultation|appointment
        meet ~2 you|in|up|online|tomorrow|today|next|on|person|us|with
        can|could|let|shall|want|like ~3 meet
        schedule|book|arrange|set|have|hop|jump|organise|organize|plan ~4 call|meeting|demo|consultation|appointment|\
            zoom
        on|via|in|over|by|a|through zoom|teams|skype
        google meet
        video|zoom|discovery|intro|introductory call
        visit|come ~3 your office
        ! nice|pleased|glad|good|great|pleasure ~1 meet|meeting
        ! {robot}|{buyers} ~5 book*|schedul*|meeting*|appointment*|demo*|consultation*
        ! we|our ~1 meet|meets ~1 {buyers}
        ! meet|meets ~3 requirements|needs|deadline|deadlines|expectations|standards
        ! booking|schedul*|record*|transcri*|summari* ~2 appointments|meetings|visits
    """,
    Intent.DISCOUNT: """
        discount|discounts|discounted
        promo|coupon|voucher|promocode
        cheaper
        lower|reduce|drop|cut|bring|knock|decrease|negotiate|haggle|come ~3 price|prices|cost|down|rate|off|bit
        better|best|lowest|special price|deal|rate|offer|terms|conditions
        special offers|deals|prices|promotions
        wiggle room
        do|go ~1 better|lower on|with ~1 price
        can|could|let|open ~3 negotiate|bargain|negotiation|haggle
        price ~2 negotiable
        negotiable
        any|some ~1 promotions|promotion|deals
        percent off
        ! bot|chatbot|assistant|robot ~5 discount*|promo*|coupon*
        ! about|our|of ~1 discount* ~1 {buyers}|program*|system
        ! shop|store|we|company offers|offer|give|gives|has|have ~2 discount*
        ! cheaper than
    """,
    Intent.CASES: """
        case stud*
        portfolio|testimonials|testimonial
        success stor*
        examples|example|samples ~3 work|works|bots|bot|projects|project|clients|implementation*|cases|similar|done|\
            built|\
            chatbots
        show|see|have|send|share|any|look|give|got ~4 examples|example|cases|case|portfolio|references|reviews|samples
        your ~1 work|works|clients|projects|cases|customers $
        your ~1 previous|past|recent|completed|other|best ~1 work|works|clients|projects|customers
        who|whom|which|what ~4 you ~1 worked|work|working ~1 with
        have you ~3 worked|done|built|made|implemented ~2 with|for|in|something|anything|similar|a|this|bots
        your reviews|references|clients
        what|which ~2 you ~1 built|made|done|implemented|launched ~1 before|already|recently|so
        what ~2 clients|customers say
        reviews about|of|from ~1 you|your|clients|customers
        ! {robot}|collect*|answer*|reply*|respond* ~4 review*
        ! use cases|case
        ! in|just ~1 case
        ! our|my reviews|portfolio|cases
        ! example ~1 if
    """,
    Intent.GUARANTEES: """
        guarantee|guarantees|guaranteed|warranty|warranties
        refund|refunds|refundable
        money|payment ~1 back
        what|and ~1 if ~5 doesn|don|not|won|didn|fails|isn|aren|fail ~4 work|fit|pay|help|like|deliver|satisfied|happy|\
            suit|enough|result|results
        what if ~3 fails|fail|breaks
        money if ~3 fail|fails|don|doesn|not|late
        ! bot|chatbot|assistant|{buyers} ~4 guarantee*|warrant*|refund*
        ! warranty|refund|return|returns claims|claim|questions|question|requests|request|cases|policy
        ! {buyers} ~4 money
        ! know
    """,
    Intent.THINK: """
        think ~1 about|over|it
        i|we|me|us ~1 ll|will|need|let|want|have|must|going|d ~3 think
        let|give me|us ~2 think|time|consider
        time|day|days|week|minute|moment ~1 to ~1 think|consider|decide
        i|we ~1 ll|will|need|have|must ~3 consider|reconsider
        consider ~1 it $
        sleep on it
        discuss|talk|consult|check|speak|show|run|clear|agree|share|ask ~4 my|our|the ~1 {boss}
        discuss ~2 internally|inside
        get|come|be|write|reach back|you ~1 to|later|soon|tomorrow|you ~1 $
        need|take|want|give|have ~2 time
        let you know
        ^ [maybe|perhaps] [some] [other] later|tomorrow [maybe|please] $
        maybe|perhaps|decide|decision later|tomorrow|soon
        not ~1 ready|decided
        ^ [maybe] not now|yet|today [thanks|thank] [you] $
        ! {robot}|{buyers} ~4 think*
        ! what|do you ~2 think
        ! i|we think ~1 you|that|it|this|your|so|of
        ! how ~4 time
        ! don|not|no t|to|need|have ~3 time
        ! a|one|first|at|same|of|real|response|answer time
        ! time ~3 train|integrat*|launch|develop*|build
    """,
}

WHOLE_EN: dict[Intent, str] = {
    Intent.PRICE: """
        how much|expensive
        price|prices|pricing|priced|cost|costs|costing|fee|fees|quote|quotes|quotation|tariff|tariffs|budget
        price|rate list|card|sheet
        what ~4 charge
        how ~2 do|would|will you charge
        your|hourly|monthly rates|rate
        rough|ballpark|an|the|get|give|approximate estimate|figure|number
        estimate for|of|please|on
        calculate|estimate|count|figure|work ~4 price|cost|project|order|total|out
        what ~4 pay|set|run ~2 for|me|us|back
        ! how much ~1 time|data|text|information|memory|training|experience|history|work|effort|content|of|longer|\
            faster|better
        ! {robot} ~4 tell*|say*|quote*|know*|show*|answer*|calculate*|name* ~4 price*|pricing|cost*
        ! {buyers} ~4 price*|pricing|cost*|quote*
        ! our|my|their ~1 price*|pricing|cost*|tariff*|rates
        ! reduce|save|cut|lower|saving|reducing|decrease ~3 cost*
        ! price* ~1 too|is|are|seem*|so ~1 high|too|steep|crazy
        ! at any cost
        ! budget ~2 hotel*|airline*
    """,
    Intent.EXPENSIVE: """
        expensive|pricey|overpriced|costly
        too much|high|steep ~1 $
        too much|high|steep for|money|price
        that|it|this s|is ~2 lot|fortune
        a lot of money
        too big ~2 us|me
        over|above|beyond|exceeds|exceed|outside|out ~3 budget|range|means
        can|cannot|couldn t|not|never|ever|cannot ~1 afford
        more than ~2 can|could|want|planned|expected|hoped
        costs|cost|is too much ~1
        cannot|can't afford
        don|do|not t|not|have ~1 have ~3 money|budget
        no money|budget
        price|prices|cost|sum|amount ~3 high|steep|crazy|huge|insane|scary|ridiculous|big|bites
        high|crazy|huge|insane|ridiculous|steep price|prices|cost
        ! not|isn|less|without|nothing ~3 expensive|pricey|costly|much
        ! is|how it|that|this|expensive ~1 expensive ~2
        ! most|less|least|how|very expensive ~1 package|plan|mistake*
        ! more|how expensive
        ! too much|many work|time|questions|calls|messages|requests|data
        ! high ~1 quality|load|season|volume
    """,
    Intent.CHEAPER_ELSEWHERE: """
        others|competitors|competitor|freelancer|freelancers|upwork|fiverr|another|other|elsewhere|students|guy|agency|\
            company|companies|friend|somebody|someone|everyone ~6 cheaper|less|lower|half|cheap
        cheaper ~3 elsewhere|competitors|competitor|others|freelancer|freelancers|another|upwork|fiverr|somewhere
        cheaper than you|yours|your|this|that
        cheaper ~2 option|offer|alternative|price|quote|solution|vendor|supplier
        found|find|seen|saw|offered|quoted|got|have|promised ~5 cheaper|lower|better ~1 price|offer|deal|option|\
            elsewhere|quote
        found|seen|saw|offered|quoted ~4 cheaper
        for|at less|half ~1 on|at|from|elsewhere|somewhere
        rivals|competitors|competitor|others|they ~2 ask|asks|charge|want|take ~2 half|less
        offered|quoted|do|does|charge|charges|asks|asked ~3 for ~2 half
        more expensive than ~2 others|competitors|competitor|other|freelancer*|yours|anyone|market|elsewhere
        why ~3 more expensive
        you|your ~4 more than ~2 others|competitors|competitor|freelancer*|market
        ! cheaper than ~3 employee*|operator*|manager*|hiring|staff|person|human|people
        ! {want}|any|some|is|are|there|a ~1 cheaper ~1 option*|plan*|package*|version*|one|ones|way
    """,
    Intent.EXISTING_CUSTOMER: """
        your|our|the|my ~1 bot|chatbot|assistant|widget|integration|robot ~3 stopped|broke|broken|crashed|down|\
            failed|froze|\
            hangs|freezes|glitches|stuck|frozen|crashes|lags|offline
        your|our|the|my ~1 bot|chatbot|assistant|widget|integration|robot ~2 t|not ~1 working|work|responding|respond|\
            answering|answer|reply|replying|loading|sending|open|start
        bot|chatbot|assistant|widget|integration you ~1 made|built|developed|installed
        something|it s|is|went wrong|broken ~2 bot|chatbot|assistant|widget
        we|i ~1 re|are|m|am ~2 your|existing|current|already|old|regular ~1 customer|client|customers|clients
        already|existing|current ~2 customer|client|customers|clients ~1 $
        already|existing|current ~1 customer|client|customers|clients of ~1 yours
        we|i ~2 already ~2 work|working|use|using|bought|ordered ~3 you|your|yours
        we|i ~1 use|using ~1 your ~1 bot|chatbot|assistant|product|service
        you ~1 made|built|developed|installed|launched|implemented|configured ~4 us|our|me
        we|i ~1 bought|ordered|purchased|got ~4 you|yours
        ticket|request number
        my|our ~1 ticket|project|order status
        status of ~1 my|our ~1 project|order|ticket
        ! if|when|unless|whether|until ~6 bot|chatbot|assistant|it|integration|widget
        ! another|other|previous|competitor*|different|former|old ~5 bot|chatbot|vendor|company|contractor|agency
        ! can|could|would|will|do|does|did|who|how|what|become ~2 you|customer|client|your ~2 made|built|customers|\
            clients
        ! bot|chatbot|assistant ~3 if
    """,
    Intent.IS_BOT: """
        are|r|u|re you|u|a ~3 bot|human|real|robot|ai|person|machine|chatbot|chatgpt|gpt|program|alive ~3 $
        is this|it|that [just|really|even] [a|an|some] bot|human|robot|ai|chatbot|automated|person|machine|chatgpt ~2 $
        is this|it a real|live|actual human|person
        am|m i ~2 talking|speaking|chatting|writing ~3 bot|human|robot|ai|person|machine|who|someone|real|program
        who|what am i ~1 talking|speaking|chatting
        you ~2 re|are ~2 bot|robot|machine|ai|human ~2 right
        who|what are you $
        ^ [are] [you] [a] human|person or ~1 bot|robot|ai|machine
        ^ [are] [you] [a] bot|robot|ai|machine or ~1 human|person|real
        ! you ~3 make|build|sell|develop|create|offer
    """,
    Intent.RESTART: """
        start|begin|do|try|calculate|count|go ~2 over|afresh|anew
        start|begin|calculate|count ~2 again
        ! can|will|could|does|should ~1 {robot} ~4 start|begin|restart|do
        start|begin|go|restart|recalculate ~3 from|scratch|beginning ~1 beginning|scratch|start
        ^ [please] restart|reset [please|everything|it|chat] $
        reset ~2 chat|conversation|everything|calculation|dialogue|answers
    """,
    Intent.CANCEL: """
        ^ [please] cancel|abort|quit|exit|nevermind [it|this|that|everything|please|all] [please] $
        ^ [ok] [oh] [well] never mind
        cancel ~3 request|order|meeting|call|booking|calculation|estimate|everything|form|appointment
        changed ~1 my|our mind
        forget ~1 it|about
        ^ [let] [s] [please] stop this|here|the [please|form|calculation] $
        ! {robot}|{buyers} ~4 cancel*|forget*|changed
        ! don|not t|to forget
    """,
    Intent.BACK: """
        ^ [go|step|please|one|move|take|get] [me] [one] [step] back [please|to|one|a] [previous] [step|question|one|\
            menu] $
        go|step|return|get|move|take ~3 previous
        go|step|move back
        ^ [the] previous [question|step|one|please] $
        change|correct|fix|edit ~2 previous|last answer|step|choice
        back to ~1 menu|question|previous
        return to ~1 menu
        ! go back on|to|and ~2 work|them|you
    """,
    Intent.DONT_KNOW: """
        don|dont|do t|know|not|really|exactly ~2 know
        dont know
        not|n ~2 sure|certain
        no idea|clue|preference|difference
        idk|dunno
        doesn|does|dont|don|not t|not|really|matter ~1 matter|care|mind
        no matter
        ^ [just] whatever|whichever|any|either|anything [one|you|is|of|works|want|fine|them] [fine|say|like|works|\
            them|ok] $
        either|any|anything way|is|works|will fine|ok|do|works|okay
        up to you
        ^ [please] you|your choose|decide|pick|choice|call|say [please|for|it|one|best] [me|us] $
        you choose|decide|pick ~2 $
        what|whatever ~3 you ~1 recommend|suggest|advise|think ~2 $
        ^ recommend|advise ~2 $
        hard|difficult|tough to say|tell|answer|estimate
        haven|have t|not|never ~1 decided|thought|counted|considered
        undecided
        ^ whichever|whatever ~3 $
        can|can't t|not ~1 say|tell ~1 $
        ! if ~5 know
        ! {robot}|{buyers} ~4 know
        ! don|do t|not know how|what|why|where|who|when|whether|if ~6 you|your|price|cost
        ! make sure
        ! want|need|like|wanted to be|make|know ~1 sure
        ! want|need|like|love to know
    """,
    Intent.GREETING: """
        ^ [oh] [well] hello|hi|hey|hiya|greetings|howdy|hallo|helo|yo [there|again|everyone|guys]
        good|gd morning|afternoon|evening|day
        ^ what s up $
    """,
    Intent.THANKS: """
        thanks|thank|thx|ty|tnx|tysm|cheers|grateful
        appreciate ~2 it|that|help|your|this
        much appreciated
    """,
    Intent.BYE: """
        bye|goodbye|farewell|cya
        see you|ya [later|soon|tomorrow|around|then] $
        take care $
        have ~1 a ~1 good|nice|great|lovely|wonderful ~1 day|evening|weekend|night|one
        good night
        talk|speak ~2 later|soon $
        until next time
    """,
}
