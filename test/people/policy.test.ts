import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount, setPassword } from '#domain/people/accounts.ts'
import { deniedWords } from '#domain/people/denied.ts'
import { passwordGuidance, WeakPassword } from '#domain/people/policy.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

let rig: PeopleRig
let anne: number
beforeAll(async () => {
  rig = await openPeople({ passwordLengths: { staff: 13 } })
  anne = (await createAccount(rig.people, 'test', { login: 'anne.martin', name: 'Anne Martin', password })).id
  await rig.bench.store.writeGlobal(async (tx) => {
    await tx.execute((q) =>
      q.insertInto('school').values({
        uai: '0250001R',
        name: 'Collège des Tilleuls',
        kind: 'college',
        department: '25',
        city: 'Ornans',
        source: 'test',
        status: 'open',
        created_at: 1,
      }),
    )
    await tx.execute((q) =>
      q.insertInto('profile').values({
        account_id: anne,
        kind: 'teacher',
        uai: '0250001R',
        function_code: 'ENS',
        discipline: '',
        title: '',
        source: 'test',
        starts_at: null,
        ends_at: null,
        created_at: 1,
      }),
    )
    await tx.execute((q) =>
      q.insertInto('person').values({
        account_id: anne,
        subject: 'x',
        given_name: 'Anne',
        family_name: 'Martin',
        search_name: 'martin anne',
        birth_date: '1987-05-09',
        join_key: null,
        external_id: null,
        source: 'test',
        rescue_mail: 'nanou39@ailleurs.example',
        rescue_verified_at: null,
        phone: '',
        activated_at: 1,
        blocked_at: null,
        block_reason: '',
        ends_at: null,
        updated_at: 1,
      }),
    )
  })
})
afterAll(() => rig.close())

test.each(['azerty', 'motdepasse', 'password', 'doudou', 'nathalie', 'programme'])(
  '%s is on the list',
  async (word) => {
    expect((await deniedWords())(word)).toBe(true)
  },
)

test.each(['cascade-de-neige', '', '\n', 'a\nb', 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', '\u0000'])(
  '%j is not on the list',
  async (word) => {
    expect((await deniedWords())(word)).toBe(false)
  },
)

test.each([
  ['Mart1n-2026!!', 'AUTH-24'],
  ['Nanou39-2026!', 'AUTH-24'],
  ['Tilleuls2026!', 'AUTH-26'],
  ['Ornans-2026!!!', 'AUTH-26'],
  ['Mai-09051987-x', 'AUTH-25'],
  ['Nathalie2026!', 'AUTH-22'],
  ['Xkcd-42-abcd', 'AUTH-20'],
])('what the directory knows of Anne counts: %s is refused, by %s', async (weak, reason) => {
  const refused = await setPassword(rig.people, 'test', anne, weak).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(WeakPassword)
  expect((refused as WeakPassword).reasons).toContain(reason)
  expect((refused as WeakPassword).message).not.toContain(weak)
})

test('a good phrase is taken', async () => {
  await setPassword(rig.people, 'test', anne, 'sept cygnes au bord du lac')
})

test('an administrator needs sixteen characters', async () => {
  const boss = { login: 'thomas', name: 'Thomas Girard', admin: true }
  await expect(createAccount(rig.people, 'test', { ...boss, password: 'Pommier-Vert7' })).rejects.toThrow('16')
})

test('the web app is told the rules of the académie', async () => {
  const { population, rules, subject } = await passwordGuidance(rig.people, anne)
  expect(population).toBe('staff')
  expect(rules.least).toBe(13)
  expect(subject.uais).toEqual(['0250001R'])
})
