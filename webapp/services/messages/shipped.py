"""The messages that every company begins with: kind, and nothing in them that is not so.

They promise no day, name no reason and hold no figure. They say that people decide, which is so: the program moves
nobody from one stage to another.
"""

from __future__ import annotations

Texts = dict[str, dict[str, str]]

SHIPPED: dict[str, Texts] = {
    "interview": {
        "en": {
            "subject": "{company}: an invitation to talk about “{vacancy}”",
            "text": (
                "Hello {name},\n\n"
                "thank you for your interest in “{vacancy}”. We would like to get to know you and invite you to an "
                "interview. Somebody from {company} will agree on a day and a time with you.\n\n"
                "It is a conversation, and nothing is decided yet: ask us whatever you want to know about the work. "
                "If you need anything to take part, tell us.\n\n"
                "What we hold about you, you can see at any time:\n{my_page}\n\n"
                "Kind regards\n{company}"
            ),
        },
        "ru": {
            "subject": "{company}: приглашение на собеседование, «{vacancy}»",
            "text": (
                "Здравствуйте, {name}!\n\n"
                "Спасибо за интерес к вакансии «{vacancy}». Мы хотели бы познакомиться с Вами и приглашаем Вас на "
                "собеседование. О дне и времени с Вами договорится кто-то из сотрудников {company}.\n\n"
                "Это разговор, и пока ничего не решено: спрашивайте обо всём, что хотите знать о работе. Если для "
                "участия Вам что-то нужно, скажите нам.\n\n"
                "Что мы храним о Вас, Вы можете посмотреть в любое время:\n{my_page}\n\n"
                "С уважением,\n{company}"
            ),
        },
        "lt": {
            "subject": "{company}: kvietimas pasikalbėti dėl „{vacancy}“",
            "text": (
                "Sveiki, {name},\n\n"
                "dėkojame, kad domitės darbo vieta „{vacancy}“. Norėtume su Jumis susipažinti ir kviečiame į "
                "pokalbį. Dėl dienos ir laiko su Jumis susitars {company} darbuotojas.\n\n"
                "Tai pokalbis, ir dar niekas nenuspręsta: klauskite visko, ką norite sužinoti apie darbą. Jei kad "
                "galėtumėte dalyvauti, Jums ko nors reikia, pasakykite mums.\n\n"
                "Ką apie Jus saugome, galite pamatyti bet kada:\n{my_page}\n\n"
                "Pagarbiai\n{company}"
            ),
        },
    },
    "declined": {
        "en": {
            "subject": "{company}: your application for “{vacancy}”",
            "text": (
                "Hello {name},\n\n"
                "thank you for your interest in “{vacancy}” and for the time that you gave to it. We have decided "
                "not to go on with your application.\n\n"
                "People made this decision, not a program. It is about this one vacancy and is no judgement of you "
                "or of what you can do elsewhere.\n\n"
                "On your own page you can see what we hold about you, put a question to a person, or have your data "
                "erased:\n{my_page}\n\n"
                "We wish you well.\n{company}"
            ),
        },
        "ru": {
            "subject": "{company}: Ваша заявка, «{vacancy}»",
            "text": (
                "Здравствуйте, {name}!\n\n"
                "Спасибо за интерес к вакансии «{vacancy}» и за время, которое Вы ей уделили. Мы решили не "
                "продолжать рассмотрение Вашей заявки.\n\n"
                "Это решение приняли люди, а не программа. Оно касается только этой вакансии и ничего не говорит о "
                "Вас и о том, что Вам удастся в другом месте.\n\n"
                "На своей странице Вы можете посмотреть, что мы о Вас храним, задать вопрос человеку или попросить "
                "удалить Ваши данные:\n{my_page}\n\n"
                "Желаем Вам всего доброго.\n{company}"
            ),
        },
        "lt": {
            "subject": "{company}: Jūsų kandidatūra, „{vacancy}“",
            "text": (
                "Sveiki, {name},\n\n"
                "dėkojame, kad domėjotės darbo vieta „{vacancy}“ ir skyrėte tam laiko. Nusprendėme Jūsų "
                "kandidatūros toliau nesvarstyti.\n\n"
                "Šį sprendimą priėmė žmonės, o ne programa. Jis susijęs tik su šia darbo vieta ir nėra vertinimas "
                "nei Jūsų, nei to, ką galite pasiekti kitur.\n\n"
                "Savo puslapyje galite pamatyti, ką apie Jus saugome, užduoti klausimą žmogui arba paprašyti "
                "ištrinti Jūsų duomenis:\n{my_page}\n\n"
                "Linkime Jums sėkmės.\n{company}"
            ),
        },
    },
    "offer": {
        "en": {
            "subject": "{company}: we would like to work with you, “{vacancy}”",
            "text": (
                "Hello {name},\n\n"
                "we would like to offer you the job “{vacancy}”. Somebody from {company} will get in touch with "
                "you, go through the terms with you and answer your questions.\n\n"
                "This mail is not a contract yet, and you need not answer at once: take the time that you need to "
                "think about it.\n\n"
                "Kind regards\n{company}"
            ),
        },
        "ru": {
            "subject": "{company}: мы хотели бы работать с Вами, «{vacancy}»",
            "text": (
                "Здравствуйте, {name}!\n\n"
                "Мы хотели бы предложить Вам работу: «{vacancy}». Кто-то из сотрудников {company} свяжется с Вами, "
                "обсудит условия и ответит на Ваши вопросы.\n\n"
                "Это письмо ещё не договор, и отвечать сразу не нужно: подумайте столько, сколько Вам требуется.\n\n"
                "С уважением,\n{company}"
            ),
        },
        "lt": {
            "subject": "{company}: norėtume dirbti su Jumis, „{vacancy}“",
            "text": (
                "Sveiki, {name},\n\n"
                "norėtume pasiūlyti Jums darbą „{vacancy}“. {company} darbuotojas susisieks su Jumis, aptars "
                "sąlygas ir atsakys į Jūsų klausimus.\n\n"
                "Šis laiškas dar nėra sutartis, ir iš karto atsakyti nereikia: pagalvokite tiek, kiek Jums "
                "reikia.\n\n"
                "Pagarbiai\n{company}"
            ),
        },
    },
    "held": {
        "en": {
            "subject": "{company}: your application for “{vacancy}” is open still",
            "text": (
                "Hello {name},\n\n"
                "we have not decided on your application for “{vacancy}” yet, and we know that waiting is hard. "
                "Nothing is asked of you now. Somebody will write to you when there is news.\n\n"
                "If you no longer want to wait, you can withdraw on your own page:\n{my_page}\n\n"
                "Thank you for your patience.\n{company}"
            ),
        },
        "ru": {
            "subject": "{company}: Ваша заявка ещё рассматривается, «{vacancy}»",
            "text": (
                "Здравствуйте, {name}!\n\n"
                "По Вашей заявке на вакансию «{vacancy}» решения пока нет, и мы понимаем, что ждать нелегко. Сейчас "
                "от Вас ничего не требуется. Когда появятся новости, Вам напишут.\n\n"
                "Если Вы больше не хотите ждать, заявку можно отозвать на своей странице:\n{my_page}\n\n"
                "Спасибо за терпение.\n{company}"
            ),
        },
        "lt": {
            "subject": "{company}: Jūsų kandidatūra dar svarstoma, „{vacancy}“",
            "text": (
                "Sveiki, {name},\n\n"
                "dėl Jūsų kandidatūros į darbo vietą „{vacancy}“ dar nenusprendėme ir suprantame, kad laukti "
                "nelengva. Dabar iš Jūsų nieko nereikia. Kai bus naujienų, Jums parašysime.\n\n"
                "Jei nebenorite laukti, kandidatūrą galite atsiimti savo puslapyje:\n{my_page}\n\n"
                "Dėkojame už kantrybę.\n{company}"
            ),
        },
    },
}

BLANK: Texts = {
    "en": {"subject": "{company}: “{vacancy}”", "text": "Hello {name},\n\n\n\nKind regards\n{company}"},
    "ru": {"subject": "{company}: «{vacancy}»", "text": "Здравствуйте, {name}!\n\n\n\nС уважением,\n{company}"},
    "lt": {"subject": "{company}: „{vacancy}“", "text": "Sveiki, {name},\n\n\n\nPagarbiai\n{company}"},
}
"""The beginning of a message that somebody writes freely."""
