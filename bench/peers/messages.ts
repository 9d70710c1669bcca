/** Messages of known sizes. Deterministic, and each with its own Message-ID and text, so that nothing is shared by chance. */
const words =
  'conseil de classe élèves parents réunion établissement académie notes bulletin absence cantine sortie voyage inscription calendrier examen brevet orientation professeur documentaliste salle emploi du temps convocation document signature délai réponse service messagerie portail'.split(
    ' ',
  )

let state = 12345
const random = (): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return state / 0x1_0000_0000
}
const pick = (): string => words[Math.floor(random() * words.length)]!
const encoder = new TextEncoder()

/** `size` octets, plain text up to 16 kB, beyond that with an attachment in base64. `rare` is a word found in it alone. */
export const message = (n: number, size: number, rare = ''): Uint8Array => {
  const head = `From: Anne Martin <anne.martin@example.com>\r\nTo: Paul Petit <paul.petit@example.org>\r\nSubject: ${pick()} ${pick()} ${n}\r\nDate: Mon, 7 Sep 2026 10:${String(n % 60).padStart(2, '0')}:00 +0200\r\nMessage-ID: <${n}.${Date.now().toString(36)}.${Math.floor(random() * 1e9).toString(36)}@example.com>\r\nX-Mailer: bench\r\nMIME-Version: 1.0\r\n`
  let text = `Bonjour,\r\n\r\n${rare} `
  const lines = (limit: number): void => {
    while (text.length < limit) {
      let line = ''
      while (line.length < 68) line += `${pick()} `
      text += `${line.trimEnd()}\r\n`
    }
  }
  if (size <= 16_384) {
    lines(size - head.length - 90)
    return encoder.encode(
      `${head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}`,
    )
  }
  lines(2000)
  let data = ''
  while (data.length < size - 3500)
    data += `${Buffer.from(Array.from({ length: 57 }, () => Math.floor(random() * 256))).toString('base64')}\r\n`
  return encoder.encode(
    `${head}Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n--b1\r\nContent-Type: application/octet-stream; name="document.bin"\r\nContent-Disposition: attachment; filename="document.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n${data}--b1--\r\n`,
  )
}

/** Sizes with a mean of 50 kB: most are small, a few carry large documents. */
export const mixedSize = (n: number): number => {
  const share = n % 20
  if (share < 12) return 4_000
  if (share < 17) return 25_000
  if (share < 19) return 110_000
  return 607_000
}
