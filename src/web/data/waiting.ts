/** Messages that wait on this device to be sent, as screens are told of them. */
import type { WaitingMessage } from './contract.ts'
import type { SubmitOp } from './ops.ts'
import type { Outbox } from './outbox.ts'

/** Nobody knows whether one that was under way has been sent: it is not offered to be taken back. */
const waitingFor = (outbox: Outbox, op: SubmitOp): WaitingMessage[] => {
  if (op.phase === 'acked') return []
  const { to, cc, bcc, subject } = op.draft
  const names = [...to, ...cc, ...bcc].map(({ name, email }) => name || email)
  const cancel = () => {
    const isFree = op.phase === 'queued' && !op.uncertain && outbox.ops.includes(op)
    if (isFree) outbox.drop(op)
    return isFree
  }
  return [{ key: op.key, subject, to: names.join(', '), cancel }]
}

export const waitingIn = (outbox: Outbox): WaitingMessage[] =>
  outbox.ops.flatMap((op) => (op.kind === 'submit' ? waitingFor(outbox, op) : []))
