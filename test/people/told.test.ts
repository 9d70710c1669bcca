/** The owner of an account hears of each change of its security, in their mailbox. */
import { expect, test } from 'vitest'
import { noteConsent, tellAllowed } from '#domain/access/oauth/apps.ts'
import type { PartyOf } from '#domain/access/relying-parties.ts'
import { tellIdentifier } from '#domain/directory/acts.ts'
import { grantTasks, revokeTasks } from '#domain/directory/grants.ts'
import { mergePersons, undoMerge } from '#domain/directory/merge.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { saveSchool } from '#domain/directory/schools.ts'
import { setPassword } from '#domain/people/accounts.ts'
import { createAppPassword, revokeAppPassword } from '#domain/people/credentials.ts'
import type { Principal } from '#domain/people/principal.ts'
import { activate, issueSheets } from '#domain/people/recovery/activation.ts'
import { askIdentifier, askReset, recoverySettled } from '#domain/people/recovery/ask.ts'
import { askCase, collectCase, decideCase } from '#domain/people/recovery/cases.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

const college = '0250001R'
const ip = '192.0.2.7'
const chosen = 'Trois-hiboux-lisent-47'

const withRig = async (work: (rig: PeopleRig) => Promise<void>): Promise<void> => {
  const rig = await openPeople({ domains: ['ecole.test'], publicUrl: 'https://ecole.test' })
  try {
    await saveSchool(rig.people, 'test', { uai: college, name: 'Collège', kind: 'college', city: 'Dole' })
    await work(rig)
  } finally {
    await rig.close()
  }
}

const person = async (rig: PeopleRig, login: string, wanted: Partial<NewPerson> = {}): Promise<Principal> => {
  const [givenName = '', familyName = ''] = login.split('.')
  const made = await createPerson(rig.people, 'test', { login, givenName, familyName, password, ...wanted })
  const { id: accountId, name, email } = made
  const proof = { amr: ['pwd', 'otp', 'mfa'], authenticatedAt: 0, steppedUpAt: 0 }
  return { accountId, login, name, email, locale: 'fr', admin: wanted.admin === true, ...proof }
}

/** Kinds of the notices that wait for somebody's mailbox, in order, since the last time this was asked. */
const reader = (rig: PeopleRig) => {
  let seen = 0
  return async (email: string): Promise<string[]> => {
    await recoverySettled(rig.people)
    const { store } = rig.people.ctx
    const rows = await store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('queue_recipient')
          .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
          .select(['queue_message.id as id', 'queue_message.blob_id as blob'])
          .where('queue_recipient.address', '=', email)
          .where('queue_message.id', '>', seen)
          .orderBy('queue_message.id'),
      ),
    )
    seen = Math.max(seen, ...rows.map(({ id }) => id))
    const texts = await Promise.all(rows.map(async ({ blob }) => Buffer.from(await store.blobs.bytes(blob)).toString()))
    return texts.map((text) => /^X-Convergence-Notice: (\S+)/m.exec(text)?.[1] ?? 'none')
  }
}

test('app passwords made and revoked', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const { accountId, email, login } = await person(rig, 'anne.martin')
    const { id } = await createAppPassword(rig.people, login, accountId, { label: 'Téléphone', scopes: ['imap'], ip })
    await revokeAppPassword(rig.people, login, accountId, id, ip)
    expect(await told(email)).toEqual(['app-password-created', 'app-password-revoked'])
  }))

test('a service that may act for the person, once for the same consent, and more when it gets more', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const owner = await person(rig, 'anne.martin')
    const party = { protocol: 'oidc', key: 'agenda', name: 'Agenda' } as PartyOf<'oidc'>
    const from = { ip, userAgent: '' }
    const agree = async (scopes: readonly string[]): Promise<void> => {
      const isNew = await rig.people.ctx.store.writeGlobal((tx) => noteConsent(tx, 1, owner, party, scopes, from))
      if (isNew) await tellAllowed(rig.people, owner.accountId, party, from)
    }
    await agree(['openid'])
    await agree(['openid'])
    await agree(['openid', 'mail:imap'])
    expect(await told(owner.email)).toEqual(['service-allowed', 'service-allowed'])
  }))

test('a sign-in that is slowed down says why to the owner, once, and to nobody else', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const { email, login } = await person(rig, 'anne.martin')
    const attempt = () => verifyPassword(rig.people, { login, password: 'faux', service: 'web', ip })
    for (let i = 0; i < 8; i++) await expect(attempt()).rejects.toThrow()
    const all: string[] = []
    await expect
      .poll(async () => {
        all.push(...(await told(email)))
        return all.toSorted().join(' ')
      })
      .toBe('sign-in-blocked sign-in-refused')
    await expect(attempt()).rejects.toMatchObject({ code: 'throttled' })
    expect(all).toHaveLength(2)
  }))

test('a password asked for, an identifier told by the school or by mail', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const head = await person(rig, 'sophie.durand', { profiles: [{ kind: 'head', uai: college }] })
    const pupil = await person(rig, 'lea.garnier', { profiles: [{ kind: 'pupil', uai: college }] })
    await askReset(rig.people, 'lea.garnier', { ip })
    await tellIdentifier(rig.people, head, pupil.accountId, ip)
    const nobody = { mail: 'nobody@maison.example', familyName: '', givenName: '', birthDate: '' }
    await askIdentifier(rig.people, nobody, { ip })
    expect(await told(pupil.email)).toEqual(['recovery-asked', 'identifier-told'])
    const lines = await rig.people.ctx.store.read((tx) =>
      tx.query((q) => q.selectFrom('audit').select('action').where('account_id', '=', pupil.accountId)),
    )
    // Audited although there was neither a rescue address nor a trusted contact to send anything to.
    expect(lines.map(({ action }) => action)).toContain('recovery.ask')
  }))

test('a code printed for somebody who uses the account already, and the password chosen with it', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const head = await person(rig, 'sophie.durand', { profiles: [{ kind: 'head', uai: college }] })
    const pupil = await person(rig, 'lea.garnier', { profiles: [{ kind: 'pupil', uai: college }] })
    const fresh = await createPerson(rig.people, 'test', {
      login: 'emma.roy',
      givenName: 'Emma',
      familyName: 'Roy',
      profiles: [{ kind: 'pupil', uai: college }],
    })
    const codes = new Map<number, string>()
    const ids = [pupil.accountId, fresh.id]
    for await (const one of issueSheets(rig.people, head, ids, { task: 'sheets', ip }))
      codes.set(one.accountId, one.code)
    expect(await told(pupil.email)).toEqual(['code-issued'])
    const use = (login: string, id: number) =>
      activate(rig.people, { login, code: codes.get(id) ?? '', birthDate: '', ip }, chosen)
    await use('lea.garnier', pupil.accountId)
    expect(await told(pupil.email)).toEqual(['recovery-used'])
    await use('emma.roy', fresh.id)
    // The first password of an account recovers nothing: and nothing was said while nobody could read it.
    expect(await told(fresh.email)).toEqual(['account-activated'])
  }))

test('each step of a recovery by two persons', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const head = await person(rig, 'sophie.durand', { profiles: [{ kind: 'head', uai: college }] })
    const helper = await person(rig, 'karim.benali', { profiles: [{ kind: 'teacher', uai: college }] })
    const teacher = await person(rig, 'anne.martin', { profiles: [{ kind: 'teacher', uai: college }] })
    await grantTasks(rig.people, head, { account: helper.accountId, uai: college, tasks: ['reset'], ip })
    const wanted = { accountId: teacher.accountId, kind: 'access' as const, reason: 'Téléphone perdu', ip }
    const first = await askCase(rig.people, helper, wanted)
    await decideCase(rig.people, head, first, { approve: false, ip })
    const second = await askCase(rig.people, helper, wanted)
    await decideCase(rig.people, head, second, { approve: true, ip })
    await collectCase(rig.people, helper, second, ip)
    expect(await told(teacher.email)).toEqual([
      'recovery-asked',
      'recovery-refused',
      'recovery-asked',
      'recovery-approved',
      'code-issued',
    ])
  }))

test('rights given and taken back, accounts merged and parted', () =>
  withRig(async (rig) => {
    const told = reader(rig)
    const head = await person(rig, 'sophie.durand', { profiles: [{ kind: 'head', uai: college }] })
    const helper = await person(rig, 'karim.benali', { profiles: [{ kind: 'teacher', uai: college }] })
    await grantTasks(rig.people, head, { account: helper.accountId, uai: college, tasks: ['block', 'reset'], ip })
    await revokeTasks(rig.people, head, { account: helper.accountId, uai: college })
    await revokeTasks(rig.people, head, { account: helper.accountId, uai: college })
    expect(await told(helper.email)).toEqual(['rights-changed', 'rights-changed'])
    const [one, two] = await Promise.all(
      ['camille.perrin', 'camille.perrin2'].map((login) =>
        person(rig, login, { profiles: [{ kind: 'pupil', uai: college }] }),
      ),
    )
    if (!one || !two) throw new Error('two persons were made')
    const id = await mergePersons(rig.people, head, one.accountId, two.accountId, ip)
    expect(await told(one.email)).toEqual(['accounts-merged'])
    await undoMerge(rig.people, head, id, ip)
    expect(await told(two.email)).toEqual(['accounts-merged'])
  }))

test('after a successful reset the owner is not slowed down by what others of the same network try', () =>
  withRig(async (rig) => {
    const { accountId, login } = await person(rig, 'anne.martin')
    for (let i = 0; i < 80; i++) {
      rig.people.throttle.attempt(`stranger${i}`, ip)
      rig.people.throttle.failed(`stranger${i}`, ip)
    }
    const signIn = (secret: string) => verifyPassword(rig.people, { login, password: secret, service: 'web', ip })
    await expect(signIn(password)).rejects.toMatchObject({ code: 'throttled' })
    await setPassword(rig.people, login, accountId, chosen)
    rig.people.throttle.clear(accountId, ip)
    await expect(signIn(chosen)).resolves.toMatchObject({ accountId })
  }))
