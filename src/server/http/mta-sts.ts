/**
 * What we ask of those who send to us (RFC 8461 §3.2): `https://mta-sts.<domain>/.well-known/mta-sts.txt`. It binds nobody
 * before the TXT record `_mta-sts.<domain>` announces it.
 */
import type { FastifyInstance } from 'fastify'
import { type StsPolicy, writeStsPolicy } from '#domain/delivery/sts/policy.ts'
import type { Config } from '../config.ts'

/** The name under which the policy of a domain is asked for. */
export const stsHost = (domain: string): string => `mta-sts.${domain}`

/** Our own policy; undefined when the operator wants none. */
export const ownStsPolicy = (
  config: Pick<Config, 'mta-sts.mode' | 'mta-sts.mx' | 'mta-sts.max-age-days' | 'hostname'>,
): StsPolicy | undefined => {
  const mode = config['mta-sts.mode']
  if (mode === 'off') return
  const named = config['mta-sts.mx']
  return { mode, mx: named.length > 0 ? named : [config.hostname], maxAge: config['mta-sts.max-age-days'] * 86_400 }
}

export const registerMtaSts = (app: FastifyInstance, config: Config): void => {
  const policy = ownStsPolicy(config)
  const { text } = policy ? writeStsPolicy(policy) : { text: '' }
  const hosts = new Set(config.domains.map(stsHost))
  app.get('/.well-known/mta-sts.txt', async (request, reply) => {
    if (text === '' || !hosts.has(request.hostname.toLowerCase()))
      return reply.code(404).type('text/plain; charset=utf-8').send('No policy here.\r\n')
    return reply.header('cache-control', 'max-age=300').type('text/plain').send(text)
  })
}
