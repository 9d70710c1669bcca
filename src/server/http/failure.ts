/** Failures of the domain as HTTP answers (law 8): a code for the guide, one plain sentence, and no secrets. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFailure, isOutOfRoom } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { WeakPassword } from '#domain/people/policy.ts'
import { reasonText } from '#format/password/reasons.ts'
import { bearerOf, challengeFor } from './challenge.ts'
import { answers, exactly, files, unknown } from './failure-answers.data.ts'

/** The person's language, of the two we speak; French first. */
export const languageOf = (request: Pick<FastifyRequest, 'headers'>): 'fr' | 'en' => {
  const wanted = (request.headers['accept-language'] ?? '').toLowerCase()
  const fr = wanted.search(/\bfr\b/)
  const en = wanted.search(/\ben\b/)
  return en >= 0 && (fr < 0 || en < fr) ? 'en' : 'fr'
}

export interface HttpFailure {
  readonly status: number
  readonly body: {
    readonly code: string
    readonly message: string
    readonly retryAfter?: number
    readonly id?: string
    /** Every reason why a new password is refused. */
    readonly reasons?: readonly { readonly code: string; readonly message: string }[]
  }
}

const busySeconds = 5

/** What a failure is in HTTP; an unknown error becomes an opaque one whose id is in the log. */
export const httpFailure = (error: unknown, request: FastifyRequest, log: Log): HttpFailure => {
  const language = languageOf(request)
  if (error instanceof WeakPassword) {
    const reasons = error.reasons.map((code) => ({ code, message: reasonText(code, error.rules, language) }))
    const message = reasons.map((reason) => reason.message).join(' ')
    return { status: 400, body: { code: reasons[0]?.code ?? answers.invalid.code, message, reasons } }
  }
  if (isFailure(error)) {
    const ofFiles = error.property === 'files' ? files[error.code] : undefined
    const { status, code, message } = ofFiles ?? exactly[error.code]?.[error.property ?? ''] ?? answers[error.code]
    const seconds = error.retryAfter === undefined ? {} : { retryAfter: Math.ceil(error.retryAfter / 1000) }
    return { status, body: { code, message: message[language], ...seconds } }
  }
  // Fastify's own refusals (a body too large, JSON that is none) carry their status.
  const given = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (given >= 400 && given < 500) {
    const like = given === 413 ? answers.tooLarge : answers.invalid
    return { status: given, body: { code: like.code, message: like.message[language] } }
  }
  if (isOutOfRoom(error)) {
    log.error('http.no-room', { route: request.routeOptions.url ?? '' }, error)
    const { status, code, message } = answers.unavailable
    return { status, body: { code, message: message[language], retryAfter: busySeconds } }
  }
  const id = randomBytes(6).toString('hex')
  log.error('http.error', { id, method: request.method, route: request.routeOptions.url ?? '' }, error)
  return { status: unknown.status, body: { code: unknown.code, message: unknown.message[language], id } }
}

/** Sends a failure as JSON. */
export const sendFailure = (error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply => {
  const { status, body } = httpFailure(error, request, log)
  if (body.retryAfter !== undefined) reply.header('retry-after', body.retryAfter)
  // A page asks by fetch and shows its own form; only programs are asked for a password by their HTTP library.
  const byProgram = request.headers['x-csrf'] === undefined && request.headers['sec-fetch-mode'] === undefined
  const challenge = byProgram || bearerOf(request) !== undefined ? challengeFor(request, status, error) : undefined
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  return reply.code(status).header('cache-control', 'no-store').send(body)
}

/** Answers that we are too busy even to look at a request: without the application, in a few microseconds. */
export const sendBusy = (request: IncomingMessage, response: ServerResponse): void => {
  const { status, code, message } = answers.unavailable
  const body = JSON.stringify({ code, message: message[languageOf(request)], retryAfter: busySeconds })
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': String(busySeconds),
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
