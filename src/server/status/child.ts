/** Starts the standby as a process that outlives this one, unless one already serves the port. */
import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Endpoint } from '../settings.ts'

/** True when a standby answers there. */
export const standbyAnswers = (endpoint: Exclude<Endpoint, 'off'>): Promise<boolean> =>
  new Promise((resolve) => {
    const where =
      'path' in endpoint ? { socketPath: endpoint.path } : { host: endpoint.host ?? '127.0.0.1', port: endpoint.port }
    const asked = request({ ...where, path: '/health/live', agent: false, timeout: 1000 }, (response) => {
      response.resume()
      resolve(response.headers['x-convergence-standby'] === '1')
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.end()
  })

/** Returns the process id of the new standby; undefined when one was there. */
export const startStandby = async (config: Config, endpoint: Exclude<Endpoint, 'off'>): Promise<number | undefined> => {
  if (await standbyAnswers(endpoint)) return
  const main = join(import.meta.dirname, '..', 'main.ts')
  const file = config.file === undefined ? [] : ['--config', config.file]
  const child = spawn(process.execPath, [main, 'status-server', '--data', config.data, ...file], {
    // A group of its own, no pipe to us: it stays when we are killed.
    detached: true,
    stdio: 'ignore',
  })
  child.on('error', () => undefined)
  child.unref()
  return child.pid
}
