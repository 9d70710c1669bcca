import { expect, test } from 'vitest'
import { checkSieve } from './check.ts'
import { checkLiterals } from './literals.ts'
import { SieveError } from './syntax.ts'

const fault = (source: string): string => {
  try {
    checkLiterals(checkSieve(source))
  } catch (error) {
    if (error instanceof SieveError) return `${error.line}:${error.column} ${error.message}`
    throw error
  }
  return 'right'
}

test.each([
  ['if address "Subject" "x" { stop; }', '1:4 the field "Subject" holds no addresses'],
  ['require "envelope"; if envelope "cc" "x" { stop; }', '1:24 the envelope has no part "cc"'],
  ['redirect "nobody";', '1:1 "nobody" is not an address'],
  ['require "vacation"; vacation :from "Anne" "x";', '1:21 "Anne" is not an address'],
  ['require "vacation"; vacation :addresses ["a@x.test", "b"] "x";', '1:21 "b" is not an address'],
  ['require "enotify"; notify :importance "4" "mailto:a@x.test";', '1:20 "4" is not an importance: "1", "2" or "3"'],
  ['require "enotify"; notify :options "frop" "mailto:a@x.test";', '1:20 "frop" is not an option: name=value'],
  ['require "include"; global "a";', '1:20 global needs require "variables"'],
  ['require "foreverypart"; break;', '1:25 break is for the parts of foreverypart'],
  ['require "variables"; set "a.b" "x";', '1:22 "a.b" is not the name of a variable'],
  ['require "enotify"; notify "tel:+331";', '1:20 "tel:+331" is no method that can notify: mailto:address'],
  ['require "variables"; set "1" "x";', '1:22 "1" is not the name of a variable'],
  ['require "editheader"; addheader "X Y" "x";', '1:23 "X Y" is not the name of a field'],
  ['require "index"; if header :last "a" "b" { stop; }', '1:21 :last needs :index'],
  ['require "mime"; if header :type "content-type" "text" { stop; }', '1:20 :type needs :mime'],
  ['require "date"; if currentdate :zone "Paris" "hour" "9" { stop; }', '1:20 "Paris" is not a zone such as +0200'],
  ['require "encoded-character"; if header "a" "${unicode: D800}" { stop; }', '1:33 there is no character D800'],
])('%s is refused before it runs', (source, problem) => {
  expect(fault(source)).toBe(problem)
})

test('a regular expression that cannot be read is refused before it runs', () => {
  expect(fault('require "regex"; if header :regex "a" "(" { stop; }')).toContain('a regular expression is not right')
})

test.each([
  'if address ["From", "X-Whatever"] "x" { stop; }',
  'require ["envelope"]; if envelope ["FROM", "to"] "x" { stop; }',
  // A name that is no field name matches nothing and is no fault (RFC 5228 §2.4.2.2).
  'if header "not a name:" "x" { stop; }',
  'require "variables"; redirect "${who}";',
  'redirect " Anne Martin < anne @ x.test > ";',
  'require ["foreverypart", "extracttext", "variables"]; foreverypart { if true { extracttext "a"; break; } }',
  'require ["variables", "include"]; set "global.a" "x";',
  'require "vacation"; vacation :from "Anne Martin <anne@x.test>" "x";',
  'require ["editheader"]; addheader :last "X-A" "b"; deleteheader :index 1 :last "X-A";',
  'require ["duplicate"]; if duplicate :last { stop; }',
  'require ["encoded-character"]; redirect "me${unicode:40}x.test";',
])('%s is right', (source) => {
  expect(fault(source)).toBe('right')
})
