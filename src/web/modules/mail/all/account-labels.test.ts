import { expect, test } from 'vitest'
import type { MailLabel } from '#format/jmap/organising.ts'
import type { MailClient, SideCall } from '../../../data/index.ts'
import { joinLabels } from '../organise/shown-labels.ts'
import { keywordsInto } from './account-labels.ts'

const label = (name: string, keyword = name.toLowerCase()): MailLabel => ({
  id: `l-${keyword}`,
  name,
  keyword,
  colour: 'blue',
  sortOrder: 0,
})

/** An account whose server has these labels, and makes others. */
const accountWith = (labels: readonly MailLabel[]) => {
  const calls: SideCall[] = []
  const send = async (asked: readonly SideCall[]) => {
    calls.push(...asked)
    return asked.map(({ name, args }) => {
      if (name === 'MailLabel/get') return { ok: true as const, args: { list: labels } }
      const { m } = args.create as { m: { name: string } }
      return { ok: true as const, args: { created: { m: { id: 'n', keyword: m.name.toLowerCase() } } } }
    })
  }
  const client = { side: { send }, session: { get: () => ({ accountId: 'u1' }) } } as unknown as MailClient
  return { client, calls }
}

test('labels of several accounts that have one keyword are shown once, one’s own first', () => {
  const own = [label('Urgent')]
  const others = new Map([['u5', [label('URGENT', 'urgent'), label('Sorties')]]])
  expect(joinLabels(own, others).map(({ name }) => name)).toEqual(['Urgent', 'Sorties'])
  expect(joinLabels(own, new Map())).toBe(own)
})

test('a label goes with a message into another account: the same, the one of that name, or made there', async () => {
  const from = accountWith([label('Urgent'), label('Sorties'), label('Conseil')])
  const to = accountWith([label('Urgent'), label('Sorties', 'sorties-2')])
  const keywords = new Set(['$seen', 'urgent', 'sorties', 'conseil', 'nobodys'])
  const into = await keywordsInto(from.client, to.client, keywords)
  expect([...into]).toEqual([
    ['urgent', 'urgent'],
    ['sorties', 'sorties-2'],
    ['conseil', 'conseil'],
  ])
  expect(to.calls.filter(({ name }) => name === 'MailLabel/set').map(({ args }) => args.create)).toEqual([
    { m: { name: 'Conseil', colour: 'blue' } },
  ])
})

test('messages without labels ask nothing of either account', async () => {
  const [from, to] = [accountWith([label('Urgent')]), accountWith([])]
  expect((await keywordsInto(from.client, to.client, new Set(['$seen', '$flagged']))).size).toBe(0)
  expect([...from.calls, ...to.calls]).toEqual([])
})
