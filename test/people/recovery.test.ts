/** Getting back in: activation codes, reset links, trusted contacts, rescue addresses; on every engine. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import { createPerson, type NewPerson } from '#domain/directory/persons.ts'
import { disableAccount } from '#domain/people/accounts.ts'
import { readAudit } from '#domain/people/audit.ts'
import type { Principal } from '#domain/people/principal.ts'
import { activate, checkActivation, issueActivation, issueActivations } from '#domain/people/recovery/activation.ts'
import { askIdentifier, askReset, checkReset, recoverySettled, resetPassword } from '#domain/people/recovery/ask.ts'
import { answerContact, askContact, redeemContactCode, trustedContacts } from '#domain/people/recovery/contacts.ts'
import { askRescue, confirmRescue, rescueOf } from '#domain/people/recovery/rescue.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig, password } from './rig.ts'

const chosen = 'Trois-hiboux-lisent-47'
const asker = { ip: '192.0.2.7', userAgent: 'test' }

onEveryEngine('recovery', (driver) => {
  let rig: PeopleRig
  beforeEach(async () => {
    rig = await openPeople({ domains: ['ecole.test'], publicUrl: 'https://ecole.test' }, driver)
  })
  afterEach(() => rig.close())

  const person = async (login: string, more: Partial<NewPerson> = {}): Promise<Principal> => {
    const [givenName = '', familyName = ''] = login.split('.')
    const made = await createPerson(rig.people, 'test', { login, givenName, familyName, password, ...more })
    const { id: accountId, name, email } = made
    const proof = { amr: ['pwd'], authenticatedAt: 0, steppedUpAt: 0 }
    return { accountId, login, name, email, locale: 'fr', admin: false, ...proof }
  }
  const signIn = (login: string, secret: string) =>
    verifyPassword(rig.people, { login, password: secret, service: 'web', ip: asker.ip })
  const codeFor = (account: number, options = {}) =>
    rig.people.ctx.store.writeGlobal((tx) => issueActivation(tx, rig.people, account, { actor: 'test', ...options }))
  /** What waits in the queue: recipients and text of each message. */
  const sent = async (): Promise<{ to: string; text: string }[]> => {
    await recoverySettled(rig.people)
    const { store } = rig.people.ctx
    const rows = await store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('queue_recipient')
          .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
          .select(['queue_recipient.address as to', 'queue_message.blob_id as blob'])
          .orderBy('queue_message.id'),
      ),
    )
    const decode = (text: string) =>
      text
        .replace(/=\r\n/g, '')
        .replace(/((?:=[0-9A-F]{2})+)/g, (hex) => Buffer.from(hex.replaceAll('=', ''), 'hex').toString())
    return Promise.all(
      rows.map(async ({ to, blob }) => ({ to, text: decode(Buffer.from(await store.blobs.bytes(blob)).toString()) })),
    )
  }
  const rescued = async (owner: Principal, mail: string): Promise<void> => {
    await askRescue(rig.people, owner, mail)
    const code = /\b(\d{4} \d{4})\b/.exec((await sent()).findLast(({ to }) => to === mail)?.text ?? '')?.[1] ?? ''
    expect(await confirmRescue(rig.people, owner, code, asker.ip)).toBe(mail)
  }
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (isFailure(error) ? error.code : String(error)),
    )

  test('a code on paper lets its owner choose a password, once', async () => {
    const { accountId } = await person('lea.garnier', { birthDate: '2011-05-17' })
    const { code, login, asksBirthDate } = await codeFor(accountId)
    expect([code, asksBirthDate]).toEqual([expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/), true])
    const typed = { login: ` ${login.toUpperCase()} `, code: code.toLowerCase().replaceAll('-', ' '), ...asker }
    expect(await codeOf(checkActivation(rig.people, { ...typed, birthDate: '2011-05-18' }))).toBe('unauthenticated')
    const right = { ...typed, birthDate: '2011-05-17' }
    expect((await checkActivation(rig.people, right)).accountId).toBe(accountId)
    expect(await codeOf(activate(rig.people, right, 'azerty'))).toBe('invalid')
    expect(await activate(rig.people, right, chosen)).toBe(accountId)
    expect((await signIn('lea.garnier', chosen)).accountId).toBe(accountId)
    expect(await codeOf(signIn('lea.garnier', password))).toBe('unauthenticated')
    expect(await codeOf(activate(rig.people, right, `${chosen}!`))).toBe('unauthenticated')
    const actions = (await readAudit(rig.people.ctx)).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['activation.issue', 'activation.use', 'account.password']))
  })

  test('a new code withdraws the old one; a code of somebody else, an old one, a disabled account open nothing', async () => {
    const lea = await person('lea.garnier')
    const hugo = await person('hugo.sandoz')
    const first = await codeFor(lea.accountId)
    const second = await codeFor(lea.accountId)
    const attempt = (login: string, code: string) =>
      codeOf(checkActivation(rig.people, { login, code, birthDate: '', ...asker }))
    expect(await attempt('lea.garnier', first.code)).toBe('unauthenticated')
    expect(await attempt('hugo.sandoz', second.code)).toBe('unauthenticated')
    expect(await attempt('lea.garnier', second.code)).toBe('done')
    rig.clock.advance(91 * 24 * 3_600_000)
    expect(await attempt('lea.garnier', second.code)).toBe('unauthenticated')
    await disableAccount(rig.people, 'test', hugo.accountId)
    expect(await codeOf(codeFor(hugo.accountId))).toBe('forbidden')
  })

  test('codes for a whole class are different, and wrong ones are slowed down without touching the sign-in', async () => {
    const pupils = await Promise.all(Array.from({ length: 7 }, (_, n) => person(`eleve.n${n}`)))
    const ids = pupils.map(({ accountId }) => accountId)
    const made = []
    for await (const one of issueActivations(rig.people, ids, { actor: 'test' })) made.push(one)
    expect(new Set(made.map(({ code }) => code)).size).toBe(7)
    const wrong = { login: 'eleve.n0', code: 'AAAA-BBBB-CCCC', birthDate: '', ...asker }
    const outcomes = []
    for (let n = 0; n < 12; n++) outcomes.push(await codeOf(checkActivation(rig.people, wrong)))
    expect(outcomes).toContain('throttled')
    expect((await signIn('eleve.n0', password)).login).toBe('eleve.n0')
  })

  test('lost second factors go with the old password only when the code says so', async () => {
    const { accountId } = await person('anne.martin')
    const factors = () =>
      rig.people.ctx.store.read((tx) =>
        tx.query((q) => q.selectFrom('credential').select('kind').where('account_id', '=', accountId)),
      )
    await rig.people.ctx.store.writeGlobal((tx) =>
      tx.execute((q) =>
        q.insertInto('credential').values({
          account_id: accountId,
          kind: 'totp',
          secret: 'x',
          lookup: '',
          label: '',
          scopes: '',
          created_at: 0,
          last_used_at: null,
          last_used_ip: null,
          last_failed_at: null,
        }),
      ),
    )
    const use = async (options: object) => {
      const { code } = await codeFor(accountId, options)
      await activate(rig.people, { login: 'anne.martin', code, birthDate: '', ...asker }, chosen)
      return (await factors()).map(({ kind }) => kind).sort()
    }
    expect(await use({})).toEqual(['password', 'totp'])
    expect(await use({ dropFactors: true })).toEqual(['password'])
  })

  test('a forgotten password: the link goes to the confirmed address only, works once, and clears the lock', async () => {
    const anne = await person('anne.martin')
    await askReset(rig.people, 'anne.martin', asker)
    expect((await sent()).filter(({ text }) => text.includes('/reset#'))).toEqual([])
    await rescued(anne, 'anne@maison.example')
    for (let n = 0; n < 12; n++) await codeOf(signIn('anne.martin', 'faux'))
    expect(await codeOf(signIn('anne.martin', password))).toBe('throttled')
    await askReset(rig.people, ' Anne.Martin@ecole.test ', asker)
    const links = (await sent()).filter(({ text }) => text.includes('/reset#'))
    expect(links.map(({ to }) => to)).toEqual(['anne@maison.example'])
    const token = /https:\/\/ecole\.test\/reset#([A-Za-z0-9_-]{43})/.exec(links[0]?.text ?? '')?.[1] ?? ''
    expect((await checkReset(rig.people, token)).login).toBe('anne.martin')
    expect(await codeOf(resetPassword(rig.people, token, 'court', asker))).toBe('invalid')
    await resetPassword(rig.people, token, chosen, asker)
    expect((await signIn('anne.martin', chosen)).login).toBe('anne.martin')
    expect(await codeOf(resetPassword(rig.people, token, `${chosen}!`, asker))).toBe('unauthenticated')
  })

  test('whoever asks learns nothing: the same answer for nobody, somebody and somebody disabled', async () => {
    const gone = await person('marc.lefevre')
    await disableAccount(rig.people, 'test', gone.accountId)
    for (const login of ['personne.inconnue', 'marc.lefevre', '', 'x'.repeat(300)])
      expect(await codeOf(askReset(rig.people, login, asker))).toBe('done')
    expect(await sent()).toEqual([])
    const nobody = { mail: '', familyName: 'Inconnue', givenName: 'Personne', birthDate: '1980-01-01' }
    expect(await codeOf(askIdentifier(rig.people, nobody, asker))).toBe('done')
  })

  test('a forgotten identifier goes to the confirmed address, by address or by name and birth date', async () => {
    const anne = await person('anne.martin', { birthDate: '1980-02-03' })
    await rescued(anne, 'anne@maison.example')
    const before = (await sent()).length
    await askIdentifier(
      rig.people,
      { mail: 'Anne@maison.example', familyName: '', givenName: '', birthDate: '' },
      asker,
    )
    await askIdentifier(
      rig.people,
      { mail: '', familyName: 'MARTIN', givenName: 'Anne', birthDate: '1980-02-03' },
      asker,
    )
    await askIdentifier(
      rig.people,
      { mail: '', familyName: 'MARTIN', givenName: 'Anne', birthDate: '1980-02-04' },
      asker,
    )
    const letters = (await sent()).slice(before)
    // The mailbox hears of each use; the rescue address has the letter itself.
    const told = letters.filter(({ to }) => to === 'anne.martin@ecole.test')
    expect(told).toHaveLength(2)
    expect(letters.map(({ to }) => to).filter((to) => to !== 'anne.martin@ecole.test')).toEqual([
      'anne@maison.example',
      'anne@maison.example',
    ])
    for (const { text } of letters) expect(text).toContain('anne.martin')
  })

  test('a trusted contact reads out a code; it is not sent twice, and few tries are allowed', async () => {
    const anne = await person('anne.martin', { birthDate: '1980-02-03' })
    const karim = await person('karim.benali')
    await askContact(rig.people, anne, 'karim.benali@ecole.test', asker.ip)
    await askReset(rig.people, 'anne.martin', asker)
    const codes = async () =>
      (await sent()).filter(({ to, text }) => to === karim.email && /\b\d{4} \d{4}\b/.test(text))
    expect(await codes()).toEqual([])
    await answerContact(rig.people, karim, anne.accountId, true, asker.ip)
    expect((await trustedContacts(rig.people, karim.accountId)).helps[0]?.status).toBe('accepted')
    await askReset(rig.people, 'anne.martin', asker)
    await askReset(rig.people, 'anne.martin', asker)
    const letters = await codes()
    expect(letters).toHaveLength(1)
    const code = /\b(\d{4} \d{4})\b/.exec(letters[0]?.text ?? '')?.[1] ?? ''
    const give = (given: string, birthDate = '1980-02-03', ip = asker.ip) =>
      redeemContactCode(rig.people, { login: 'anne.martin', code: given, birthDate, ip })
    expect(await codeOf(give(code, '1980-02-04'))).toBe('unauthenticated')
    expect(await codeOf(give('0000 0000'))).toBe('unauthenticated')
    const token = await give(code.replace(' ', ''))
    await resetPassword(rig.people, token, chosen, asker)
    expect((await signIn('anne.martin', chosen)).login).toBe('anne.martin')
    expect(await codeOf(give(code))).toBe('unauthenticated')
  })

  test('a spoken code that was tried too often is dead, even for the right digits', async () => {
    const anne = await person('anne.martin')
    await askRescue(rig.people, anne, 'anne@maison.example')
    const code = /\b(\d{4} \d{4})\b/.exec((await sent()).at(-1)?.text ?? '')?.[1] ?? ''
    const wrong = code.startsWith('1') ? '2222 2222' : '1111 1111'
    for (let n = 0; n < 5; n++) expect(await codeOf(confirmRescue(rig.people, anne, wrong, ''))).toBe('unauthenticated')
    expect(await codeOf(confirmRescue(rig.people, anne, code, ''))).toBe('unauthenticated')
    expect(await rescueOf(rig.people, anne.accountId)).toMatchObject({ mail: '', verifiedAt: null })
    expect(await codeOf(askRescue(rig.people, anne, 'anne@ecole.test'))).toBe('invalid')
    expect(await codeOf(askRescue(rig.people, anne, 'pas une adresse'))).toBe('invalid')
  })

  test('nobody trusts themselves, a pupil or a crowd', async () => {
    const anne = await person('anne.martin')
    await person('lea.garnier', { profiles: [{ kind: 'parent' }] })
    for (const address of ['anne.martin', 'lea.garnier'])
      expect(await codeOf(askContact(rig.people, anne, address, ''))).toBe('invalid')
    for (const login of ['a.b', 'c.d', 'e.f', 'g.h']) await person(login)
    for (const login of ['a.b', 'c.d', 'e.f']) await askContact(rig.people, anne, login, '')
    expect(await codeOf(askContact(rig.people, anne, 'g.h', ''))).toBe('tooMany')
  })
})
