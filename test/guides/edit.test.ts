/** Guides that administrators write: on the pages at once, every version kept, every code explained. On every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { decodeError } from '#domain/guides/decode.ts'
import { fileOf, type GuideDraft } from '#domain/guides/draft.ts'
import {
  listAside,
  listGuides,
  readGuideToEdit,
  readGuideVersion,
  restoreGuide,
  saveGuide,
} from '#domain/guides/edit.ts'
import { readGuide } from '#domain/guides/guide.ts'
import { loadLibrary } from '#domain/guides/library.ts'
import { readPicture, removePicture, savePicture } from '#domain/guides/pictures.ts'
import { shelfOf } from '#domain/guides/shelf.ts'
import { insertText } from '#domain/guides/texts.ts'
import { countVote } from '#domain/guides/votes.ts'
import { onEveryEngine } from '../contract/all.ts'
import type { Bench } from '../contract/drivers.ts'

const admin = { accountId: 1, login: 'dsi', admin: true }
const clerk = { accountId: 2, login: 'clerk', admin: false }

const words = (title: string, text: string) => ({
  title,
  summary: `${title}.`,
  next: 'Reset it.',
  keywords: ['calculator'],
  phrases: ['the calculator * refuses'],
  meanings: {},
  text,
})

const draft: GuideDraft = {
  id: 'locked-calculator',
  theme: 'web',
  profiles: ['pupil'],
  devices: ['android'],
  topic: 'account',
  words: {
    fr: words('Calculatrice bloquée', 'Voir [le réseau](/aide/no-network).\n\n![Le bouton](/aide/pictures/x.8x4.png)'),
    en: words('Locked calculator', 'See [the network](/help/no-network).'),
  },
}

/** The first octets of a PNG of 8 by 4 pixels: enough to know it by. */
const png = Uint8Array.from([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 0, 8, 0, 0, 0, 4, 8, 6, 0, 0, 0],
])

test('a guide becomes two files and is the same when they are read again', () => {
  const guide = readGuide(fileOf(draft, 'en', 3, '2026-11-22'), 'en')
  const { meanings: _none, text, ...head } = draft.words.en
  expect(guide).toMatchObject({ ...head, version: 3, profiles: ['pupil'], updated: '2026-11-22' })
  expect(guide.markdown).toBe(text)
})

onEveryEngine('guides of editors', (driver) => {
  let bench: Bench
  const ctx = () => ({ store: bench.store, clock: bench.clock, log: silentLog })
  const library = () => shelfOf(ctx()).library()
  beforeAll(async () => {
    bench = await driver.open()
  })
  afterAll(() => bench.close())

  test('a new one is there at once, found by its words and by what the message says', async () => {
    expect((await library()).get('locked-calculator', 'en')).toBeUndefined()
    expect(await saveGuide(ctx(), admin, draft, 'new')).toBe(1)
    const now = await library()
    expect(now.get('locked-calculator', 'fr')?.html).toContain('width="8" height="4"')
    expect(now.search('calculator', 'en').map(({ id }) => id)).toContain('locked-calculator')
    expect(decodeError(now, 'Error: the calculator of Léa refuses!', 'fr')[0]).toMatchObject({
      how: 'pattern',
      guide: { id: 'locked-calculator', language: 'fr' },
    })
    await expect(saveGuide(ctx(), admin, draft, 'new')).rejects.toMatchObject({ code: 'alreadyExists' })
  })

  test('one of the program is changed over what was read only, judged by version, and taken back', async () => {
    const { draft: read, version, origin } = await readGuideToEdit(ctx(), admin, 'wrong-password')
    expect([version, origin]).toEqual([1, 'program'])
    const changed = { ...read, words: { ...read.words, fr: { ...read.words.fr, title: 'Autre titre' } } }
    expect(await saveGuide(ctx(), admin, changed, version)).toBe(2)
    await expect(saveGuide(ctx(), admin, changed, version)).rejects.toMatchObject({ code: 'conflict' })
    const guide = (await library()).get('wrong-password', 'fr')
    expect([guide?.title, guide?.version]).toEqual(['Autre titre', 2])
    if (guide) await countVote(ctx(), guide, false)
    const listed = (await listGuides(ctx(), admin)).find(({ id }) => id === 'wrong-password')
    expect(listed).toMatchObject({ origin: 'changed', version: 2, helped: 0, notHelped: 1 })

    bench.clock.advance(1000)
    await restoreGuide(ctx(), admin, 'wrong-password')
    expect((await library()).get('wrong-password', 'fr')).toBe((await loadLibrary()).get('wrong-password', 'fr'))
    const after = await readGuideToEdit(ctx(), admin, 'wrong-password')
    expect(after.versions.map(({ version: number, isEnd }) => [number, isEnd])).toEqual([
      [3, true],
      [2, false],
    ])
    expect((await readGuideVersion(ctx(), admin, 'wrong-password', 2)).words.fr.title).toBe('Autre titre')
    await expect(readGuideVersion(ctx(), admin, 'wrong-password', 3)).rejects.toMatchObject({ code: 'notFound' })
  })

  test('no code is left without a guide, none leads to two, no link leads nowhere', async () => {
    const { draft: read, version } = await readGuideToEdit(ctx(), admin, 'wrong-password')
    const fr = (change: object) => ({ ...read, words: { ...read.words, fr: { ...read.words.fr, ...change } } })
    const { meanings } = read.words.fr
    const wrong: readonly (readonly [GuideDraft, string])[] = [
      [fr({ meanings: {} }), 'meanings.en'],
      [
        {
          ...fr({ meanings: {} }),
          words: { fr: { ...read.words.fr, meanings: {} }, en: { ...read.words.en, meanings: {} } },
        },
        'meanings.fr',
      ],
      [fr({ meanings: { ...meanings, 'AUTH-05': 'x' } }), 'meanings.en'],
      [fr({ meanings: { ...meanings, nonsense: 'x' } }), 'meanings.fr'],
      [fr({ title: ' ' }), 'title.fr'],
      [fr({ text: '[x](/aide/nowhere)' }), 'text.fr'],
      [fr({ text: '[x](/help/totp)' }), 'text.fr'],
      [{ ...read, id: 'contacts' }, 'id'],
      [{ ...read, id: '../x' }, 'id'],
    ]
    for (const [one, property] of wrong)
      await expect(saveGuide(ctx(), admin, one, version)).rejects.toMatchObject({ code: 'invalid', property })
    const taken = {
      ...draft,
      id: 'another',
      words: {
        fr: { ...draft.words.fr, meanings: { 'AUTH-01': 'x' } },
        en: { ...draft.words.en, meanings: { 'AUTH-01': 'x' } },
      },
    }
    await expect(saveGuide(ctx(), admin, taken, 'new')).rejects.toMatchObject({ message: /AUTH-01 leads to/ })
  })

  test('one that does not fit a new program is told with its reason, made to fit, and the others stay', async () => {
    const plain = (id: string, code: string) => ({
      ...draft,
      id,
      words: {
        fr: { ...draft.words.fr, meanings: { [code]: 'x' } },
        en: { ...draft.words.en, meanings: { [code]: 'x' } },
      },
    })
    // As an editor wrote it before the program had that code.
    const old = plain('old-one', 'AUTH-01')
    bench.clock.advance(1000)
    await bench.store.writeGlobal(async (tx) => {
      for (const language of ['fr', 'en'] as const)
        await insertText(tx, {
          ...{ id: old.id, language, version: 1, text: fileOf(old, language, 1, '2026-11-22') },
          ...{ author: 'dsi', at: bench.clock.now() },
        })
    })
    await saveGuide(ctx(), admin, plain('good-one', 'BUS-01'), 'new')
    expect((await library()).get('good-one', 'fr')?.codes.get('BUS-01')).toBe('x')
    expect((await library()).get('old-one', 'fr')).toBeUndefined()
    expect((await library()).ofCode('AUTH-01', 'fr')?.id).toBe('wrong-password')
    expect(await listAside(ctx(), admin)).toEqual([
      {
        ...{ id: 'old-one', origin: 'own', title: 'Calculatrice bloquée' },
        why: { kind: 'code', code: 'AUTH-01', other: 'wrong-password' },
      },
    ])
    const { draft: read, version } = await readGuideToEdit(ctx(), admin, 'old-one')
    expect([read.words.fr.meanings, version]).toEqual([{ 'AUTH-01': 'x' }, 1])
    await saveGuide(ctx(), admin, plain('old-one', 'BUS-02'), version)
    expect(await listAside(ctx(), admin)).toEqual([])
    expect((await library()).ofCode('BUS-02', 'fr')?.id).toBe('old-one')
  })

  test('only administrators of the platform write, and each act is in the log', async () => {
    for (const act of [
      () => listGuides(ctx(), clerk),
      () => readGuideToEdit(ctx(), clerk, 'totp'),
      () => readGuideVersion(ctx(), clerk, 'wrong-password', 2),
      () => saveGuide(ctx(), clerk, draft, 1),
      () => restoreGuide(ctx(), clerk, 'locked-calculator'),
      () => savePicture(ctx(), clerk, 'x.png', png),
      () => removePicture(ctx(), clerk, 'x.8x4.png'),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'forbidden' })
    const path = await savePicture(ctx(), admin, 'Écran d’accueil.PNG', png)
    expect(path).toBe('/aide/pictures/ecran-d-accueil.8x4.png')
    expect(await readPicture(ctx(), 'ecran-d-accueil.8x4.png')).toMatchObject({ type: 'image/png' })
    await expect(savePicture(ctx(), admin, 'x.svg', new TextEncoder().encode('<svg>.......'))).rejects.toMatchObject({
      code: 'invalid',
    })
    await removePicture(ctx(), admin, 'ecran-d-accueil.8x4.png')
    expect(await readPicture(ctx(), 'ecran-d-accueil.8x4.png')).toBeUndefined()
    await restoreGuide(ctx(), admin, 'locked-calculator')
    expect((await library()).get('locked-calculator', 'fr')).toBeUndefined()
    const log = await bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select('action').where('action', 'like', 'guide.%').orderBy('id')),
    )
    expect(log.map(({ action }) => action)).toEqual([
      ...[
        'guide.save',
        'guide.save',
        'guide.restore',
        'guide.save',
        'guide.save',
        'guide.picture',
        'guide.picture-remove',
        'guide.restore',
      ],
    ])
  })
})
