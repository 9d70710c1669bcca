/** STARTTLS (RFC 3207). */
import type { Session } from '../session.ts'
import { Closed } from '../session.ts'

export const startTls = async (session: Session, argument: string): Promise<void> => {
  if (session.encrypted) return session.error('alreadyTls')
  if (argument.trim() !== '') return session.error('syntax')
  const secureContext = session.parts.secureContext?.()
  if (!secureContext) return session.error('tlsUnavailable')
  await session.resetMail()
  if (await session.startTls(secureContext)) return
  // What follows in the same packet was put there before encryption, perhaps by somebody else (CVE-2011-0411).
  session.reply('pipelinedTls')
  throw new Closed()
}
