/** MAIL FROM (RFC 5321 §4.1.1.2) with the parameters of the extensions we offer. */
import type { Sender } from '#domain/delivery/envelope.ts'
import { isXtext } from '#domain/delivery/xtext.ts'
import { readNumber, readPath } from '../grammar.ts'
import { maxHold } from '../listeners.data.ts'
import type { ReplyName } from '../replies.data.ts'
import type { Session } from '../session.ts'

type Draft = { -readonly [K in keyof Sender]: Sender[K] }

/** Reads one parameter into the sender; answers with the reply for a bad value. */
type ParameterReader = (draft: Draft, value: string | undefined, session: Session) => ReplyName | undefined

const readTime = (value: string | undefined): number | undefined => {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value ?? '')
    ? Date.parse(value as string)
    : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

const hold = (draft: Draft, until: number | undefined, session: Session): ReplyName | undefined => {
  const now = session.parts.delivery.ctx.clock.now()
  if (until === undefined || draft.holdUntil !== undefined || until > now + maxHold * 1000) return 'syntax'
  draft.holdUntil = Math.max(now, until)
  return undefined
}

const parameters: Readonly<Record<string, ParameterReader>> = {
  SIZE: (draft, value) => {
    const size = readNumber(value)
    if (size === undefined) return 'syntax'
    draft.size = size
    return undefined
  },
  BODY: (draft, value) => {
    const body = value?.toUpperCase()
    if (body !== '7BIT' && body !== '8BITMIME') return 'syntax'
    draft.eightBit = body === '8BITMIME'
    return undefined
  },
  SMTPUTF8: (draft, value) => {
    if (value !== undefined) return 'syntax'
    draft.smtputf8 = true
    return undefined
  },
  RET: (draft, value) => {
    const ret = value?.toUpperCase()
    if (ret !== 'FULL' && ret !== 'HDRS') return 'syntax'
    draft.ret = ret
    return undefined
  },
  ENVID: (draft, value) => {
    if (value === undefined || value.length > 100 || !isXtext(value)) return 'syntax'
    draft.envid = value
    return undefined
  },
  REQUIRETLS: (draft, value, session) => {
    if (value !== undefined) return 'syntax'
    if (!session.encrypted) return 'requireTlsNeedsTls'
    draft.requireTls = true
    return undefined
  },
  // RFC 4954 §5: whom the client vouches for; we form our own opinion.
  AUTH: (_draft, value) => (value !== undefined && isXtext(value) ? undefined : 'syntax'),
  HOLDFOR: (draft, value, session) => {
    const seconds = readNumber(value)
    const now = session.parts.delivery.ctx.clock.now()
    return hold(draft, seconds === undefined ? undefined : now + seconds * 1000, session)
  },
  HOLDUNTIL: (draft, value, session) => hold(draft, readTime(value), session),
}

const isKnown = (name: string, session: Session): boolean =>
  Object.hasOwn(parameters, name) && (!name.startsWith('HOLD') || session.parts.listener.futureRelease)

export const mail = async (session: Session, argument: string): Promise<void> => {
  const { listener, delivery } = session.parts
  if (session.helo === undefined) return session.error('helloFirst')
  if (listener.auth && !session.principal) return session.error(session.encrypted ? 'authRequired' : 'startTlsFirst')
  if (session.transaction) return session.error('nestedMail')
  const path = readPath('FROM', argument)
  if (!path) return session.error('badSender')
  if (!path.parameters) return session.error('syntax')
  const draft: Draft = { address: path.address }
  for (const [name, value] of path.parameters) {
    if (!isKnown(name, session)) return session.error('unknownParameter')
    const problem = (parameters[name] as ParameterReader)(draft, value, session)
    if (problem) return session.error(problem)
  }
  session.transaction = await delivery.begin(listener.door, session.client(draft.smtputf8 === true), draft)
  session.reply('senderOk')
}
