import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createAccount, principalFor } from '#domain/people/accounts.ts'
import { readAudit } from '#domain/people/audit.ts'
import { createPeople } from '#domain/people/people.ts'
import { openSession } from '#domain/people/sessions.ts'
import { afterSignIn, signInsLookedAt } from '#domain/people/travel.ts'
import { onEveryEngine } from '../contract/all.ts'
import { lightHash } from '../contract/drivers.ts'
import { password } from './rig.ts'

onEveryEngine('after a sign-in', (driver) => {
  test('the country is written down; a far one an hour later is told to the owner and the audit log', async () => {
    const bench = await driver.open()
    const ctx = { store: bench.store, clock: bench.clock, log: silentLog }
    const people = await createPeople(ctx, { domains: ['ecole.test'], passwordHash: lightHash })
    const { id } = await createAccount(people, 'test', { login: 'anne', name: 'Anne', password })
    const principal = await bench.store.read((tx) => principalFor(tx, id))
    const signIn = async (ip: string) => {
      const session = await openSession(people, principal, { ip }, { amr: ['pwd'] })
      afterSignIn(people, { accountId: id, sessionId: session.id, ip, knownDevice: true })
      await signInsLookedAt(people)
      const [row] = await bench.store.read((tx) =>
        tx.query((q) => q.selectFrom('session').select('country').where('id', '=', session.id)),
      )
      return row?.country
    }
    const queued = async () =>
      (await bench.store.read((tx) => tx.query((q) => q.selectFrom('queue_recipient').select('address')))).length
    expect(await signIn('90.1.2.3')).toBe('FR')
    expect(await signIn('10.1.2.3')).toBe('')
    expect(await queued()).toBe(0)
    bench.clock.advance(3_600_000)
    expect(await signIn('8.8.8.8')).toBe('US')
    expect(await queued()).toBe(1)
    const [line] = await readAudit(ctx, 1)
    expect(line).toMatchObject({ action: 'sign-in.unusual', detail: 'impossible-travel FR US' })
    people.close()
    await bench.close()
  })
})
