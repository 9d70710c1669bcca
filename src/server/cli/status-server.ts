/** `convergence status-server`: serves the copy of the public pages, whatever happens to the server. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { bind } from '../listeners.ts'
import { statusEndpoint, statusFolder } from '../status/place.ts'
import { createStandby } from '../status/standby.ts'
import { type Command, CommandError, flagOption } from './command.ts'

const pidFile = (config: Config): string => join(config.data, 'status-server.pid')

const readPid = (config: Config): number | undefined => {
  const file = pidFile(config)
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}

const endOther = (config: Config): boolean => {
  const pid = readPid(config)
  if (pid === undefined) return false
  try {
    process.kill(pid, 'SIGTERM')
    return true
  } catch {
    return false
  }
}

export const statusServer: Command = {
  name: 'status-server',
  usage: '',
  about: 'Serve the copy of the status page, the guides and the contacts, without the server',
  words: [0, 0],
  options: { stop: { type: 'boolean', about: 'end the one that the server has started' } },
  more: `
It listens where listen.status says (a port, or host:port), reads only the files that the server has published, and goes
on when the server is stopped or has died. The server starts it by itself unless status.start-standby is false; a service
manager that ends all processes of a service wants a service of its own for it: see docs/status.md.`,
  run: async (invocation) => {
    const { config, say } = invocation
    if (flagOption(invocation, 'stop')) {
      say(endOther(config) ? 'Stopped.' : 'None was running.')
      return 0
    }
    const endpoint = statusEndpoint(config)
    if (endpoint === 'off') throw new CommandError('Say where to listen: set listen.status, such as 8090.')
    const server = createStandby(statusFolder(config))
    await bind(server, 'status', endpoint)
    writeFileSync(pidFile(config), String(process.pid))
    say(`Serving ${statusFolder(config)}`)
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    })
    if (readPid(config) === process.pid) rmSync(pidFile(config), { force: true })
    server.close()
    server.closeAllConnections()
    return 0
  },
}
