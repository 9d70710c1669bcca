/** A real OpenLDAP as the source of truth: people come, change and go; passwords are asked of it. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { findByExternalId, findPerson } from '#domain/directory/persons.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import { childrenOf } from '#domain/directory/relations.ts'
import { createAccount, findAccount, setPassword } from '#domain/people/accounts.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { loadConfig } from '#server/config.ts'
import { type House, openHouse } from '#server/house.ts'
import { ldapSettings } from '#server/ldap/settings.ts'
import { type LdapSync, syncLdap } from '#server/ldap/sync.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { base, manager, type Slapd, slapdMissing, startSlapd } from './slapd.ts'

const missing = slapdMissing()
const college = '0250001R'
const lycee = '0390001P'

let slapd: Slapd
let house: House
let settings: LdapSync

const dn = (uid: string): string => `uid=${uid},ou=people,${base}`

/** An entry with the plain attributes that every directory has, in the place of those of the SDET. */
const entry = (uid: string, more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    dn: dn(uid),
    objectClass: 'inetOrgPerson',
    uid,
    cn: uid,
    sn: `Nom ${uid}`,
    givenName: 'Léa',
    employeeType: 'National_ELV',
    departmentNumber: college.toLowerCase(),
    employeeNumber: `77${uid.length}${uid}`,
    ou: '3e B',
    userPassword: `secret-of-${uid}`,
    ...more,
  })
    // LDIF writes what is not ASCII in base64 (RFC 2849).
    .map(([name, value]) =>
      /^[\x20-\x7e]*$/.test(value) ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`,
    )
    .join('\n')

beforeAll(async () => {
  if (missing) return
  slapd = await startSlapd()
  const data = join(await temporaryFolder(), 'data')
  const environment = {
    CONVERGENCE_DOMAINS: 'ecole.test',
    CONVERGENCE_LDAP_URL: slapd.secureUrl,
    CONVERGENCE_LDAP_CA: slapd.ca,
    CONVERGENCE_LDAP_BIND_DN: manager.dn,
    CONVERGENCE_LDAP_PASSWORD: manager.password,
    CONVERGENCE_LDAP_BASE: base,
    CONVERGENCE_LDAP_PASSWORDS: 'true',
    CONVERGENCE_LDAP_ATTRIBUTES:
      'profile=employeeType uai=departmentNumber joinKey=employeeNumber classes=ou children=seeAlso functions=title',
  }
  const config = loadConfig({ data, environment, folder: data })
  house = await openHouse(config, silentLog, { role: 'server' })
  settings = ldapSettings(config) as LdapSync
  const pupils = Array.from({ length: 120 }, (_, n) => entry(`pupil${n}`))
  const others = [
    entry('mother', { employeeType: 'National_2', ou: '-', seeAlso: dn('pupil7') }),
    entry('teacher', { employeeType: 'National_3', title: `${college}$ENS$ENSEIGNANT$L1300$MATHEMATIQUES`, ou: '-' }),
    entry('lycee', { departmentNumber: lycee, ou: '2de 4', mail: 'lycee@ecole.test' }),
  ]
  slapd.add(`${[...pupils, ...others].join('\n\n')}\n`)
}, 60_000)
afterAll(async () => {
  await house?.close()
  await slapd?.close()
})

const account = (login: string) => house.store.read((tx) => findAccount(tx, login))
const signIn = (login: string, password: string, service: 'web' | 'imap' = 'web') =>
  verifyPassword(house.people, { login, password, service, ip: '192.0.2.1' })
const name = missing ? ` (${missing})` : ''

test.skipIf(missing)(`a rehearsal says what would happen and changes nothing${name}`, async () => {
  const result = await syncLdap(house.people, settings, { rehearse: true })
  expect(result).toMatchObject({ met: 123, created: 123, changed: 0, refused: 0, suspended: 0 })
  await expect(account('pupil1')).rejects.toThrow()
})

test.skipIf(missing)(
  `everybody comes, over TLS, page by page, with profiles, classes and children${name}`,
  async () => {
    const result = await syncLdap(house.people, settings)
    expect(result).toMatchObject({ met: 123, created: 123, refused: 0, suspended: 0, stopped: [] })
    const pupil = await account('pupil7')
    expect(pupil).toMatchObject({ email: 'pupil7@ecole.test', status: 'active' })
    await house.store.read(async (tx) => {
      const now = house.ctx.clock.now()
      expect(await findPerson(tx, pupil.id)).toMatchObject({
        joinKey: '03|776pupil7',
        source: 'ldap',
        givenName: 'Léa',
      })
      expect(await profilesOf(tx, pupil.id, now)).toMatchObject([{ kind: 'pupil', uai: college, classes: ['3e B'] }])
      const teacher = await findAccount(tx, 'teacher')
      expect(await profilesOf(tx, teacher.id, now)).toMatchObject([
        { kind: 'teacher', functionCode: 'ENS', discipline: 'MATHEMATIQUES', title: 'ENSEIGNANT', uai: college },
      ])
      const mother = await findAccount(tx, 'mother')
      expect((await childrenOf(tx, mother.id)).map(({ accountId }) => accountId)).toEqual([pupil.id])
    })
  },
)

test.skipIf(missing)(`a second pass changes nothing${name}`, async () => {
  expect(await syncLdap(house.people, settings)).toMatchObject({ created: 0, changed: 0, unchanged: 123, suspended: 0 })
})

test.skipIf(missing)(`the password is the directory’s, for the browser and for programs${name}`, async () => {
  const { id } = await account('pupil1')
  expect((await signIn('pupil1', 'secret-of-pupil1')).accountId).toBe(id)
  expect((await signIn('pupil1@ecole.test', 'secret-of-pupil1', 'imap')).accountId).toBe(id)
  for (const wrong of ['secret-of-pupil2', '', '*', 'secret-of-pupil1 '])
    await expect(signIn('pupil1', wrong)).rejects.toMatchObject({ code: 'unauthenticated' })
  slapd.modify(`dn: ${dn('pupil1')}\nchangetype: modify\nreplace: userPassword\nuserPassword: another-one\n`)
  await expect(signIn('pupil1', 'secret-of-pupil1')).rejects.toMatchObject({ code: 'unauthenticated' })
  expect((await signIn('pupil1', 'another-one')).accountId).toBe(id)
  const ours = setPassword(house.people, 'pupil1', id, 'Cascade-de-neige-42')
  await expect(ours).rejects.toMatchObject({ code: 'forbidden', property: 'elsewhere' })
})

test.skipIf(missing)(`a change there is a change here, and only that${name}`, async () => {
  slapd.modify(
    `dn: ${dn('pupil2')}\nchangetype: modify\nreplace: sn\nsn: Petit\n-\nreplace: departmentNumber\ndepartmentNumber: ${lycee}\n-\nreplace: ou\nou: 2de 4\n`,
  )
  expect(await syncLdap(house.people, settings, { rehearse: true })).toMatchObject({ changed: 1, created: 0 })
  expect(await syncLdap(house.people, settings)).toMatchObject({ changed: 1, unchanged: 122 })
  const { id } = await account('pupil2')
  await house.store.read(async (tx) => {
    expect(await findPerson(tx, id)).toMatchObject({ familyName: 'Petit' })
    const profiles = await profilesOf(tx, id, house.ctx.clock.now())
    expect(profiles).toMatchObject([{ kind: 'pupil', uai: lycee, classes: ['2de 4'] }])
  })
})

test.skipIf(missing)(`who leaves is suspended, and comes back as the same person${name}`, async () => {
  slapd.remove(dn('pupil3'))
  expect(await syncLdap(house.people, settings)).toMatchObject({ suspended: 1, stopped: [] })
  const gone = await account('pupil3')
  expect(gone.status).toBe('disabled')
  await expect(signIn('pupil3', 'secret-of-pupil3')).rejects.toMatchObject({ code: 'unauthenticated' })
  // Same identifier, another entry: nobody inherits an account by bearing its name.
  slapd.add(`${entry('pupil3', { employeeNumber: 'new' })}\n`)
  expect(await syncLdap(house.people, settings)).toMatchObject({ refused: 1, created: 0 })
  expect((await account('pupil3')).status).toBe('disabled')
  expect(await syncLdap(house.people, { ...settings, adopt: true })).toMatchObject({ refused: 0, changed: 1 })
  expect(await account('pupil3')).toMatchObject({ id: gone.id, status: 'active' })
})

test.skipIf(missing)(
  `when too much of a school disappears nobody is suspended, unless somebody says so${name}`,
  async () => {
    const many = Array.from({ length: 20 }, (_, n) => dn(`pupil${n + 50}`))
    slapd.remove(...many)
    const rehearsed = await syncLdap(house.people, settings, { rehearse: true })
    expect(rehearsed).toMatchObject({ suspended: 0, stopped: [{ uai: college, absent: 20 }] })
    const stopped = await syncLdap(house.people, settings)
    expect(stopped.stopped).toMatchObject([{ uai: college, absent: 20 }])
    expect((await account('pupil55')).status).toBe('active')
    const forced = await syncLdap(house.people, settings, { force: true })
    expect(forced).toMatchObject({ suspended: 20, stopped: [] })
    expect((await account('pupil55')).status).toBe('disabled')
  },
)

test.skipIf(missing)(`a pass that is cut goes on, and nobody is suspended by half of one${name}`, async () => {
  const cut = syncLdap(house.people, settings, {
    progress: ({ met }) => {
      if (met >= 60) throw new Error('power cut')
    },
  })
  await expect(cut).rejects.toThrow()
  expect((await account('pupil100')).status).toBe('active')
  const resumed = await syncLdap(house.people, settings)
  expect(resumed).toMatchObject({ resumed: true, suspended: 0, stopped: [] })
})

test.skipIf(missing)(
  `a directory that is away, or that lies about its certificate, changes nothing${name}`,
  async () => {
    const before = await account('pupil100')
    await expect(syncLdap(house.people, { ...settings, ca: undefined })).rejects.toMatchObject({ code: 'unavailable' })
    await expect(syncLdap(house.people, { ...settings, url: 'ldaps://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    await expect(syncLdap(house.people, { ...settings, password: 'wrong' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await account('pupil100')).toEqual(before)
    expect(
      await syncLdap(house.people, { ...settings, url: slapd.url, startTls: true }, { rehearse: true }),
    ).toMatchObject({
      met: 103,
    })
  },
)

test.skipIf(missing)(`an administrator of the platform is never adopted${name}`, async () => {
  await createAccount(house.people, 'test', { login: 'root', name: 'Root', admin: true })
  slapd.add(`${entry('root')}\n`)
  expect(await syncLdap(house.people, { ...settings, adopt: true })).toMatchObject({ refused: 1 })
  const person = await house.store.read((tx) => findByExternalId(tx, 'ldap', 'root'))
  expect(person).toBeUndefined()
})
