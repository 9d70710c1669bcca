/** `convergence index`: the full text of each account, how far it has come, and building it again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, listAccounts } from '#domain/people/accounts.ts'
import { audit } from '#domain/people/audit.ts'
import { serverAnswers } from '../control.ts'
import type { House } from '../house.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, CommandError, flagOption, type Invocation, UsageError } from './command.ts'
import { createProgress, table } from './terminal.ts'

type Chosen = Pick<Account, 'id' | 'login'>

/** Those named, or everybody. */
export const chosenAccounts = async ({ words }: Invocation, house: House): Promise<Chosen[]> => {
  const accounts: Chosen[] = []
  if (words.length === 0) for await (const account of listAccounts(house.people)) accounts.push(account)
  for (const word of words) accounts.push(await accountNamed(house, word))
  return accounts
}

/** One sentence about what is wrong with an account's index; undefined when everything is in it. */
export const indexProblem = async (house: House, account: number): Promise<string | undefined> => {
  const { search } = house.store
  try {
    const { waiting, emails, documents } = await search.state(account)
    if (waiting > 0) return `${waiting} of ${emails} messages are not in the full-text index yet`
    return documents < emails
      ? `${emails - documents} of ${emails} messages are missing in the full-text index`
      : undefined
  } catch (error) {
    return `the full-text index cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

const columns = ['LOGIN', 'MESSAGES', 'IN THE INDEX', 'WAITING', 'ATTACHMENTS']

const status: Command = {
  name: 'index status',
  usage: '[LOGIN...]',
  about: 'Show how far the full-text index of each account has come',
  words: [0, 1000],
  more: 'Exit code 3: some messages wait.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const rows: string[][] = []
      let waits = 0
      for (const { id, login } of await chosenAccounts(invocation, house)) {
        const { emails, documents, waiting, attachmentsWait } = await house.store.search.state(id)
        waits += waiting
        rows.push([login, `${emails}`, `${documents}`, `${waiting}`, attachmentsWait ? 'being read' : 'read'])
      }
      invocation.say(table(columns, rows))
      return waits > 0 ? 3 : 0
    }),
}

const lookEvery = 500
/** So long without one more message in the index, and the server is taken to have given up. */
const patience = 120_000

/** The server builds it: asked by the control socket, watched from here. */
const watchServer = async (house: House, account: number, progress: (done: number, total: number) => void) => {
  const { search, bus } = house.store
  const before = (await search.state(account)).documents
  bus.publishTopic('search', account)
  let begun = before === 0
  let last = -1
  for (let movedAt = Date.now(); Date.now() - movedAt < patience; await sleep(lookEvery)) {
    // Between the old file and the new one there may be none to read.
    const state = await search.state(account).catch(() => undefined)
    if (state === undefined) continue
    begun ||= state.documents < before
    progress(state.documents, state.emails)
    if (state.documents !== last) movedAt = Date.now()
    last = state.documents
    // A small index is built again between two looks.
    if ((begun || Date.now() - movedAt > 4 * lookEvery) && state.waiting === 0) return
  }
  throw new CommandError('The index does not grow any more: the log of the server says why (search.index.failed).')
}

const rebuild: Command = {
  name: 'index rebuild',
  usage: '[LOGIN...]',
  about: 'Build the full-text index of accounts again',
  words: [0, 1000],
  options: { all: { type: 'boolean', about: 'of every account' } },
  more: 'The server may be running: with the embedded database it does the work itself. Searches answer with what there is meanwhile.',
  run: (invocation) => {
    if (invocation.words.length > 0 === flagOption(invocation, 'all'))
      throw new UsageError('Say whose index: LOGIN, or --all.')
    return invocation.withHouse(async (house) => {
      const byServer = house.sqlite !== undefined && (await serverAnswers(invocation.config.data))
      for (const { id, login } of await chosenAccounts(invocation, house)) {
        const progress = createProgress(login)
        if (byServer) await watchServer(house, id, (done, total) => progress.update(done, total))
        else await house.store.search.rebuild(id)
        progress.end()
        await audit(house.ctx, { actor, action: 'search.rebuild', accountId: id, target: login })
        const problem = await indexProblem(house, id)
        invocation.say(problem === undefined ? `✓ ${login}` : `✗ ${login}: ${problem}`)
      }
      return 0
    })
  },
}

export const indexCommands: readonly Command[] = [status, rebuild]
