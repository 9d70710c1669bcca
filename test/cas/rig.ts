/** The CAS server on a real store of either engine, asked over HTTP without a network; and what services and people do. */
import Fastify, { type FastifyInstance } from 'fastify'
import type { ManualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createLogoutRunner } from '#domain/access/logout-runner.ts'
import { type CasConfig, defaultCasConfig, type PartyRules, saveRelyingParty } from '#domain/access/relying-parties.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { openSession } from '#domain/people/sessions.ts'
import { parseXml, type XmlElement } from '#format/xml/parse.ts'
import { logoutRequest } from '#protocol/cas/logout.ts'
import { registerCas } from '#server/http/cas.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import type { Bench, Driver } from '../contract/drivers.ts'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  /** Location header; empty without one. */
  readonly to: string
}

export interface PersonOptions {
  readonly profile?: ProfileKind
  readonly uai?: string
  readonly functionCode?: string
  readonly classes?: readonly string[]
  readonly joinKey?: string
  readonly amr?: readonly string[]
}

/** A person with an open session. */
export interface Person {
  readonly account: number
  readonly profile: number
  readonly session: string
  /** Cookie header of their browser. */
  readonly cookie: string
}

export interface CasRig {
  readonly bench: Bench
  readonly people: People
  readonly clock: ManualClock
  readonly app: FastifyInstance
  /** Declares a service; `https://ent.example/app/` when no address is given. */
  party(options?: { key?: string; rules?: Partial<PartyRules>; config?: Partial<CasConfig> }): Promise<number>
  person(login: string, options?: PersonOptions): Promise<Person>
  /** A new session of somebody, as after signing in again. */
  signIn(person: Person, amr?: readonly string[]): Promise<Person>
  get(path: string, query?: Readonly<Record<string, string>>, cookie?: string): Promise<Reply>
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Reply>
  /** A service ticket for this person. Throws when there is none. */
  ticket(person: Person, service: string, more?: Readonly<Record<string, string>>): Promise<string>
  /** Sends the log-out notices that are due. */
  sendNotices(): Promise<void>
  close(): Promise<void>
}

export const service = 'https://ent.example/app/entree?page=notes&mois=9'

const replyOf = (response: { statusCode: number; headers: object; body: string }): Reply => {
  const headers = response.headers as Record<string, unknown>
  return { status: response.statusCode, headers, body: response.body, to: String(headers.location ?? '') }
}

const insertPerson = async ({ engine, clock }: Bench, account: number, options: PersonOptions): Promise<number> => {
  const { profile = 'teacher', uai = '0250001R', functionCode = 'ENS', classes = [], joinKey } = options
  const now = clock.now()
  return engine.write(async (tx) => {
    await tx.execute((q) =>
      q.insertInto('person').values({
        account_id: account,
        subject: `subject-${account}`,
        given_name: 'Anne',
        family_name: 'Martin',
        search_name: 'martin anne',
        birth_date: '',
        join_key: joinKey ?? null,
        external_id: null,
        source: 'test',
        rescue_mail: '',
        rescue_verified_at: null,
        phone: '',
        activated_at: now,
        blocked_at: null,
        block_reason: '',
        ends_at: null,
        updated_at: now,
      }),
    )
    const rows = await tx.query((q) =>
      q
        .insertInto('profile')
        .values({
          account_id: account,
          kind: profile,
          uai,
          function_code: functionCode,
          discipline: 'Lettres',
          title: 'Professeure',
          source: 'test',
          starts_at: null,
          ends_at: null,
          created_at: now,
        })
        .returning('id'),
    )
    for (const name of classes)
      await tx.execute((q) =>
        q.insertInto('class_member').values({
          uai,
          class: name,
          account_id: account,
          kind: 'class',
          role: profile === 'pupil' ? 'pupil' : 'teacher',
          subject: profile === 'pupil' ? '' : 'Lettres',
          source: 'test',
        }),
      )
    return rows[0]?.id ?? 0
  })
}

export const openCas = async (driver: Driver): Promise<CasRig> => {
  const bench = await driver.open()
  const { clock, store } = bench
  const people = await createPeople({ store, clock, log: silentLog }, { domains: ['ecole.test'] })
  const app = Fastify({ logger: false })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  await registerCas(app, { people, log: silentLog, ticketLife: 30_000, issuer: 'cas.ecole.test' })
  await app.ready()

  const open = async (account: number, profile: number, amr: readonly string[]): Promise<Person> => {
    const who = { accountId: account, login: '', name: '', email: '', locale: 'fr', admin: false }
    const principal = { ...who, amr, authenticatedAt: 0, steppedUpAt: 0 }
    const { token, id } = await openSession(people, principal, { ip: '192.0.2.1' }, { amr, profileId: profile })
    return { account, profile, session: id, cookie: `session=${token}` }
  }

  const get: CasRig['get'] = async (path, query = {}, cookie = '') =>
    replyOf(await app.inject({ method: 'GET', url: path, query: { ...query }, headers: { cookie } }))

  return {
    bench,
    people,
    clock,
    app,
    party: async ({ key = 'https://ent.example/app/', rules = {}, config = {} } = {}) => {
      const draft = {
        protocol: 'cas' as const,
        name: `Service ${key}`,
        key,
        config: { ...defaultCasConfig, ...config },
      }
      return (await saveRelyingParty(people, 'test', { ...draft, rules: { identifier: 'login', ...rules } })).id
    },
    person: async (login, options = {}) => {
      const account = await bench.account(login)
      return open(account, await insertPerson(bench, account, options), options.amr ?? ['pwd'])
    },
    signIn: (person, amr = ['pwd']) => open(person.account, person.profile, amr),
    get,
    post: async (path, body, headers = {}) =>
      replyOf(await app.inject({ method: 'POST', url: path, payload: body, headers: { ...headers } })),
    ticket: async (person, asked, more = {}) => {
      const { to } = await get('/cas/login', { service: asked, ...more }, person.cookie)
      const ticket = URL.parse(to)?.searchParams.get('ticket')
      if (!ticket) throw new Error(`no ticket: ${to}`)
      return ticket
    },
    sendNotices: async () => {
      const prepare = { cas: async (notice: Parameters<typeof logoutRequest>[0]) => logoutRequest(notice, clock.now()) }
      const runner = createLogoutRunner({ people, prepare })
      runner.start()
      await runner.idle()
      await runner.stop()
    },
    close: async () => {
      await app.close()
      people.close()
      await bench.close()
    },
  }
}

/** Every element with a text, as `name: text`, in order; failures with their code. */
export const told = (xml: string): string[] => {
  const lines: string[] = []
  const walk = (element: XmlElement): void => {
    const code = element.attributes.get('code')
    const value = element.attributes.get('value')
    if (value !== undefined) lines.push(`${element.attributes.get('name')}=${value}`)
    else if (code !== undefined) lines.push(`${element.name} ${code}`)
    else if (element.children.length === 0) lines.push(`${element.name}: ${element.text}`)
    element.children.forEach(walk)
  }
  walk(parseXml(xml))
  return lines
}
