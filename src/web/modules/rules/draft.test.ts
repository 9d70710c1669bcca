import { expect, test } from 'vitest'
import type { Rule } from '#format/sieve/rules/rule.ts'
import {
  conditionOf,
  draftRule,
  faultOf,
  hows,
  needsText,
  newAction,
  newCondition,
  newRule,
  ruleOf,
  subjects,
  withSubject,
} from './draft.ts'

const places = [
  { id: 'M1', path: 'INBOX' },
  { id: 'M7', path: 'Classes/2nde 3' },
]

test('a rule that is opened and closed again is the same rule', () => {
  const rule: Rule = {
    name: 'Chef',
    enabled: false,
    match: 'any',
    conditions: [
      { kind: 'field', fields: ['from', 'reply-to'], part: 'whole', how: 'is', values: ['A <a@b.fr>'], not: true },
      { kind: 'exists', fields: ['list-id'], not: false },
      { kind: 'size', how: 'over', octets: 1_234_567, not: true },
      { kind: 'sender', list: 'internal', not: true },
      { kind: 'day', how: 'until', day: '2026-12-24', not: false },
      { kind: 'body', values: ['a', 'b'], not: true },
      { kind: 'attachment', not: false },
    ],
    actions: [
      { kind: 'flag', flags: ['\\Flagged'] },
      { kind: 'flag', flags: ['travail'] },
      { kind: 'file', mailbox: 'Classes/2nde 3', mailboxId: 'M7', copy: true, create: false },
      { kind: 'redirect', address: 'x@y.fr', copy: true },
      { kind: 'stop' },
    ],
  }
  expect(ruleOf(draftRule(rule, places), places, '')).toEqual(rule)
})

test('a mailbox that was renamed is found by its id, one that is not there keeps its path', () => {
  const file = (mailbox: string, mailboxId?: string): Rule['actions'][number] => ({
    kind: 'file',
    mailbox,
    mailboxId,
    copy: false,
    create: false,
  })
  const rule: Rule = {
    name: 'x',
    enabled: true,
    match: 'all',
    conditions: [],
    actions: [file('Old name', 'M7'), file('INBOX'), file('Gone')],
  }
  expect(ruleOf(draftRule(rule, places), places, '').actions).toEqual([
    file('Classes/2nde 3', 'M7'),
    file('INBOX', 'M1'),
    file('Gone'),
  ])
})

test('every line that can be chosen becomes a condition once it has its words', () => {
  for (const subject of subjects)
    for (const how of hows[subject]) {
      const text = subject === 'size' ? '2,5' : subject === 'day' ? '2026-12-01' : 'mot\n  autre '
      const line = { ...newCondition(subject), how, header: 'X-Spam, X-Other:' }
      expect(conditionOf({ ...line, text }), `${subject} ${how}`).toBeDefined()
      if (needsText(how)) expect(conditionOf({ ...line, text: ' \n' }), `${subject} ${how} empty`).toBeUndefined()
    }
})

test('an address that must be the same is compared as an address, a part of it with the name', () => {
  const line = { ...newCondition('from'), text: 'claire@ecole.test' }
  expect(conditionOf({ ...line, how: 'is' })).toMatchObject({ part: 'address', how: 'is', not: false })
  expect(conditionOf({ ...line, how: 'notContains' })).toMatchObject({ part: 'whole', how: 'contains', not: true })
})

test('a line keeps what was typed when it is about something else, where that means something', () => {
  const line = { ...newCondition('from'), how: 'domain' as const, text: 'ac-besancon.fr' }
  expect(withSubject(line, 'subject')).toMatchObject({ how: 'contains', text: 'ac-besancon.fr' })
  expect(withSubject(line, 'day')).toMatchObject({ how: 'from', text: '' })
})

test('the first thing that is missing is told', () => {
  const draft = newRule()
  const [condition] = draft.conditions
  const [action] = draft.actions
  expect(faultOf(draft, places)).toBe(condition?.key)
  const filled = { ...draft, conditions: [{ ...newCondition(), text: 'x' }] }
  expect(faultOf(filled, places)).toBe(action?.key)
  const label = { ...newAction('label'), text: 'deux mots' }
  expect(faultOf({ ...filled, actions: [label] }, places)).toBe(label.key)
  expect(faultOf({ ...filled, actions: [newAction('read')] }, places)).toBeUndefined()
  expect(faultOf({ ...filled, actions: [], stop: false }, places)).toBe('actions')
  expect(ruleOf({ ...filled, actions: [newAction('read')] }, places, 'Sans nom').name).toBe('Sans nom')
})
