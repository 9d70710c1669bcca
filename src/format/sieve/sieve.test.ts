import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSieve } from './check.ts'
import { parseSieve } from './parse.ts'
import { printSieve } from './print.ts'
import { compileRegex, RegexError } from './regex.ts'
import { type Argument, type Command, SieveError, type Test } from './syntax.ts'

const fault = (source: string): string => {
  try {
    checkSieve(source)
  } catch (error) {
    if (error instanceof SieveError) return `${error.line}:${error.column} ${error.message}`
    throw error
  }
  return 'right'
}

test('the example of RFC 5228 section 9 is right, and what it means is kept', () => {
  const source = `# Declare any optional features
require ["fileinto"];
/* Handle messages
   from known lists */
if header :is "Sender" "owner-ietf-mta-filters@imc.org" { fileinto "filter"; }
elsif address :DOMAIN :is ["From", "To"] "example.com" { keep; }
elsif anyof (NOT address :all :contains ["To", "Cc", "Bcc"] "me@example.com",
             header :matches "subject" ["*make*money*fast*", "*university*dipl*mas*"])
{ fileinto "spam"; } else { fileinto "personal"; }`
  const { commands, extensions } = checkSieve(source)
  expect(commands.map(({ name }) => name)).toEqual(['if', 'elsif', 'elsif', 'else'])
  expect([...extensions]).toEqual(['fileinto'])
  const [first] = commands[1]?.tests ?? []
  expect([...(first?.tags.keys() ?? [])]).toEqual(['domain', 'is'])
  expect(first?.args).toEqual([['From', 'To'], ['example.com']])
})

test('strings: escapes, multi-line text with doubled dots, sizes with their letters', () => {
  const { commands } = parseSieve('redirect "a\\"b\\\\c";\nreject text: # why\nHello\n..dot\n.\n;\nkeep 2M;')
  const values = commands.map(({ args: [arg] }) => (arg?.kind === 'strings' ? arg.list[0]?.value : arg))
  expect(values.slice(0, 2)).toEqual(['a"b\\c', 'Hello\r\n.dot\r\n'])
  expect(values[2]).toMatchObject({ kind: 'number', value: 2 * 1024 * 1024 })
})

test.each([
  ['keep', '1:5 keep must end with a semicolon or a block'],
  ['keep;\n  frobnicate;', '2:3 frobnicate is not a command'],
  ['fileinto "x";', '1:1 fileinto needs require "fileinto"'],
  ['require "frob";', '1:9 the extension "frob" is not supported'],
  ['keep; require "copy";', '1:7 require must come first'],
  ['else { keep; }', '1:1 else needs an if before it'],
  ['if true keep;', '1:1 if needs a block'],
  ['if size 100 { }', '1:4 size needs :over or :under'],
  ['if size :over "100" { }', '1:15 size takes a number'],
  ['if header :is :contains "a" "b" { }', '1:15 :contains contradicts or repeats another argument'],
  ['if header "a" :is "b" { }', '1:15 :is must come before the other arguments'],
  ['if header :frob "a" "b" { }', '1:11 header does not know :frob'],
  ['if header "a" { }', '1:4 header takes a list of strings, then a list of strings'],
  ['redirect ["a", "b"];', '1:10 redirect takes a string'],
  ['keep {}', '1:1 keep takes no block'],
  ['if not anyof true {}', '1:8 anyof takes tests in parentheses'],
  ['if header :comparator "i;frob" "a" "b" {}', '1:4 :comparator "i;frob" needs require "comparator-i;frob"'],
  ['if true { keep; ', '1:17 a command or } is expected'],
  ['}', '1:1 there is a } too many'],
  ['redirect "a', '1:10 a string is not closed'],
  ['/* never', '1:1 a comment is not closed'],
  ['é', '1:1 "é" does not belong here'],
])('%j is refused where it is wrong', (source, expected) => {
  expect(fault(source)).toBe(expected)
})

test('after ihave, what is not known is a fault only when it is executed', () => {
  const { commands } = checkSieve('require "ihave"; if ihave "vnd.frob" { frob :now "x"; } else { keep; }')
  expect(commands[0]?.block[0]).toMatchObject({ name: 'error', args: ['frob is not a command'] })
  expect(checkSieve('require "ihave"; if ihave "copy" { redirect :copy "a@b"; }').extensions.has('copy')).toBe(true)
})

test('optional arguments are found at either end', () => {
  const { commands } = checkSieve(
    'require ["imap4flags","variables","editheader"]; addflag "\\\\Seen"; addflag "v" ["a","b"]; deleteheader "X";',
  )
  expect(commands.map(({ args }) => args)).toEqual([
    [undefined, ['\\Seen']],
    ['v', ['a', 'b']],
    ['X', undefined],
  ])
})

test('hostile scripts are refused quickly: depth, size, length', () => {
  expect(fault('if not '.repeat(200))).toMatch(/nested too deeply/)
  expect(fault('if true {'.repeat(200))).toMatch(/nested too deeply/)
  expect(fault('keep;'.repeat(30_000))).toMatch(/too long/)
  expect(fault(`# ${'é'.repeat(300_000)}`)).toMatch(/too large/)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (source) => {
      expect(typeof fault(source)).toBe('string')
    }),
  )
})

const identifier = fc.constantFrom('keep', 'header', 'not', 'frob', 'x_1')
const argument: fc.Arbitrary<Argument> = fc.oneof(
  fc.record({
    kind: fc.constant('tag' as const),
    name: fc.constantFrom('is', 'over'),
    at: fc.constant({ line: 1, column: 1 }),
  }),
  fc.record({ kind: fc.constant('number' as const), value: fc.nat(), at: fc.constant({ line: 1, column: 1 }) }),
  fc
    .array(fc.oneof(fc.string(), fc.constantFrom('a\r\nb\r\n', '.x\r\n..\r\n', '"\\')), { minLength: 1, maxLength: 3 })
    .map((values) => ({
      kind: 'strings' as const,
      list: values.map((value) => ({ value, at: { line: 1, column: 1 } })),
      bracketed: values.length > 1,
      at: { line: 1, column: 1 },
    })),
)
const place = { line: 1, column: 1 }
const testOf = (inner: fc.Arbitrary<Test>): fc.Arbitrary<Test> =>
  fc
    .tuple(identifier, fc.array(argument, { maxLength: 3 }), fc.array(inner, { maxLength: 2 }))
    .map(([name, args, tests]) => ({ name, args, tests, listed: tests.length > 1, at: place }))
const leaf: fc.Arbitrary<Test> = fc.constant({ name: 'true', args: [], tests: [], listed: false, at: place })
const testTree = testOf(testOf(testOf(leaf)))
const commandOf = (inner: fc.Arbitrary<Command[] | undefined>): fc.Arbitrary<Command> =>
  fc.tuple(testTree, inner).map(([test, block]) => ({ ...test, block, start: 0, end: 0 }))
const blockOf = (inner: fc.Arbitrary<Command>) => fc.option(fc.array(inner, { maxLength: 2 }), { nil: undefined })
const command = commandOf(blockOf(commandOf(blockOf(commandOf(fc.constant(undefined))))))

const bare = (tree: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value) => (key === 'at' || key === 'start' || key === 'end' ? undefined : value)),
  )

test('a tree that is written and read again is the same tree', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 4 }), (commands) => {
      expect(bare(parseSieve(printSieve({ commands })).commands)).toEqual(bare(commands))
    }),
  )
})

test('regular expressions: groups, classes, repetitions, anchors, no case', () => {
  const of = (pattern: string, subject: string, ignoreCase = false) => compileRegex(pattern, ignoreCase)(subject)
  expect(of('^\\[(.+)-([0-9]{2,3})\\]', '[list-142] hello')).toEqual(['[list-142]', 'list', '142'])
  expect(of('(foo|ba[rz])+x?$', 'a foobarbaz')).toEqual(['foobarbaz', 'baz'])
  expect(of('É[[:alpha:]]+', 'une école', true)).toEqual(['école'])
  expect(of('[^]a]b', '-b')).toEqual(['-b'])
  expect(of('a{3}', 'aab')).toBeUndefined()
  expect(of('', 'x')).toEqual([''])
  for (const pattern of ['(', ')', '*a', 'a{2,1}', '[z-a]', '[a', 'a\\', '[[:frob:]]', 'a{999}'])
    expect(() => compileRegex(pattern, false), pattern).toThrow(RegexError)
})

test('an expression that ruins backtracking engines is as quick as any other', () => {
  const match = compileRegex('^(a+)+(a|aa)*$', false)
  expect(match(`${'a'.repeat(5000)}b`)).toBeUndefined()
  expect(() => compileRegex(`${'(a{250}){250}'}`, false)).toThrow(RegexError)
})

test('regular expressions agree with those of the language on what both know', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(ab)',
    'a*',
    'b+',
    '(a|bb)?',
    'a{1,2}',
    '^',
    '$',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), fc.stringMatching(/^[ab]{0,8}$/), (pieces, subject) => {
      const theirs = new RegExp(pieces.join('')).exec(subject)
      const ours = compileRegex(pieces.join(''), false)(subject)
      expect(ours?.[0]).toBe(theirs?.[0])
    }),
  )
})
