/**
 * "Something is wrong": the checks of whoever is signed in, the repairs they offer, the path of a message; and the same
 * report for a helper to whom the person has given a code (`/admin/diagnosis`).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Repair } from '#domain/diagnose/checks.ts'
import { allowHelp, endHelp, enterHelp, listGrants, requireHelp } from '#domain/diagnose/consent.ts'
import { diagnose, repair, traceMail } from '#domain/diagnose/diagnose.ts'
import { sendWayBack, waysBack } from '#domain/diagnose/ways-back.ts'
import { requireMay } from '#domain/directory/delegation.ts'
import { audit } from '#domain/people/audit.ts'
import { findDevice } from '#domain/people/devices.ts'
import type { People } from '#domain/people/people.ts'
import { pathId, queryText } from './admin-query.ts'
import { cookieIn } from './cookies.ts'
import { languageOf } from './failure.ts'
import { bodyOf, idIn, neededIn, type OwnerRoute, ownerRoutes } from './owner.ts'

const repairs: readonly Repair[] = ['unlock', 'revoke-device', 'pause-rules', 'stop-vacation']

const questionIn = (request: FastifyRequest) => ({
  sender: queryText(request, 'sender', 320) ?? '',
  day: queryText(request, 'day', 10),
})

/** The browser that asks, when the account knows it: its own mistakes alone slow it down. */
const whenceOf = (people: People, { owner, request }: OwnerRoute) =>
  people.ctx.store.read(async (tx) => ({
    ip: request.ip,
    device: (await findDevice(tx, people, owner.accountId, cookieIn(request, 'device')))?.id,
  }))

const registerOwn = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { ctx } = people
  route('GET', '/diagnosis', async (given) => {
    const { owner, request } = given
    const report = await diagnose(people, owner.accountId, languageOf(request), await whenceOf(people, given))
    const grants = await ctx.store.read((tx) => listGrants(tx, owner.accountId, ctx.clock.now()))
    return { ...report, grants }
  })
  route('GET', '/diagnosis/mail', async ({ owner, request }) => ({
    messages: await traceMail(people, owner.accountId, questionIn(request), languageOf(request)),
  }))
  route('POST', '/diagnosis/repair', async ({ owner, body }) => {
    const what = repairs.find((one) => one === body.repair)
    if (what === undefined) throw new Failure('invalid', 'there is no such repair', { property: 'repair' })
    await repair(people, owner, what, body.target === undefined ? 0 : idIn(body, 'target'))
    return {}
  })
  route('POST', '/diagnosis/allow', async ({ owner, request }) => ({
    code: await allowHelp(people, owner, request.ip),
  }))
  route('POST', '/diagnosis/end', async ({ owner, request }) => {
    await endHelp(people, owner, request.ip)
    return {}
  })
}

const registerHelpers = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { ctx } = people
  route('POST', '/admin/diagnosis/:id/enter', async ({ owner, request }) =>
    enterHelp(people, owner, pathId(request), neededIn(bodyOf(request), 'code', 20), request.ip),
  )
  route('GET', '/admin/diagnosis/:id', async ({ owner, request }) => {
    const account = pathId(request)
    await ctx.store.read((tx) => requireHelp(tx, owner, account, ctx.clock.now()))
    await audit(ctx, {
      actor: owner.login,
      action: 'diagnosis.look',
      accountId: account,
      detail: 'report',
      ip: request.ip,
    })
    const { at, findings } = await diagnose(people, account, languageOf(request))
    // What a helper reads repairs nothing: that is the person's to do.
    return { at, findings: findings.map(({ repairs: _, ...finding }) => finding) }
  })
  route('GET', '/admin/diagnosis/:id/ways', ({ owner, request }) => waysBack(people, owner, pathId(request)))
  route('POST', '/admin/diagnosis/:id/reset', async ({ owner, request }) => {
    await sendWayBack(people, owner, pathId(request), request.ip)
    return {}
  })
  route('GET', '/admin/diagnosis/:id/mail', async ({ owner, request }) => {
    const account = pathId(request)
    await ctx.store.read((tx) => requireMay(tx, owner, 'tickets', account, ctx.clock.now()))
    const question = questionIn(request)
    const detail = `mail ${question.sender} ${question.day ?? ''}`.trim()
    await audit(ctx, { actor: owner.login, action: 'diagnosis.look', accountId: account, detail, ip: request.ip })
    return { messages: await traceMail(people, account, question, languageOf(request)) }
  })
}

export const registerDiagnosis = (app: FastifyInstance, people: People): void => {
  registerOwn(app, people)
  registerHelpers(app, people)
}
