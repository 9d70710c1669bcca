/** Triage of reported frauds, for those whom the table of rights names (domain/phishing/rights.data.ts). */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { People } from '#domain/people/people.ts'
import { forgetJudged } from '#domain/phishing/judged.ts'
import { fraudActsOf } from '#domain/phishing/rights.ts'
import { countMailboxes, giveBack, listSweeps, takeBack } from '#domain/phishing/take-back.ts'
import { judgeCluster, listClusters, seeCluster } from '#domain/phishing/triage.ts'
import { verdicts } from '#domain/phishing/words.data.ts'
import { pathId, queryText } from './admin-query.ts'
import { idIn, ownerRoutes, textIn } from './owner.ts'

const fresh = { stepUp: true }

export const registerAdminFrauds = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx
  route('GET', '/admin/frauds', async ({ owner, request }) => ({
    clusters: await listClusters(people, owner, queryText(request, 'judged', 1) === '1'),
  }))
  route('GET', '/admin/frauds/:id', async ({ owner, request }) => {
    const id = pathId(request)
    return {
      ...(await seeCluster(people, owner, id)),
      sweeps: await listSweeps(people, owner, id),
      may: await store.read((tx) => fraudActsOf(tx, owner, clock.now())),
    }
  })
  route('POST', '/admin/frauds/:id/judge', async ({ owner, body, request }) => {
    const verdict = verdicts.find((one) => one === body.verdict)
    if (verdict === undefined) throw new Failure('invalid', 'that is no verdict', { property: 'verdict' })
    const answered = await judgeCluster(people, owner, pathId(request), {
      verdict,
      answer: textIn(body, 'answer', 1000),
    })
    forgetJudged(people)
    return { answered }
  })
  route(
    'POST',
    '/admin/frauds/:id/count',
    async ({ owner, request, reply }) =>
      reply.code(201).send({ id: await countMailboxes(people, owner, pathId(request)) }),
    fresh,
  )
  route(
    'POST',
    '/admin/frauds/sweeps/:id/take',
    async ({ owner, body, request }) => {
      await takeBack(people, owner, pathId(request), idIn(body, 'mailboxes'))
      return {}
    },
    fresh,
  )
  route(
    'POST',
    '/admin/frauds/sweeps/:id/give-back',
    async ({ owner, request }) => {
      await giveBack(people, owner, pathId(request))
      return {}
    },
    fresh,
  )
}
