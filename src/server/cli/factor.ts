/** `convergence account factors`: the second factors of somebody, for the day they are lost. */

import { recoveryLeft } from '#domain/people/factors/recovery-codes.ts'
import { type FactorRow, readFactors, removeFactor } from '#domain/people/factors/rows.ts'
import type { House } from '../house.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, textOption, UsageError, wordAt } from './command.ts'
import { table } from './terminal.ts'

const date = (at: number | null): string =>
  at === null ? 'never' : new Date(at).toISOString().slice(0, 16).replace('T', ' ')

const names = { passkey: 'passkey', totp: 'code app', grid: 'printed grid', recovery: 'recovery codes' } as const

const lineOf = (row: FactorRow, rows: readonly FactorRow[]): string[] => [
  String(row.id),
  row.kind === 'recovery' ? `${names.recovery} (${recoveryLeft(rows)} left)` : names[row.kind],
  row.label,
  date(row.createdAt),
  date(row.lastUsedAt),
  row.lastUsedIp ?? '',
  row.lastFailedAt === null ? '' : `${date(row.lastFailedAt)} from ${row.lastFailedIp ?? 'unknown'}`,
]

/** The factors that `--remove` names. Throws UsageError. */
const chosen = (rows: readonly FactorRow[], word: string): readonly FactorRow[] => {
  if (word === 'all') return rows.filter(({ kind }) => kind !== 'recovery')
  const row = rows.find(({ id }) => String(id) === word)
  if (!row) throw new UsageError(`--remove takes a number of the list, or all: ${word} is neither.`)
  return [row]
}

const factorsOf = (house: House, account: number) => house.store.read((tx) => readFactors(tx, account))

export const factorsCommand: Command = {
  name: 'account factors',
  usage: 'LOGIN',
  about: 'List the second factors of an account, or remove one that is lost',
  words: [1, 1],
  options: {
    remove: { type: 'string', value: 'NUMBER|all', about: 'remove it; audited, and told to the owner' },
  },
  more: 'Make sure of who asks before you remove a factor: then the password alone opens the account.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const rows = await factorsOf(house, account.id)
      const word = textOption(invocation, 'remove')
      if (word !== undefined) {
        const gone = chosen(rows, word)
        for (const { id } of gone) await removeFactor(house.people, account.id, id, { actor })
        const left = (await factorsOf(house, account.id)).length
        invocation.say(`Removed ${gone.length} from ${account.login}; ${left} left.`)
        return 0
      }
      if (rows.length === 0) invocation.say(`${account.login} has no second factor.`)
      else
        invocation.say(
          table(
            ['NUMBER', 'KIND', 'NAME', 'MADE', 'LAST USE', 'FROM', 'LAST FAILURE'],
            rows.map((row) => lineOf(row, rows)),
          ),
        )
      return 0
    }),
}
