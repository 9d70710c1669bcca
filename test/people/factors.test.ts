/** Second factors on a real store: what is taken once, what is bounded, what a stolen table gives. */
import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import { readAudit } from '#domain/people/audit.ts'
import { askGrid, type Grid, makeGrid, readGrid } from '#domain/people/factors/grid.ts'
import { type CodeProof, proveFactor } from '#domain/people/factors/prove.ts'
import { makeRecoveryCodes, recoveryLeft } from '#domain/people/factors/recovery-codes.ts'
import { codeDelay, hasSecondFactor, kindsOf, readFactors, removeFactor } from '#domain/people/factors/rows.ts'
import { beginTotp, confirmTotp } from '#domain/people/factors/totp.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig } from './rig.ts'

const site = { id: 'localhost', name: 'Convergence', origins: ['http://localhost:8080'] }
const by = { actor: 'anne', ip: '192.0.2.1' }
const period = 30_000

onEveryEngine('second factors', (driver) => {
  let rig: PeopleRig
  let account: number
  beforeEach(async () => {
    rig = await openPeople({}, driver)
    account = await rig.account('anne')
  })
  afterEach(() => rig.close())

  const rows = () => rig.bench.store.read((tx) => readFactors(tx, account))

  const codeAt = (secret: string, at: number): string =>
    new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: at })

  const enrolTotp = async (): Promise<string> => {
    const { token, secret } = await beginTotp(rig.people, account, { login: 'anne', issuer: 'Convergence' })
    await confirmTotp(rig.people, account, token, codeAt(secret, rig.clock.now()), by)
    rig.clock.advance(2 * period)
    return secret
  }

  /** What proving answers: the methods, or the property of the failure. */
  const prove = async (proof: CodeProof, device?: string): Promise<string> => {
    try {
      const source = { ip: '192.0.2.1', device }
      return (await proveFactor(rig.people, site, 'factor', { id: account, login: 'anne' }, proof, source)).amr.join(
        ' ',
      )
    } catch (error) {
      if (!isFailure(error)) throw error
      return error.code === 'throttled' ? 'throttled' : (error.property ?? error.code)
    }
  }

  const totp = (code: string) => prove({ kind: 'totp', code })

  test('a generator counts only once one of its codes was given', async () => {
    const { token, secret, qr, uri } = await beginTotp(rig.people, account, { login: 'anne', issuer: 'Convergence' })
    expect(qr).toContain('<svg')
    expect(uri).toContain(`secret=${secret.replaceAll(' ', '')}`)
    expect(await rows()).toEqual([])
    const wrong = await confirmTotp(rig.people, account, token, '000000', by).catch((error: unknown) => error)
    expect(isFailure(wrong) && wrong.property).toBe('code')
    await confirmTotp(rig.people, account, token, codeAt(secret, rig.clock.now()), by)
    expect(kindsOf(await rows())).toEqual(['totp'])
    expect((await readAudit(rig.people.ctx)).map(({ action }) => action)).toContain('factor.add')
  })

  test('an enrolment begun by one account enrols nobody else', async () => {
    const other = await rig.account('paul')
    const { token, secret } = await beginTotp(rig.people, account, { login: 'anne', issuer: 'Convergence' })
    const code = codeAt(secret, rig.clock.now())
    await expect(confirmTotp(rig.people, other, token, code, by)).rejects.toThrow('expired')
  })

  test('a code is taken once, however it is written, one step early or late, and no older than the last', async () => {
    const secret = await enrolTotp()
    const now = rig.clock.now()
    const late = codeAt(secret, now - period)
    expect(await totp(` ${late.slice(0, 3)} ${late.slice(3)} `)).toBe('otp mfa')
    expect(await totp(late)).toBe('code')
    expect(await totp(codeAt(secret, now + period))).toBe('otp mfa')
    // The current one is older than what was taken.
    expect(await totp(codeAt(secret, now))).toBe('code')
    expect(await totp(codeAt(secret, now + 2 * period))).toBe('code')
    expect(await totp(codeAt(secret, now - 3 * period))).toBe('code')
  })

  test('the same code given twice at the same time is taken once', async () => {
    const secret = await enrolTotp()
    const code = codeAt(secret, rig.clock.now())
    const answers = await Promise.all([totp(code), totp(code), totp(code)])
    expect(answers.filter((answer) => answer === 'otp mfa')).toHaveLength(1)
  })

  test('the table holds neither seed, nor cells, nor codes', async () => {
    const secret = await enrolTotp()
    const codes = await makeRecoveryCodes(rig.people, account, by)
    const grid = await makeGrid(rig.people, account, by)
    const stored = JSON.stringify(
      await rig.bench.store.read(async (tx) => [
        await tx.query((q) => q.selectFrom('credential').selectAll()),
        await tx.query((q) => q.selectFrom('one_time').selectAll()),
        await tx.query((q) => q.selectFrom('audit').selectAll()),
      ]),
    )
    expect(stored).not.toContain(secret.replaceAll(' ', ''))
    for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', ''))
    expect(stored).not.toContain(grid.rows[0]?.cells.join(' '))
  })

  test('a sealed seed copied to another account opens nothing there', async () => {
    const secret = await enrolTotp()
    const thief = await rig.account('thief')
    const [row] = await rows()
    await rig.bench.engine.write((tx) =>
      tx.execute((q) =>
        q
          .updateTable('credential')
          .set({ account_id: thief })
          .where('id', '=', row?.id ?? 0),
      ),
    )
    const proof = { kind: 'totp' as const, code: codeAt(secret, rig.clock.now()) }
    const source = { ip: '192.0.2.1' }
    await expect(proveFactor(rig.people, site, 'factor', { id: thief, login: 'thief' }, proof, source)).rejects.toThrow(
      'not right',
    )
  })

  test('wrong codes are slowed down across kinds, but not in a browser that the account knows', async () => {
    const secret = await enrolTotp()
    await makeRecoveryCodes(rig.people, account, by)
    for (let i = 0; i < 5; i++) expect(await totp('123456')).toBe('code')
    for (let i = 0; i < 5; i++) expect(await prove({ kind: 'recovery', code: 'aaaa-bbbb-cccc' })).toBe('code')
    expect(await totp(codeAt(secret, rig.clock.now()))).toBe('throttled')
    expect(await prove({ kind: 'totp', code: codeAt(secret, rig.clock.now()) }, 'known')).toBe('otp mfa')
    // Who proved it is the owner: the slate is clean.
    expect(codeDelay(await rows(), rig.clock.now())).toBe(0)
  })

  test('a browser that is known has a bound of its own', async () => {
    await enrolTotp()
    const answers: string[] = []
    for (let i = 0; i < 8; i++) answers.push(await prove({ kind: 'totp', code: '123456' }, 'known'))
    expect(answers.at(-1)).toBe('throttled')
  })

  test('each recovery code is good once, and what is left is told', async () => {
    await enrolTotp()
    const codes = await makeRecoveryCodes(rig.people, account, by)
    expect(new Set(codes).size).toBe(10)
    expect(await prove({ kind: 'recovery', code: (codes[0] ?? '').toUpperCase().replaceAll('-', ' ') })).toBe('otp mfa')
    expect(await prove({ kind: 'recovery', code: codes[0] ?? '' })).toBe('code')
    expect(recoveryLeft(await rows())).toBe(9)
    const both = await Promise.all([1, 1, 2].map((at) => prove({ kind: 'recovery', code: codes[at] ?? '' })))
    expect(both.filter((answer) => answer === 'otp mfa')).toHaveLength(2)
    await makeRecoveryCodes(rig.people, account, by)
    expect(await prove({ kind: 'recovery', code: codes[5] ?? '' })).toBe('code')
    expect(recoveryLeft(await rows())).toBe(10)
  })

  test('recovery codes replace a factor: there are none without one, and they go with the last', async () => {
    await expect(makeRecoveryCodes(rig.people, account, by)).rejects.toThrow('add one first')
    await enrolTotp()
    await makeRecoveryCodes(rig.people, account, by)
    const [factor] = await rows()
    await removeFactor(rig.people, account, factor?.id ?? 0, by)
    expect(await rows()).toEqual([])
    expect(await rig.bench.store.read((tx) => hasSecondFactor(tx, account))).toBe(false)
  })

  const cellOf = (grid: Grid, name: string): string => {
    const row = grid.rows.find((one) => one.name === name[1])
    return row?.cells[grid.columns.indexOf(name[0] ?? '')] ?? ''
  }
  const ask = () => rig.bench.store.write(account, (tx) => askGrid(tx, rig.people, account))

  test('the cells asked stay the same until they expire, whoever asks and however often', async () => {
    await makeGrid(rig.people, account, by)
    const first = await ask()
    expect(new Set(first.cells).size).toBe(3)
    for (let i = 0; i < 10; i++) expect(await ask()).toEqual(first)
    expect(await prove({ kind: 'grid', cells: ['000', '000', '000'] })).toBe('code')
    expect(await ask()).toEqual(first)
    const asked = new Set<string>()
    for (let i = 0; i < 5; i++) {
      rig.clock.advance(11 * 60_000)
      asked.add((await ask()).cells.join())
    }
    expect(asked.size).toBeGreaterThan(1)
  })

  test('the right cells are taken once; then others are asked', async () => {
    const grid = await makeGrid(rig.people, account, by)
    const { cells } = await ask()
    const right = cells.map((name) => cellOf(grid, name))
    expect(await prove({ kind: 'grid', cells: ['x', ...right.slice(1)] })).toBe('code')
    expect(await prove({ kind: 'grid', cells: right.map((cell) => ` ${cell} `) })).toBe('otp mfa')
    expect(await prove({ kind: 'grid', cells: right })).toBe('code')
  })

  test('a grid can be printed again, and a new one ends it', async () => {
    const grid = await makeGrid(rig.people, account, by)
    expect(readGrid(rig.people, account, await rows())?.rows).toEqual(grid.rows)
    const { cells } = await ask()
    await makeGrid(rig.people, account, by)
    expect(await prove({ kind: 'grid', cells: cells.map((name) => cellOf(grid, name)) })).toBe('code')
    expect((await rows()).filter(({ kind }) => kind === 'grid')).toHaveLength(1)
  })
})
