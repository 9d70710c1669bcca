import { expect, test } from 'vitest'
import { checkSieve } from '../check.ts'
import { insertRule, movePiece, type RuleBook, readBook, removePiece, replaceRule, writeBook } from './book.ts'
import { printRule } from './print.ts'
import { type Condition, comparisons, type Rule, type RuleAction } from './rule.ts'

const roundcube = [
  'require ["fileinto","imap4flags"];\r',
  '# written elsewhere\r',
  '# rule:[Listes]\r',
  'if header :contains "list-id" "dane.ac"\r',
  '{\r',
  '\tfileinto "Listes/DANE";\r',
  '\tstop;\r',
  '}\r',
  '# rule:[Chef]\r',
  'if anyof (header :contains ["from","reply-to"] "proviseur", not address :is "to" ["a@b.fr", "c@d.fr"])\r',
  '{\r',
  '\taddflag "\\\\Flagged";\r',
  '}\r',
  'if size :over 2M { discard; } elsif true { keep; }\r',
  'set_by_hand "x";\r',
  '# the end\r',
  '',
].join('\n')

const sources = [
  '',
  '# only a comment',
  '\ufeffkeep;',
  'keep;stop;',
  'if true{keep;}if false {stop;}',
  roundcube,
  'require "vacation"; vacation "text:\n.\n";',
]

const rulesOf = (book: RuleBook): Rule[] => book.flatMap(({ rule }) => (rule ? [rule] : []))

const simple = (name: string, more: Partial<Rule> = {}): Rule => ({
  name,
  enabled: true,
  match: 'all',
  conditions: [{ kind: 'field', fields: ['subject'], part: 'whole', how: 'contains', values: ['bourses'], not: false }],
  actions: [{ kind: 'file', mailbox: 'Bourses', mailboxId: undefined, copy: false, create: true }],
  ...more,
})

test('a script that is only read is written byte for byte as it was', () => {
  for (const source of sources)
    expect(
      readBook(source)
        .map(({ lead, text }) => lead + text)
        .join(''),
    ).toBe(source)
  for (const source of sources) expect(writeBook(readBook(source))).toBe(source)
})

test('rules of another client are understood, with their names, and the rest is code', () => {
  const book = readBook(roundcube)
  expect(book.map(({ kind }) => kind)).toEqual(['require', 'rule', 'rule', 'code', 'code', 'end'])
  expect(rulesOf(book)).toEqual([
    {
      name: 'Listes',
      enabled: true,
      match: 'all',
      conditions: [
        { kind: 'field', fields: ['list-id'], part: 'whole', how: 'contains', values: ['dane.ac'], not: false },
      ],
      actions: [
        { kind: 'file', mailbox: 'Listes/DANE', mailboxId: undefined, copy: false, create: false },
        { kind: 'stop' },
      ],
    },
    {
      name: 'Chef',
      enabled: true,
      match: 'any',
      conditions: [
        {
          kind: 'field',
          fields: ['from', 'reply-to'],
          part: 'whole',
          how: 'contains',
          values: ['proviseur'],
          not: false,
        },
        { kind: 'field', fields: ['to'], part: 'address', how: 'is', values: ['a@b.fr', 'c@d.fr'], not: true },
      ],
      actions: [{ kind: 'flag', flags: ['\\Flagged'] }],
    },
  ])
})

test('a changed rule changes nothing else, and asks for the extension it needs', () => {
  const book = readBook(roundcube)
  const [, , chef] = book
  const text = writeBook(
    replaceRule(book, 2, {
      ...(chef?.rule as Rule),
      enabled: false,
      actions: [{ kind: 'reject', text: 'Non.\nMerci.' }],
    }),
  )
  const [before, after] = roundcube.split('# rule:[Chef]')
  const [, untouched] = (after ?? '').split('}\r\nif size')
  expect(text.startsWith((before ?? '').replace('];\r\n', '];\r\nrequire ["reject"];\r\n'))).toBe(true)
  expect(text.endsWith(`if size${untouched}`)).toBe(true)
  expect(text.replaceAll('\r\n', '')).not.toContain('\n')
  expect(rulesOf(readBook(text))[1]).toMatchObject({ name: 'Chef', enabled: false, match: 'any' })
})

test('rules are added, moved and taken out, and the script stays right', () => {
  let book = insertRule(readBook('require "fileinto";\nkeep;stop;'), simple('One'))
  expect(book.map(({ kind }) => kind)).toEqual(['require', 'code', 'code', 'rule', 'end'])
  book = insertRule(book, simple('Two', { conditions: [] }), 0)
  expect(rulesOf(book).map(({ name }) => name)).toEqual(['Two', 'One'])
  checkSieve(writeBook(book))
  book = movePiece(book, 1, 4)
  expect(rulesOf(book).map(({ name }) => name)).toEqual(['One', 'Two'])
  expect(movePiece(book, 0, 2)).toBe(book)
  expect(movePiece(book, 4, 0)).toBe(book)
  book = removePiece(book, 3)
  const text = writeBook(book)
  checkSieve(text)
  expect(text).toContain('require "fileinto";\nrequire ["mailbox"];')
  expect(text).toContain('keep;')
  expect(rulesOf(readBook(text)).map(({ name }) => name)).toEqual(['Two'])
})

test('the first rule of an empty script, and of one with comments, is right and stays where it is put', () => {
  for (const source of ['', '\n', '# mine\n', '/* mine */']) {
    const text = writeBook(insertRule(readBook(source), simple('One')))
    checkSieve(text)
    expect(text).toContain(source.trim())
    expect(rulesOf(readBook(text))).toEqual([simple('One')])
  }
})

test('a piece at the top that is taken away or moved leaves no blank lines above', () => {
  const book = readBook('keep;\n\n# rule:[A]\nif true { stop; }\n')
  expect(writeBook(removePiece(book, 0))).toBe('# rule:[A]\nif true { stop; }\n')
  const moved = writeBook(movePiece(book, 1, 0))
  expect(moved).toBe('# rule:[A]\nif true { stop; }\n\nkeep;\n')
})

/** A small generator of numbers that is the same on every run. */
const numbers = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

test('whatever a rule says, its Sieve is right and says the same', () => {
  const random = numbers(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const words = ['bourses', 'a"b\\c', 'École ; {', '# no comment', 'x\ny', '.', 'é@à.fr', '*?']
  const values = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(words))
  const conditions: readonly (() => Condition)[] = [
    () => ({
      kind: 'field',
      fields: ['subject'],
      part: 'whole',
      how: pick(['contains', 'is', 'matches']),
      values: values(),
      not: random() < 0.5,
    }),
    () => ({
      kind: 'field',
      fields: ['from', 'cc'],
      part: 'address',
      how: pick(comparisons),
      values: values(),
      not: false,
    }),
    () => ({ kind: 'exists', fields: ['list-id'], not: random() < 0.5 }),
    () => ({ kind: 'body', values: values(), not: false }),
    () => ({ kind: 'size', how: pick(['over', 'under']), octets: Math.floor(random() * 1e9), not: false }),
    () => ({ kind: 'attachment', not: random() < 0.5 }),
    () => ({ kind: 'sender', list: pick(['correspondents', 'internal']), not: random() < 0.5 }),
    () => ({ kind: 'day', how: pick(['from', 'until']), day: '2026-12-01', not: false }),
  ]
  const actions: readonly (() => RuleAction)[] = [
    () => ({
      kind: 'file',
      mailbox: pick(words),
      mailboxId: pick([undefined, 'M12']),
      copy: random() < 0.5,
      create: random() < 0.5,
    }),
    () => ({ kind: 'flag', flags: pick([['\\Seen'], ['\\Flagged', 'travail']]) }),
    () => ({ kind: 'redirect', address: 'claire@ecole.test', copy: random() < 0.5 }),
    () => ({ kind: 'reject', text: pick(words) }),
    () => ({ kind: pick(['keep', 'discard', 'stop'] as const) }),
  ]
  for (let n = 0; n < 400; n++) {
    const rule: Rule = {
      name: pick(['Bourses', 'Mes [élèves]', '']),
      enabled: random() < 0.7,
      match: pick(['all', 'any']),
      conditions: Array.from({ length: Math.floor(random() * 4) }, () => pick(conditions)()),
      actions: Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(actions)()),
    }
    const [first] = rule.conditions
    const text = writeBook(insertRule(readBook(''), rule))
    checkSieve(text)
    // Without a second condition both ways of matching are the same, and without any there is none.
    const match = first === undefined || (rule.conditions.length === 1 && rule.match === 'all') ? 'all' : rule.match
    expect(rulesOf(readBook(text)), text).toEqual([{ ...rule, match }])
    expect(printRule(rule)).toContain('# rule:[')
  }
})
