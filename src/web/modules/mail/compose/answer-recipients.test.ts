import { expect, test } from 'vitest'
import type { EmailSummary } from '../../../data/index.ts'
import { answerRecipients } from './answer-recipients.ts'

const me = new Set(['anne@ac.test'])
const one = (email: string) => ({ name: null, email })
const mail = (
  from: string,
  to: readonly string[],
  cc: readonly string[] = [],
): Pick<EmailSummary, 'from' | 'to' | 'cc'> => ({
  from: [one(from)],
  to: to.map(one),
  cc: cc.map(one),
})
const addresses = ({ to, cc }: ReturnType<typeof answerRecipients>) => [
  to.map(({ email }) => email),
  cc.map(({ email }) => email),
]
const none = { replyTo: null }

test('an answer goes to whoever wrote, or where they ask for it', () => {
  const given = mail('karim@ac.test', ['anne@ac.test', 'marc@ac.test'])
  expect(addresses(answerRecipients(given, none, 'reply', me))).toEqual([['karim@ac.test'], []])
  const elsewhere = { replyTo: [one('liste@ac.test')] }
  expect(addresses(answerRecipients(given, elsewhere, 'reply', me))).toEqual([['liste@ac.test'], []])
})

test('an answer to all keeps addressed whoever was addressed, and copied whoever had a copy, each once', () => {
  const given = mail(
    'karim@ac.test',
    ['Anne@ac.test', 'marc@ac.test', 'karim@ac.test'],
    ['sophie@ac.test', 'marc@ac.test'],
  )
  expect(addresses(answerRecipients(given, none, 'replyAll', me))).toEqual([
    ['karim@ac.test', 'marc@ac.test'],
    ['sophie@ac.test'],
  ])
})

test('an answer to one’s own message goes to whom it went; what is forwarded goes to nobody yet', () => {
  const own = mail('anne@ac.test', ['marc@ac.test'], ['sophie@ac.test'])
  expect(addresses(answerRecipients(own, none, 'reply', me))).toEqual([['marc@ac.test'], []])
  expect(addresses(answerRecipients(own, none, 'replyAll', me))).toEqual([['marc@ac.test'], ['sophie@ac.test']])
  expect(addresses(answerRecipients(own, none, 'forward', me))).toEqual([[], []])
})
