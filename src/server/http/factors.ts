/**
 * One's own second factors: `/auth/factors`, `/auth/totp/*`, `/auth/passkeys*`, `/auth/recovery-codes`, `/auth/grid*`;
 * and proving again who one is, `/auth/step-up`.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { type Grid, makeGrid, readGrid } from '#domain/people/factors/grid.ts'
import {
  addPasskey,
  passkeyCreationOptions,
  passkeyData,
  passkeyRequestOptions,
} from '#domain/people/factors/passkey.ts'
import { makeRecoveryCodes, recoveryLeft } from '#domain/people/factors/recovery-codes.ts'
import { type By, type FactorRow, readFactors, removeFactor, renameFactor } from '#domain/people/factors/rows.ts'
import { beginTotp, confirmTotp } from '#domain/people/factors/totp.ts'
import { enrolled } from '#domain/people/session-changes.ts'
import { mustEnrol } from '#domain/people/sign-in.ts'
import { stepUp, stepUpWays } from '#domain/people/step-up.ts'
import { deviceToken, userAgentOf } from './auth.ts'
import { clearCookie, cookieIn } from './cookies.ts'
import { gridPage } from './grid-page.ts'
import { type Body, idIn, neededIn, type Owner, ownerRoutes, textIn } from './owner.ts'
import { keepChallenge, proofIn, type SignInRoutes } from './sign-in.ts'

const issuer = 'Convergence'

const byOf = (owner: Owner, request: FastifyRequest): By => ({
  actor: owner.login,
  ip: request.ip,
  userAgent: userAgentOf(request),
})

const describe = (row: FactorRow) => {
  const { id, kind, label, createdAt, lastUsedAt, lastUsedIp, lastFailedAt, lastFailedIp, failures } = row
  const synced = kind === 'passkey' ? { synced: passkeyData(row).synced } : {}
  return { id, kind, label, createdAt, lastUsedAt, lastUsedIp, lastFailedAt, lastFailedIp, failures, ...synced }
}

const sensitive = { stepUp: true }

export const registerFactors = (app: FastifyInstance, { people, relyingParty }: SignInRoutes): void => {
  const route = ownerRoutes(app, people)
  const rowsOf = (account: number) => people.ctx.store.read((tx) => readFactors(tx, account))

  route('GET', '/auth/factors', async ({ owner: { accountId } }) => {
    const rows = await rowsOf(accountId)
    const recovery = rows.find(({ kind }) => kind === 'recovery')
    return {
      factors: rows.filter(({ kind }) => kind !== 'recovery').map(describe),
      recovery: { left: recoveryLeft(rows), createdAt: recovery?.createdAt ?? null },
      mustEnrol: await people.ctx.store.read((tx) => mustEnrol(tx, people, accountId)),
    }
  })

  route(
    'POST',
    '/auth/factors/remove',
    async ({ owner, body, request }) => {
      await removeFactor(people, owner.accountId, idIn(body, 'id'), byOf(owner, request))
      return { removed: true }
    },
    sensitive,
  )

  route('POST', '/auth/factors/rename', async ({ owner, body }) => {
    await renameFactor(people, owner.accountId, idIn(body, 'id'), neededIn(body, 'label'))
    return { renamed: true }
  })

  route(
    'POST',
    '/auth/totp/begin',
    ({ owner: { login, accountId }, body }) =>
      beginTotp(people, accountId, { login, issuer, label: textIn(body, 'label', 100) }),
    sensitive,
  )

  route(
    'POST',
    '/auth/totp/confirm',
    async ({ owner, body, request }) => {
      const [token, code] = [neededIn(body, 'token', 512), neededIn(body, 'code', 32)]
      const id = await confirmTotp(people, owner.accountId, token, code, byOf(owner, request))
      await enrolled(people, owner, ['otp', 'mfa'])
      return { id }
    },
    sensitive,
  )

  route(
    'POST',
    '/auth/passkeys/options',
    async ({ owner: { accountId: id, login, name }, request, reply }) => {
      const made = await passkeyCreationOptions(people, relyingParty(request), { id, login, name })
      keepChallenge(request, reply, made.token)
      return made.options
    },
    sensitive,
  )

  route(
    'POST',
    '/auth/passkeys',
    async ({ owner, body, request, reply }) => {
      const { attestation } = body
      const given = { token: cookieIn(request, 'webauthn') ?? '', attestation, label: textIn(body, 'label', 100) }
      const made = await addPasskey(people, relyingParty(request), owner.accountId, given, byOf(owner, request))
      clearCookie(request, reply, 'webauthn')
      await enrolled(people, owner, made.amr)
      return { id: made.id }
    },
    { stepUp: true, bodyLimit: 16_384 },
  )

  route(
    'POST',
    '/auth/recovery-codes',
    async ({ owner, request }) => ({
      codes: await makeRecoveryCodes(people, owner.accountId, byOf(owner, request)),
    }),
    sensitive,
  )

  const shown = ({ id, createdAt, columns, rows }: Grid) => ({ id, createdAt, columns, rows })

  route(
    'POST',
    '/auth/grid',
    async ({ owner, request }) => shown(await makeGrid(people, owner.accountId, byOf(owner, request))),
    sensitive,
  )

  route(
    'GET',
    '/auth/grid/page',
    async ({ owner, request, reply }) => {
      const grid = readGrid(people, owner.accountId, await rowsOf(owner.accountId))
      if (!grid) throw new Failure('notFound', 'there is no grid')
      return gridPage(request, reply, owner, grid)
    },
    sensitive,
  )

  registerStepUp(app, { people, relyingParty })
}

const registerStepUp = (app: FastifyInstance, parts: Pick<SignInRoutes, 'people' | 'relyingParty'>): void => {
  const { people, relyingParty } = parts
  const route = ownerRoutes(app, people)

  route('GET', '/auth/step-up', ({ owner }) => stepUpWays(people, owner), { held: true })

  route(
    'POST',
    '/auth/step-up/options',
    async ({ owner, request, reply }) => {
      const made = await passkeyRequestOptions(people, relyingParty(request), 'step-up', owner.accountId)
      keepChallenge(request, reply, made.token)
      return made.options
    },
    { held: true },
  )

  const proofOf = (request: FastifyRequest, body: Body) =>
    body.kind === 'password'
      ? { kind: 'password' as const, password: neededIn(body, 'password', 1024) }
      : proofIn(request, body)

  route(
    'POST',
    '/auth/step-up',
    async ({ owner, body, request }) => {
      const from = { ip: request.ip, userAgent: userAgentOf(request), deviceToken: deviceToken(request) }
      return { steppedUpUntil: await stepUp(people, relyingParty(request), owner, proofOf(request, body), from) }
    },
    { bodyLimit: 16_384, held: true },
  )
}
