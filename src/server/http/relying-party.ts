/** This site as passkeys know it. */
import type { FastifyRequest } from 'fastify'
import type { RelyingParty } from '#domain/people/factors/passkey.ts'

/**
 * The domain that passkeys are bound to is the host of our public address, `localhost` in a demonstration; an origin may
 * use them when it is that host by TLS (or this machine). A request that reached us under another name can use none.
 */
export const createRelyingParty = (site: {
  readonly publicUrl: string
  readonly demo: boolean
}): ((request: FastifyRequest) => RelyingParty) => {
  const id = site.demo ? 'localhost' : new URL(site.publicUrl).hostname
  return (request) => {
    const asked = URL.parse(`${request.protocol}://${request.host}`)
    const own = asked !== null && asked.hostname === id && (asked.protocol === 'https:' || id === 'localhost')
    const configured = site.demo ? [] : [new URL(site.publicUrl).origin]
    return { id, name: 'Convergence', origins: [...new Set([...configured, ...(own ? [asked.origin] : [])])] }
  }
}
