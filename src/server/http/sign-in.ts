/** Signing in with script: `/auth/login`, `/auth/factor`, `/auth/passkey` answer JSON. Without script: plain-sign-in.ts. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { passkeyRequestOptions, type RelyingParty } from '#domain/people/factors/passkey.ts'
import type { FactorProof } from '#domain/people/factors/prove.ts'
import type { People } from '#domain/people/people.ts'
import type { Strength } from '#domain/people/principal.ts'
import { checkSession } from '#domain/people/sessions.ts'
import {
  type Arrival,
  accountUnderWay,
  currentStep,
  type Step,
  signInWithFactor,
  signInWithPasskey,
  signInWithPassword,
} from '#domain/people/sign-in.ts'
import { deviceToken, isForeign, signedIn, userAgentOf } from './auth.ts'
import type { BeginMail } from './begin-mail.ts'
import { clearCookie, cookieIn, setCookie } from './cookies.ts'
import { sendFailure } from './failure.ts'
import { type Body, bodyOf, textIn } from './owner.ts'
import { isPlainForm, type TellSession } from './session.ts'
import { keepStep, stepBody } from './steps.ts'
import { safeThen } from './then.ts'

export interface SignInRoutes {
  readonly people: People
  readonly log: Log
  /** This site as passkeys know it, for a request. */
  readonly relyingParty: (request: FastifyRequest) => RelyingParty
  readonly tell: TellSession
  /** Undefined on a server without mail. */
  readonly beginMail: BeginMail | undefined
}

const strengthIn = (value: unknown): Strength | undefined => {
  const number = Number(value)
  return number === 2 || number === 3 ? number : undefined
}

/** What a sign-in wants, from a body or a query. */
export const arrivalIn = async (people: People, request: FastifyRequest, given: Body): Promise<Arrival> => ({
  ip: request.ip,
  userAgent: userAgentOf(request),
  deviceToken: deviceToken(request),
  after: safeThen(given.then),
  profile: typeof given.profile === 'string' && given.profile !== '' ? given.profile.slice(0, 40) : undefined,
  shared: given.shared === true || given.shared === 'on' || given.shared === '1',
  strength: strengthIn(given.acr),
  current: await signedIn(people, request),
})

/** The login and password of a body. Throws Failure invalid. */
export const credentialsIn = (body: Body): { login: string; password: string } => {
  const { login, password } = body
  if (typeof login !== 'string' || typeof password !== 'string')
    throw new Failure('invalid', 'login and password are needed')
  return { login, password }
}

const passkeyCookieLife = 5 * 60

/** The proof of a factor in a body. Throws Failure invalid. */
export const proofIn = (request: FastifyRequest, body: Body): FactorProof => {
  switch (body.kind) {
    case 'totp':
    case 'recovery':
      return { kind: body.kind, code: textIn(body, 'code', 64) }
    case 'grid': {
      const cells = Array.isArray(body.cells) ? body.cells : []
      if (cells.length > 8 || !cells.every((cell): cell is string => typeof cell === 'string'))
        throw new Failure('invalid', 'cells are three texts', { property: 'cells' })
      return { kind: 'grid', cells }
    }
    case 'passkey':
      return { kind: 'passkey', token: cookieIn(request, 'webauthn') ?? '', assertion: body.assertion }
    default:
      throw new Failure('invalid', 'kind is needed', { property: 'kind' })
  }
}

/** Keeps the challenge of a passkey in the browser that asked for it. */
export const keepChallenge = (request: FastifyRequest, reply: FastifyReply, token: string): void => {
  setCookie(request, reply, 'webauthn', token, passkeyCookieLife)
  reply.header('cache-control', 'no-store')
}

/** `plain`: what answers a form that was posted without script. */
export const registerSignIn = (
  app: FastifyInstance,
  { people, log, relyingParty, tell, beginMail }: SignInRoutes,
  plain: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void => {
  /** A public route: it must come from our own page, for signing somebody in under a stranger's account is an attack. */
  const route = (url: string, work: (request: FastifyRequest, reply: FastifyReply, body: Body) => Promise<unknown>) => {
    app.post(url, { bodyLimit: 16_384 }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      try {
        if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
        return await work(request, reply, bodyOf(request))
      } catch (error) {
        // A sign-in that is over is forgotten by the browser too.
        if (isFailure(error, 'unauthenticated') && error.property === 'sign-in') clearCookie(request, reply, 'signin')
        return sendFailure(error, request, reply, log)
      }
    })
  }

  /**
   * The answer to a step. Script that goes on to the mail asks for its beginning (`begin`): what `/auth/session` and
   * `/jmap/session` say of the session just opened, and what `/jmap/api` answers to its `first` request; each would be
   * told to the browser in its next requests.
   */
  const answer = async (request: FastifyRequest, reply: FastifyReply, body: Body, step: Step) => {
    await keepStep(request, reply, people, step)
    if (body.begin !== true || step.next !== 'done') return stepBody(step)
    const principal = await checkSession(people, step.session.token, { userAgent: userAgentOf(request) })
    if (principal === undefined) return stepBody(step)
    const first = typeof body.first === 'string' ? body.first : undefined
    const [session, begun] = await Promise.all([
      tell(request, principal),
      beginMail?.({ ...principal, ip: request.ip }, `${request.protocol}://${request.host}`, first),
    ])
    return { ...stepBody(step), session, ...begun }
  }

  route('/auth/login', async (request, reply, body) => {
    if (isPlainForm(request)) return plain(request, reply)
    const step = await signInWithPassword(people, {
      ...(await arrivalIn(people, request, body)),
      ...credentialsIn(body),
    })
    return answer(request, reply, body, step)
  })

  route('/auth/factor', async (request, reply, body) => {
    const arrival = { ...(await arrivalIn(people, request, body)), remember: body.remember === true }
    const token = cookieIn(request, 'signin') ?? ''
    const step = await signInWithFactor(people, relyingParty(request), token, proofIn(request, body), arrival)
    return answer(request, reply, body, step)
  })

  route('/auth/passkey/options', async (request, reply, body) => {
    const token = cookieIn(request, 'signin')
    const asked = body.for === 'sign-in' ? undefined : token
    const account = asked === undefined ? undefined : await accountUnderWay(people, asked).catch(() => undefined)
    const purpose = account === undefined ? 'sign-in' : 'factor'
    const made = await passkeyRequestOptions(people, relyingParty(request), purpose, account)
    keepChallenge(request, reply, made.token)
    return made.options
  })

  route('/auth/passkey', async (request, reply, body) => {
    const proof = { token: cookieIn(request, 'webauthn') ?? '', assertion: body.assertion }
    const step = await signInWithPasskey(people, relyingParty(request), proof, await arrivalIn(people, request, body))
    clearCookie(request, reply, 'webauthn')
    return answer(request, reply, body, step)
  })

  app.get('/auth/sign-in', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const token = cookieIn(request, 'signin')
    const step =
      token === undefined ? undefined : await currentStep(people, token, deviceToken(request)).catch(() => undefined)
    return step === undefined ? { next: 'start' } : stepBody(step)
  })
}
