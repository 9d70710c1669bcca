/** When each profile is left alone: as the program has it, as administrators set it, as the person chose. On every engine. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPreferences, savePreferences, usualPreferences, usualRestUntil } from '#domain/notify/preferences.ts'
import { readQuietTable, saveUsualQuiet, usualQuiet } from '#domain/notify/usual-quiet.ts'
import { readAudit } from '#domain/people/audit.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, openAcademy } from '../directory/rig.ts'

const early = { from: 18 * 60, to: 8 * 60, days: [3, 7], publicHolidays: true, schoolHolidays: true }

test('whoever works here is left alone as that, families as families', () => {
  expect(usualQuiet(['parent', 'teacher'], {})).toMatchObject({ from: 1140, days: [6, 7] })
  expect(usualQuiet(['parent', 'teacher'], { parent: early })).toMatchObject({ from: 1140 })
  expect(usualQuiet(['parent', 'teacher'], { teacher: early })).toBe(early)
  expect(usualQuiet(['pupil'], {})).toMatchObject({ from: 1200, days: [] })
  expect(usualQuiet([], { teacher: early })).toMatchObject({ from: 1140 })
})

onEveryEngine('usual quiet hours', (driver) => {
  let academy: Academy
  beforeEach(async () => {
    academy = await openAcademy(driver)
  })
  afterEach(() => academy.close())
  const quietOf = async (login: string) =>
    (await academy.bench.store.read((tx) => readPreferences(tx, academy.id(login)))).quiet

  test('those of a profile hold for whoever has chosen nothing, and are taken back', async () => {
    const { people, as, id, bench } = academy
    const own = usualPreferences(['teacher'])
    await bench.store.write(id('both'), (tx) => savePreferences(tx, own))
    await saveUsualQuiet(people, as('dsi'), 'teacher', early)
    expect([await quietOf('teacher'), await quietOf('both'), (await quietOf('pupil')).from]).toEqual([
      early,
      own.quiet,
      1200,
    ])
    await saveUsualQuiet(people, as('dsi'), 'teacher', null)
    expect(await quietOf('teacher')).toEqual(own.quiet)
    expect(await bench.store.read(readQuietTable)).toEqual({})
    const log = (await readAudit(people.ctx)).filter(({ action }) => action === 'notify.quiet')
    expect(log.map(({ target }) => target)).toEqual(['teacher', 'teacher'])
  })

  test('whoever writes at night learns when the rest of the house ends, whatever they chose for themselves', async () => {
    const { people, as, id, bench } = academy
    const chosen = { ...usualPreferences(['teacher']), quiet: { ...early, from: 0, to: 0, days: [] } }
    await bench.store.write(id('teacher'), (tx) => savePreferences(tx, chosen))
    const until = async (login: string, at: string) => {
      const end = await bench.store.read((tx) => usualRestUntil(tx, id(login), Date.parse(at)))
      return end === undefined ? undefined : new Date(end).toISOString()
    }
    // Friday evening in Paris: until Monday at seven. A Tuesday at ten: no rest.
    expect(await until('teacher', '2026-11-20T18:30:00Z')).toBe('2026-11-23T06:00:00.000Z')
    expect(await until('teacher', '2026-11-24T09:00:00Z')).toBeUndefined()
    expect(await until('pupil', '2026-11-20T18:30:00Z')).toBeUndefined()
    expect(await until('pupil', '2026-11-20T19:30:00Z')).toBe('2026-11-21T06:00:00.000Z')
    await saveUsualQuiet(people, as('dsi'), 'teacher', early)
    expect(await until('teacher', '2026-11-24T06:30:00Z')).toBe('2026-11-24T07:00:00.000Z')
  })

  test('only administrators of the platform set them, and a week has a day on which one is told', async () => {
    const { people, as } = academy
    for (const login of ['head', 'helper', 'teacher', 'pupil'])
      await expect(saveUsualQuiet(people, as(login), 'pupil', early)).rejects.toMatchObject({ code: 'forbidden' })
    for (const change of [{ from: -1 }, { to: 1440 }, { days: [8] }, { days: [1, 2, 3, 4, 5, 6, 7] }])
      await expect(saveUsualQuiet(people, as('dsi'), 'pupil', { ...early, ...change })).rejects.toMatchObject({
        code: 'invalid',
        property: 'quiet',
      })
  })
})
