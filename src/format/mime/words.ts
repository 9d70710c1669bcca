/** Encoded words (RFC 2047, RFC 2231 §5) to text. */

import { fromBinaryString, utf8 } from '#base/bytes.ts'
import { decodeCharset } from './charset.ts'
import { decodeTransfer } from './decode.ts'

/** Q text may hold spaces although it must not: some senders forget to encode them. */
const encodedWord = /=\?([^?\s*]{1,80})(?:\*[^?\s]{0,80})?\?([bBqQ])\?([^?\r\n]*)\?=/g

interface Word {
  readonly charset: string
  readonly base64: boolean
  readonly text: string
}

const bytesOf = (word: Word): Uint8Array =>
  word.base64
    ? decodeTransfer(fromBinaryString(word.text), 'base64')
    : decodeTransfer(utf8(word.text.replace(/[_ ]/g, '=20')), 'quoted-printable')

/**
 * Words of one charset that follow each other are joined before charset decoding: senders cut multibyte characters,
 * and even base64 groups, between words.
 */
const decodeRun = (words: readonly Word[]): string => {
  let text = ''
  for (let i = 0; i < words.length; ) {
    const charset = (words[i] as Word).charset
    const chunks: Uint8Array[] = []
    let length = 0
    while (i < words.length && (words[i] as Word).charset === charset) {
      let word = words[i++] as Word
      for (;;) {
        const next = words[i]
        const open = word.base64 && word.text.length % 4 !== 0 && !word.text.endsWith('=')
        if (!open || !next?.base64 || next.charset !== charset) break
        word = { ...word, text: word.text + next.text }
        i++
      }
      const chunk = bytesOf(word)
      chunks.push(chunk)
      length += chunk.length
    }
    const bytes = new Uint8Array(length)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    text += decodeCharset(bytes, charset).text
  }
  return text
}

/** True when the text may hold an encoded word: a cheap test before the regular expression. */
const mayHoldWord = (value: string): boolean => value.includes('=?') && value.includes('?=')

/** Encoded words decoded in place; everything else untouched. */
export const decodeWords = (value: string): string => {
  if (!mayHoldWord(value)) return value
  let text = ''
  let end = 0
  let run: Word[] = []
  for (const match of value.matchAll(encodedWord)) {
    const gap = value.slice(end, match.index)
    // White space between two encoded words is not text (RFC 2047 §6.2).
    if (run.length === 0 || gap.trim() !== '') {
      text += decodeRun(run) + gap
      run = []
    }
    run.push({
      charset: (match[1] as string).toLowerCase(),
      base64: match[2] === 'b' || match[2] === 'B',
      text: match[3] as string,
    })
    end = match.index + match[0].length
  }
  return text + decodeRun(run) + value.slice(end)
}

/**
 * The text of an unstructured field: encoded words decoded, NFC, without the control characters (line ends, NUL) that an
 * encoded word may smuggle in.
 */
export const decodeText = (value: string): string => {
  let ascii = true
  for (let i = 0; i < value.length && ascii; i++) {
    const c = value.charCodeAt(i)
    if (c > 126 || c < 32) ascii = false
  }
  if (ascii && !value.includes('=?')) return value.trim()
  return decodeWords(value)
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')
    .replace(/[\t\r\n]+/g, ' ')
    .trim()
    .normalize('NFC')
}
