/**
 * Empties the queue: takes what is due under a lease, delivers it here or hands it to other servers, settles it. It sleeps
 * until the next recipient is due or somebody puts something in.
 */
import { isAscii } from 'node:buffer'
import { hostname as machineName } from 'node:os'
import { Failure, isFailure } from '#base/failure.ts'
import { firstHeader } from '#format/mime/headers.ts'
import type { Arrival } from '../filter/arrival.ts'
import { deliverToAccounts } from '../filter/deliver.ts'
import { createContentReader } from '../mail/content.ts'
import { isLocalDomain } from '../people/addresses.ts'
import { type Answer, type Courier, type Host, HostFailure, isSuccess, type Letter, mustProve } from './courier.ts'
import type { Delivery } from './delivery.ts'
import { destinationsOf, NoDestination } from './destination.ts'
import type { Notify } from './envelope.ts'
import { bodyStart } from './header.ts'
import { releaseHeld } from './hold.ts'
import { type ClaimedRecipient, claim, forgetFinished, nextDueAt, releaseOwn, renew, type Work } from './queue-claim.ts'
import { settle } from './queue-settle.ts'
import { isRefusal } from './refusal.ts'
import { route } from './route.ts'

export interface QueueRunnerParts {
  readonly delivery: Delivery
  readonly courier: Courier
  /**
   * Name of this process among those that share the store, the same after a restart; the machine's when not given. Two
   * processes under one name would take each other's work for their own.
   */
  readonly node?: string
  /** False: mail for other domains waits in the queue (a demonstration must not write to strangers). */
  readonly outgoing?: boolean
}

export interface QueueRunner {
  start(): Promise<void>
  /**
   * Takes no more work; resolves when what is being sent is settled, or after ten seconds: a slow server keeps nobody from
   * going home, and what it has not answered is sent again after the next start.
   */
  stop(): Promise<void>
  /** Looks for work now. */
  kick(): void
  /** Resolves when nothing is due and nothing is being sent (tests, tools). */
  idle(): Promise<void>
  readonly active: number
}

const hour = 3_600_000
/** A look at the queue at least this often, whatever the bus says. */
const longestSleep = 30_000
/** Milliseconds. */
const coalescing = 10
const farewell = 10_000
/** Settled messages are remembered for three days. */
const memory = 72 * hour

const passing = (text: string): Answer => ({ code: 451, status: '4.3.0', text })

const answerFor = (error: unknown): Answer => {
  if (error instanceof NoDestination || error instanceof HostFailure) return error.answer
  if (isRefusal(error, 'unknownRecipient')) return { code: 550, status: '5.1.1', text: 'No such mailbox here' }
  if (isRefusal(error, 'disabledRecipient')) return { code: 550, status: '5.2.1', text: 'This mailbox takes no mail' }
  if (isRefusal(error, 'filtered')) return { code: 550, status: '5.7.1', text: error.message.slice(0, 2000) }
  if (isRefusal(error, 'mailboxFull')) return { code: 452, status: '4.2.2', text: 'The mailbox is full' }
  if (isFailure(error, 'unavailable')) return passing(error.message)
  if (isFailure(error) && !error.temporary) return { code: 550, status: '5.0.0', text: 'Delivery is not possible' }
  return passing('A passing difficulty on this server')
}

/** Octets of a queued message that filters look at, at most. */
const looked = 1024 * 1024

/** A queued message as delivery wants it; it streams, however large it is. */
const readAgain = async ({ ctx }: Delivery, { blobId, size }: Work): Promise<Arrival> => {
  const { blobs } = ctx.store
  const sink = blobs.receive()
  const reader = createContentReader()
  for await (const chunk of blobs.open(blobId)) {
    reader.push(chunk)
    await sink.write(chunk)
  }
  const content = reader.end()
  const bodyAt = content.structure.root.headerEnd
  return {
    blob: await sink.finish(),
    content,
    header: content.headers ?? (await blobs.bytes(blobId, { start: 0, end: bodyAt })),
    beginning: () => blobs.bytes(blobId, { start: 0, end: Math.min(size, bodyAt + looked) }),
    body: () => blobs.open(blobId, { start: bodyAt }),
  }
}

/** Delivers to mailboxes of this house: what could not be put there when it arrived, or was to be held. */
const deliverHere = async (delivery: Delivery, work: Work): Promise<Answer[]> => {
  const { ctx, people } = delivery
  const routes = await ctx.store.read(async (tx) => {
    const found = []
    for (const { address } of work.recipients) found.push(await route(tx, people, address, ctx.clock.now()))
    return found
  })
  const { ret, envid, smtputf8, requireTls, mark } = work.options
  const targets = routes.flatMap((found, i) => {
    const recipient = work.recipients[i]
    if (!recipient || found.kind !== 'local' || !found.active) return []
    const { address, orcpt } = recipient
    return [{ accountId: found.accountId, address, notify: notifyOf(recipient), orcpt }]
  })
  const failures = await deliverToAccounts(delivery, targets, {
    letter: await readAgain(delivery, work),
    sender: work.sender,
    junk: false,
    receivedAt: ctx.clock.now(),
    mayRefuse: true,
    ...(ret ? { ret } : {}),
    ...(envid === undefined ? {} : { envid }),
    ...(smtputf8 ? { smtputf8 } : {}),
    ...(requireTls ? { requireTls } : {}),
    ...(mark === undefined ? {} : { mark }),
  })
  return routes.map((found): Answer => {
    if (found.kind !== 'local') return { code: 550, status: '5.1.1', text: 'No such mailbox here' }
    if (!found.active) return { code: 550, status: '5.2.1', text: 'This mailbox takes no mail' }
    const failure = failures.get(found.accountId)
    return failure === undefined ? { code: 250, status: '2.1.5', text: 'Delivered' } : answerFor(failure)
  })
}

const notifyOf = ({ notify }: Pick<ClaimedRecipient, 'notify'>): Notify[] =>
  notify === '' ? [] : (notify.split(',') as Notify[])

const letterOf = async (delivery: Delivery, work: Work): Promise<Letter> => {
  const { options, blobId, size } = work
  const { blobs } = delivery.ctx.store
  const { skip, ret, envid } = options
  const beginning = await blobs.bytes(blobId, { start: skip, end: Math.min(size, skip + 65_536) })
  const header = beginning.subarray(0, bodyStart(beginning))
  return {
    id: options.id,
    sender: work.sender,
    recipients: work.recipients.map(({ address, notify, orcpt }: ClaimedRecipient) => ({
      address,
      notify: notifyOf({ notify }),
      orcpt,
    })),
    size: size - skip,
    eightBit: options.eightBit ?? !isAscii(beginning),
    utf8Header: options.smtputf8 === true && !isAscii(header),
    requireTls: options.requireTls ?? false,
    // REQUIRETLS is the stronger wish (RFC 8689 §4.1).
    tlsOptional: !options.requireTls && firstHeader(header, 'tls-required')?.trim().toLowerCase() === 'no',
    ...(ret ? { ret } : {}),
    ...(envid === undefined ? {} : { envid }),
    content: () => blobs.open(blobId, { start: skip }),
  }
}

/** Whoever looks at the queue sees that it is the domain of the recipients that asks for so much. */
const whyNot = ({ demand }: Host, domain: string, { status, text }: Answer): string =>
  demand?.mode === 'enforce' && status.startsWith('4.7.')
    ? `${text} (${domain} asks for TLS with a ${demand.by === 'dane' ? 'certificate that its DNS names, DANE' : 'valid certificate, MTA-STS'})`
    : text

/** What was found out about the way a letter went, for those who watch. */
const noteTls = ({ metrics, ctx }: Delivery, domain: string, { tls, demand, reused, host = '' }: Answer): void => {
  if (tls === undefined) return
  metrics.count('queue_connections_total', { how: reused ? 'reused' : 'opened' })
  metrics.count('queue_tls_total', { tls, policy: demand ? `${demand.by}-${demand.mode}` : 'none' })
  if (demand?.mode !== 'testing' || (demand.named && tls === 'verified')) return
  metrics.count('mta_sts_testing_failures_total')
  const why = demand.named ? `TLS: ${tls}` : 'a server that the policy does not name'
  ctx.log.warn('mta-sts.testing-failed', { domain, host, why })
}

/**
 * RFC 8689 §4.2.1: where only secured hops may be used, a name that came by an MX record must be proved, by MTA-STS here.
 * The domain itself and the smarthost are names that somebody gave.
 */
const provable = ({ config }: Delivery, { name, demand }: Host, domain: string): boolean =>
  config.smarthost !== undefined || demand?.named === true || name === domain

const unproved = (domain: string): Answer => ({
  code: 550,
  status: '5.7.30',
  text: `REQUIRETLS: nothing proves which servers take the mail of ${domain} (it has no policy, MTA-STS)`,
})

const handOver = async (delivery: Delivery, courier: Courier, work: Work): Promise<Answer[]> => {
  const letter = await letterOf(delivery, work)
  let last: unknown = passing('No server')
  const found = await destinationsOf(delivery, work.domain, letter.tlsOptional)
  const hosts = mustProve(letter) ? found.filter((host) => provable(delivery, host, work.domain)) : found
  if (hosts.length === 0) return letter.recipients.map(() => unproved(work.domain))
  for (const host of hosts) {
    try {
      return await courier.carry(host, letter)
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error
      last = new HostFailure({ ...error.answer, text: whyNot(host, work.domain, error.answer), host: host.name })
    }
  }
  throw last
}

export const createQueueRunner = (parts: QueueRunnerParts): QueueRunner => {
  const { delivery, courier, outgoing = true } = parts
  const { ctx, config, people, metrics } = delivery
  const by = parts.node ?? machineName()
  const active = new Map<string, number>()
  const running = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let refreshing: Promise<void> | undefined
  let again = false
  let stopped = true
  let unsubscribe = () => {}
  let cleanedAt = 0

  const perform = async (work: Work): Promise<void> => {
    const here = isLocalDomain(people, work.domain) || work.domain === ''
    const lease = setInterval(() => {
      renew(delivery, work, by).catch((error) => ctx.log.warn('queue.renew', { message: String(error) }))
    }, config.queue.lease / 3)
    const started = performance.now()
    let answers: Answer[]
    try {
      if (!(await releaseHeld(delivery, work))) return
      if (here) answers = await deliverHere(delivery, work)
      else if (outgoing) answers = await handOver(delivery, courier, work)
      else throw new Failure('unavailable', 'mail for other domains does not leave this installation')
    } catch (error) {
      const answer = answerFor(error)
      if (!(error instanceof NoDestination || error instanceof HostFailure || isFailure(error)))
        ctx.log.error('queue.attempt', { id: work.options.id }, error)
      answers = work.recipients.map(() => answer)
    } finally {
      clearInterval(lease)
    }
    await settle(delivery, work, by, answers, here)
    metrics.observe('queue_attempt_seconds', (performance.now() - started) / 1000, { to: here ? 'here' : 'other' })
    ctx.log.info('queue.attempt', {
      id: work.options.id,
      domain: work.domain,
      delivered: answers.filter(isSuccess).length,
      recipients: answers.length,
      status: answers[0]?.status ?? '',
      ...(here ? {} : { host: answers[0]?.host ?? '', tls: answers[0]?.tls ?? '' }),
    })
    if (answers[0]) noteTls(delivery, work.domain, answers[0])
  }

  /** Places that become free together are filled by one claim, which is one commit. */
  const kickSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined
      kick()
    }, coalescing)
  }

  const begin = (work: Work): void => {
    active.set(work.domain, (active.get(work.domain) ?? 0) + 1)
    const task = perform(work)
      .catch((error) => ctx.log.error('queue.settle', { id: work.options.id }, error))
      .finally(() => {
        running.delete(task)
        const left = (active.get(work.domain) ?? 1) - 1
        if (left > 0) active.set(work.domain, left)
        else active.delete(work.domain)
        kickSoon()
      })
    running.add(task)
  }

  const clean = async (): Promise<void> => {
    const now = ctx.clock.now()
    if (now - cleanedAt < hour) return
    cleanedAt = now
    await forgetFinished(delivery, now - memory)
    // Others may take their time to answer: the queue does not wait for them.
    refreshing ??= delivery.sts
      ?.refresh()
      .catch((error) => ctx.log.warn('mta-sts.refresh', { message: String(error) }))
      .finally(() => {
        refreshing = undefined
      })
  }

  const look = async (): Promise<void> => {
    do {
      again = false
      const room = config.queue.concurrency - running.size
      if (room <= 0) return
      const works = await claim(delivery, { by, room, perDomain: config.queue.perDomain, active })
      for (const work of works) begin(work)
      if (works.length > 0) again = true
    } while (again && !stopped)
    await clean()
    const due = await nextDueAt(delivery)
    if (stopped) return
    clearTimeout(timer)
    const wait = due === undefined ? longestSleep : Math.max(50, due - ctx.clock.now())
    timer = setTimeout(kick, Math.min(longestSleep, wait))
  }

  const kick = (): void => {
    again = true
    if (stopped || looking) return
    looking = look()
      .catch((error) => {
        ctx.log.error('queue.look', {}, error)
        clearTimeout(timer)
        if (!stopped) timer = setTimeout(kick, 5000)
      })
      .finally(() => {
        looking = undefined
        // Somebody knocked while we were about to sleep.
        if (again && !stopped) kick()
      })
  }

  return {
    start: async () => {
      stopped = false
      const released = await releaseOwn(delivery, by)
      if (released > 0) ctx.log.info('queue.released', { recipients: released })
      unsubscribe = ctx.store.bus.subscribeTopic('queue', kick)
      kick()
    },
    stop: async () => {
      stopped = true
      unsubscribe()
      clearTimeout(timer)
      clearTimeout(soon)
      await looking
      let late: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => {
        late = setTimeout(resolve, farewell)
      })
      await Promise.race([Promise.all([...running, refreshing]), patience])
      clearTimeout(late)
      courier.close()
    },
    kick,
    idle: async () => {
      for (;;) {
        await looking
        await Promise.all(running)
        const due = await nextDueAt(delivery)
        if (!looking && running.size === 0 && (due === undefined || due > ctx.clock.now())) return
        kick()
      }
    },
    get active() {
      return running.size
    },
  }
}
