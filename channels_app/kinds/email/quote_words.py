"""The words by which mail programs announce a quoted mail, in many languages. Data only; `quotes.py` uses it.

Each entry is a pattern without groups of its own where it has any sign in it.
"""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


# "On Monday Anna wrote": the verb.
VERBS = words(
    r"wrote|writes|sent|said|schrieb|schreibt|geschrieben|geschreven|a écrit|a ecrit|écrivait|écrit|"
    r"escribió|escribio|ha escrit|escribe|escreveu|ha scritto|scrive|schreef|skrev|skrifaði|"
    r"kirjoitti|napisał|napisała|napisał(a)|napisal|napísal|napísala|pisze|написал|написала|пишет|"
    r"написав|пише|написа|je napisao|je napisala|napisao|yazdı|şunları yazdı|đã viết|έγραψε|írta|"
    r"a scris|menulis|rašė|rakstīja|kirjutas"
)
VERBS_WITHOUT_SPACES = words(
    r"写道|寫道|写入|のメール|さんは書きました|作成|작성|님이 쓴|כתב|كتب|เขียน|gönderdi"
)
# The fields of a quoted header block.
KEYS = {
    "from": words(
        r"from|von|de|da|van|från|fra|od|от|від|kimden|gönderen|lähettäjä|feladó|expeditor|mittente|"
        r"remitente|expéditeur|absender|afzender|avsändare|nadawca|odesílatel|odosielateľ|από|发件人|寄件者|"
        r"差出人|送信者|보낸 사람|보낸사람|מאת|من|mensaje de"
    ),
    "date": words(
        r"date|sent|gesendet|datum|envoyé le|envoyé|enviado el|enviado em|enviado|enviada em|enviada|"
        r"fecha|data|inviato|verzonden|skickat|sendt|dato|lähetetty|päiväys|wysłano|wysłany|odesláno|"
        r"odoslané|дата|отправлено|отправлен|надіслано|дата отправки|gönderilme|gönderildi|tarih|"
        r"elküldve|trimis|στάλθηκε|ημερομηνία|message du|发送时间|发送日期|日期|时间|傳送時間|寄件日期|"
        r"送信日時|日時|보낸 날짜|날짜|"
        r"נשלח|تاريخ|إرسال"
    ),
    "to": words(
        r"to|an|à|a|para|aan|naar|till|til|do|кому|kime|alıcı|vastaanottaja|címzett|către|destinatario|"
        r"destinataire|empfänger|komu|pro|προς|收件人|收件者|宛先|받는 사람|אל|إلى|cc|kopie|copie à|"
        r"copia|kopia|"
        r"copie|копия|抄送|bcc|reply-to|antwort an|répondre à|responder a|risposta"
    ),
    "subject": words(
        r"subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|"
        r"тема|konu|tárgy|subiect|θέμα|主题|主旨|主題|件名|제목|נושא|موضوع"
    ),
}
