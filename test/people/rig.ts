/** People on a store of their own, with a clock that tests move. */
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { createPeople, type People, type PeopleOptions } from '#domain/people/people.ts'
import { type Bench, type Driver, lightHash, sqliteDriver } from '../contract/drivers.ts'

export interface PeopleRig {
  readonly bench: Bench
  readonly people: People
  readonly clock: ManualClock
  /** Runs of Argon2id that verified a password so far. */
  readonly verifications: number
  /** Called once, after the next verification and before its answer is used. */
  afterNextVerification(action: () => Promise<unknown>): void
  /** Makes an account with the password below; returns its id. */
  account(login: string, options?: { aliases?: string[]; admin?: boolean }): Promise<number>
  close(): Promise<void>
}

export const password = 'Cascade-de-neige-42'

export const openPeople = async (
  options: Partial<PeopleOptions> = {},
  driver: Driver = sqliteDriver,
): Promise<PeopleRig> => {
  const bench = await driver.open()
  const clock = manualClock()
  const ctx = { store: { ...bench.store, clock }, clock, log: silentLog }
  const opened = await createPeople(ctx, { domains: ['ecole.test'], passwordHash: lightHash, ...options })
  let verifications = 0
  let afterNext: (() => Promise<unknown>) | undefined
  const { passwords } = opened
  const verify: typeof passwords.verify = async (secret, phc) => {
    verifications++
    const answer = await passwords.verify(secret, phc)
    const action = afterNext
    afterNext = undefined
    await action?.()
    return answer
  }
  const people: People = { ...opened, passwords: { ...passwords, verify } }
  return {
    bench,
    people,
    clock,
    get verifications() {
      return verifications
    },
    afterNextVerification: (action) => {
      afterNext = action
    },
    account: async (login, extra = {}) =>
      (await createAccount(people, 'test', { login, name: `Personne ${login}`, password, ...extra })).id,
    close: async () => {
      people.close()
      await bench.close()
    },
  }
}
