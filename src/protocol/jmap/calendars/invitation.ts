/** Invitation/read and /answer (`urn:convergence:invitations`): a text/calendar part of a message, by its blob. */
import { isFailure } from '#base/failure.ts'
import {
  answerInvitation,
  applyMessage,
  type InvitationMail,
  readInvitation,
  speakerOf,
} from '#domain/calendar/invitation.ts'
import { maxEventOctets } from '#domain/calendar/limits.data.ts'
import { answers, INVITATIONS } from '#format/jmap/invitations.ts'
import { findBlob, readBlob } from '../blob/open.ts'
import { formatUtcDate, id, nullable, oneOf } from '../check.ts'
import { invalidArguments, MethodFault } from '../failure.ts'
import { type AccountCall, accountMethod } from '../method.ts'

const headRead = 65_536

/** The text of a part, and who the message that it is in says it is from. */
const mailOf = async (call: AccountCall, blobId: string): Promise<InvitationMail> => {
  const blob = await findBlob(call.ctx, call.account, blobId)
  if (!blob) throw new MethodFault('invalidArguments', 'There is no such blob')
  const bytes = await readBlob(call.ctx, blob, maxEventOctets).catch((error: unknown) => {
    throw isFailure(error, 'tooLarge') ? invalidArguments('The invitation is too large') : error
  })
  const text = new TextDecoder().decode(bytes)
  // An attachment that was only uploaded is nobody's word.
  if (blob.ref.slices.length === 0) return { text, from: undefined }
  const head = await call.ctx.store.blobs.bytes(blob.id, { start: 0, end: Math.min(blob.wholeSize, headRead) })
  return { text, from: speakerOf(head, call.delivery.config.hostname) }
}

/** What the domain refuses, in the words of a method. */
const faultOf = (error: unknown): unknown => {
  if (isFailure(error, 'invalid') || isFailure(error, 'tooMany') || isFailure(error, 'tooLarge'))
    return invalidArguments('That is no invitation')
  if (isFailure(error, 'conflict')) return new MethodFault('stateMismatch', 'A later version is in the calendar')
  if (isFailure(error, 'forbidden')) return new MethodFault('forbidden', 'The sender may not say this')
  return error
}

export const invitationRead = accountMethod('Invitation/read', INVITATIONS, { blobId: id }, async (args, call) => {
  try {
    const { conflicts, ...rest } = await readInvitation(call.ctx, call.account, await mailOf(call, args.blobId))
    return {
      ...rest,
      conflicts: conflicts.map(({ title, start, end }) => ({
        title,
        utcStart: formatUtcDate(start),
        utcEnd: formatUtcDate(end),
      })),
    }
  } catch (error) {
    throw faultOf(error)
  }
})

/** `answer` is null for a CANCEL and a REPLY, which are only noted. */
export const invitationAnswer = accountMethod(
  'Invitation/answer',
  INVITATIONS,
  { blobId: id, answer: nullable(oneOf(...answers)) },
  async (args, call) => {
    try {
      const mail = await mailOf(call, args.blobId)
      if (args.answer !== null) return await answerInvitation(call.delivery, call.account, mail, args.answer)
      await applyMessage(call.ctx, call.account, mail)
      return { isSent: false }
    } catch (error) {
      throw faultOf(error)
    }
  },
)
