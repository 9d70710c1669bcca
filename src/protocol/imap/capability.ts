/** The capability list, derived from what is registered (RFC 9051 §6.1.1); it is never typed a second time. */
import type { Capability, Command } from './command.ts'
import type { Session } from './session.ts'

const nameFor = (capability: Capability, session: Session): string | undefined =>
  typeof capability.name === 'string' ? capability.name : capability.name(session)

/** Capabilities of this connection now, in the order of registration. */
export const capabilitiesOf = (
  session: Session,
  registered: { readonly commands: Iterable<Command>; readonly extensions: Iterable<Capability> },
): string[] => {
  const stranger = session.state === 'notAuthenticated'
  const names = new Set<string>()
  const add = (capability: Capability): void => {
    if (stranger && capability.before !== true) return
    const name = nameFor(capability, session)
    if (name !== undefined) names.add(name)
  }
  for (const extension of registered.extensions) add(extension)
  for (const command of registered.commands) for (const capability of command.capabilities ?? []) add(capability)
  return [...names]
}
