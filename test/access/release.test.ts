/** What services are told: the list of their row, for the profile of the session, and nothing more. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attributeNames } from '#domain/access/attributes.ts'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { participate, participationsOf } from '#domain/access/participation.ts'
import { release } from '#domain/access/release.ts'
import {
  defaultCasConfig,
  defaultRules,
  enableRelyingParty,
  getRelyingParty,
  listRelyingParties,
  type PartyRules,
  saveRelyingParty,
} from '#domain/access/relying-parties.ts'
import { type Principal, principalOf } from '#domain/people/principal.ts'
import { type CasRig, openCas, type Person } from '../cas/rig.ts'
import { onEveryEngine } from '../contract/all.ts'

onEveryEngine('release to services', (driver) => {
  let rig: CasRig
  let teacher: Person
  let pupil: Person
  let parent: Person
  beforeAll(async () => {
    rig = await openCas(driver)
    teacher = await rig.person('anne', { classes: ['3B', '4A'], joinKey: '03|1' })
    pupil = await rig.person('lea', { profile: 'pupil', functionCode: '', classes: ['3B'], joinKey: '03|2' })
    parent = await rig.person('paul', { profile: 'parent', uai: '', functionCode: '' })
    await rig.bench.engine.write((tx) =>
      tx.execute((q) =>
        q.insertInto('relation').values({
          account_id: parent.account,
          child_id: pupil.account,
          kind: 'parent',
          authority: 1,
          source: 'test',
        }),
      ),
    )
    await rig.bench.engine.write((tx) =>
      tx.execute((q) =>
        q.insertInto('school').values({
          uai: '0250001R',
          name: 'Collège des Tilleuls',
          kind: 'college',
          department: '25',
          city: 'Besançon',
          source: 'test',
          status: 'open',
          created_at: 0,
        }),
      ),
    )
  })
  afterAll(() => rig.close())

  const principalFor = (person: Person, login: string, profileId: number | undefined = person.profile): Principal =>
    principalOf(
      { id: person.account, login, name: `Nom de ${login}`, locale: 'fr', admin: 0, email: `${login}@ecole.test` },
      { amr: ['pwd'], ...(profileId === undefined ? {} : { profileId }) },
    )

  const told = (principal: Principal, rules: Partial<PartyRules>, id = 7) =>
    rig.bench.store.read((tx) => release(tx, rig.people, principal, { id, rules: { ...defaultRules, ...rules } }))

  test('nothing is told beyond the list, and without a list nothing', async () => {
    const anne = principalFor(teacher, 'anne')
    expect((await told(anne, {})).attributes).toEqual({})
    expect((await told(anne, { attributes: ['mail'] })).attributes).toEqual({ mail: ['anne@ecole.test'] })
  })

  test('a teacher is told as a teacher', async () => {
    const attributes = [
      'ENTPersonProfils',
      'ENTPersonStructRattachRNE',
      'ENTAuxEnsClasses',
      'FrEduRne',
      'categoriePersonne',
    ]
    expect(
      await told(principalFor(teacher, 'anne'), { attributes, identifier: 'joinKey', profileSeries: 'both' }),
    ).toEqual({
      identifier: '03|1',
      attributes: {
        ENTPersonProfils: ['National_3', 'National_ENS'],
        ENTPersonStructRattachRNE: ['0250001R'],
        ENTAuxEnsClasses: ['0250001R$3B', '0250001R$4A'],
        FrEduRne: ['0250001R$UAJ$PU$ENS$0250001R$T3$CLG$3400'],
        categoriePersonne: ['PersEducNat'],
      },
    })
  })

  test('a parent is told by the schools and keys of the children, and has no classes', async () => {
    const { attributes } = await told(principalFor(parent, 'paul'), { attributes: attributeNames })
    expect(attributes).toMatchObject({
      ENTPersonProfils: ['National_2'],
      uai: ['0250001R'],
      ENTAuxPersRelEleveEleve: ['03|2'],
    })
    for (const name of ['ENTEleveClasses', 'ENTAuxEnsClasses', 'FrEduRne', 'ENTPersonFonctions'])
      expect(attributes).not.toHaveProperty(name)
  })

  test('a pupil is told by class, and never by what staff have', async () => {
    const { attributes } = await told(principalFor(pupil, 'lea'), { attributes: attributeNames })
    expect(attributes).toMatchObject({ ENTEleveClasses: ['0250001R$3B'], eduPersonAffiliation: ['student', 'member'] })
    expect(attributes).not.toHaveProperty('ENTAuxEnsClasses')
    expect(attributes).not.toHaveProperty('FrEduRne')
  })

  test('a session without a profile tells nothing of any', async () => {
    const { attributes } = await told(
      { ...principalFor(teacher, 'anne'), profileId: 0 },
      { attributes: attributeNames },
    )
    for (const name of ['ENTPersonProfils', 'uai', 'ENTAuxEnsClasses', 'profile'])
      expect(attributes).not.toHaveProperty(name)
  })

  test('a profile of somebody else is no profile', async () => {
    const borrowed = principalFor(pupil, 'lea', teacher.profile)
    expect(await rig.bench.store.read((tx) => profileKindOf(tx, borrowed))).toBeUndefined()
    expect((await told(borrowed, { attributes: ['ENTPersonProfils'] })).attributes).toEqual({})
  })

  test('pairwise names are stable for a service and unlike those of any other', async () => {
    const anne = principalFor(teacher, 'anne')
    const first = (await told(anne, {}, 1)).identifier
    expect((await told(anne, {}, 1)).identifier).toBe(first)
    expect((await told(anne, {}, 2)).identifier).not.toBe(first)
    expect((await told(principalFor(pupil, 'lea'), {}, 1)).identifier).not.toBe(first)
  })

  test('an identifier that the person lacks is a failure and never an empty name', async () => {
    await expect(told(principalFor(parent, 'paul'), { identifier: 'joinKey' })).rejects.toMatchObject({
      code: 'invalid',
      property: 'identifier',
    })
  })

  test('who may enter is said by profile, strength and status', () => {
    const rules = { ...defaultRules, profiles: ['teacher' as const], acr: 2 as const }
    const open = { status: 'active' as const, rules }
    expect(mayEnter({ amr: ['pwd', 'otp', 'mfa'] }, 'teacher', open)).toBeUndefined()
    expect(mayEnter({ amr: ['pwd'] }, 'teacher', open)).toBe('strength')
    expect(mayEnter({ amr: ['pwd', 'otp', 'mfa'] }, 'pupil', open)).toBe('profile')
    expect(mayEnter({ amr: ['pwd', 'otp', 'mfa'] }, undefined, open)).toBe('profile')
    expect(mayEnter({ amr: ['pwd', 'otp', 'mfa'] }, 'teacher', { ...open, status: 'disabled' })).toBe('disabled')
  })

  test('a service is declared, changed in place, closed and opened; each is in the audit log', async () => {
    const draft = { protocol: 'cas' as const, name: 'Notes', key: 'https://notes.example/', config: defaultCasConfig }
    const first = await saveRelyingParty(rig.people, 'thomas', draft)
    const second = await saveRelyingParty(rig.people, 'thomas', { ...draft, name: 'Notes 2', rules: { acr: 2 } })
    expect([second.id, second.name, second.rules.acr]).toEqual([first.id, 'Notes 2', 2])
    await enableRelyingParty(rig.people, 'thomas', first.id, false)
    const closed = await rig.bench.store.read((tx) => getRelyingParty(tx, 'cas', draft.key))
    expect(closed?.status).toBe('disabled')
    await enableRelyingParty(rig.people, 'thomas', first.id, true)
    expect((await rig.bench.store.read((tx) => listRelyingParties(tx))).map(({ status }) => status)).toEqual(['active'])
    const lines = await rig.bench.engine.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select('action').orderBy('id')),
    )
    expect(lines.map(({ action }) => action).filter((action) => action.startsWith('service.'))).toEqual([
      'service.save',
      'service.save',
      'service.disable',
      'service.enable',
    ])
  })

  test.each([
    ['a wild card', { key: 'https://*.example/' }],
    ['a query', { key: 'https://notes.example/?x=1' }],
    ['a script', { key: 'javascript:alert(1)' }],
    ['no name', { name: ' ' }],
    ['an attribute nobody knows', { rules: { attributes: ['password'] } }],
    ['a portal address that is a script', { rules: { url: 'javascript:alert(1)' } }],
    ['a callback that is no address', { config: { ...defaultCasConfig, proxy: { callback: '.*' } } }],
  ])('a service with %s is refused', async (_what, change) => {
    const draft = { protocol: 'cas' as const, name: 'Notes', key: 'https://notes2.example/', config: defaultCasConfig }
    const refused = saveRelyingParty(rig.people, 'thomas', { ...draft, ...change })
    await expect(refused).rejects.toMatchObject({ code: 'invalid' })
  })

  test('a session that opens services without end forgets the oldest', async () => {
    const one = { session: 's1', account: teacher.account, party: 1, protocol: 'cas' as const, logoutUrl: '' }
    for (let from = 0; from < 520; from += 130)
      await rig.people.ctx.store.writeGlobal(async (tx) => {
        for (let i = from; i < from + 130; i++) await participate(tx, 1, { ...one, reference: `ST-${i}` })
      })
    const rows = await rig.bench.engine.read((tx) =>
      tx.query((q) => q.selectFrom('participation').select('reference').orderBy('id')),
    )
    expect([rows.length, rows[0]?.reference]).toEqual([500, 'ST-20'])
    expect(await rig.bench.store.read((tx) => participationsOf(tx, 's2'))).toEqual([])
  })
})
