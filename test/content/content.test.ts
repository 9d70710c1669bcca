/** Editors' content survives: the demonstration académie out, into an empty instance, out again, octet for octet. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { defaultCasConfig, defaultRules, saveRelyingParty } from '#domain/access/relying-parties.ts'
import { exportContent, importContent, parseContent } from '#domain/content/content.ts'
import { putManualGroup } from '#domain/directory/manual-groups.ts'
import { draftOf, type GuideDraft } from '#domain/guides/draft.ts'
import { saveGuide } from '#domain/guides/edit.ts'
import { readErrorToEdit, saveError } from '#domain/guides/errors.ts'
import { loadLibrary } from '#domain/guides/library.ts'
import { savePicture } from '#domain/guides/pictures.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { addPlace } from '#domain/phishing/official.ts'
import { tilesSeenBy } from '#domain/portal/sight.ts'
import { findTileByKey, saveTile } from '#domain/portal/tiles.ts'
import { addComponent } from '#domain/status/components.ts'
import { saveClosures } from '#domain/support/help.ts'
import { fillDemo } from '#server/demo/fill.ts'
import { settleNotices } from '#server/demo/notices.ts'
import { settlePortal } from '#server/demo/portal.ts'
import type { House } from '#server/house.ts'
import { onEveryEngine } from '../contract/all.ts'
import type { Bench } from '../contract/drivers.ts'
import { openTestHouse } from '../server/rig.ts'

const admin = { accountId: 0, login: 'dsi', admin: true }
const cas = { protocol: 'cas', key: 'https://notes.test/' } as const

let house: House
let text = ''
// biome-ignore lint/suspicious/noExplicitAny: a file of JSON, damaged on purpose by the tests.
const file = (): any => JSON.parse(text)

/** The first octets of a PNG of 8 by 4 pixels. */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAYAAAA=', 'base64')

/** One of the program's changed, two of our own that lead to each other. */
const writeGuides = async (ctx: House['ctx']) => {
  const library = await loadLibrary()
  const guide = library.get('wrong-password', 'fr')
  if (!guide) throw new Error('the guide is not there')
  const draft = draftOf(guide, library.get('wrong-password', 'en'))
  const { fr, en } = draft.words
  await saveGuide(ctx, admin, { ...draft, words: { fr: { ...fr, title: 'Mot de passe refusé' }, en } }, guide.version)
  const path = await savePicture(ctx, admin, 'calculatrice.png', png)
  const words = { title: 'a', summary: 'a', next: 'a', keywords: ['a'], phrases: ['x * y'], meanings: {}, text: '' }
  const own = (id: string, other: string): GuideDraft => ({
    ...{ id, theme: 'web', profiles: ['pupil'], devices: [], topic: 'account' },
    words: {
      fr: { ...words, text: `![bouton](${path})\n\n[suite](/aide/${other})` },
      en: { ...words, text: `![button](${path})\n\n[more](/help/${other})` },
    },
  })
  await saveGuide(ctx, admin, own('calculator-one', 'totp'), 'new')
  await saveGuide(ctx, admin, own('calculator-two', 'calculator-one'), 'new')
  await saveGuide(ctx, admin, own('calculator-one', 'calculator-two'), 1)
  const error = {
    from: 'Cantine',
    codes: ['CANT-7'],
    says: ['la borne * ne répond plus'],
    fr: 'a',
    en: 'a',
    isOff: false,
  }
  await saveError(ctx, admin, { ...error, id: 'canteen', guide: 'calculator-one' }, 'new')
  const { draft: known } = await readErrorToEdit(ctx, admin, 'proconnect')
  await saveError(ctx, admin, { ...known, isOff: true }, 0)
}

beforeAll(async () => {
  house = await openTestHouse()
  await fillDemo(house, undefined, () => undefined)
  await settlePortal(house)
  await settleNotices(house)
  const { people, store, ctx } = house
  await saveRelyingParty(people, 'dsi', {
    ...cas,
    name: 'Notes',
    rules: { ...defaultRules, url: cas.key },
    config: defaultCasConfig,
  })
  const party = await store.read((tx) =>
    tx.query((q) => q.selectFrom('relying_party').select('id').where('key', '=', cas.key)),
  )
  const tile = await store.read((tx) => findTileByKey(tx, 'mail'))
  if (!tile) throw new Error('the demonstration has no tile for mail')
  await saveTile(people, admin, { ...tile, key: 'notes-cas', url: '', partyId: party[0]?.id ?? null })
  await addComponent(ctx, 'dsi', { key: 'cantine', name: { fr: 'Cantine' }, target: 'https://cantine.test/' })
  await saveClosures(ctx, 'dsi', 'exceptional', [{ name: 'Pont', from: '2026-05-15', to: '2026-05-16' }])
  await writeGuides(ctx)
  await addPlace(people, 'dsi', { domain: 'cantine.test', fr: 'Cantine', en: 'Meals' })
  await store.writeGlobal(async (tx) => {
    const [notice] = await tx.query((q) => q.selectFrom('notice').select('id').orderBy('id').limit(1))
    const blob = await store.blobs.attach(tx, await store.blobs.prepare(Buffer.from('Le règlement.')))
    await tx.execute((q) =>
      q.insertInto('notice_file').values({
        notice_id: notice?.id ?? 0,
        n: 1,
        blob_id: blob,
        name: 'règlement.txt',
        type: 'text/plain',
        size: 14,
      }),
    )
  })
  text = await exportContent(people, admin)
}, 120_000)
afterAll(() => house?.close())

test('every part of the demonstration is in the file, and no secret and no reader is', () => {
  const content = file()
  expect(Object.keys(content)).toEqual([
    ...[
      'format',
      'version',
      'tiles',
      'officialAddresses',
      'contacts',
      'closures',
      'pictures',
      'guides',
      'errors',
      'components',
      'incidents',
      'notices',
    ],
    'requests',
  ])
  for (const part of [
    'tiles',
    'contacts',
    'pictures',
    'guides',
    'errors',
    'components',
    'incidents',
    'notices',
    'requests',
  ])
    expect([part, content[part].length > 0]).toEqual([part, true])
  expect(content.tiles.find((one: { key: string }) => one.key === 'notes-cas').service).toEqual(cas)
  expect(content.notices.flatMap((one: { files: unknown[] }) => one.files)).toMatchObject([{ name: 'règlement.txt' }])
  expect(text).not.toMatch(/"\w*(secret|password|recipient|seen)\w*":/i)
})

onEveryEngine('an empty instance', (driver) => {
  let bench: Bench
  let people: People
  beforeAll(async () => {
    bench = await driver.open()
    people = await createPeople(
      { store: bench.store, clock: bench.clock, log: silentLog },
      { domains: ['ailleurs.test'] },
    )
  })
  afterAll(async () => {
    people?.close()
    await bench?.close()
  })

  test('a trial says what would be made, and makes nothing', async () => {
    const empty = await exportContent(people, admin)
    const steps: string[] = []
    const { faults, counts } = await importContent(people, admin, file(), {
      dry: true,
      progress: (section, done, total) => steps.push(`${done}/${total} ${section}`),
    })
    expect(faults).toEqual([])
    expect(counts.tiles).toEqual({ created: file().tiles.length, changed: 0, unchanged: 0 })
    expect(counts.notices?.created).toBe(file().notices.length)
    expect(steps.at(-1)).toBe('11/11 requests')
    expect(await exportContent(people, admin)).toBe(empty)
  })

  test('a file with mistakes changes nothing and says where each of them is', async () => {
    const empty = await exportContent(people, admin)
    const wrong = file()
    wrong.tiles[2].rules = { include: [{ profiles: ['king'] }] }
    wrong.tiles[3].url = 'javascript:alert(1)'
    wrong.tiles[4].colour = 'blue'
    wrong.contacts[0].hours = 'jamais 8-9'
    wrong.incidents[0].startsAt = 'hier'
    wrong.notices[0].audience.include[0].persons = ['nobody.here']
    wrong.notices[1].audience.include[0].groups = ['manual:0250001R:Chorale']
    wrong.requests[0].maxFiles = 0.5
    wrong.guides[0].en = 'nothing'
    wrong.guides[1].fr = wrong.guides[1].fr.replace('/aide/calculator-one', '/aide/nowhere')
    wrong.errors[0].guide = 'nowhere'
    wrong.pictures[0].name = 'other.8x5.png'
    const { faults } = await importContent(people, admin, wrong)
    expect(faults.map(({ path }) => path)).toEqual([
      'tiles[2].rules',
      'tiles[3].url',
      'tiles[4].colour',
      'contacts[0].hours',
      'pictures[0].name',
      'guides[0].en',
      'guides[1].text.fr',
      'errors[0].guide',
      'incidents[0].startsAt',
      'incidents[0].startsAt',
      'notices[0].audience.include[0].persons[0]',
      'notices[0].audience',
      'notices[1].audience.include[0].groups[0]',
      'notices[1].audience',
      'requests[0].maxFiles',
    ])
    expect((await importContent(people, admin, { format: 'other', version: 1 })).faults).toEqual([
      { path: 'format', why: 'is not convergence-content' },
    ])
    expect((await importContent(people, admin, { ...file(), extra: 1 })).faults).toEqual([
      { path: 'extra', why: 'is not known here' },
    ])
    // A key that is no key is a fault at its place, too.
    const unreadable = file()
    unreadable.notices[1].audience.include[0].groups = ['manual:*:%E0%A4%A']
    expect((await importContent(people, admin, unreadable)).faults[0]).toEqual({
      path: 'notices[1].audience.include[0].groups[0]',
      why: 'there is no group manual:*:%E0%A4%A: make it first',
    })
    for (const damaged of [[], 'x', 12, { ...file(), tiles: {} }, { ...file(), notices: Array(1001).fill({}) }])
      expect((await importContent(people, admin, damaged)).faults.length).toBeGreaterThan(0)
    expect(await exportContent(people, admin)).toBe(empty)
  })

  test('only an administrator of the platform takes it out or brings it in', async () => {
    const other = { ...admin, admin: false }
    await expect(exportContent(people, other)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(importContent(people, other, file())).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('the file goes in and comes out again octet for octet, and a second time changes nothing', async () => {
    const { faults, counts } = await importContent(people, admin, file())
    expect(faults).toEqual([])
    expect(counts.requests?.created).toBe(file().requests.length)
    expect(await exportContent(people, admin)).toBe(text)
    const again = await importContent(people, admin, file())
    for (const one of Object.values(again.counts)) expect(one).toMatchObject({ created: 0, changed: 0 })
    expect(await exportContent(people, admin)).toBe(text)
    const log = await bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select('action').where('action', 'like', 'content.%')),
    )
    expect(log.filter(({ action }) => action === 'content.import')).toHaveLength(2)
    const told = await bench.store.read((tx) => tx.query((q) => q.selectFrom('notice').select('status').distinct()))
    expect(told).toEqual([{ status: 'draft' }])
  })

  test('a tile finds its service once that is declared here', async () => {
    const viewer = { kind: undefined, uai: '', schoolName: '', department: '', groups: new Set<string>() }
    const seen = () => bench.store.read(async (tx) => (await tilesSeenBy(tx, viewer)).map(({ tile }) => tile.key))
    expect(await seen()).not.toContain('notes-cas')
    const rules = { ...defaultRules, url: cas.key }
    await saveRelyingParty(people, 'dsi', { ...cas, name: 'Notes', rules, config: defaultCasConfig })
    expect(await seen()).toContain('notes-cas')
    expect(await exportContent(people, admin)).toBe(text)
  })

  test('groups made by hand are found by school and name', async () => {
    const now = bench.clock.now()
    const group = await bench.store.writeGlobal((tx) =>
      putManualGroup(tx, now, { uai: '0250001R', name: 'Chorale du lundi', by: 'head' }),
    )
    const one = { ...file().tiles[0], key: 'chorale' }
    one.rules = { include: [{ groups: ['manual:0250001R:Chorale%20du%20lundi'] }], exclude: [] }
    const { faults } = await importContent(people, admin, { format: 'convergence-content', version: 1, tiles: [one] })
    expect(faults).toEqual([])
    const tile = await bench.store.read((tx) => findTileByKey(tx, 'chorale'))
    expect(tile?.rules.include[0]?.groups).toEqual([`manual:${group}`])
    expect(await exportContent(people, admin)).toContain('manual:0250001R:Chorale%20du%20lundi')
  })
})

test('a text that is no JSON is told with its line', () => {
  expect(parseContent('{\n  "format": x\n}')).toMatchObject({ fault: { path: 'line 2, column 13' } })
  expect(parseContent('{}')).toEqual({ value: {} })
})
