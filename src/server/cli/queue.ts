/** `convergence queue`: the mail that waits to leave, and why. */
import { waitingMail } from '#domain/delivery/queue-list.ts'
import { type Command, flagOption } from './command.ts'
import { table } from './terminal.ts'

const most = 500
const columns = ['SINCE (UTC)', 'FROM', 'TO', 'TRIES', 'NEXT (UTC)', 'LAST ANSWER']

const moment = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

export const queueCommand: Command = {
  name: 'queue',
  usage: '',
  about: 'Show the mail that waits to leave, and what was answered to the last try',
  words: [0, 0],
  options: { json: { type: 'boolean', about: 'one JSON object per line' } },
  more: `At most ${most} recipients, those tried next first.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const mails = await house.ctx.store.read((tx) => waitingMail(tx, most))
      if (flagOption(invocation, 'json')) for (const mail of mails) invocation.say(JSON.stringify(mail))
      else if (mails.length === 0) invocation.say('Nothing waits.')
      else
        invocation.say(
          table(
            columns,
            mails.map(({ createdAt, sender, recipient, status, attempts, nextAt, lastReply }) => [
              moment(createdAt),
              sender === '' ? '<>' : sender,
              recipient,
              `${attempts}`,
              status === 'sending' ? 'now' : moment(nextAt),
              lastReply.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 100),
            ]),
          ),
        )
      return 0
    }),
}
