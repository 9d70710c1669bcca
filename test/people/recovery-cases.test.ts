/** Recovery by two persons of the school, and sheets: who may, who may not; on every engine. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import { grantTasks } from '#domain/directory/grants.ts'
import { createPerson } from '#domain/directory/persons.ts'
import type { NewProfile } from '#domain/directory/profiles.ts'
import { saveSchool } from '#domain/directory/schools.ts'
import { readAudit } from '#domain/people/audit.ts'
import type { Principal } from '#domain/people/principal.ts'
import { activate, issueSheets } from '#domain/people/recovery/activation.ts'
import { askCase, collectCase, decideCase, listCases } from '#domain/people/recovery/cases.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

const college = '0250001R'
const lycee = '0390001P'
const ip = '192.0.2.7'

onEveryEngine('two persons', (driver) => {
  let rig: PeopleRig
  beforeEach(async () => {
    rig = await openPeople({ domains: ['ecole.test'] }, driver)
    for (const [uai, name] of [
      [college, 'Collège des Tilleuls'],
      [lycee, 'Lycée des Sources'],
    ] as const)
      await saveSchool(rig.people, 'test', { uai, name, kind: 'college', city: 'Besançon' })
  })
  afterEach(() => rig.close())

  const person = async (login: string, profile: NewProfile, secret: string | undefined = password) => {
    const [givenName = '', familyName = ''] = login.split('.')
    const wanted = { login, givenName, familyName, profiles: [profile] }
    const made = await createPerson(rig.people, 'test', secret === '' ? wanted : { ...wanted, password: secret })
    const { id: accountId, name, email } = made
    const proof = { amr: ['pwd', 'otp', 'mfa'], authenticatedAt: 0, steppedUpAt: 0 }
    const principal: Principal = { accountId, login, name, email, locale: 'fr', admin: false, ...proof }
    return principal
  }
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (isFailure(error) ? `${error.code} ${error.property ?? ''}`.trim() : String(error)),
    )
  const sheets = async (actor: Principal, ids: readonly number[]) => {
    const made = []
    for await (const one of issueSheets(rig.people, actor, ids, { task: 'sheets', ip })) made.push(one)
    return made
  }
  const staff = async () => {
    const head = await person('sophie.durand', { kind: 'head', uai: college })
    const helper = await person('karim.benali', { kind: 'teacher', uai: college })
    const teacher = await person('anne.martin', { kind: 'teacher', uai: college })
    await grantTasks(rig.people, head, {
      account: helper.accountId,
      uai: college,
      tasks: ['reset', 'sheets'],
      endsAt: null,
      ip,
    })
    return { head, helper, teacher }
  }

  test('however many cases other schools have, those of one’s own are all shown', async () => {
    const { head, helper, teacher } = await staff()
    const stranger = await person('lea.autre', { kind: 'teacher', uai: lycee })
    const reason = 'Téléphone perdu'
    const id = await askCase(rig.people, helper, { accountId: teacher.accountId, kind: 'access', reason, ip })
    const now = rig.people.ctx.clock.now()
    await rig.people.ctx.store.writeGlobal(async (tx) => {
      for (let n = 0; n < 600; n++)
        await tx.execute((q) =>
          q.insertInto('recovery_case').values({
            account_id: stranger.accountId,
            uai: lycee,
            kind: 'access',
            status: 'refused',
            asked_by: stranger.accountId,
            approved_by: null,
            reason,
            created_at: now,
            decided_at: null,
            expires_at: now + 1000,
          }),
        )
    })
    expect((await listCases(rig.people, head)).map((one) => one.id)).toEqual([id])
  })

  test('one asks, another approves, the first one hands over the code', async () => {
    const { head, helper, teacher } = await staff()
    const reason = 'Téléphone perdu, sans adresse privée'
    const id = await askCase(rig.people, helper, { accountId: teacher.accountId, kind: 'access', reason, ip })
    expect(await codeOf(collectCase(rig.people, helper, id, ip))).toBe('notFound')
    expect(await codeOf(decideCase(rig.people, helper, id, { approve: true, ip }))).toBe('forbidden second')
    expect(await codeOf(decideCase(rig.people, teacher, id, { approve: true, ip }))).toBe('forbidden none')
    expect(await listCases(rig.people, head)).toMatchObject([{ id, status: 'asked', mine: false, reason }])
    await decideCase(rig.people, head, id, { approve: true, ip })
    expect(await codeOf(collectCase(rig.people, head, id, ip))).toBe('forbidden second')
    const { code, login } = await collectCase(rig.people, helper, id, ip)
    expect(await codeOf(collectCase(rig.people, helper, id, ip))).toBe('notFound')
    await activate(rig.people, { login, code, birthDate: '', ip }, 'Trois-hiboux-lisent-47')
    const attempt = { login, password: 'Trois-hiboux-lisent-47', service: 'web' as const, ip }
    expect((await verifyPassword(rig.people, attempt)).accountId).toBe(teacher.accountId)
    expect(await listCases(rig.people, helper)).toMatchObject([{ status: 'used', mine: true }])
    const lines = (await readAudit(rig.people.ctx)).filter(({ action }) => action === 'recovery.case')
    expect(lines.map(({ detail }) => detail).sort()).toEqual(['approved', 'asked access', 'collected'])
  })

  test('a recovery is refused, expires, and is not asked twice', async () => {
    const { head, helper, teacher } = await staff()
    const wanted = { accountId: teacher.accountId, kind: 'factors' as const, reason: 'perdu', ip }
    expect(await codeOf(askCase(rig.people, helper, { ...wanted, reason: '  ' }))).toBe('invalid reason')
    const first = await askCase(rig.people, helper, wanted)
    expect(await codeOf(askCase(rig.people, head, wanted))).toBe('conflict account')
    await decideCase(rig.people, head, first, { approve: false, ip })
    expect(await codeOf(decideCase(rig.people, head, first, { approve: true, ip }))).toBe('notFound')
    const second = await askCase(rig.people, helper, wanted)
    rig.clock.advance(49 * 3_600_000)
    expect(await codeOf(decideCase(rig.people, head, second, { approve: true, ip }))).toBe('notFound')
    expect((await listCases(rig.people, head)).map(({ status }) => status)).toEqual(['expired', 'refused'])
  })

  test('nobody reaches beyond their school, upwards, or themselves', async () => {
    const { head, helper, teacher } = await staff()
    const other = await person('yann.moreau', { kind: 'technical', uai: lycee })
    const ask = (actor: Principal, target: Principal) =>
      codeOf(askCase(rig.people, actor, { accountId: target.accountId, kind: 'access', reason: 'essai', ip }))
    expect(await ask(teacher, helper)).toBe('forbidden none')
    expect(await ask(helper, other)).toBe('forbidden scope')
    expect(await ask(helper, head)).toBe('forbidden privilege')
    expect(await ask(helper, helper)).toBe('forbidden self')
    expect(await codeOf(sheets(helper, [other.accountId]))).toBe('forbidden scope')
  })

  test('sheets: pupils at any time, staff before their first day only', async () => {
    const { helper, teacher } = await staff()
    const pupil = await person('lea.garnier', { kind: 'pupil', uai: college })
    const newcomer = await person('paul.bernard', { kind: 'teacher', uai: college }, '')
    const made = await sheets(helper, [pupil.accountId, newcomer.accountId])
    expect(made.map(({ login }) => login)).toEqual(['lea.garnier', 'paul.bernard'])
    expect(await codeOf(sheets(helper, [pupil.accountId, teacher.accountId]))).toBe('forbidden second')
    expect(
      await codeOf(
        sheets(
          helper,
          Array.from({ length: 501 }, (_, n) => n),
        ),
      ),
    ).toBe('tooMany')
  })
})
