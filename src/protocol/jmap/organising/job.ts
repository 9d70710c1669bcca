/**
 * MailJob (`urn:convergence:organising`): one act on every email of a filter. Created with `{act, filter}`, where the
 * filter is that of Email/query; undone by the update `{"state": "undoing"}`. The server does the rest by itself.
 */
import { formatId, parseId } from '#base/ids.ts'
import { type Act, type Job, listJobs, startJob, undoJob } from '#domain/organise/jobs.ts'
import { type MailAct, type MailJob, ORGANISING } from '#format/jmap/organising.ts'
import { changesMethod } from '../changes.ts'
import {
  anyObject,
  boolean,
  type Check,
  formatUtcDate,
  Invalid,
  list,
  nullable,
  oneOf,
  optional,
  shape,
  text,
} from '../check.ts'
import { emailFilter } from '../email/filter.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkProperty, checkSetLimit, objectCount, SetOutcome, setArguments, targetsOf } from '../set.ts'
import { checkState, stateOf } from '../state.ts'

const properties = [
  'id',
  'act',
  'state',
  'total',
  'done',
  'failed',
  'createdAt',
] as const satisfies readonly (keyof MailJob)[]

const mailboxId = (number: number | null): string | null => (number === null ? null : formatId('mailbox', number))

const actObject = (act: Act): MailAct => {
  switch (act.kind) {
    case 'move':
      return { kind: 'move', mailboxId: formatId('mailbox', act.mailboxId), fromId: mailboxId(act.from) }
    case 'archive':
      return { kind: 'archive', fromId: mailboxId(act.from) }
    default:
      return act
  }
}

const objectOf = ({ id, act, createdAt, state, total, done, failed }: Job): MailJob => ({
  id: formatId('job', id),
  act: actObject(act),
  state,
  total,
  done,
  failed,
  createdAt: formatUtcDate(createdAt),
})

export const jobGet = accountMethod('MailJob/get', ORGANISING, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = new Map((await listJobs(tx, call.account)).map((job) => [formatId('job', job.id), objectOf(job)]))
    const { found, notFound } = splitIds('job', args.ids ?? [...all.keys()], call)
    const shown: object[] = []
    for (const { id } of found) {
      const one = all.get(id)
      if (one) shown.push(pick(one, wanted))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list: shown, notFound }
  })
})

export const jobChanges = changesMethod('MailJob/changes', ORGANISING, 'MailJob', 'job')

const mailbox: Check<number> = (value, path) => {
  const number = parseId('mailbox', text(value, path))
  if (number === undefined) throw new Invalid(path, 'must be the id of a mailbox')
  return number
}

/** Emails that a person leaves out one by one: more than somebody unticks, with those of their conversations. */
const maxExcept = 5000

const email: Check<number> = (value, path) => {
  const number = parseId('email', text(value, path))
  if (number === undefined) throw new Invalid(path, 'must be the id of an email')
  return number
}

const emails: Check<number[]> = (value, path) => {
  const all = list(email)(value, path)
  if (all.length > maxExcept) throw new Invalid(path, `must be at most ${maxExcept} ids`)
  return all
}

const from = optional(nullable(mailbox))

const act: Check<Act> = (value, path) => {
  const { kind } = anyObject(value, path)
  switch (oneOf('move', 'archive', 'trash', 'junk', 'keyword')(kind, `${path}/kind`)) {
    case 'move': {
      const { mailboxId: to, fromId } = shape({ kind: text, mailboxId: mailbox, fromId: from })(value, path)
      return { kind: 'move', mailboxId: to, from: fromId ?? null }
    }
    case 'archive':
      return { kind: 'archive', from: shape({ kind: text, fromId: from })(value, path).fromId ?? null }
    case 'trash':
      shape({ kind: text })(value, path)
      return { kind: 'trash' }
    case 'junk':
      return { kind: 'junk', on: shape({ kind: text, on: boolean })(value, path).on }
    case 'keyword': {
      const { keyword, on } = shape({ kind: text, keyword: text, on: boolean })(value, path)
      return { kind: 'keyword', keyword: keyword.toLowerCase(), on }
    }
  }
}

/** Looks its emails up before its own transaction, so each creation has one of its own. */
const create = async (call: AccountCall, object: Readonly<Record<string, unknown>>): Promise<MailJob> => {
  const unknown = Object.keys(object).filter((name) => !['act', 'filter', 'except'].includes(name))
  if (unknown.length > 0) throw invalidProperties('These are not for the client to set', ...unknown)
  const wanted = checkProperty('act', act, object.act)
  const filter = checkProperty('filter', nullable(anyObject), object.filter ?? null)
  const but = checkProperty('except', emails, object.except ?? [])
  const which = { filter: emailFilter(filter, call), except: new Set(but) }
  return objectOf(await startJob(call.ctx, call.account, wanted, which))
}

export const jobSet = accountMethod('MailJob/set', ORGANISING, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  const before = await call.ctx.store.read(async (tx) => {
    await checkState(tx, call, ['MailJob'], args.ifInState)
    return Number(await stateOf(tx, call.account))
  })
  const outcome = new SetOutcome(call)
  for (const [creation, object] of Object.entries(args.create ?? {})) {
    try {
      outcome.wasCreated(creation, await create(call, object))
    } catch (error) {
      outcome.notCreatedFor(creation, error)
    }
  }
  const targets = targetsOf(args, call, outcome)
  for (const { id, patch } of targets.update) {
    try {
      if (Object.keys(patch).length !== 1 || patch.state !== 'undoing')
        throw invalidProperties('A job can only be undone: {"state": "undoing"}', ...Object.keys(patch))
      await call.ctx.store.write(call.account, (tx) => undoJob(tx, parseId('job', id) ?? 0))
      outcome.wasUpdated(id)
    } catch (error) {
      outcome.notUpdatedFor(id, error)
    }
  }
  for (const id of targets.destroy)
    outcome.notDestroyedFor(id, new SetFault('forbidden', 'The server forgets it by itself'))
  const after = Number(await call.ctx.store.read((tx) => stateOf(tx, call.account)))
  return outcome.respondBetween(before, after)
})
