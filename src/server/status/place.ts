/** Where the copy of the public pages rests, and where its standby listens. */
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { Endpoint } from '../settings.ts'

export const statusFolder = (config: Config): string =>
  config['status.folder'] === '' ? join(config.data, 'public') : resolve(config.data, config['status.folder'])

/** Off unless somebody says where: a port is never opened unasked. */
export const statusEndpoint = (config: Config): Endpoint => {
  const asked = config['listen.status']
  if (asked === 'auto' || asked === 'off') return 'off'
  if ('path' in asked) return { path: resolve(config.data, asked.path) }
  return { host: asked.host ?? config['listen.host'] ?? undefined, port: asked.port }
}
