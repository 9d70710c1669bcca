/** Who may open the mailbox of a function: given, changed, taken, ended by time, through a group; audited and told. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { becomeFunction, createFunctionMailbox, listFunctionMailboxes } from '#domain/access/mailboxes/accounts.ts'
import { type Granter, grantMailbox, listGrants, revokeMailbox } from '#domain/access/mailboxes/grants.ts'
import { openMailbox, openMailboxes, watchGrants } from '#domain/access/mailboxes/open.ts'
import { mailboxRoles } from '#domain/access/mailboxes/roles.data.ts'
import { noteMailboxUse } from '#domain/access/mailboxes/use.ts'
import { writeAs } from '#domain/access/mailboxes/write-as.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { readAudit } from '#domain/people/audit.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig, password } from '../people/rig.ts'

onEveryEngine('mailboxes of functions', (driver) => {
  let rig: PeopleRig
  let head: number
  let secretary: number
  let mailbox: number
  const admin: Granter = { actor: 'command line', everywhere: true }
  const as = (actor: string, accountId: number): Granter => ({ actor, accountId, everywhere: false })
  const now = () => rig.clock.now()
  const open = (person: number) => rig.people.ctx.store.read((tx) => openMailboxes(tx, person, now()))
  const grants = () => rig.people.ctx.store.read((tx) => listGrants(tx, mailbox))
  let n = 0
  const named = (login: string) => `${login}${n}`
  const person = async (login: string) =>
    (await createAccount(rig.people, 'test', { login: named(login), name: `Personne ${login}` })).id
  const letters = async (login: string) => {
    const rows = await rig.people.ctx.store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('queue_recipient')
          .select('address')
          .where('address', '=', `${named(login)}@ecole.test`),
      ),
    )
    return rows.length
  }

  beforeAll(async () => {
    rig = await openPeople({}, driver)
  })
  afterAll(() => rig.close())

  beforeEach(async () => {
    n++
    head = await person('sophie')
    secretary = await person('claire')
    const wanted = { login: named('ce.'), name: 'Collège des Tilleuls', address: `ce.${n}@ecole.test` }
    mailbox = (await createFunctionMailbox(rig.people, admin, wanted, named('sophie'))).id
  })

  test('it opens to its owner at once, and to nobody else', async () => {
    expect(await open(head)).toMatchObject([{ accountId: mailbox, role: 'owner', email: `ce.${n}@ecole.test` }])
    expect(await open(secretary)).toEqual([])
    expect(await open(mailbox)).toEqual([])
  })

  test('nobody signs in as a function', async () => {
    const attempt = { login: named('ce.'), password, ip: '192.0.2.1', service: 'imap' } as const
    await expect(verifyPassword(rig.people, attempt)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('an owner gives, changes and takes access; each is audited and told to the owners and to the person', async () => {
    const by = as(named('sophie'), head)
    await grantMailbox(rig.people, by, mailbox, { person: `${named('claire')}@ecole.test`, role: 'reader' })
    expect([...((await open(secretary))[0]?.rights ?? [])]).toEqual(['read'])
    const [, grant] = await grantMailbox(rig.people, by, mailbox, { person: named('claire'), role: 'on-behalf' })
    expect(grant).toMatchObject({
      kind: 'person',
      login: named('claire'),
      role: 'on-behalf',
      grantedBy: named('sophie'),
    })
    expect((await open(secretary))[0]?.role).toBe('on-behalf')
    await revokeMailbox(rig.people, by, mailbox, grant?.id ?? 0)
    expect(await open(secretary)).toEqual([])
    const lines = (await readAudit(rig.people.ctx)).filter(
      ({ action, target }) => action.startsWith('mailbox.') && target === named('ce.'),
    )
    expect(lines.map(({ actor, action, detail }) => [actor, action, detail])).toEqual([
      [named('sophie'), 'mailbox.revoke', 'Personne claire: on-behalf'],
      [named('sophie'), 'mailbox.grant', 'Personne claire: on-behalf'],
      [named('sophie'), 'mailbox.grant', 'Personne claire: reader'],
      ['command line', 'mailbox.grant', 'Personne sophie: owner'],
    ])
    expect(await letters('claire')).toBe(3)
    expect(await letters('sophie')).toBe(4)
  })

  test.each(mailboxRoles.filter((role) => role !== 'owner'))('a %s gives nothing and takes nothing', async (role) => {
    await grantMailbox(rig.people, admin, mailbox, { person: named('claire'), role })
    const by = as(named('claire'), secretary)
    const refusal = { code: 'forbidden', property: 'mailbox' }
    await expect(
      grantMailbox(rig.people, by, mailbox, { person: named('claire'), role: 'owner' }),
    ).rejects.toMatchObject(refusal)
    const [first] = await grants()
    await expect(revokeMailbox(rig.people, by, mailbox, first?.id ?? 0)).rejects.toMatchObject(refusal)
  })

  test('to a stranger there is no such mailbox', async () => {
    const by = as(named('claire'), secretary)
    await expect(
      grantMailbox(rig.people, by, mailbox, { person: named('claire'), role: 'owner' }),
    ).rejects.toMatchObject({
      code: 'notFound',
    })
    await expect(createFunctionMailbox(rig.people, by, { login: named('x'), name: 'X' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('the last owner stays, unless an administrator says otherwise', async () => {
    const by = as(named('sophie'), head)
    const [own] = await grants()
    const refusal = { code: 'conflict', property: 'mailbox.owner' }
    await expect(revokeMailbox(rig.people, by, mailbox, own?.id ?? 0)).rejects.toMatchObject(refusal)
    await expect(
      grantMailbox(rig.people, by, mailbox, { person: named('sophie'), role: 'member' }),
    ).rejects.toMatchObject(refusal)
    expect((await open(head))[0]?.role).toBe('owner')
    await revokeMailbox(rig.people, admin, mailbox, own?.id ?? 0)
    expect(await open(head)).toEqual([])
  })

  test('a grant ends with its date', async () => {
    const wanted = { person: named('claire'), role: 'member', expiresAt: now() + 1000 } as const
    await grantMailbox(rig.people, admin, mailbox, wanted)
    expect(await open(secretary)).toHaveLength(1)
    rig.clock.advance(1000)
    expect(await open(secretary)).toEqual([])
    await expect(grantMailbox(rig.people, admin, mailbox, wanted)).rejects.toMatchObject({ property: 'mailbox.expiry' })
  })

  test('a group opens it to its members, while they are in it', async () => {
    const group = await rig.people.ctx.store.writeGlobal(async (tx) => {
      await tx.execute((q) =>
        q
          .insertInto('manual_group')
          .values({ uai: '', name: 'Secrétariat', source: 'test', created_by: 'test', created_at: 0, updated_at: 0 }),
      )
      const [row] = await tx.query((q) => q.selectFrom('manual_group').select('id').orderBy('id', 'desc'))
      return row?.id ?? 0
    })
    const join = (q: Parameters<Parameters<typeof rig.bench.engine.write>[0]>[0]) =>
      q.execute((b) =>
        b.insertInto('manual_group_member').values({ group_id: group, account_id: secretary, added_at: 0 }),
      )
    await grantMailbox(rig.people, admin, mailbox, { group: `manual:${group}`, role: 'member' })
    expect(await open(secretary)).toEqual([])
    await rig.bench.engine.write(join)
    expect(await open(secretary)).toMatchObject([{ role: 'member' }])
    // A person in two ways has the rights of both.
    await grantMailbox(rig.people, admin, mailbox, { person: named('claire'), role: 'send-as' })
    expect(await open(secretary)).toMatchObject([{ role: 'send-as' }])
    expect((await grants()).map(({ kind, name }) => [kind, name])).toContainEqual(['group', 'Secrétariat'])
  })

  test('whoever has it open is told at once', async () => {
    let told = 0
    const leave = watchGrants(rig.people.ctx, () => told++)
    await grantMailbox(rig.people, admin, mailbox, { person: named('claire'), role: 'member' })
    expect(told).toBe(1)
    leave()
  })

  test('the last use is seen by the owners', async () => {
    noteMailboxUse(rig.people.ctx, mailbox, head)
    await expect.poll(async () => (await grants())[0]?.lastUsedAt).toBe(now())
  })

  test('the address is written under by those who may, alone or with their own name', async () => {
    const way = (person: number, address = `ce.${n}@ecole.test`) =>
      rig.people.ctx.store.read((tx) => writeAs(tx, person, address, now()))
    expect(await way(secretary)).toBeUndefined()
    for (const [role, expected] of [
      ['reader', undefined],
      ['member', undefined],
      ['on-behalf', 'onBehalf'],
      ['send-as', 'sendAs'],
      ['owner', 'sendAs'],
    ] as const) {
      await grantMailbox(rig.people, admin, mailbox, { person: named('claire'), role })
      expect(await way(secretary), role).toBe(expected)
    }
    expect(await way(secretary, `${named('claire')}@ecole.test`)).toBe('own')
    expect(await way(secretary, `${named('sophie')}@ecole.test`)).toBeUndefined()
  })

  test('only functions are opened so: not a person’s mailbox, and not to a function', async () => {
    await expect(
      grantMailbox(rig.people, admin, head, { person: named('claire'), role: 'reader' }),
    ).rejects.toMatchObject({
      code: 'notFound',
    })
    await expect(
      grantMailbox(rig.people, admin, mailbox, { person: named('ce.'), role: 'reader' }),
    ).rejects.toMatchObject({ property: 'mailbox.person' })
  })

  test('an account with a shared password becomes one: its mail stays, its passwords end', async () => {
    const shared = await rig.account('vie.scolaire')
    const attempt = { login: 'vie.scolaire', password, ip: '192.0.2.1', service: 'imap' } as const
    await verifyPassword(rig.people, attempt)
    await becomeFunction(rig.people, admin, shared)
    await expect(verifyPassword(rig.people, attempt)).rejects.toMatchObject({ code: 'unauthenticated' })
    const listed = await rig.people.ctx.store.read((tx) => listFunctionMailboxes(tx))
    expect(listed.filter(({ id }) => id === mailbox || id === shared).map(({ grants: count }) => count)).toEqual([1, 0])
    await grantMailbox(rig.people, admin, shared, { person: named('claire'), role: 'member' })
    expect(await rig.people.ctx.store.read((tx) => openMailbox(tx, secretary, shared, now()))).toBeDefined()
  })
})
