/** What is so for a person, as far as it can be the reason of a trouble; read at once, nothing of it is content. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { listScripts, programOf } from '../filter/scripts.ts'
import { readVacation, vacationIsOn } from '../filter/vacation-response.ts'
import { readQuota } from '../mail/quota.ts'
import { type AppPassword, listAppPasswords } from '../people/credentials.ts'
import type { People } from '../people/people.ts'
import { activeSubscriptions } from '../push/subscriptions.ts'
import { listComponents } from '../status/components.ts'
import { shownState } from '../status/snapshot.ts'
import { currentIncidents, type Incident } from '../support/incidents.ts'
import { type RuleFact, rulesOf } from './rules.ts'
import { flushTrace, readTrace, type TraceRow } from './trace.ts'

const day = 86_400_000

const waitingOut = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('queue_recipient')
    .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
    .select([
      'queue_recipient.address as address',
      'queue_recipient.status as status',
      'queue_recipient.attempts as attempts',
      'queue_recipient.next_at as nextAt',
      'queue_recipient.last_reply as reply',
      'queue_message.created_at as at',
    ])
    .where('queue_message.account_id', '=', p.account)
    .where('queue_message.sender', '!=', '')
    .where('queue_recipient.status', 'in', ['pending', 'sending', 'failed'])
    .orderBy('queue_message.id', 'desc')
    .limit(50),
)

const lastArrival = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('message')
    .select((eb) => eb.fn.max('message.received_at').as('at'))
    .where('account_id', '=', p.account),
)

export interface Waiting {
  readonly address: string
  readonly status: string
  readonly attempts: number
  readonly nextAt: number
  readonly reply: string
  readonly at: number
}

export interface BadComponent {
  readonly fr: string
  readonly en: string
  readonly state: string
}

export interface Facts {
  readonly now: number
  /** Sign-ins that were refused within the week, the latest first. */
  readonly refusals: readonly TraceRow[]
  /** Milliseconds until a password may be tried again from here. */
  readonly throttled: number
  readonly devices: readonly AppPassword[]
  readonly quota: { readonly limit: number; readonly used: number }
  /** Rules that take mail out of the inbox. */
  readonly rules: readonly RuleFact[]
  readonly script: { readonly id: number; readonly name: string } | undefined
  readonly vacation: { readonly until: number | null } | undefined
  /** Mail that was filed, thrown away or refused within the week. */
  readonly mail: readonly TraceRow[]
  readonly lastArrival: number | undefined
  readonly waiting: readonly Waiting[]
  readonly incidents: readonly Incident[]
  readonly bad: readonly BadComponent[]
  readonly subscriptions: number
}

const readStored = async (tx: Reader, people: People, account: number, now: number) => {
  const { ctx } = people
  const trace = await readTrace(tx, account, now - 7 * day)
  const script = (await listScripts(tx, account)).find(({ active }) => active)
  const program = script && (await programOf(ctx, tx, script))
  const source = script && new TextDecoder().decode(await ctx.store.blobs.bytesIn(tx, script.blobId))
  const vacation = await readVacation(tx, account)
  const incidents = await currentIncidents(tx, now)
  const components = (await listComponents(tx)).filter(({ watched }) => watched)
  const arrival = (await tx.first(lastArrival, { account }))?.at
  return {
    refusals: trace.filter(({ kind }) => kind === 'sign-in'),
    mail: trace.filter(({ kind }) => kind === 'mail'),
    quota: await readQuota(tx, account),
    script: script && { id: script.id, name: script.name },
    rules: program ? rulesOf(program, source ?? '') : [],
    vacation: vacationIsOn(vacation, now) ? { until: vacation.to } : undefined,
    lastArrival: arrival === null || arrival === undefined ? undefined : Number(arrival),
    waiting: await tx.all(waitingOut, { account }),
    incidents,
    bad: components.flatMap((component) => {
      const state = shownState(component, incidents)
      return state === 'operational' ? [] : [{ ...component.name, state }]
    }),
  }
}

/** Where the person asks from: what slows their own tries down. */
export interface Whence {
  readonly ip: string
  readonly device?: string | undefined
}

/** Reads everything. Throws Failure notFound. */
export const readFacts = async (people: People, account: number, whence: Whence | undefined): Promise<Facts> => {
  const { ctx } = people
  const now = ctx.clock.now()
  await flushTrace(ctx)
  const stored = await ctx.store.read((tx) => readStored(tx, people, account, now))
  return {
    now,
    ...stored,
    throttled: whence ? people.throttle.delay(`#${account}`, whence.ip, whence.device) : 0,
    devices: await listAppPasswords(people, account),
    subscriptions: (await activeSubscriptions(ctx, account)).length,
  }
}
