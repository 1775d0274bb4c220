"""English beside the Russian of `phrases`: ways to agree and refuse, politeness, words that open a question."""

import re

from bot.understand.words import word_set

YES_EN = frozenset(
    line.strip()
    for line in """
        of course
        yes of course
        sounds good
        sounds great
        go ahead
        go on
        lets go
        let s go
        let s do it
        do it
        that works
        that s fine
        works for me
        works for us
        that works for me
        that works for us
        fine by me
        fine with me
        why not
        no problem
        i do
        we do
        i would
        please do
        all right
        that s right
        that s correct
        i agree
        we agree
        i d love to
        i d like that
        i would like that
        i don t mind
        sure thing
        looks good
        by all means
        count me in
    """.strip().splitlines()
)
NO_EN = frozenset(
    line.strip()
    for line in """
        no thanks
        no thank you
        no need
        no way
        not now
        not yet
        not really
        not at all
        not for now
        not necessary
        not needed
        not for me
        not for us
        i don t need that
        we don t need that
        i don t want that
        not interested
        i m not interested
        we re not interested
        not right
        that s not right
        that s wrong
        wrong
        never
        don t
        i don t
        we don t
        i do not
        i don t want
        i don t want it
        i don t want to
        i don t need it
        we don t need it
        don t need it
        it s not needed
        i don t think so
        i don t agree
        i disagree
        rather not
        i d rather not
    """.strip().splitlines()
)
POLITE_EN = word_set(
    "i we d ll m s would like want need think it is will be the a an for thank you maybe probably just only let take "
    "choose option my our us me to have on in with and at well so also go say number about around roughly "
    "approximately hi hello actually works"
)

OPENS = re.compile(
    r"(?:and |but |so |ok |okay |well |hi |hello |hey |please |also |by the way |thanks |no |yes |or |there )*"
    r"(?:(?:what|how|why|when|where|who|whom|whose|which)\b"
    r"|(?:can|could|do|does|did|is|are|was|were|will|would|should|may|might|has|have|isn t|aren t|don t|doesn t|won t|"
    r"can t) (?:i|we|you|he|she|it|they|there|this|that|these|those|the|a|an|your|my|our|its|any|anyone|anybody|"
    r"someone|bots?|chatbots?|updates?|people|customers?|clients?)\b"
    r"|any (?:chance|idea|example)|(?:could you |can you |please )*(?:tell me|tell us|explain|describe|clarify)\b"
    r"|(?:i|we) (?:wonder|was wondering|am wondering|m wondering|d like to know|would like to know|want to know|"
    r"need to know|have a question)|(?:just )?(?:wondering|curious)\b)"
)
NOT_OPENS = re.compile(
    r"what(?:ever)? (?:do|would) you (?:recommend|suggest|advise)|when (?:possible|you can|ready|it s)|"
    r"what you (?:say|think|recommend|suggest)|have a (?:good|nice|great|lovely)|how are you$|what s up$|"
    r"(?:do|have) (?:it|a|an)\b|which one do you recommend|what a\b|"
    r"how (?:nice|great|interesting|funny)"
)
