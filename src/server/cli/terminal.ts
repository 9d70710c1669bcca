/** What commands do with the terminal: ask for a password, draw a progress bar, print a table. */
import { randomInt } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from './command.ts'

const readLine = async (): Promise<string> => {
  for await (const line of createInterface({ input: process.stdin })) return line
  return ''
}

/** Asks for a secret without showing it; on a pipe, reads its first line. */
export const askSecret = async (question: string): Promise<string> => {
  if (!process.stdin.isTTY) return readLine()
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const input = createInterface({ input: process.stdin, output: silent, terminal: true })
  process.stderr.write(`${question}: `)
  try {
    return await new Promise<string>((resolve, reject) => {
      input.question('', resolve)
      input.once('SIGINT', () => reject(new CommandError('Nothing was changed.')))
    })
  } finally {
    input.close()
    process.stderr.write('\n')
  }
}

/** A new password typed twice on a terminal, once on a pipe. */
export const askNewPassword = async (): Promise<string> => {
  const password = await askSecret('New password')
  if (process.stdin.isTTY && (await askSecret('Once more')) !== password)
    throw new CommandError('The two passwords differ. Nothing was changed.')
  if (password === '') throw new CommandError('No password was given.')
  return password
}

const syllables =
  'ba be bi bo bu da de di do du fa fe fi fo ga go la le li lo lu ma me mi mo mu na ne ni no pa pe pi po ra re ri ro ru sa se si so ta te ti to va ve vi vo za zo'.split(
    ' ',
  )

/** A phrase to read out on the telephone: three words and two digits, 71 bits. */
export const makePassword = (): string => {
  const word = () => Array.from({ length: 4 }, () => syllables[randomInt(syllables.length)]).join('')
  return `${word()}-${word()}-${word()}-${randomInt(10, 100)}`
}

/** Rows in aligned columns under their titles. */
export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [titles, ...rows]
  const widths = titles.map((_title, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `1536` is `1.5 kB`. */
export const formatSize = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}

export interface Progress {
  /** `done` of `total`; a total of 0 is unknown. */
  update(done: number, total: number, note?: string): void
  end(): void
}

const barWidth = 28

/** A progress bar on a terminal; a line now and then elsewhere. */
export const createProgress = (title: string): Progress => {
  const started = Date.now()
  const { isTTY } = process.stderr
  let drawn = 0
  let last = ''
  const draw = (text: string) => process.stderr.write(isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  return {
    update: (done, total, note = '') => {
      const share = total > 0 ? Math.min(1, done / total) : 0
      const filled = Math.round(share * barWidth)
      const seconds = (Date.now() - started) / 1000
      const left = share > 0.02 && share < 1 ? `, ${Math.ceil((seconds / share) * (1 - share))} s left` : ''
      const bar =
        total > 0 ? `[${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}] ${Math.floor(share * 100)} %` : ''
      last = `${title} ${bar} ${done}${total > 0 ? `/${total}` : ''}${left} ${note}`.trimEnd()
      if (Date.now() - drawn < (isTTY ? 100 : 5000)) return
      drawn = Date.now()
      draw(last)
    },
    end: () => {
      if (last !== '') draw(last)
      if (isTTY && last !== '') process.stderr.write('\n')
    },
  }
}
