import { expect, test } from 'vitest'
import { midnight, readVacation, saveVacation } from './vacation-requests.ts'

test('days are local, the last one included, also when clocks change', async () => {
  const sent: unknown[] = []
  let stored: Record<string, unknown> = {}
  const side = {
    send: async (calls: readonly { name: string; args: Readonly<Record<string, unknown>> }[]) => {
      const [call] = calls
      sent.push(call?.name)
      const update = call?.args.update as { singleton: Record<string, unknown> } | undefined
      if (update) stored = update.singleton
      return [{ ok: true as const, args: update ? { updated: { singleton: null } } : { list: [stored] } }]
    },
    subscribe: () => () => undefined,
    storage: { read: async () => new Map(), write: async () => undefined } as never,
  }
  const wanted = {
    isEnabled: true,
    first: '2026-10-24',
    last: '2026-10-25',
    subject: 'Absente',
    text: 'Je reviens lundi.',
    outside: '',
  }
  await saveVacation(side, 'u1', wanted)
  expect(stored).toMatchObject({ toDate: midnight('2026-10-26', 0), outsideTextBody: null })
  expect(await readVacation(side, 'u1')).toEqual(wanted)
  expect(sent).toEqual(['VacationResponse/set', 'VacationResponse/get'])
})

test('what is no day is no date', () => {
  expect(midnight('', 0)).toBeNull()
  expect(midnight('demain', 0)).toBeNull()
})
