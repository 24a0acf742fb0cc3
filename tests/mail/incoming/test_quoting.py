"""Where the reply ends: cut with care, in three languages."""

import pytest

from servicedesk.mail.incoming import quoting
from servicedesk.mail.outgoing import composing

ANSWER = "Works now, thank you.\nAnna"
QUOTE = "> Please restart the printer.\n> Best regards, the desk"

OUTLOOK = "From: Desk <desk@quayside.example>\nSent: Monday, March 2\nTo: Anna\nSubject: [SD-7] Printer"

INTRODUCTIONS = [
    "On Mon, 2 Mar 2026 at 10:00, Quayside IT <desk@quayside.example> wrote:",
    "On Mon, 2 Mar 2026 at 10:00, Quayside IT <\ndesk@quayside.example> wrote:",
    "пн, 2 мар. 2026 г. в 10:00, Quayside IT <desk@quayside.example> пишет:",
    "Mon, 2 Mar 2026 at 10:00, Quayside IT <desk@quayside.example> wrote:",
    "02.03.2026 10:00, Quayside IT пишет:",
    "2 марта 2026 г., в 10:00, Quayside IT <desk@quayside.example> написал(а):",
    "El lun, 2 mar 2026 a las 10:00, Quayside IT (<desk@quayside.example>) escribió:",
    "-----Original Message-----",
    "-------- Исходное сообщение --------",
    "-----Mensaje original-----",
    OUTLOOK,
    "От: Quayside IT <desk@quayside.example>\nОтправлено: 2 марта\nКому: Анна\nТема: [SD-7] Принтер",
    "De: Quayside IT <desk@quayside.example>\nEnviado el: lunes, 2 de marzo\nPara: Ana\nAsunto: [SD-7]",
    composing.reply_line("en"),
    composing.reply_line("ru"),
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("quote", [QUOTE, QUOTE.replace("> ", "")], ids=["marked", "bare"])
def test_answer_above_the_quotation_is_taken_alone(introduction: str, quote: str) -> None:
    text, quoted = quoting.split(f"{ANSWER}\n\n{introduction}\n{quote}")
    assert text == ANSWER
    assert "Please restart the printer." in quoted


def test_answer_below_the_quotation_is_taken_alone() -> None:
    text, quoted = quoting.split(f"{INTRODUCTIONS[0]}\n{QUOTE}\n\n{ANSWER}")
    assert text == ANSWER
    assert quoted.startswith("On Mon")


@pytest.mark.parametrize(
    "whole",
    [
        f"{INTRODUCTIONS[0]}\n> Did you restart it?\nYes.\n> And the cable?\nAlso.",
        "Hello,\n> Did you restart it?\nYes.\n> And the cable?\nAlso.\n> Best regards",
        f"{INTRODUCTIONS[0]}\n{QUOTE}",
        QUOTE,
        "From: the third floor\nnothing prints since Monday.",
        "On Friday the director wrote:\nnothing",  # cut it is, or kept whole: never empty
    ],
)
def test_text_in_doubt_is_kept_whole_or_at_least_not_lost(whole: str) -> None:
    text, quoted = quoting.split(whole)
    assert text
    assert (text, quoted) == (whole, "") or whole.endswith("nothing")


@pytest.mark.parametrize("subject", ["Fwd: Invoice", "FW: Invoice", "Пересл: Счёт", "RV: Factura"])
def test_forwarded_mail_is_kept_whole(subject: str) -> None:
    whole = f"See below.\n\n{OUTLOOK}\nThe invoice is wrong."
    assert quoting.split(whole, subject) == (whole, "")


def test_rule_of_outlook_goes_with_the_quotation() -> None:
    text, _quoted = quoting.split(f"{ANSWER}\n________________________________\n{OUTLOOK}\nold")
    assert text == ANSWER


def test_signs_of_the_reply_line_are_the_same_in_every_language() -> None:
    for language in ("en", "ru", "es"):
        assert quoting.split(f"{ANSWER}\n{composing.reply_line(language)}\nold")[0] == ANSWER
