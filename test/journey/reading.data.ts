/** Messages of the reading journey. */
import { crc32, deflateSync } from 'node:zlib'

/** A picture of one colour (RFC 2083). */
const drawn = (width: number, height: number, [red, green, blue]: readonly [number, number, number]): Buffer => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(data.length)
    ends.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const row = Buffer.concat([Buffer.alloc(1), Buffer.alloc(width * 3, Buffer.from([red, green, blue]))])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A page of PDF that says "Conseil de classe", made by hand. */
const pdf = (() => {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    '<</Length 60>>stream\nBT /F 24 Tf 40 200 Td (Conseil de classe) Tj ET          \nendstream',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
  ]
  let text = '%PDF-1.4\n'
  const at = objects.map((body, i) => {
    const here = text.length
    text += `${i + 1} 0 obj${body}endobj\n`
    return here
  })
  const table = at.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  return `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF`
})()

const calendar =
  'BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:Conseil de classe du 3e B\r\nDTSTART;TZID=Europe/Paris:20260901T170000\r\nDURATION:PT1H\r\nLOCATION:Salle 12\r\nORGANIZER;CN=Claire Petit:mailto:claire@x.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
const card =
  'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoé Durand\r\nORG:Mairie de Pontarlier\r\nEMAIL;TYPE=work:zoe@mairie.example\r\nTEL;TYPE=work:+33 3 81 00 00 00\r\nEND:VCARD\r\n'

const base64 = (text: string | Buffer): string =>
  (Buffer.from(text).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')

const part = (type: string, name: string, content: string | Buffer): string =>
  `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(content)}\r\n`

interface Draft {
  readonly from: string
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly more?: string
  readonly parts?: string
  /** Word of our own Authentication-Results, as a relay that we trust writes it. */
  readonly proof?: string
}

/** In the manner of a relay that we trust, which verified the sender. */
export const mail = ({ from, subject, html, text = '', more = '', parts = '', proof }: Draft): string => {
  const results =
    proof === undefined ? '' : `Authentication-Results: mail.ac-demo.test; ${proof}\r\n`
  const body =
    html === undefined
      ? `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(text)}\r\n`
      : `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(html)}\r\n`
  const head = `${results}${more}From: ${from}\r\nTo: yann.moreau@ac-demo.test\r\nSubject: ${subject}\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <${subject.replace(/\W/g, '')}@reading.example>\r\nMIME-Version: 1.0\r\n`
  if (parts === '') return `${head}${body}`
  return `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${body}${parts}--b--\r\n`
}

export const picture = drawn(100, 50, [200, 90, 40])

/** An address of the open Internet; what answers there is the journey's own proxy. */
export const pictureUrl = 'http://93.184.216.34/newsletter/banner.png?reader=yann'

export const messages: readonly string[] = [
  mail({
    from: '"Assistance ac-demo" <support@ac-demo-securite.example>',
    subject: 'Journey phishing',
    html: '<p>Votre boîte est pleine. Cliquez sur <a href="https://evil.example/login">https://mail.ac-demo.test/quota</a> dans les 24 h.</p>',
    proof: 'dmarc=pass header.from=ac-demo-securite.example',
  }),
  mail({
    from: 'Gazette <gazette@liste.example>',
    subject: 'Journey newsletter',
    html: `<table bgcolor="#ffffff" width="600"><tr><td style="color:#333333;background:#f4f4f4"><h1 style="color:#000">La gazette</h1><p>Bonjour</p><img src="${pictureUrl}" alt="Bannière" width="300" height="150"></td></tr></table>`,
    more: 'DKIM-Signature: v=1; a=rsa-sha256; d=liste.example; s=x; h=From:Subject:List-Unsubscribe:List-Unsubscribe-Post; bh=AAAA; b=AbCdEfGhIjKl\r\nList-Unsubscribe: <http://93.184.216.34/leave>, <https://93.184.216.34/leave>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n',
    proof: 'dkim=pass header.d=liste.example header.b=AbCdEfGh; dmarc=pass header.from=liste.example',
  }),
  mail({
    from: 'Zoé Durand <zoe@mairie.example>',
    subject: 'Journey answer',
    html: '<div dir="ltr">Mardi me convient.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Le lun. 1 sept. 2025, Yann Moreau a écrit :<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">Quel jour vous irait ?</blockquote></div>',
    proof: 'dmarc=pass header.from=mairie.example',
  }),
  mail({
    from: 'Zoé Durand <zoe@mairie.example>',
    subject: 'Journey attachments',
    text: 'Voici le dossier.\n',
    parts: [
      part('image/png', 'photo.png', picture),
      part('application/pdf', 'ordre du jour.pdf', pdf),
      part('text/plain', 'notes.txt', 'Première ligne\nSeconde ligne\n'),
      part('text/calendar', 'conseil.ics', calendar),
      part('text/vcard', 'zoe.vcf', card),
      part('application/zip', 'dossier.zip', 'PK'),
    ].join(''),
    proof: 'dmarc=pass header.from=mairie.example',
  }),
]
