/** Signing in, sessions and app passwords, on a real store. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAccount, disableAccount, enableAccount, setPassword } from '#domain/people/accounts.ts'
import { addAlias, isLocalDomain, ownsAddress, removeAlias, resolveAddress } from '#domain/people/addresses.ts'
import { readAudit } from '#domain/people/audit.ts'
import { createAppPassword, listAppPasswords, revokeAppPassword } from '#domain/people/credentials.ts'
import type { Service } from '#domain/people/people.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { checkSession, listSessions, openSession } from '#domain/people/sessions.ts'
import { throttleRules } from '#domain/people/throttle.ts'
import { verifyPassword, watchPrincipal } from '#domain/people/verify.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

let rig: PeopleRig
beforeEach(async () => {
  rig = await openPeople()
})
afterEach(() => rig.close())

const signIn = (login: string, secret = password, service: Service = 'web', ip = '192.0.2.1') =>
  verifyPassword(rig.people, { login, password: secret, service, ip })

const failure = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('it should have failed')
}

test('the identifier, any address and a stray space or capital all lead to the account', async () => {
  const id = await rig.account('anne.martin', { aliases: ['a.martin@ecole.test'] })
  for (const login of [
    'anne.martin',
    ' Anne.Martin ',
    'ANNE.MARTIN@ecole.test',
    'a.martin@École.test'.replace('É', 'e'),
  ])
    expect((await signIn(login)).accountId).toBe(id)
})

test('an unknown account, a wrong password and a disabled account are told the same and cost the same', async () => {
  const id = await rig.account('anne')
  await rig.account('paul')
  await disableAccount(rig.people, 'test', id)
  const told = []
  for (const [login, secret] of [
    ['nobody', password],
    ['paul', 'not the right one'],
    ['anne', password],
  ] as const) {
    const before = rig.verifications
    const error = (await failure(signIn(login, secret))) as { code: string; message: string }
    told.push([error.code, error.message, rig.verifications - before])
  }
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1)
  expect(told[0]).toEqual(['unauthenticated', 'wrong identifier or password', 1])
})

test('after too many wrong passwords even the right one waits, and then works', async () => {
  await rig.account('anne')
  for (let i = 0; i <= throttleRules.pair.free; i++) await failure(signIn('anne', `wrong ${i}`))
  const error = (await failure(signIn('anne'))) as { code: string; retryAfter: number }
  expect(error.code).toBe('throttled')
  rig.clock.advance(error.retryAfter)
  expect((await signIn('anne')).login).toBe('anne')
})

test('every name of an account shares one counter of mistakes', async () => {
  await rig.account('anne', { aliases: ['a@ecole.test', 'b@ecole.test'] })
  const names = ['anne', 'anne@ecole.test', 'a@ecole.test', 'b@ecole.test']
  for (let i = 0; i <= throttleRules.pair.free; i++) await failure(signIn(names[i % 4] as string, `wrong ${i}`))
  expect(((await failure(signIn('b@ecole.test'))) as { code: string }).code).toBe('throttled')
})

test('many connections with one right password cost one Argon2id', async () => {
  await rig.account('anne')
  await Promise.all(Array.from({ length: 20 }, () => signIn('anne', password, 'imap')))
  await signIn('anne', password, 'imap')
  expect(rig.verifications).toBe(1)
})

test('a changed password is refused at once, although the old one was remembered', async () => {
  const id = await rig.account('anne')
  await signIn('anne', password, 'imap')
  await setPassword(rig.people, 'test', id, 'Une autre phrase 7')
  expect(((await failure(signIn('anne', password, 'imap'))) as { code: string }).code).toBe('unauthenticated')
  expect((await signIn('anne', 'Une autre phrase 7', 'imap')).accountId).toBe(id)
})

test('a password that changes while the old one is being checked is not remembered', async () => {
  const id = await rig.account('anne')
  rig.afterNextVerification(() => setPassword(rig.people, 'test', id, 'Une autre phrase 7'))
  await signIn('anne')
  expect(((await failure(signIn('anne'))) as { code: string }).code).toBe('unauthenticated')
})

test('an app password opens what it is for, however it is typed, and nothing else', async () => {
  const id = await rig.account('anne')
  const made = await createAppPassword(rig.people, 'test', id, { label: 'Téléphone', scopes: ['imap'] })
  expect(made.password).toMatch(/^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/)
  expect((await signIn('anne', made.password, 'imap')).credentialId).toBe(made.id)
  expect((await signIn('anne', made.password.replaceAll('-', ' ').toUpperCase(), 'imap')).accountId).toBe(id)
  for (const service of ['smtp', 'jmap', 'web'] as const)
    expect(((await failure(signIn('anne', made.password, service))) as { code: string }).code).toBe('unauthenticated')
})

test('an app password of one account opens no other', async () => {
  const id = await rig.account('anne')
  await rig.account('paul')
  const made = await createAppPassword(rig.people, 'test', id, { label: 'x', scopes: ['imap'] })
  expect(((await failure(signIn('paul', made.password, 'imap'))) as { code: string }).code).toBe('unauthenticated')
})

test('a revoked app password is refused, and who is connected with it is told; others are not', async () => {
  const id = await rig.account('anne')
  const phone = await createAppPassword(rig.people, 'test', id, { label: 'phone', scopes: ['imap'] })
  const tablet = await createAppPassword(rig.people, 'test', id, { label: 'tablet', scopes: ['imap'] })
  const gone: string[] = []
  const told = new Promise<void>((resolve) => {
    signIn('anne', phone.password, 'imap').then((principal) => {
      watchPrincipal(rig.people, principal, () => {
        gone.push('phone')
        resolve()
      })
    })
  })
  watchPrincipal(rig.people, await signIn('anne', tablet.password, 'imap'), () => gone.push('tablet'))
  await revokeAppPassword(rig.people, 'test', id, phone.id)
  await told
  await rig.bench.store.read(async () => {})
  expect(gone).toEqual(['phone'])
  expect(((await failure(signIn('anne', phone.password, 'imap'))) as { code: string }).code).toBe('unauthenticated')
  expect((await listAppPasswords(rig.people, id)).map(({ label }) => label)).toEqual(['tablet'])
})

test('programs can be made to need an app password', async () => {
  await rig.close()
  rig = await openPeople({ passwordFor: ['web'] })
  await rig.account('anne')
  expect((await signIn('anne')).login).toBe('anne')
  expect(((await failure(signIn('anne', password, 'imap'))) as { code: string }).code).toBe('unauthenticated')
})

test('the store holds neither the token of a session nor an app password', async () => {
  const id = await rig.account('anne')
  const { token } = await openSession(rig.people, await signIn('anne'), { ip: '192.0.2.1' })
  const { password: app } = await createAppPassword(rig.people, 'test', id, { label: 'x', scopes: ['imap'] })
  const rows = await rig.bench.store.read(async (tx) => [
    ...(await tx.query((q) => q.selectFrom('session').selectAll())),
    ...(await tx.query((q) => q.selectFrom('credential').selectAll())),
    ...(await tx.query((q) => q.selectFrom('audit').selectAll())),
  ])
  const text = JSON.stringify(rows)
  expect(text).not.toContain(token)
  expect(text).not.toContain(app)
  expect(text).not.toContain(app.replaceAll('-', ''))
})

test('a session ends when it is unused for long, and when it is old', async () => {
  await rig.account('anne')
  const { sessionIdle, sessionLife } = rig.people.options
  const principal = await signIn('anne')
  const idle = await openSession(rig.people, principal, { ip: '' })
  rig.clock.advance(sessionIdle - 1000)
  expect(await checkSession(rig.people, idle.token)).toBeDefined()
  rig.clock.advance(sessionIdle + 1000)
  expect(await checkSession(rig.people, idle.token)).toBeUndefined()

  const { token } = await openSession(rig.people, principal, { ip: '' })
  for (let spent = 0; spent < sessionLife - sessionIdle; spent += sessionIdle / 2) {
    rig.clock.advance(sessionIdle / 2)
    expect(await checkSession(rig.people, token)).toBeDefined()
  }
  rig.clock.advance(sessionIdle)
  expect(await checkSession(rig.people, token)).toBeUndefined()
})

test('sessions are listed, and one can be revoked without the others', async () => {
  const id = await rig.account('anne')
  const principal = await signIn('anne')
  const here = await openSession(rig.people, principal, { ip: '192.0.2.1', userAgent: 'Firefox' })
  const there = await openSession(rig.people, principal, { ip: '198.51.100.1', userAgent: 'Telephone' })
  const open = await listSessions(rig.people, id)
  expect(open.map(({ userAgent }) => userAgent).sort()).toEqual(['Firefox', 'Telephone'])
  await revokeSession(rig.people, principal, open.find(({ userAgent }) => userAgent === 'Telephone')?.id ?? '')
  expect(await checkSession(rig.people, there.token)).toBeUndefined()
  expect((await checkSession(rig.people, here.token))?.accountId).toBe(id)
})

test('nobody revokes the session of somebody else', async () => {
  await rig.account('anne')
  await rig.account('paul')
  const { token } = await openSession(rig.people, await signIn('anne'), { ip: '' })
  const sessionId = (await checkSession(rig.people, token))?.sessionId ?? ''
  const error = (await failure(revokeSession(rig.people, await signIn('paul'), sessionId))) as { code: string }
  expect(error.code).toBe('notFound')
  expect(await checkSession(rig.people, token)).toBeDefined()
})

test('a new password ends every session but the one it was changed in', async () => {
  const id = await rig.account('anne')
  const principal = await signIn('anne')
  const here = await openSession(rig.people, principal, { ip: '' })
  const there = await openSession(rig.people, principal, { ip: '' })
  const keepSession = (await checkSession(rig.people, here.token))?.sessionId ?? ''
  await setPassword(rig.people, 'anne', id, 'Une autre phrase 7', { keepSession })
  expect(await checkSession(rig.people, here.token)).toBeDefined()
  expect(await checkSession(rig.people, there.token)).toBeUndefined()
})

test('a disabled account is signed out everywhere, and works again when it is enabled', async () => {
  const id = await rig.account('anne')
  const principal = await signIn('anne')
  const { token } = await openSession(rig.people, principal, { ip: '' })
  const told = new Promise<void>((resolve) => {
    watchPrincipal(rig.people, principal, resolve)
  })
  await disableAccount(rig.people, 'test', id, 'left')
  await told
  expect(await checkSession(rig.people, token)).toBeUndefined()
  await enableAccount(rig.people, 'test', id)
  expect((await signIn('anne')).accountId).toBe(id)
})

test('addresses resolve exactly, by subaddress, by alias, in either spelling of a domain', async () => {
  const id = await rig.account('anne', { aliases: ['Contact@ecole.test', 'info+special@ecole.test'] })
  const resolve = (address: string) => rig.bench.store.read((tx) => resolveAddress(tx, address))
  expect(await resolve('ANNE@Ecole.TEST.')).toMatchObject({ accountId: id, active: true })
  expect(await resolve('anne+Listes@ecole.test')).toMatchObject({ accountId: id, detail: 'Listes' })
  expect(await resolve('info+special@ecole.test')).toEqual({
    accountId: id,
    address: 'info+special@ecole.test',
    active: true,
  })
  expect(await resolve('"anne"@ecole.test')).toMatchObject({ accountId: id })
  for (const nobody of ['info@ecole.test', 'anne@other.test', 'anne', '@ecole.test', '+x@ecole.test', ''])
    expect(await resolve(nobody)).toBeUndefined()
  expect(isLocalDomain(rig.people, 'ECOLE.test')).toBe(true)
  expect(isLocalDomain(rig.people, 'ecole.test.evil')).toBe(false)
})

test('an address belongs to one account only, and an alias can be taken away', async () => {
  const anne = await rig.account('anne')
  const paul = await rig.account('paul')
  await addAlias(rig.people, 'test', anne, 'direction@ecole.test')
  expect(((await failure(addAlias(rig.people, 'test', paul, 'Direction@ecole.test'))) as { code: string }).code).toBe(
    'alreadyExists',
  )
  const owns = (account: number) => rig.bench.store.read((tx) => ownsAddress(tx, account, 'direction@ecole.test'))
  expect([await owns(anne), await owns(paul)]).toEqual([true, false])
  await removeAlias(rig.people, 'test', anne, 'direction@ecole.test')
  expect(await owns(anne)).toBe(false)
  expect(((await failure(removeAlias(rig.people, 'test', anne, 'anne@ecole.test'))) as { code: string }).code).toBe(
    'notFound',
  )
})

test('an account that could not be made leaves no trace', async () => {
  await rig.account('anne')
  const wanted = { login: 'anna', name: 'Anna', aliases: ['anne@ecole.test'] }
  expect(((await failure(createAccount(rig.people, 'test', wanted))) as { code: string }).code).toBe('alreadyExists')
  expect((await createAccount(rig.people, 'test', { ...wanted, aliases: [] })).login).toBe('anna')
})

test('a new account has the six mailboxes in its language, and an identity', async () => {
  const id = await rig.account('anne')
  const [names, identities] = await rig.bench.store.read(async (tx) => [
    await tx.query((q) => q.selectFrom('mailbox').select('name').where('account_id', '=', id).orderBy('sort_order')),
    await tx.query((q) => q.selectFrom('identity').select('email').where('account_id', '=', id)),
  ])
  expect(names.map(({ name }) => name)).toEqual([
    'INBOX',
    'Brouillons',
    'Envoyés',
    'Archives',
    'Indésirables',
    'Corbeille',
  ])
  expect(identities).toEqual([{ email: 'anne@ecole.test' }])
})

test('every privileged act is in the audit log, with who did it', async () => {
  const id = await rig.account('anne')
  await setPassword(rig.people, 'thomas', id, 'Une autre phrase 7')
  await disableAccount(rig.people, 'thomas', id, 'parti\nailleurs')
  const entries = (await readAudit(rig.people.ctx)).map(({ actor, action, target, detail }) => [
    actor,
    action,
    target,
    detail,
  ])
  expect(entries.reverse()).toEqual([
    ['test', 'account.create', 'anne', 'anne@ecole.test'],
    ['thomas', 'account.password', 'anne', ''],
    ['thomas', 'account.disable', 'anne', 'parti ailleurs'],
  ])
})
