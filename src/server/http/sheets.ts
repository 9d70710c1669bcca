/** What schools do for people who cannot get in: sheets to print, recovery by two persons. Rights are the domain's. */
import type { FastifyInstance } from 'fastify'
import { type ProfileKind, profilesOf } from '#domain/directory/profiles.ts'
import type { People } from '#domain/people/people.ts'
import { type Activation, issueSheets } from '#domain/people/recovery/activation.ts'
import { askCase, collectCase, decideCase, listCases } from '#domain/people/recovery/cases.ts'
import type { Sheet } from '../sheets/sheets.ts'
import { idIn, idsIn, neededIn, type OwnerRoute, ownerRoutes } from './owner.ts'

export interface SheetParts {
  readonly people: People
  /** Name at the top of each page. */
  readonly academy: string
  /** Whom people of this kind ask for help, in lines. */
  readonly contact: (profile: ProfileKind | undefined) => Promise<readonly string[]>
}

const sensitive = { stepUp: true }

export const registerSheets = (app: FastifyInstance, parts: SheetParts): void => {
  const { people } = parts
  const route = ownerRoutes(app, people)
  const { ctx } = people

  const mainProfile = async (account: number) => {
    const profiles = await ctx.store.read((tx) => profilesOf(tx, account, ctx.clock.now()))
    return profiles.find(({ kind }) => kind === 'pupil') ?? profiles[0]
  }

  /** Pupils, parents and staff of one bundle each have their own people to ask. */
  async function* sheets(activations: AsyncIterable<Activation>): AsyncGenerator<Sheet> {
    const contacts = new Map<ProfileKind | undefined, readonly string[]>()
    for await (const activation of activations) {
      const main = await mainProfile(activation.accountId)
      const contact = contacts.get(main?.kind) ?? (await parts.contact(main?.kind))
      contacts.set(main?.kind, contact)
      const className = main?.kind === 'pupil' ? main.classes.join(', ') : ''
      yield { ...activation, className, schoolName: main?.schoolName ?? '', contact }
    }
  }

  const sendPdf = async ({ owner, reply }: OwnerRoute, activations: AsyncGenerator<Activation>) => {
    // What draws is large, and needed on few days of the year.
    const { drawSheets } = await import('../sheets/sheets.ts')
    // The first code is made before the answer begins: a refusal is still an answer of its own.
    const first = await activations.next()
    const rest = (async function* () {
      if (!first.done) yield first.value
      yield* activations
    })()
    const pdf = drawSheets(sheets(rest), {
      locale: owner.locale.startsWith('en') ? 'en' : 'fr',
      address: people.options.publicUrl,
      academy: parts.academy,
    })
    return reply
      .type('application/pdf')
      .header('content-disposition', 'attachment; filename="activation.pdf"')
      .send(pdf)
  }

  route(
    'POST',
    '/admin/sheets',
    async (given) => {
      const ids = idsIn(given.body, 'ids', 500)
      return sendPdf(given, issueSheets(people, given.owner, ids, { task: 'sheets', ip: given.request.ip }))
    },
    { ...sensitive, bodyLimit: 64 * 1024 },
  )

  route(
    'POST',
    '/admin/people/code',
    async ({ owner, body, request }) => {
      const options = { task: 'code' as const, ip: request.ip }
      for await (const made of issueSheets(people, owner, [idIn(body, 'id')], options)) return made
      throw new Error('no code was made')
    },
    sensitive,
  )

  route('GET', '/admin/recovery-cases', async ({ owner }) => ({ cases: await listCases(people, owner) }))

  route(
    'POST',
    '/admin/recovery-cases',
    async ({ owner, body, request, reply }) => {
      const kind = body.kind === 'factors' ? 'factors' : 'access'
      const reason = neededIn(body, 'reason', 300)
      const id = await askCase(people, owner, { accountId: idIn(body, 'accountId'), kind, reason, ip: request.ip })
      return reply.code(201).send({ id })
    },
    sensitive,
  )

  const caseId = (given: OwnerRoute): number =>
    idIn({ id: Number((given.request.params as Record<string, string>).id) }, 'id')

  route(
    'POST',
    '/admin/recovery-cases/:id/decide',
    async (given) => {
      const { owner, body, request } = given
      await decideCase(people, owner, caseId(given), { approve: body.approve === true, ip: request.ip })
      return { decided: true }
    },
    sensitive,
  )

  route(
    'POST',
    '/admin/recovery-cases/:id/collect',
    (given) => collectCase(people, given.owner, caseId(given), given.request.ip),
    sensitive,
  )
}
