/** Core/echo (RFC 8620 §4). */
import { CORE } from '#format/jmap/core.ts'
import type { Method } from '../method.ts'

export const coreEcho: Method = { name: 'Core/echo', capability: CORE, run: async (args) => args }
