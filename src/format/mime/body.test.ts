import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { bodyLists, fileNameOf, filesOf, partRefs, previewOf, readableText, searchableText } from './body.ts'
import { parseMime } from './parse.ts'

const crlf = (text: string): Uint8Array => utf8(text.replace(/\n/g, '\r\n'))

interface Branch extends ReadonlyArray<Tree> {}
/** A leaf, or a multipart's subtype followed by its parts. */
type Tree = string | Branch

/** A message from a tree: leaves are header fields `type; ...` with optional further fields after `|`. */
const write = (tree: Tree, boundary = 'b'): string => {
  if (typeof tree === 'string') return `Content-Type: ${tree.replaceAll('|', '\n')}\n\nx\n`
  const [subtype, ...parts] = tree as readonly [string, ...Tree[]]
  const inner = parts.map((part, i) => `--${boundary}\n${write(part, boundary + i)}`).join('')
  return `Content-Type: multipart/${subtype}; boundary=${boundary}\n\n${inner}--${boundary}--\n`
}

const listsOf = (tree: Tree) => {
  const { textBody, htmlBody, attachments, hasAttachment } = bodyLists(parseMime(crlf(write(tree))))
  const ids = (refs: readonly { partId: string }[]) => refs.map((r) => r.partId).join(' ')
  return [ids(textBody), ids(htmlBody), ids(attachments), hasAttachment]
}

test('the example of RFC 8621 §4.1.4 gives the lists it says', () => {
  const tree: Tree = [
    'mixed',
    'text/plain|Content-Disposition: inline',
    [
      'mixed',
      [
        'alternative',
        [
          'mixed',
          'text/plain|Content-Disposition: inline',
          'image/jpeg|Content-Disposition: inline',
          'text/plain|Content-Disposition: inline',
        ],
        ['related', 'text/html', 'image/jpeg'],
      ],
      'image/jpeg|Content-Disposition: attachment',
      'application/x-excel',
      'message/rfc822',
    ],
    'text/plain|Content-Disposition: inline',
  ]
  expect(listsOf(tree)).toEqual(['1 2.1.1.1 2.1.1.2 2.1.1.3 3', '1 2.1.2.1 3', '2.1.1.2 2.1.2.2 2.2 2.3 2.4', true])
})

test('a message of one part is its own body', () => {
  expect(listsOf('text/plain')).toEqual(['1', '1', '', false])
  expect(listsOf('text/html')).toEqual(['1', '1', '', false])
  expect(listsOf('application/pdf')).toEqual(['', '', '1', true])
})

test('an alternative with one text serves as both bodies', () => {
  expect(listsOf(['alternative', 'text/html'])).toEqual(['1', '1', '', false])
  expect(listsOf(['alternative', 'text/plain'])).toEqual(['1', '1', '', false])
  expect(listsOf(['alternative', 'text/plain', 'text/html', 'text/calendar'])).toEqual(['1', '2', '3', true])
})

test('pictures of the text and signatures are no attachments to announce', () => {
  expect(listsOf(['related', 'text/html', 'image/png|Content-ID: <a@b>'])).toEqual(['1', '1', '2', false])
  expect(listsOf(['signed', 'text/plain', 'application/pgp-signature'])).toEqual(['1', '1', '2', false])
  expect(listsOf(['mixed', 'text/plain', 'image/png|Content-ID: <a@b>|Content-Disposition: attachment'])).toEqual([
    '1',
    '1',
    '2',
    true,
  ])
})

test('a named text that is not first is an attachment', () => {
  expect(listsOf(['mixed', 'text/plain', 'text/plain; name=a.txt'])).toEqual(['1', '1', '2', true])
})

test('parts are numbered as IMAP does', () => {
  const { root } = parseMime(crlf(write(['mixed', 'text/plain', ['alternative', 'text/plain', 'text/html']])))
  expect(partRefs(root).map((r) => r.partId)).toEqual(['1', '2.1', '2.2'])
  expect(partRefs(parseMime(utf8('x')).root).map((r) => r.partId)).toEqual(['1'])
})

const nameOf = (fields: string) => fileNameOf(parseMime(crlf(`${fields}\n\nx`)).root)

test('a file name is decoded and bare of folders and tricks', () => {
  expect(nameOf("Content-Disposition: attachment; filename*=UTF-8''r%C3%A9union.pdf; filename=reunion.pdf")).toBe(
    'réunion.pdf',
  )
  expect(nameOf('Content-Disposition: attachment; filename="=?utf-8?Q?r=C3=A9union.pdf?="')).toBe('réunion.pdf')
  expect(nameOf('Content-Type: application/pdf; name="a.pdf"')).toBe('a.pdf')
  expect(nameOf('Content-Disposition: attachment; filename="../../etc/passwd"')).toBe('passwd')
  expect(nameOf('Content-Disposition: attachment; filename="C:\\Users\\x\\b.doc"')).toBe('b.doc')
  expect(nameOf("Content-Disposition: attachment; filename*=UTF-8''a%E2%80%AEfdp.exe")).toBe('afdp.exe')
  expect(nameOf('Content-Disposition: attachment; filename=".."')).toBeUndefined()
  expect(nameOf('Subject: x')).toBeUndefined()
})

const previewFor = (text: string) => {
  const bytes = crlf(text)
  return previewOf(bytes, parseMime(bytes))
}

test('a preview is what the writer wrote, on one line', () => {
  expect(
    previewFor(
      'Subject: x\n\nBonjour,\n\n  à jeudi.\n\nLe 3 mai 2026 à 10:12, Jeanne Martin <j@example.org> a écrit :\n> Bonjour\n> à tous\n-- \nPaul\n',
    ),
  ).toBe('Bonjour, à jeudi.')
})

test('a message of nothing but a quotation is previewed by it', () => {
  expect(previewFor('Subject: x\n\n> Bonjour\n> à tous\n')).toBe('> Bonjour > à tous')
})

test('a preview is made of HTML when there is no other text', () => {
  expect(
    previewFor(
      'Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<style>p{}</style><p>D=C3=A9j=C3=A0</p><p>vu</p>\n',
    ),
  ).toBe('Déjà vu')
})

test('an HTML part may say its charset itself', () => {
  const head = utf8(
    'Content-Type: text/html\r\n\r\n<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>',
  )
  const bytes = new Uint8Array(head.length + 1)
  bytes.set(head)
  bytes[head.length] = 0xb3
  expect(previewOf(bytes, parseMime(bytes))).toBe('ł')
})

test('a preview has at most 256 characters and ends with a whole one', () => {
  const preview = previewFor(`Subject: x\n\na${'💩'.repeat(400)}\n`)
  expect(preview.length).toBeLessThanOrEqual(256)
  expect(preview.isWellFormed()).toBe(true)
})

test('everything a person may look for is searchable', () => {
  const bytes = crlf(`Subject: =?utf-8?Q?R=C3=A9union?=
From: =?utf-8?Q?Zo=C3=A9?= <zoe@example.org>
To: Paul <paul@example.org>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c

plain words
--c
Content-Type: text/html

<p>html words</p>
--c--
--b
Content-Type: message/rfc822

Subject: forwarded

inner words
--b
Content-Type: text/csv; name=table.csv

name;mark
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=bulletin.pdf

JVBERi0=
--b--
`)
  const s = parseMime(bytes)
  const text = searchableText(bytes, s, 10_000)
  for (const word of [
    'Réunion',
    'Zoé zoe@example.org',
    'Paul',
    'plain words',
    'bulletin.pdf',
    'forwarded',
    'inner words',
    'name;mark',
  ]) {
    expect(text).toContain(word)
  }
  expect(text).not.toContain('html words')
  expect(text).not.toContain('JVBERi0')
  expect(searchableText(bytes, s, 12).length).toBeLessThanOrEqual(12)
  const readable = readableText(bytes, s, 10_000)
  expect(readable).toMatch(/^plain words/)
  expect(readable).toContain('bulletin.pdf')
  expect(readable).not.toContain('Zoé')
})

test('a picture between two texts is a file, once, beside those that are attached', () => {
  const files = (tree: Tree) => filesOf(bodyLists(parseMime(crlf(write(tree))))).map(({ partId }) => partId)
  expect(files(['mixed', 'text/plain', 'image/jpeg|Content-Disposition: inline', 'text/plain'])).toEqual(['2'])
  expect(files(['mixed', 'text/plain', 'application/pdf', 'video/mp4|Content-Disposition: inline'])).toEqual(['2', '3'])
  expect(files('image/tiff')).toEqual(['1'])
  expect(files(['related', 'text/html', 'image/png|Content-ID: <a@x>'])).toEqual(['2'])
})
