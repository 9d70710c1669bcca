/** Ways round the rules of delegation, each made of acts that are allowed one by one. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { attachProfile, detachProfile, moveEnd } from '#domain/directory/acts.ts'
import { refusalOn } from '#domain/directory/delegation.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { mergePersons } from '#domain/directory/merge.ts'
import { getPerson } from '#domain/directory/persons.ts'
import { profilesOf, removeProfile } from '#domain/directory/profiles.ts'
import { provision, reprovision } from '#domain/directory/provision.ts'
import { setPassword } from '#domain/people/accounts.ts'
import type { Principal } from '#domain/people/principal.ts'
import { issueSheets } from '#domain/people/recovery/activation.ts'
import { onEveryEngine } from '../contract/all.ts'
import { password } from '../people/rig.ts'
import { type Academy, college, openAcademy, refusedFor } from './rig.ts'

onEveryEngine('escalation', (driver) => {
  let academy: Academy
  beforeEach(async () => {
    academy = await openAcademy(driver)
  })
  afterEach(() => academy.close())

  const now = () => academy.bench.clock.now()
  const profilesAt = (login: string) => academy.bench.store.read((tx) => profilesOf(tx, academy.id(login), now()))
  const sheet = async (actor: string, target: string) => {
    const principal = { ...academy.as(actor), name: '', email: '', locale: 'fr', amr: [], authenticatedAt: 0 }
    const proved = { ...principal, steppedUpAt: 0 } satisfies Principal
    const options = { task: 'reset' as const, ip: '' }
    for await (const made of issueSheets(academy.people, proved, [academy.id(target)], options)) return made
    return
  }
  const staffOf = (login: string, secret = password) =>
    academy.add(login, { profiles: [{ kind: 'teacher', uai: college }], password: secret })

  test('the school of the children gives no post to a teacher who works elsewhere, to come to hold the account', async () => {
    const { people, as, id } = academy
    const attach = attachProfile(people, as('helper'), id('both'), { kind: 'teacher', uai: college })
    expect(await refusedFor(attach)).toBe('scope')
    expect(await refusedFor(sheet('helper', 'both'))).toBe('scope')
  })

  test('a colleague in use is not made a parent, to be given a new password by one person', async () => {
    const { people, as } = academy
    const account = await academy.add('colleague', {
      profiles: [
        { kind: 'teacher', uai: college },
        { kind: 'parent', uai: college },
      ],
      password,
    })
    const post = (await profilesAt('colleague')).find(({ kind }) => kind === 'teacher')?.id ?? 0
    expect(await refusedFor(detachProfile(people, as('helper'), account, post))).toBe('second')
    expect(await profilesAt('colleague')).toHaveLength(2)
    expect(await refusedFor(sheet('helper', 'colleague'))).toBe('second')
  })

  test('a password set on the command line counts as a first sign-in: no sheet opens the account after it', async () => {
    const account = await academy.add('agent', { profiles: [{ kind: 'administrative', uai: college }] })
    expect(await sheet('helper', 'agent')).toBeDefined()
    await setPassword(academy.people, 'console', account, password)
    expect(await refusedFor(sheet('helper', 'agent'))).toBe('second')
  })

  test('a merge diverts no colleague’s mail, and brings nobody’s identity into a colleague’s account', async () => {
    const { people, as, id } = academy
    const colleague = await staffOf('colleague')
    const accomplice = await academy.add('accomplice', { profiles: [{ kind: 'pupil', uai: college }], password })
    const spare = await academy.add('spare', { profiles: [{ kind: 'teacher', uai: college }] })
    expect(await refusedFor(mergePersons(people, as('head'), accomplice, colleague))).toBe('second')
    expect(await refusedFor(mergePersons(people, as('head'), colleague, accomplice))).toBe('second')
    expect(await refusedFor(mergePersons(people, as('helper'), id('pupil'), colleague))).toBe('second')
    await mergePersons(people, as('head'), colleague, spare)
    await mergePersons(people, as('dsi'), colleague, accomplice)
  })

  test('a task ends with the post it came with', async () => {
    const { as, id, bench } = academy
    const refusal = () => bench.store.read((tx) => refusalOn(tx, as('helper2'), 'identifier', id('pupil'), now()))
    expect(await refusal()).toBeUndefined()
    const [post] = await profilesAt('helper2')
    await bench.store.writeGlobal((tx) => removeProfile(tx, id('helper2'), post?.id ?? 0))
    expect(await refusal()).toBe('none')
    await bench.store.writeGlobal((tx) =>
      putGrant(tx, now(), { account: id('parent'), uai: college, task: 'identifier', by: 'head' }),
    )
    expect(await bench.store.read((tx) => refusalOn(tx, as('parent'), 'identifier', id('pupil'), now()))).toBe('none')
  })

  test('a source confined to a school makes nobody answer for a pupil of another, and gives no name of two lines', async () => {
    const { people, id, bench } = academy
    const source = { name: 'scim:ent', actor: 'scim:ent', uais: [college] }
    const details = { givenName: 'Jean', familyName: 'Faux', birthDate: '', joinKey: null, rescueMail: '', phone: '' }
    const told = (child: string) => ({
      ...details,
      name: 'Jean\r\nBcc: tous@ecole.test',
      externalId: child,
      profiles: [{ kind: 'parent' as const, uai: college }],
      children: [{ account: id(child), kind: 'parent' as const, authority: true }],
    })
    expect(await refusedFor(provision(people, source, told('lycee.pupil')))).toBe('scope')
    const made = await provision(people, source, told('pupil'))
    expect(await refusedFor(reprovision(people, source, made, told('lycee.pupil')))).toBe('scope')
    expect((await bench.store.read((tx) => getPerson(tx, made))).name).toBe('Jean Bcc: tous@ecole.test')
  })

  test('whoever may not end an account does not learn whether it exists, nor where it comes from', async () => {
    const { people, as, id } = academy
    const end = now() + 86_400_000
    await academy.add('fed', { profiles: [{ kind: 'pupil', uai: college }], source: 'ldap' })
    for (const target of [id('fed'), id('lycee.pupil'), 999_999])
      expect(await refusedFor(moveEnd(people, as('teacher'), target, end))).toBe('none')
    for (const target of [id('lycee.pupil'), 999_999])
      expect(await refusedFor(moveEnd(people, as('helper'), target, end))).toBe('scope')
  })
})
