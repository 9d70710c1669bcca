/** The guided reset on every engine: who sees which ways somebody has back in, and what goes where when a helper sends. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { partly, sendWayBack, waysBack } from '#domain/diagnose/ways-back.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { readAudit } from '#domain/people/audit.ts'
import { recoverySettled } from '#domain/people/recovery/ask.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, openAcademy, refusedFor } from '../directory/rig.ts'

test('an address is shown in part only', () => {
  expect(['nathalie@famille.example', 'na@x.fr', 'n@x.fr', ''].map(partly)).toEqual([
    'n…e@famille.example',
    'n…@x.fr',
    'n…@x.fr',
    '',
  ])
})

onEveryEngine('the guided reset', (driver) => {
  let academy: Academy
  beforeEach(async () => {
    academy = await openAcademy(driver)
    const { bench, id } = academy
    await bench.store.writeGlobal((tx) =>
      putGrant(tx, bench.clock.now(), { account: id('helper2'), uai: college, task: 'tickets', by: 'head' }),
    )
  })
  afterEach(async () => {
    await recoverySettled(academy.people)
    await academy.close()
  })

  const confirm = (login: string, mail: string) =>
    academy.bench.store.writeGlobal((tx) =>
      tx.execute((q) =>
        q
          .updateTable('person')
          .set({ rescue_mail: mail, rescue_verified_at: academy.bench.clock.now() })
          .where('account_id', '=', academy.id(login)),
      ),
    )

  test('a helper sees the ways that are open, and who at the school hands over a code', async () => {
    const { people, as, id } = academy
    expect(await waysBack(people, as('helper2'), id('teacher'))).toMatchObject({
      rescue: '',
      contacts: 0,
      isBlocked: false,
      school: [{ name: 'Prénom head' }, { name: 'Prénom helper' }],
    })
    await confirm('teacher', 'prof@maison.example')
    expect((await waysBack(people, as('helper2'), id('teacher'))).rescue).toBe('p…f@maison.example')
    for (const [login, target] of [
      ['teacher', 'pupil'],
      ['helper', 'pupil'],
      ['helper2', 'lycee.pupil'],
      ['helper2', 'head'],
    ] as const) {
      await expect(waysBack(people, as(login), id(target))).rejects.toMatchObject({ code: 'forbidden' })
      await expect(sendWayBack(people, as(login), id(target), '')).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  test('what is sent goes to the person alone, and is in the log in the helper’s name', async () => {
    const { people, as, id } = academy
    expect(await refusedFor(sendWayBack(people, as('helper2'), id('teacher'), ''))).toBe('rescue')
    await confirm('teacher', 'prof@maison.example')
    await sendWayBack(people, as('helper2'), id('teacher'), '192.0.2.7')
    await recoverySettled(people)
    const queued = await academy.bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('queue_recipient').select('address')),
    )
    // The link, and the warning that somebody asked, which goes to their mailbox, too.
    expect(new Set(queued.map(({ address }) => address))).toEqual(
      new Set(['prof@maison.example', 'teacher@ecole.test']),
    )
    const log = (await readAudit(people.ctx)).filter(({ action }) => action === 'recovery.ask')
    expect(log.map(({ actor, detail }) => `${actor} ${detail}`).sort()).toEqual([
      'helper2 guided',
      'stranger ',
      'stranger mail',
    ])
  })
})
