/**
 * The control socket: a command that changes the embedded store while the server runs tells it so. Only news travels
 * (law 2: the bus has no payload); a lost line costs latency, never correctness. The file's mode keeps others out.
 */
import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Log } from '#base/log.ts'
import { type Bus, isTopic, type Notification, type Topic } from '#store/bus/bus.ts'

/** Socket paths are limited to about a hundred octets by the system; a deep data folder has no control socket. */
const longestPath = 100
const longestLine = 4096

const pathOf = (data: string): string => (process.platform === 'win32' ? '' : join(data, 'control.sock'))

const usable = (path: string): boolean => path !== '' && Buffer.byteLength(path) <= longestPath

type News = { readonly notification: Notification } | { readonly topic: Topic; readonly account?: number }

const isCount = (value: unknown): value is number => Number.isSafeInteger(value)

const readNews = (line: string): News | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return
  }
  if (typeof value !== 'object' || value === null) return
  const { account, modseq, types, topic } = value as Record<string, unknown>
  if (isTopic(topic)) return isCount(account) ? { topic, account } : { topic }
  return isCount(account) && isCount(modseq) && isCount(types)
    ? { notification: { account, modseq, types } }
    : undefined
}

const listen = (socket: Socket, bus: Bus): void => {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) socket.destroy()
    for (const line of lines) {
      const news = readNews(line)
      if (!news) continue
      if ('notification' in news) bus.publish(news.notification)
      else bus.publishTopic(news.topic, news.account)
    }
  })
}

/** Opens the control socket in the data folder and passes what it hears to the bus. */
export const openControl = async (data: string, bus: Bus, log: Log): Promise<{ close(): Promise<void> }> => {
  const path = pathOf(data)
  if (!usable(path)) return { close: async () => {} }
  if (existsSync(path)) unlinkSync(path)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    listen(socket, bus)
  })
  await new Promise<void>((resolve) => {
    server.once('error', (cause) => {
      log.warn('control.unavailable', { reason: cause.message })
      resolve()
    })
    server.listen(path, () => {
      chmodSync(path, 0o600)
      resolve()
    })
  })
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/**
 * A bus that tells the server which runs on the same data folder, if one does, besides this process. For commands.
 */
export const forwardingBus = async (data: string, local: Bus): Promise<Bus> => {
  const path = pathOf(data)
  if (!usable(path) || !existsSync(path)) return local
  const socket = createConnection(path)
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  if (!connected) return local
  socket.on('error', () => socket.destroy())
  const send = (news: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(news)}\n`)
  }
  return {
    publish: (notification) => {
      local.publish(notification)
      send(notification)
    },
    publishTopic: (topic, account) => {
      local.publishTopic(topic, account)
      send({ topic, account })
    },
    subscribe: (account, listener) => local.subscribe(account, listener),
    subscribeAll: (listener) => local.subscribeAll(listener),
    subscribeTopic: (topic, listener) => local.subscribeTopic(topic, listener),
    close: async () => {
      await new Promise<void>((resolve) => socket.end(() => resolve()))
      await local.close()
    },
  }
}

/** True when a server runs on this data folder. */
export const serverAnswers = async (data: string): Promise<boolean> => {
  const path = pathOf(data)
  if (!usable(path) || !existsSync(path)) return false
  const socket = createConnection(path)
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return connected
}
