/** The errors of others that the decoder knows, as editors keep them: over the program's table, at once, on every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { decodeError } from '#domain/guides/decode.ts'
import type { ErrorDraft } from '#domain/guides/error-texts.ts'
import {
  listErrors,
  readErrorToEdit,
  readErrorVersion,
  restoreError,
  saveError,
  tryError,
} from '#domain/guides/errors.ts'
import { errorPatterns } from '#domain/guides/patterns.data.ts'
import { shelfOf } from '#domain/guides/shelf.ts'
import { onEveryEngine } from '../contract/all.ts'
import type { Bench } from '../contract/drivers.ts'

const admin = { accountId: 1, login: 'dsi', admin: true }
const clerk = { accountId: 2, login: 'clerk', admin: false }

const draft: ErrorDraft = {
  id: 'canteen-closed',
  from: 'Cantine',
  codes: ['CANT-7', 'MENU*'],
  says: ['la borne * ne répond plus'],
  guide: 'no-network',
  fr: 'La borne de la cantine ne répond plus.',
  en: 'The canteen’s terminal does not answer any more.',
  isOff: false,
}

test('each error of the program has a name of its own, and no code means two of them', () => {
  const ids = errorPatterns.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const codes = errorPatterns.flatMap((one) => (one.codes ?? []).map((code) => code.toUpperCase()))
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([])
})

onEveryEngine('errors of editors', (driver) => {
  let bench: Bench
  const ctx = () => ({ store: bench.store, clock: bench.clock, log: silentLog })
  const decode = async (text: string) => decodeError(await shelfOf(ctx()).library(), text, 'fr')[0]
  beforeAll(async () => {
    bench = await driver.open()
  })
  afterAll(() => bench.close())

  test('what is added is known at once, by its code, a beginning of codes and what it says', async () => {
    expect(await decode('erreur CANT-7')).toBeUndefined()
    const { fr } = await tryError(ctx(), admin, draft, 'erreur CANT-7')
    expect(fr[0]).toMatchObject({ from: 'Cantine', guide: { id: 'no-network' } })
    expect(await decode('erreur CANT-7')).toBeUndefined()
    expect(await saveError(ctx(), admin, draft, 'new')).toBe(1)
    for (const text of ['erreur CANT-7', 'MENU-2031 introuvable', 'La borne n° 4 ne répond plus !'])
      expect(await decode(text)).toMatchObject({ from: 'Cantine', meaning: draft.fr, guide: { id: 'no-network' } })
    await expect(saveError(ctx(), admin, draft, 'new')).rejects.toMatchObject({ code: 'alreadyExists' })
  })

  test('one of the program is changed over what was read only, laid aside, and put back as it came', async () => {
    const { draft: read, version, origin } = await readErrorToEdit(ctx(), admin, 'proconnect-stronger-sign-in')
    expect([version, origin, read.codes]).toEqual([0, 'program', ['Y020018']])
    const changed = { ...read, guide: 'totp', fr: 'Il faut une seconde preuve.' }
    expect(await saveError(ctx(), admin, changed, version)).toBe(1)
    await expect(saveError(ctx(), admin, changed, version)).rejects.toMatchObject({ code: 'conflict' })
    expect(await decode('Y020018')).toMatchObject({ meaning: 'Il faut une seconde preuve.', guide: { id: 'totp' } })
    expect(await saveError(ctx(), admin, { ...changed, isOff: true }, 1)).toBe(2)
    // The class of such codes is there still.
    expect(await decode('Y020018')).toMatchObject({ guide: { id: 'proconnect' } })
    const listed = (await listErrors(ctx(), admin)).find(({ id }) => id === read.id)
    expect(listed).toMatchObject({ origin: 'changed', isOff: true, version: 2 })
    await restoreError(ctx(), admin, read.id)
    expect(await decode('Y020018')).toMatchObject({ meaning: read.fr, guide: { id: 'stronger-sign-in' } })
    const after = await readErrorToEdit(ctx(), admin, read.id)
    expect([after.version, after.origin]).toEqual([0, 'program'])
    expect(after.versions.map(({ version: n, isEnd }) => [n, isEnd])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ])
    expect((await readErrorVersion(ctx(), admin, read.id, 1)).guide).toBe('totp')
    await expect(readErrorVersion(ctx(), admin, read.id, 3)).rejects.toMatchObject({ code: 'notFound' })
    await expect(restoreError(ctx(), admin, read.id)).rejects.toMatchObject({ code: 'notFound' })
    // Written anew over what it read last.
    expect(await saveError(ctx(), admin, changed, 0)).toBe(4)
    await restoreError(ctx(), admin, read.id)
  })

  test('what would be found everywhere, means two things or leads nowhere is refused, each at its field', async () => {
    const wrong: readonly (readonly [Partial<ErrorDraft>, string])[] = [
      [{ id: '../x' }, 'id'],
      [{ from: ' ' }, 'from'],
      [{ guide: 'nowhere' }, 'guide'],
      [{ codes: ['a b'] }, 'codes'],
      [{ codes: ['A*'] }, 'codes'],
      [{ codes: ['535'] }, 'codes'],
      [{ codes: [], says: [] }, 'codes'],
      [{ says: ['le * la'] }, 'says'],
      [{ says: ['… * !'] }, 'says'],
      [{ fr: '' }, 'fr'],
      [{ en: '' }, 'en'],
      [{ en: 'x'.repeat(301) }, 'en'],
    ]
    for (const [change, property] of wrong)
      await expect(
        saveError(ctx(), admin, { ...draft, id: 'another', codes: ['OTHER-1'], ...change }, 'new'),
      ).rejects.toMatchObject({ code: 'invalid', property })
  })

  test('only those who keep the guides read and write, and each act is in the log', async () => {
    for (const act of [
      () => listErrors(ctx(), clerk),
      () => readErrorToEdit(ctx(), clerk, 'educonnect'),
      () => readErrorVersion(ctx(), clerk, 'canteen-closed', 1),
      () => saveError(ctx(), clerk, draft, 1),
      () => restoreError(ctx(), clerk, 'canteen-closed'),
      () => tryError(ctx(), clerk, draft, 'x'),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'forbidden' })
    await restoreError(ctx(), admin, 'canteen-closed')
    expect(await decode('erreur CANT-7')).toBeUndefined()
    const log = await bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select('action').where('action', 'like', 'error.%').orderBy('id')),
    )
    expect(log.map(({ action }) => action.slice(6))).toEqual([
      ...['save', 'save', 'save', 'restore', 'save', 'restore', 'restore'],
    ])
  })
})
