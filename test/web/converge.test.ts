/**
 * Whatever the server does, whatever the person does, and whatever the network does to what they say to each other: once
 * all is quiet the screen shows what the server holds, and what the person did has been done.
 *
 * `CONVERGE_RUNS` sets the number of runs, `CONVERGE_SEED` and `CONVERGE_PATH` repeat one.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EmailComparator, EmailFilter } from '#format/jmap/mail.ts'
import type { LiveList, Undoable } from '#web/data/contract.ts'
import { memoryStorage } from '#web/data/storage-memory.ts'
import { type Fate, Rig } from './bench-client.ts'
import { FakeJmap } from './fake-jmap.ts'
import { VirtualTime } from './virtual-time.ts'

const RUNS = Number(process.env.CONVERGE_RUNS ?? 150)

const pick = fc.nat({ max: 1000 })
const picks = fc.array(pick, { minLength: 1, maxLength: 4 })

const serverStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ on: fc.constant('deliver' as const), thread: pick, place: pick }) },
  { weight: 4, arbitrary: fc.record({ on: fc.constant('flag' as const), email: pick, keyword: pick }) },
  { weight: 3, arbitrary: fc.record({ on: fc.constant('relocate' as const), email: pick, place: pick }) },
  { weight: 1, arbitrary: fc.record({ on: fc.constant('remove' as const), email: pick }) },
  { weight: 1, arbitrary: fc.record({ on: fc.constant('forget' as const) }) },
  { weight: 1, arbitrary: fc.record({ on: fc.constant('newMailbox' as const), name: pick }) },
)

const personStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ by: fc.constant('mark' as const), emails: picks, keyword: pick }) },
  { weight: 4, arbitrary: fc.record({ by: fc.constant('place' as const), emails: picks, place: pick }) },
  { weight: 2, arbitrary: fc.record({ by: fc.constant('undo' as const), action: pick }) },
  { weight: 1, arbitrary: fc.record({ by: fc.constant('destroy' as const), emails: picks }) },
  { weight: 2, arbitrary: fc.record({ by: fc.constant('look' as const), list: pick, from: pick, rows: pick }) },
  { weight: 1, arbitrary: fc.record({ by: fc.constant('leave' as const), list: pick }) },
)

const fate: fc.Arbitrary<Fate> = fc.record(
  {
    going: fc.nat({ max: 3000 }),
    coming: fc.nat({ max: 3000 }),
    lose: fc.constantFrom('request' as const, 'answer' as const),
    repeatAfter: fc.nat({ max: 2000 }),
    status: fc.constantFrom(429, 500, 503),
  },
  { requiredKeys: [] },
)

const worldStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ wait: fc.nat({ max: 4000 }) }) },
  { weight: 3, arbitrary: fc.record({ fates: fc.array(fate, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ offline: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ pushes: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ expired: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ reload: fc.constant(true) }) },
)

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never
type ServerStep = ValueOf<typeof serverStep>
type PersonStep = ValueOf<typeof personStep>
type WorldStep = ValueOf<typeof worldStep>
type Step = ServerStep | PersonStep | WorldStep

const scenario = fc.record({
  emails: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60, max: 260 }) },
  ),
  maxChanges: fc.constantFrom(2, 5, 500),
  maxObjectsInGet: fc.constantFrom(100, 500),
  steps: fc.array(fc.oneof<fc.Arbitrary<Step>[]>(serverStep, personStep, worldStep), { minLength: 1, maxLength: 40 }),
})

const SORTS: readonly (readonly EmailComparator[])[] = [
  [{ property: 'receivedAt', isAscending: false }],
  [{ property: 'receivedAt', isAscending: false }],
  [{ property: 'receivedAt', isAscending: false }],
  [
    { property: 'hasKeyword', keyword: '$flagged', isAscending: false },
    { property: 'receivedAt', isAscending: false },
  ],
  [{ property: 'size' }, { property: 'receivedAt' }],
]

const PLACES = ['inbox', 'archive', 'trash', 'junk']

/** One life of the world: a server, a person at a page, a network. */
class World {
  readonly time = new VirtualTime()
  readonly server: FakeJmap
  readonly storage = memoryStorage()
  rig: Rig
  private lists: { query: number; list: LiveList }[] = []
  private fates: Fate[] = []
  private actions: Undoable[] = []
  private readonly born: string[] = []
  /** Keyword given by the person alone -> emails -> whether it should be there. */
  private readonly marks = new Map<string, Map<string, boolean>>()
  /** Where the person has put emails that the server does not move. */
  private readonly places = new Map<string, string>()
  private counter = 0
  private readonly flickers: string[] = []

  constructor(script: { emails: number; maxChanges: number; maxObjectsInGet: number }) {
    this.server = new FakeJmap({ maxChanges: script.maxChanges, maxObjectsInGet: script.maxObjectsInGet })
    for (let i = 0; i < script.emails; i += 1) this.deliver(i * 7, i % 3 ? 0 : i)
    this.rig = this.newPage()
    this.look(0, 0, 20)
  }

  private newPage(): Rig {
    const rig = new Rig({ server: this.server, storage: this.storage, time: this.time })
    rig.wire.fate = () => this.fates.shift() ?? {}
    return rig
  }

  private deliver(thread: number, place: number): void {
    const threadId =
      thread % 3 === 0 ? this.server.emails.get(this.born[thread % (this.born.length || 1)] ?? '')?.threadId : undefined
    const mailboxId = this.server.mailboxWithRole(PLACES[place % 8] ?? 'inbox')
    this.born.push(this.server.deliver({ mailboxIds: { [mailboxId]: true }, ...(threadId ? { threadId } : {}) }))
  }

  private emailAt(n: number): string {
    return this.born[n % (this.born.length || 1)] ?? 'none'
  }

  /** Emails of even age are moved by the person only, odd ones by the server only. */
  private emailFor(n: number, parity: 0 | 1): string {
    const index = n % (this.born.length || 1)
    return this.born[index % 2 === parity ? index : index + 1] ?? 'none'
  }

  private filterAt(n: number): EmailFilter {
    const inMailbox = (role: string) => ({ inMailbox: this.server.mailboxWithRole(role) })
    const filters: EmailFilter[] = [
      inMailbox('inbox'),
      inMailbox('archive'),
      { operator: 'AND', conditions: [inMailbox('inbox'), { notKeyword: '$seen' }] },
      { inMailboxOtherThan: [this.server.mailboxWithRole('trash')] },
      { operator: 'OR', conditions: [{ hasKeyword: '$flagged' }, { text: 'Message' }] },
    ]
    return filters[n % filters.length]!
  }

  private look(n: number, from: number, rows: number): void {
    let open = this.lists.find((one) => one.query === n % 10)
    if (!open) {
      const sort = SORTS[n % SORTS.length]!
      const list = this.rig.client.list({ filter: this.filterAt(n % 10), sort, collapseThreads: n % 10 < 5 })
      list.subscribe(() => this.checkNoFlicker())
      open = { query: n % 10, list }
      this.lists.push(open)
    }
    open.list.request(from % (this.born.length + 1), (from % (this.born.length + 1)) + (rows % 30))
  }

  /** What the person has put elsewhere does not come back into the inbox by itself. */
  private checkNoFlicker(): void {
    const inbox = this.lists.find((one) => one.query === 0)
    if (!inbox) return
    for (const [id, role] of this.places) {
      if (role !== 'inbox' && inbox.list.indexOf(id) >= 0) this.flickers.push(`${id} was put in ${role}`)
    }
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if ('on' in step) this.serve(step)
      else if ('by' in step) this.act(step)
      else await this.befall(step)
    }
  }

  private serve(step: ServerStep): void {
    const { server } = this
    if (step.on === 'deliver') this.deliver(step.thread, step.place)
    else if (step.on === 'flag') {
      const keyword = ['$seen', '$flagged'][step.keyword % 2]!
      server.modify(this.emailAt(step.email), (email) => {
        const { [keyword]: was, ...rest } = email.keywords
        email.keywords = was ? rest : { ...rest, [keyword]: true }
      })
    } else if (step.on === 'relocate') {
      const mailboxId = server.mailboxWithRole(PLACES[step.place % 4]!)
      server.modify(this.emailFor(step.email, 1), (email) => {
        email.mailboxIds = { [mailboxId]: true }
      })
    } else if (step.on === 'remove') {
      const id = this.emailAt(step.email)
      this.places.delete(id)
      server.destroy(id)
    } else if (step.on === 'forget') server.forgetHistory()
    else server.createMailbox({ name: `Dossier ${this.server.modseq}` })
    server.publish()
  }

  private act(step: PersonStep): void {
    const { actions } = this.rig.client
    if (step.by === 'mark') {
      this.counter += 1
      const keyword = `mark${this.counter}`
      const ids = step.emails.map((n) => this.emailAt(n)).filter((id) => this.rig.client.email(id).get())
      const wanted = new Map(ids.map((id) => [id, true]))
      this.marks.set(keyword, wanted)
      const action = actions.setKeyword(ids, keyword, true)
      this.actions.push({
        done: action.done,
        undo: () => {
          for (const id of ids) wanted.set(id, false)
          action.undo()
        },
      })
    } else if (step.by === 'place') this.place(step.emails, PLACES[step.place % 4]!)
    else if (step.by === 'undo') {
      const [action] = this.actions.splice(step.action % (this.actions.length || 1), 1)
      action?.undo()
    } else if (step.by === 'destroy') {
      // Only what is in the trash, as a person would; odd ones, since the even ones are watched.
      const ids = step.emails.map((n) => this.emailFor(n, 1))
      this.actions.push(actions.destroy(ids))
    } else if (step.by === 'look') this.look(step.list, step.from, step.rows)
    else {
      const [closed] = this.lists.splice(step.list % (this.lists.length || 1), 1)
      closed?.list.close()
    }
  }

  private place(emails: readonly number[], role: string): void {
    const { client } = this.rig
    const ids = [...new Set(emails.map((n) => this.emailFor(n, 0)))].filter((id) => client.email(id).get())
    if (!client.mailboxes.get()?.length) return
    const before = ids.map((id) => client.email(id).get()?.mailboxIds ?? {})
    for (const id of ids) this.places.set(id, role)
    const { actions } = client
    const action =
      role === 'archive'
        ? actions.archive(ids)
        : role === 'trash'
          ? actions.trash(ids)
          : role === 'junk'
            ? actions.junk(ids, true)
            : actions.move(ids, this.server.mailboxWithRole('inbox'))
    this.actions.push({
      done: action.done,
      undo: () => {
        // Undo goes back to where it was then; only when nothing was done to it since is that a place we can name.
        for (const [i, id] of ids.entries()) {
          const was = PLACES.find((name) => before[i]?.[this.server.mailboxWithRole(name)])
          if (this.places.get(id) === role && was && was !== role) this.places.delete(id)
        }
        action.undo()
      },
    })
  }

  private async befall(step: WorldStep): Promise<void> {
    if ('wait' in step) await this.time.advance(step.wait)
    else if ('fates' in step) this.fates.push(...step.fates)
    else if ('offline' in step) this.rig.wire.offline = step.offline
    else if ('pushes' in step) this.rig.wire.pushes = step.pushes
    else if ('expired' in step) {
      this.rig.wire.expired = step.expired
      if (!step.expired) this.rig.client.resume()
    } else await this.reload()
  }

  private async reload(): Promise<void> {
    await this.time.drain()
    await this.rig.client.close()
    const { wire } = this.rig
    this.lists = []
    this.actions = []
    this.rig = this.newPage()
    Object.assign(this.rig.wire, { offline: wire.offline, expired: wire.expired, pushes: wire.pushes })
    this.look(0, 0, 20)
  }

  async settle(): Promise<void> {
    this.fates = []
    const { wire, client } = this.rig
    wire.offline = false
    wire.pushes = true
    if (wire.expired) {
      wire.expired = false
      client.resume()
    }
    client.wake()
    await this.rig.quiet()
    for (const { list } of this.lists) list.request(0, 400)
    await this.rig.quiet()
  }

  check(): void {
    const { client } = this.rig
    const { server } = this
    expect(client.status.get()).toBe('online')
    expect(client.pending.get()).toBe(0)
    expect(this.flickers).toEqual([])
    for (const { list } of this.lists) {
      const wanted = server.results(list.query.filter, list.query.sort, list.query.collapseThreads)
      expect({ rows: this.rig.rows(list), stale: list.stale }).toEqual({ rows: wanted, stale: false })
      for (const id of wanted) expect(client.email(id).get()?.id).toBe(id)
    }
    for (const id of this.born) {
      const [shown, held] = [client.email(id).get(), server.emails.get(id)]
      if (shown) expect(placed(shown)).toEqual(held && placed(held))
      const thread = shown && client.thread(shown.threadId).get()
      if (thread?.complete)
        expect(thread.emails.map((email) => email.id)).toEqual(server.threadEmails(thread.id).map((email) => email.id))
    }
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    const mailboxes = [...server.mailboxes.keys()].map((id) => server.mailbox(id)!)
    expect(client.mailboxes.get()?.toSorted(byId)).toEqual(mailboxes.sort(byId))
    this.checkNothingLost()
  }

  private checkNothingLost(): void {
    for (const [keyword, wanted] of this.marks) {
      for (const [id, isOn] of wanted) {
        const email = this.server.emails.get(id)
        if (email) expect([id, keyword, email.keywords[keyword] === true]).toEqual([id, keyword, isOn])
      }
    }
    for (const [id, role] of this.places) {
      const email = this.server.emails.get(id)
      if (email) expect([id, Object.keys(email.mailboxIds)]).toEqual([id, [this.server.mailboxWithRole(role)]])
    }
  }
}

const placed = ({ mailboxIds, keywords }: { mailboxIds: object; keywords: object }) => ({ mailboxIds, keywords })

test('the screen and the server agree once all is quiet, and nothing the person did is lost', async () => {
  const seed = process.env.CONVERGE_SEED
  const path = process.env.CONVERGE_PATH
  await fc.assert(
    fc.asyncProperty(scenario, async (script) => {
      const world = new World(script)
      await world.run(script.steps)
      await world.settle()
      world.check()
      await world.rig.client.close()
    }),
    {
      numRuns: RUNS,
      ...(seed ? { seed: Number(seed) } : {}),
      ...(path ? { path } : {}),
      endOnFailure: process.env.CONVERGE_SHRINK === undefined,
    },
  )
}, 3_600_000)
