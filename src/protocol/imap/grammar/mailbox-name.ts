/**
 * Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 once the client has enabled IMAP4rev2 or
 * UTF8=ACCEPT (RFC 9051 §5.1, RFC 6855 §3). Inside the server a name is Unicode text in form NFC.
 */
import { BadSyntax, utf8Text } from './scanner.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,'

/** Modified UTF-7 of a text. */
export const toUtf7 = (text: string): string => {
  let out = ''
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i)
    if (code >= 0x20 && code < 0x7f) {
      out += code === 0x26 ? '&-' : text[i]
      i++
      continue
    }
    let bits = 0
    let value = 0
    out += '&'
    for (; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x20 && unit < 0x7f) break
      value = (value << 16) | unit
      bits += 16
      while (bits >= 6) {
        bits -= 6
        out += alphabet[(value >>> bits) & 63]
      }
      value &= (1 << bits) - 1
    }
    if (bits > 0) out += alphabet[(value << (6 - bits)) & 63]
    out += '-'
  }
  return out
}

const decodeShifted = (encoded: string): string | undefined => {
  let bits = 0
  let value = 0
  let text = ''
  for (const character of encoded) {
    const six = alphabet.indexOf(character)
    if (six < 0) return
    value = (value << 6) | six
    bits += 6
    if (bits >= 16) {
      bits -= 16
      const unit = (value >>> bits) & 0xffff
      if (unit >= 0x20 && unit < 0x7f) return // must be written as itself
      text += String.fromCharCode(unit)
      value &= (1 << bits) - 1
    }
  }
  return bits < 6 && value === 0 && text.isWellFormed() ? text : undefined
}

/** Text of modified UTF-7, or undefined when it is not in that form. */
export const fromUtf7 = (encoded: string): string | undefined => {
  let text = ''
  for (let i = 0; i < encoded.length; i++) {
    const code = encoded.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) return
    if (code !== 0x26) {
      text += encoded[i]
      continue
    }
    const end = encoded.indexOf('-', i)
    if (end < 0) return
    const shifted = end === i + 1 ? '&' : decodeShifted(encoded.slice(i + 1, end))
    if (shifted === undefined) return
    text += shifted
    i = end
  }
  return text
}

const is7bit = (octets: Uint8Array): boolean => octets.every((byte) => byte < 0x80)

/**
 * The name in octets a client sent. Without UTF-8 enabled, 8-bit octets are nevertheless read as UTF-8 (several programs
 * send them), and 7-bit text that is not valid modified UTF-7 is taken as it stands, so that every listed name can be named.
 */
export const decodeMailboxName = (octets: Uint8Array, utf8: boolean): string => {
  const text = utf8Text(octets)
  const name = utf8 || !is7bit(octets) ? text : (fromUtf7(text) ?? text)
  if (/[\u0000-\u001f\u007f\u0080-\u009f\u2028\u2029]/.test(name))
    throw new BadSyntax('Control character in a mailbox name')
  return /^inbox(?=\/|$)/i.test(name) ? `INBOX${name.slice(5)}`.normalize('NFC') : name.normalize('NFC')
}

/** What the client wrote, when the server keeps it in another Unicode form (RFC 9051 §6.3.9.7, OLDNAME). */
export const denormalized = (octets: Uint8Array): string | undefined => {
  const text = utf8Text(octets)
  return text === text.normalize('NFC') ? undefined : text
}

/** The name as this client understands it; quoting comes after. */
export const encodeMailboxName = (name: string, utf8: boolean): string => (utf8 ? name : toUtf7(name))
