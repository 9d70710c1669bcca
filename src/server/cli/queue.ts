/** `convergence queue`: the mail that waits to leave, why, and what an operator does about it. */
import { createDelivery, type Delivery } from '#domain/delivery/delivery.ts'
import { waitingMail } from '#domain/delivery/queue-list.ts'
import {
  deleteQueued,
  holdQueued,
  type QueueActed,
  type QueueChoice,
  releaseQueued,
  retryQueued,
} from '#domain/delivery/queue-operate.ts'
import type { House } from '../house.ts'
import { actor } from './account.ts'
import { type Command, flagOption, type Invocation, textOption, UsageError } from './command.ts'
import { table } from './terminal.ts'

const most = 500
const columns = ['ID', 'SINCE (UTC)', 'FROM', 'TO', 'TRIES', 'NEXT (UTC)', 'LAST ANSWER']

const moment = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

const nextOf = (status: 'pending' | 'held' | 'sending', at: number): string => {
  if (status === 'sending') return 'now'
  return status === 'held' ? 'held back' : moment(at)
}

const list = (invocation: Invocation): Promise<number> =>
  invocation.withHouse(async (house) => {
    const mails = await house.ctx.store.read((tx) => waitingMail(tx, most))
    if (flagOption(invocation, 'json')) for (const mail of mails) invocation.say(JSON.stringify(mail))
    else if (mails.length === 0) invocation.say('Nothing waits.')
    else
      invocation.say(
        table(
          columns,
          mails.map(({ id, createdAt, sender, recipient, status, attempts, nextAt, lastReply }) => [
            `${id}`,
            moment(createdAt),
            sender === '' ? '<>' : sender,
            recipient,
            `${attempts}`,
            nextOf(status, nextAt),
            lastReply.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 100),
          ]),
        ),
      )
    return 0
  })

const listing = {
  usage: '',
  about: 'Show the mail that waits to leave, and what was answered to the last try',
  words: [0, 0],
  options: { json: { type: 'boolean', about: 'one JSON object per line' } },
  more: `At most ${most} recipients, those tried next first. "convergence queue retry|hold|release|delete ID" act on a message.`,
  run: list,
} as const

const choosing = {
  domain: { type: 'string', value: 'DOMAIN', about: 'every recipient at this domain' },
  all: { type: 'boolean', about: 'everything that waits' },
} as const

const choiceOf = (invocation: Invocation): QueueChoice => {
  const domain = textOption(invocation, 'domain')
  const all = flagOption(invocation, 'all')
  const given = [invocation.words.length > 0, domain !== undefined, all].filter(Boolean).length
  if (given !== 1)
    throw new UsageError('Say which mail: the numbers of "convergence queue", --domain DOMAIN, or --all.')
  if (domain !== undefined) return { domain: domain.toLowerCase() }
  if (all) return { everything: true }
  const wrong = invocation.words.find((word) => !/^[1-9]\d{0,14}$/.test(word))
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is not a number of "convergence queue".`)
  return { messages: invocation.words.map(Number) }
}

const deliveryOf = ({ ctx, people, config }: House): Delivery =>
  createDelivery({ ctx, people, config: { hostname: config.hostname, maxSize: config['limits.message'] } })

const act = (
  invocation: Invocation,
  said: string,
  run: (delivery: Delivery, choice: QueueChoice) => Promise<QueueActed>,
): Promise<number> => {
  const choice = choiceOf(invocation)
  return invocation.withHouse(async (house) => {
    const { done, sending } = await run(deliveryOf(house), choice)
    invocation.say(done === 1 ? `1 recipient ${said}.` : `${done} recipients ${said}.`)
    if (sending > 0) invocation.say(`${sending} being sent to at this moment: left alone.`)
    return done > 0 ? 0 : 1
  })
}

const usage = '[ID...]'
/** As many numbers as a command line holds. */
const words = [0, 1000] as const

export const queueCommands: readonly Command[] = [
  { name: 'queue', ...listing },
  { name: 'queue list', ...listing },
  {
    name: 'queue retry',
    usage,
    about: 'Try mail that waits now instead of at its time',
    words,
    options: choosing,
    run: (invocation) => act(invocation, 'tried now', (delivery, choice) => retryQueued(delivery, choice, actor)),
  },
  {
    name: 'queue hold',
    usage,
    about: 'Keep mail back: it is neither tried nor given up until it is let go',
    words,
    options: choosing,
    run: (invocation) => act(invocation, 'held back', (delivery, choice) => holdQueued(delivery, choice, actor)),
  },
  {
    name: 'queue release',
    usage,
    about: 'Let mail go on that was held back; it has one more day at least',
    words,
    options: choosing,
    run: (invocation) => act(invocation, 'let go', (delivery, choice) => releaseQueued(delivery, choice, actor)),
  },
  {
    name: 'queue delete',
    usage,
    about: 'Take mail out of the queue for good',
    words,
    options: { ...choosing, tell: { type: 'boolean', about: 'send its senders a report that it was not delivered' } },
    run: (invocation) =>
      act(invocation, 'deleted', (delivery, choice) =>
        deleteQueued(delivery, choice, { actor, tell: flagOption(invocation, 'tell') }),
      ),
  },
]
