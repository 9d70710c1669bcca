import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, fromUtf8, utf8 } from '#base/bytes.ts'
import { createMimeParser, parseMime } from './parse.ts'
import type { MimePart, MimeStructure } from './structure.ts'

const crlf = (text: string): Uint8Array => utf8(text.replace(/\r?\n/g, '\r\n'))

/** The tree as text: types, bodies, indentation. */
const outline = (bytes: Uint8Array, part: MimePart, indent = ''): string => {
  const body = part.parts.length > 0 ? '' : ' ' + JSON.stringify(fromUtf8(bytes.subarray(part.bodyStart, part.bodyEnd)))
  const children = part.parts.map((child) => outline(bytes, child, indent + '  '))
  return [`${indent}${part.type}/${part.subtype}${body}`, ...children].join('\n')
}

const outlineOf = (text: string | Uint8Array): string => {
  const bytes = typeof text === 'string' ? crlf(text) : text
  return outline(bytes, parseMime(bytes).root)
}

test('a plain message is one text part with exact offsets', () => {
  const bytes = crlf('Subject: a\nFrom: b@c\n\nhello\nworld\n')
  expect(parseMime(bytes)).toEqual({
    size: bytes.length,
    truncated: false,
    root: {
      headerStart: 0,
      headerEnd: 25,
      bodyStart: 25,
      bodyEnd: 39,
      lines: 2,
      type: 'text',
      subtype: 'plain',
      params: [],
      encoding: '7bit',
      dispositionParams: [],
      parts: [],
    },
  })
})

const nested = `Content-Type: multipart/mixed; boundary="out"

preamble
--out
Content-Type: multipart/alternative; boundary=in

--in

one
--in
Content-Type: text/html

<b>two</b>

--in--
--out
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/mixed; boundary=deep

--deep
Content-Disposition: attachment; filename=a.txt

file
--deep--
--out--
epilogue
`

test('nested multiparts and an embedded message become a tree', () => {
  expect(outlineOf(nested)).toBe(
    [
      'multipart/mixed',
      '  multipart/alternative',
      '    text/plain "one"',
      '    text/html "<b>two</b>\\r\\n"',
      '  message/rfc822',
      '    multipart/mixed',
      '      text/plain "file"',
    ].join('\n'),
  )
})

test('lines are counted without the line end that belongs to a boundary', () => {
  const { root } = parseMime(crlf(nested))
  const [alternative, message] = root.parts
  expect(alternative?.parts.map((p) => p.lines)).toEqual([0, 1])
  // Seven complete lines and the last one, whose end belongs to the boundary.
  expect(message?.lines).toBe(7)
})

test('line ends may be LF, CRLF or mixed', () => {
  const lf = utf8(nested)
  const mixed = utf8(
    [...nested.matchAll(/[^\n]*\n/g)].map(([line], i) => (i % 3 ? line : line.replace('\n', '\r\n'))).join(''),
  )
  const bare = (text: string) => text.replaceAll('\\r', '').replaceAll('\\n', '')
  expect(bare(outlineOf(lf))).toBe(bare(outlineOf(nested)))
  expect(bare(outlineOf(mixed))).toBe(bare(outlineOf(nested)))
})

test('a lone CR is an ordinary byte and ends no line', () => {
  expect(outlineOf(utf8('Subject: a\rContent-Type: text/html\r\r\n\r\nx\r--b\r'))).toBe('text/plain "x\\r--b\\r"')
})

test('a line of several CRs and a LF is blank', () => {
  expect(outlineOf(utf8('Subject: a\r\r\n\r\r\nbody'))).toBe('text/plain "body"')
})

test('a message without any header is all body', () => {
  expect(outlineOf(utf8('Hello world\nthis is no header\n'))).toBe('text/plain "Hello world\\nthis is no header\\n"')
  expect(outlineOf(utf8('just a word'))).toBe('text/plain "just a word"')
  expect(outlineOf(utf8(''))).toBe('text/plain ""')
  expect(outlineOf(utf8('\n'))).toBe('text/plain ""')
})

test('a forgotten blank line after the header loses no text', () => {
  expect(outlineOf(utf8('Subject: a\nno header here\n'))).toBe('text/plain "no header here\\n"')
  expect(outlineOf(utf8('Subject: a\nno header here\n\nbody'))).toBe('text/plain "no header here\\n\\nbody"')
})

test('one broken line among header fields does not end the header', () => {
  expect(outlineOf(utf8('Subject: a\nlost its fold\nContent-Type: text/html\n\nbody'))).toBe('text/html "body"')
})

test('a first paragraph with indented lines is no header', () => {
  expect(outlineOf(utf8('Send submissions to\n\tppp@example.org\n\nmore'))).toBe(
    'text/plain "Send submissions to\\n\\tppp@example.org\\n\\nmore"',
  )
})

test('a delimiter ends a header whose blank line holds a space', () => {
  expect(
    outlineOf(utf8('Content-Type: multipart/mixed; boundary=b\n \n--b\nContent-Type: text/html\n\nx\n--b--\n')),
  ).toBe('multipart/mixed\n  text/html "x"')
})

test('an mbox line before the first field is part of the header', () => {
  const bytes = utf8('From a@b Mon Sep  1 08:00:00 2026\nContent-Type: text/html\n\nbody')
  expect(outlineOf(bytes)).toBe('text/html "body"')
  expect(parseMime(bytes).root.headerStart).toBe(0)
})

test('a header without body ends with the message', () => {
  const bytes = utf8('Subject: a\r\nContent-Type: text/html')
  const { root } = parseMime(bytes)
  expect([root.headerEnd, root.bodyEnd, root.subtype]).toEqual([bytes.length, bytes.length, 'html'])
})

test('an unterminated multipart keeps its parts', () => {
  expect(outlineOf('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo')).toBe(
    'multipart/mixed\n  text/plain "one"\n  text/plain "two"',
  )
})

test('a boundary may begin with another one', () => {
  expect(
    outlineOf(
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n--b\n\ntwo\n--b--\n',
    ),
  ).toBe('multipart/mixed\n  multipart/mixed\n    text/plain "one"\n  text/plain "two"')
  expect(
    outlineOf(
      'Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--bb\n\ntwo\n--bb--\n',
    ),
  ).toBe('multipart/mixed\n  multipart/mixed\n    text/plain "one"\n  text/plain "two"')
})

test('a boundary that ends in two dashes is told from the closing delimiter of a shorter one', () => {
  expect(
    outlineOf(
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary="b--"\n\n--b--\n\none\n--b----\n--b\n\ntwo\n--b--\n',
    ),
  ).toBe('multipart/mixed\n  multipart/mixed\n    text/plain "one"\n  text/plain "two"')
})

test('an inner multipart that is never closed ends at the outer boundary', () => {
  expect(
    outlineOf(
      'Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\none\n--o\n\ntwo\n--o--\n',
    ),
  ).toBe('multipart/mixed\n  multipart/mixed\n    text/plain "one"\n  text/plain "two"')
})

test('inner and outer multipart may share a boundary', () => {
  expect(
    outlineOf(
      'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n',
    ),
  ).toBe('multipart/mixed\n  multipart/mixed\n    text/plain "one"\n  text/plain "two"')
})

test('a delimiter inside a header ends the part', () => {
  expect(
    outlineOf('Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b\n--b\n\ntwo\n--b--\n'),
  ).toBe('multipart/mixed\n  text/html ""\n  text/plain ""\n  text/plain "two"')
})

test('white space after a delimiter is ignored', () => {
  expect(outlineOf('Content-Type: multipart/mixed; boundary="b  "\n\n--b \t \n\none\n--b-- \n')).toBe(
    'multipart/mixed\n  text/plain "one"',
  )
})

test('garbage after a long boundary does not hide the delimiter, but a short one is not seen in any line', () => {
  const message = (boundary: string) =>
    `Content-Type: multipart/mixed; boundary=${boundary}\n\n--${boundary} x\n\none\n--${boundary};\n\ntwo\n--${boundary}--?\nrest\n`
  expect(outlineOf(message('long-boundary'))).toBe('multipart/mixed\n  text/plain "one"\n  text/plain "two"')
  expect(outlineOf(message('b'))).toContain('text/plain "--b x')
})

test('a multipart without boundary, or whose boundary never comes, is described as text', () => {
  expect(outlineOf('Content-Type: multipart/mixed\n\n--b\n\none\n')).toBe('text/plain "--b\\r\\n\\r\\none\\r\\n"')
  const { root } = parseMime(utf8('Content-Type: multipart/mixed; boundary=x\n\n--y\n\none\n'))
  expect([root.type, root.subtype, root.lines]).toEqual(['text', 'plain', 3])
})

test('parts of a digest are messages unless they say otherwise', () => {
  expect(
    outlineOf(
      'Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\none\n--b\nContent-Type: text/plain\n\ntwo\n--b--\n',
    ),
  ).toBe('multipart/digest\n  message/rfc822\n    text/plain "one"\n  text/plain "two"')
})

test('an encoded embedded message is not entered', () => {
  const { root } = parseMime(crlf('Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdA==\n'))
  expect([root.type, root.subtype, root.parts]).toEqual(['message', 'rfc822', []])
})

test('a message/global part is entered like message/rfc822', () => {
  expect(outlineOf('Content-Type: message/global\n\nSubject: é\n\nbody')).toBe('message/global\n  text/plain "body"')
})

test('the first of two Content-Type fields counts', () => {
  expect(outlineOf('Content-Type: text/html\nContent-Type: text/plain\n\nx')).toBe('text/html "x"')
})

const broken = [
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Type: multipart/digest; boundary="bb"\n',
  'Content-Type: multipart/alternative;\r\n boundary=b--\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: text/html\r\n',
  'Content-Type: multipart/mixed\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Subject: x\r\n',
  'From x\n',
  '--b\r\n',
  '--b\n',
  '--b--\r\n',
  '--b----\r\n',
  '--bb\r\n',
  '--bb--\n',
  '--b',
  '-',
  '--',
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  'text\r\n',
  'word',
  ' fold\r\n',
  '\t',
  ':',
  '\0',
  'é',
]
/** Nested multiparts and messages, sound but for what is missing or added here and there. */
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom('\r\nx\r\n', '\r\n', '', 'Content-Type: text/html\r\n\r\n<p>\n', 'A: b\r\n', '\n-\r\n--\r\n'),
    tie('tree').map((inner) => `Content-Type: message/rfc822\r\n\r\n${inner}`),
    fc
      .tuple(
        fc.constantFrom('mixed', 'digest'),
        fc.constantFrom('b', 'bb', 'b--', 'c'),
        fc.constantFrom('\r\n', '\n'),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('--', '-', ''),
      )
      .map(([subtype, boundary, end, parts, close]) => {
        const inner = parts.map((part) => `--${boundary}${end}${part}${end}`).join('')
        return `Content-Type: multipart/${subtype}; boundary="${boundary}"${end}${end}${inner}--${boundary}${close}${end}`
      }),
  ),
}))
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...broken), { maxLength: 40, size: 'max' }).map((parts) => utf8(parts.join(''))),
  fc
    .tuple(tree, fc.array(fc.tuple(fc.nat(300), fc.nat(3), fc.constantFrom('', ...broken)), { maxLength: 3 }))
    .map(([text, edits]) => {
      let damaged = text
      for (const [at, length, piece] of edits) damaged = damaged.slice(0, at) + piece + damaged.slice(at + length)
      return utf8(damaged)
    }),
  fc.uint8Array({ maxLength: 300 }),
)

/** Throws when offsets do not nest, or when parts and gaps do not give the message back. */
const checkNesting = (bytes: Uint8Array, s: MimeStructure): void => {
  const visit = (part: MimePart, from: number, to: number): void => {
    expect(part.headerStart).toBeGreaterThanOrEqual(from)
    expect(part.headerEnd).toBeGreaterThanOrEqual(part.headerStart)
    expect(part.bodyStart).toBe(part.headerEnd)
    expect(part.bodyEnd).toBeGreaterThanOrEqual(part.bodyStart)
    expect(part.bodyEnd).toBeLessThanOrEqual(to)
    expect(part.lines).toBeGreaterThanOrEqual(0)
    if (part.type === 'multipart') expect(part.parts.length).toBeGreaterThan(0)
    else if (part.type === 'message') expect(part.parts.length).toBeLessThanOrEqual(1)
    else expect(part.parts).toHaveLength(0)
    const pieces: Uint8Array[] = []
    let at = part.bodyStart
    for (const child of part.parts) {
      visit(child, at, part.bodyEnd)
      pieces.push(bytes.subarray(at, child.headerStart), bytes.subarray(child.headerStart, child.headerEnd))
      pieces.push(bytes.subarray(child.bodyStart, child.bodyEnd))
      at = child.bodyEnd
    }
    pieces.push(bytes.subarray(at, part.bodyEnd))
    expect(concatBytes(pieces)).toEqual(new Uint8Array(bytes.subarray(part.bodyStart, part.bodyEnd)))
  }
  expect(s.size).toBe(bytes.length)
  expect([s.root.headerStart, s.root.bodyEnd]).toEqual([0, bytes.length])
  visit(s.root, 0, bytes.length)
}

test('any bytes parse, with offsets that nest inside the message and reassemble it', () => {
  fc.assert(
    fc.property(hostile, (bytes) => checkNesting(bytes, parseMime(bytes))),
    { numRuns: 1500 },
  )
})

test('the same holds under tiny limits', () => {
  const limits = { maxDepth: 3, maxParts: 4, maxHeaderBytes: 40, maxFieldBytes: 30 }
  fc.assert(
    fc.property(hostile, (bytes) => checkNesting(bytes, parseMime(bytes, limits))),
    { numRuns: 1000 },
  )
})

test('chunks of any size give the same structure as the whole', () => {
  fc.assert(
    fc.property(hostile, fc.array(fc.nat(9), { minLength: 1, maxLength: 10 }), (bytes, sizes) => {
      const parser = createMimeParser()
      for (let at = 0, i = 0; at < bytes.length; i++) {
        // A copy that is spoilt afterwards: the parser must not keep chunks. Empty ones come too, but not for ever.
        const chunk = bytes.slice(at, at + (sizes[i % sizes.length] ?? 0) + (i > 99 ? 1 : 0))
        parser.push(chunk)
        at += chunk.length
        chunk.fill(63)
      }
      expect(parser.end()).toEqual(parseMime(bytes))
    }),
    { numRuns: 1500 },
  )
})

test('lines of a text or message body are its line ends', () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      const visit = (part: MimePart): void => {
        if (part.type === 'text' || part.type === 'message') {
          const ends = bytes.subarray(part.bodyStart, part.bodyEnd).filter((byte) => byte === 10).length
          expect(part.lines).toBe(ends)
        }
        part.parts.forEach(visit)
      }
      visit(parseMime(bytes).root)
    }),
    { numRuns: 1500 },
  )
})
