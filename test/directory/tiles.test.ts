/** Services of the portal as an administrator keeps them: how many people see each, their order, who may; on every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultCasConfig, defaultRules, saveRelyingParty } from '#domain/access/relying-parties.ts'
import { putManualGroup } from '#domain/directory/manual-groups.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import { createLibrary } from '#domain/guides/library.ts'
import { previewPortal } from '#domain/portal/preview.ts'
import { countEach, countViewers, offerOf } from '#domain/portal/reach.ts'
import { everybody, type TileRule, type TileRules } from '#domain/portal/rules.ts'
import { tilesFor, whyTile } from '#domain/portal/sight.ts'
import { findTileByKey, listTiles, orderTiles, removeTile, saveTile, type TileDraft } from '#domain/portal/tiles.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, lycee, openAcademy, refusedFor } from './rig.ts'

const rule = (given: Partial<TileRule>): TileRule => ({
  profiles: [],
  schools: [],
  departments: [],
  groups: [],
  ...given,
})
const rules = (include: Partial<TileRule>[], exclude: Partial<TileRule>[] = []): TileRules => ({
  include: include.map(rule),
  exclude: exclude.map(rule),
})

const draft = (key: string, given: Partial<TileDraft> = {}): TileDraft => ({
  key,
  name: { fr: key, en: key },
  description: { fr: '', en: '' },
  category: 'teaching',
  icon: 'grid',
  url: '/mail',
  partyId: null,
  state: 'service',
  message: null,
  until: null,
  sortOrder: 10,
  rules: everybody,
  ...given,
})

onEveryEngine('services of the portal', (driver) => {
  let academy: Academy
  let group = 0
  let party = 0
  beforeAll(async () => {
    academy = await openAcademy(driver)
    const { bench, people, id, add } = academy
    await add('nobody', {})
    await bench.store.writeGlobal(async (tx) => {
      group = await putManualGroup(tx, bench.clock.now(), { uai: college, name: 'Chorale', by: 'head' })
      for (const login of ['pupil2', 'nobody'])
        await tx.execute((q) =>
          q.insertInto('manual_group_member').values({ group_id: group, account_id: id(login), added_at: 0 }),
        )
    })
    const saved = await saveRelyingParty(people, 'dsi', {
      protocol: 'cas',
      name: 'Notes',
      key: 'https://notes.test/',
      rules: { ...defaultRules, profiles: ['teacher', 'pupil'], url: 'https://notes.test/' },
      config: defaultCasConfig,
    })
    party = saved.id
  })
  afterAll(() => academy?.close())

  const everyLogin = [
    'dsi',
    'head',
    'other.head',
    'helper',
    'helper2',
    'teacher',
    'both',
    'pupil',
    'pupil2',
    'lycee.pupil',
  ]
  const logins = [...everyLogin, 'parent', 'nobody']

  /** Who sees a tile under one of their profiles, asked person by person. */
  const seers = async (key: string): Promise<string[]> => {
    const { bench, id } = academy
    const now = bench.clock.now()
    const found: string[] = []
    await bench.store.read(async (tx) => {
      const tile = await findTileByKey(tx, key)
      if (!tile) throw new Error('no tile')
      for (const login of logins) {
        const profiles = await profilesOf(tx, id(login), now)
        const ids = profiles.length === 0 ? [undefined] : profiles.map((one) => one.id)
        for (const profile of ids)
          if ((await whyTile(tx, tile, id(login), profile, now)).shown) {
            found.push(login)
            break
          }
      }
    })
    return found
  }

  test('the number of people who see a service is that of those whom the rules show it to', async () => {
    const { people, bench, as } = academy
    const cases: readonly Partial<TileDraft>[] = [
      {},
      { rules: rules([{ profiles: ['teacher'] }]) },
      { rules: rules([{ profiles: ['teacher', 'parent'], schools: [college] }]) },
      { rules: rules([{ departments: ['39'] }]) },
      { rules: rules([], [{ profiles: ['pupil'] }]) },
      // A teacher of the lycée who is a parent at the collège still sees it as a parent.
      { rules: rules([{ profiles: ['teacher', 'parent'] }], [{ schools: [lycee] }]) },
      { rules: rules([{ groups: [`manual:${group}`] }]) },
      { rules: rules([{ groups: [`manual:${group}`], profiles: ['pupil'] }]) },
      { rules: rules([], [{ groups: [`manual:${group}`] }]) },
      { rules: rules([{ groups: ['*:profile:head', `${college}:profile:pupil`] }]) },
      { rules: rules([{ groups: [`${college}:staff`, `${lycee}:discipline:Anglais`] }]) },
      { rules: rules([{ groups: [`${college}:function:EDU`] }]) },
      { rules: rules([{ groups: [`${college}:class:3e%20B:pupils`, `${college}:class:3e%20B:teachers`] }]) },
      { rules: rules([{ groups: [`${college}:class:3e%20B:parents`] }]) },
      { url: '', partyId: party },
      { partyId: party, rules: rules([{ schools: [lycee] }]) },
    ]
    for (const [at, given] of cases.entries()) {
      const key = `case-${at}`
      await saveTile(people, as('dsi'), draft(key, given))
      const tile = await bench.store.read((tx) => findTileByKey(tx, key))
      if (!tile) throw new Error('not saved')
      const offer = await bench.store.read((tx) => offerOf(tx, tile))
      expect([given, await countViewers(bench.store, offer, bench.clock.now())]).toEqual([
        given,
        (await seers(key)).length,
      ])
    }
    const counts = await countEach(bench.store, await bench.store.read(listTiles), bench.clock.now())
    expect(counts.size).toBe(cases.length)
    expect([...counts.values()].slice(0, 2)).toEqual([12, 2])
  })

  test('a service is made once, and nobody undoes what another has changed meanwhile', async () => {
    const { people, bench, as } = academy
    await saveTile(people, as('dsi'), draft('once'), 'new')
    expect(await refusedFor(saveTile(people, as('dsi'), draft('once'), 'new'))).toBe('key')
    const before = await bench.store.read((tx) => findTileByKey(tx, 'once'))
    bench.clock.advance(1000)
    const known = { updatedAt: before?.updatedAt ?? 0 }
    await saveTile(people, as('dsi'), draft('once', { state: 'beta' }), known)
    await expect(saveTile(people, as('dsi'), draft('once'), known)).rejects.toMatchObject({ code: 'conflict' })
    await expect(saveTile(people, as('dsi'), draft('gone'), known)).rejects.toMatchObject({ code: 'notFound' })
  })

  test('the order is that of the list given, which must name every service', async () => {
    const { people, bench, as } = academy
    const ids = (await bench.store.read(listTiles)).map(({ id }) => id)
    await orderTiles(people, as('dsi'), ids.toReversed())
    expect((await bench.store.read(listTiles)).map(({ id }) => id)).toEqual(ids.toReversed())
    const twice = [ids[0] ?? 0, ...ids.slice(0, -1)]
    for (const wrong of [ids.slice(1), twice, [...ids, 999_999]])
      await expect(orderTiles(people, as('dsi'), wrong)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('only an administrator of the platform keeps them', async () => {
    const { people, bench, as } = academy
    const [tile] = await bench.store.read(listTiles)
    for (const login of everyLogin.filter((one) => one !== 'dsi')) {
      expect(await refusedFor(saveTile(people, as(login), draft('mine')))).toBe('task')
      expect(await refusedFor(orderTiles(people, as(login), []))).toBe('task')
      expect(await refusedFor(removeTile(people, as(login), tile?.id ?? 0))).toBe('task')
    }
  })

  test('the preview of a profile is what such a person sees, is audited, and is for administrators only', async () => {
    const { people, bench, as } = academy
    const library = createLibrary([])
    const look = (login: string, kind: string, uai: string) =>
      previewPortal(people, as(login), { kind, uai, language: 'fr' }, library)
    await saveTile(
      people,
      as('dsi'),
      draft('class', { rules: rules([{ groups: [`${college}:class:3e%20B:pupils`] }]) }),
    )
    for (const [login, kind, uai] of [
      ['helper2', 'school-life', college],
      ['lycee.pupil', 'pupil', lycee],
      ['other.head', 'head', lycee],
    ] as const) {
      const seen = await look('dsi', kind, uai)
      const real = await bench.store.read((tx) => tilesFor(tx, { accountId: academy.id(login) }, bench.clock.now()))
      const keys = (all: readonly { readonly tile: { readonly key: string } }[]) => all.map(({ tile }) => tile.key)
      // What all of them see is seen; what is seen besides is for a class, a function or a group.
      expect(keys(real.tiles)).toEqual(expect.arrayContaining(keys(seen.tiles)))
      expect([...keys(seen.tiles), ...keys(seen.someTiles)]).toEqual(expect.arrayContaining(keys(real.tiles)))
    }
    const pupil = await look('dsi', 'pupil', college)
    expect(pupil.someTiles.map(({ tile }) => tile.key)).toContain('class')
    expect((await look('dsi', 'pupil', lycee)).someTiles.map(({ tile }) => tile.key)).not.toContain('class')
    const entries = await bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select(['actor', 'target']).where('action', '=', 'portal.preview')),
    )
    expect(entries).toContainEqual({ actor: 'dsi', target: `pupil ${college}` })
    for (const login of everyLogin.filter((one) => one !== 'dsi'))
      expect(await refusedFor(look(login, 'teacher', college))).toBe('task')
    await expect(look('dsi', 'king', college)).rejects.toMatchObject({ code: 'invalid' })
    await expect(look('dsi', 'teacher', '0259999Z')).rejects.toMatchObject({ code: 'notFound' })
  })
})
