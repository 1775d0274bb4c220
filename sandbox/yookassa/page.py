"""The page a person lands on by the confirmation link: what is to be paid, a button to pay and one to decline."""

from html import escape

from aiohttp import web

from sandbox.yookassa.state import Payment

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Without form-action: the browser follows the form to the shop's own address."""

_STATES = {
    "pending": "",
    "waiting_for_capture": "Деньги удержаны, магазин ещё не подтвердил платёж.",
    "succeeded": "Платёж прошёл.",
    "canceled": "Платёж отменён.",
}


def show(payment: Payment) -> web.Response:
    buttons = (
        '<form method="post" class="pay-buttons">'
        '<button class="primary" name="outcome" value="succeeded">Заплатить</button>'
        '<button class="quiet" name="outcome" value="canceled">Отказаться</button></form>'
        if payment.status == "pending"
        else f'<p class="pay-state">{_STATES[payment.status]}</p>{_back(payment)}'
    )
    sum_of = f"{payment.due:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    description = escape(str(payment.request.get("description", "")))
    text = f"""<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Оплата (песочница)</title><link rel="stylesheet" href="/page/style.css"></head>
<body class="pay"><main class="pay-card" aria-label="Оплата">
<p class="hint">ЮKassa в песочнице: деньги не настоящие</p>
<h1>{sum_of} ₽</h1><p>{description}</p>
{buttons}
</main></body></html>"""
    # without a referrer a browser posts the form from the origin "null", which this world takes for another site's
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    return web.Response(text=text, content_type="text/html", headers=headers)


def missing() -> web.Response:
    text = '<!doctype html><html lang="ru"><meta charset="utf-8"><title>Нет платежа</title><p>Такого платежа нет.</p>'
    return web.Response(text=text, status=404, content_type="text/html")


def back(payment: Payment) -> str:
    """Where the shop wants the person back; empty when it did not say."""
    return str((payment.request.get("confirmation") or {}).get("return_url", ""))


def _back(payment: Payment) -> str:
    address = back(payment)
    return f'<p><a href="{escape(address)}">Вернуться в магазин</a></p>' if address else ""
