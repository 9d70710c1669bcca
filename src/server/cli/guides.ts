/** `convergence guides ...`: what the editors of the guides look at. */
import { shelfOf } from '#domain/guides/shelf.ts'
import { forgetUnmatched, listUnmatched } from '#domain/guides/unmatched.ts'
import { listVotes } from '#domain/guides/votes.ts'
import { type Command, CommandError, textOption } from './command.ts'
import { table } from './terminal.ts'

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

const unmatched: Command = {
  name: 'guides unmatched',
  usage: '',
  about: 'List the errors that the decoder did not know, without personal data, the most frequent first',
  words: [0, 0],
  options: { forget: { type: 'string', value: 'ID', about: 'forget one: its guide is written' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const id = textOption(invocation, 'forget')
      const rows = await listUnmatched(house.ctx, 500)
      if (id !== undefined) {
        const [row, another] = rows.filter((one) => one.id.startsWith(id))
        if (!row || another) throw new CommandError(`${id} names no text, or several.`)
        await forgetUnmatched(house.ctx, row.id)
        invocation.say('Forgotten.')
        return 0
      }
      invocation.say(
        table(
          ['ID', 'TIMES', 'LAST', 'LANGUAGE', 'FROM', 'TEXT'],
          rows.map((row) => [
            row.id.slice(0, 10),
            String(row.times),
            day(row.last_at),
            row.language,
            row.audience,
            row.text.slice(0, 200),
          ]),
        ),
      )
      return 0
    }),
}

const votes: Command = {
  name: 'guides votes',
  usage: '',
  about: 'Show how often each guide helped',
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const library = await shelfOf(house.ctx).library()
      const rows = await listVotes(house.ctx)
      invocation.say(
        table(
          ['GUIDE', 'LANGUAGE', 'VERSION', 'HELPED', 'DID NOT', 'TITLE'],
          rows.map((row) => [
            row.guide,
            row.language,
            String(row.version),
            String(row.helped),
            String(row.not_helped),
            library.get(row.guide, row.language === 'en' ? 'en' : 'fr')?.title ?? '',
          ]),
        ),
      )
      return 0
    }),
}

export const guideCommands: readonly Command[] = [unmatched, votes]
