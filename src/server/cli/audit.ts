/** `convergence audit`: who did what; the latest lines, or an export between two days. */
import { readAudit } from '#domain/people/audit.ts'
import { exportAudit } from '#domain/people/retention.ts'
import { type Command, flagOption, type Invocation, textOption, UsageError } from './command.ts'
import { table } from './terminal.ts'

const dayOption = (invocation: Invocation, name: string, otherwise: number): number => {
  const text = textOption(invocation, name)
  if (text === undefined) return otherwise
  const at = Date.parse(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at))
    throw new UsageError(`--${name} takes a day such as 2026-09-01.`)
  return at
}

const columns = ['WHEN (UTC)', 'WHO', 'WHAT', 'ABOUT', 'DETAIL', 'FROM']

interface Line {
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly detail: string
  readonly ip: string
}

const cells = ({ at, actor, action, target, detail, ip }: Line): string[] => [
  new Date(at).toISOString().slice(0, 19).replace('T', ' '),
  actor,
  action,
  target,
  detail,
  ip,
]

export const auditLog: Command = {
  name: 'audit',
  usage: '',
  about: 'Show the latest privileged acts, or export the log',
  words: [0, 0],
  options: {
    json: { type: 'boolean', about: 'one JSON object per line' },
    all: { type: 'boolean', about: 'the whole log, oldest first' },
    since: { type: 'string', value: 'DAY', about: 'export from this day (UTC)' },
    until: { type: 'string', value: 'DAY', about: 'export up to this day, which is not part of it' },
  },
  more: 'Without --all, --since or --until: the latest 200 lines. An export is printed as lines of JSON.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const { options } = invocation
      if (flagOption(invocation, 'all') || options.since !== undefined || options.until !== undefined) {
        const since = dayOption(invocation, 'since', 0)
        const until = dayOption(invocation, 'until', Number.MAX_SAFE_INTEGER)
        for await (const line of exportAudit(house.ctx, since, until)) invocation.say(JSON.stringify(line))
        return 0
      }
      const entries = (await readAudit(house.ctx, 200)).reverse()
      if (flagOption(invocation, 'json')) for (const entry of entries) invocation.say(JSON.stringify(entry))
      else invocation.say(table(columns, entries.map(cells)))
      return 0
    }),
}
