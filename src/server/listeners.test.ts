import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { type Listener, openDoor } from './listeners.ts'
import { openTls } from './tls.ts'

const limits = { connections: 5, perAddress: 3 }

const hello = (socket: Socket): void => {
  socket.on('error', () => {})
  // Sockets are half open, as protocols want them: whoever takes one also ends it.
  socket.on('end', () => socket.end()).resume()
  socket.write('hello')
}

const opened = async (listener: Listener | undefined): Promise<Listener> => {
  if (!listener) throw new Error('it is off')
  return listener
}

/** What a new connection hears: `hello`, or nothing and the end. */
const dial = (target: { port: number } | { path: string }): Promise<{ heard: string; socket: Socket }> =>
  new Promise((resolve) => {
    const socket = 'port' in target ? connect(target.port, '127.0.0.1') : connect(target.path)
    socket.on('error', () => {})
    socket.once('data', (chunk) => resolve({ heard: chunk.toString(), socket }))
    socket.once('close', () => resolve({ heard: '', socket }))
  })

test('one address holds so many connections and no more; a place that is freed can be taken', async () => {
  const endpoint = { host: '127.0.0.1', port: 0 }
  const listener = await opened(await openDoor({ name: 'imap', endpoint, handle: hello }, limits, silentLog))
  const port = listener.port ?? 0
  const calls = await Promise.all(Array.from({ length: 5 }, () => dial({ port })))
  expect(calls.map(({ heard }) => heard).sort()).toEqual(['', '', 'hello', 'hello', 'hello'])
  expect(listener.connections).toBe(3)
  calls.find(({ heard }) => heard === 'hello')?.socket.destroy()
  await expect.poll(() => listener.connections).toBe(2)
  const next = await dial({ port })
  expect(next.heard).toBe('hello')
  for (const { socket } of [...calls, next]) socket.destroy()
  await listener.stop()
})

test('a socket file left by a program that died is replaced', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'cv-')), 'lmtp.sock')
  writeFileSync(path, '')
  const listener = await opened(await openDoor({ name: 'lmtp', endpoint: { path }, handle: hello }, limits, silentLog))
  const { heard, socket } = await dial({ path })
  expect(heard).toBe('hello')
  socket.destroy()
  await listener.stop()
})

test('a port that is taken is told with the setting that moves it', async () => {
  const door = (port: number) => ({ name: 'imaps' as const, endpoint: { host: '127.0.0.1', port }, handle: hello })
  const first = await opened(await openDoor(door(0), limits, silentLog))
  await expect(openDoor(door(first.port ?? 0), limits, silentLog)).rejects.toThrow(/CONVERGENCE_LISTEN_IMAPS/)
  await first.stop()
})

test('a listener that is off is not opened', async () => {
  expect(await openDoor({ name: 'smtp', endpoint: 'off', handle: hello }, limits, silentLog)).toBeUndefined()
})

test('hundreds of programs that come at once are all served over TLS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cv-tls-'))
  const source = openTls({
    folder,
    hostname: 'mail.ecole.test',
    certificate: undefined,
    key: undefined,
    log: silentLog,
  })
  const endpoint = { host: '127.0.0.1', port: 0 }
  const wide = { connections: 500, perAddress: 500 }
  const door = { name: 'imaps' as const, endpoint, handle: hello, tls: source }
  const listener = await opened(await openDoor(door, wide, silentLog))
  const heard = await Promise.all(
    Array.from(
      { length: 200 },
      () =>
        new Promise<string>((resolve) => {
          const socket = tlsConnect({ host: '127.0.0.1', port: listener.port ?? 0, rejectUnauthorized: false })
          socket.once('data', (chunk) => {
            resolve(chunk.toString())
            socket.destroy()
          })
          socket.once('error', (error) => resolve(error.message))
        }),
    ),
  )
  expect(new Set(heard)).toEqual(new Set(['hello']))
  await expect.poll(() => listener.connections).toBe(0)
  // What speaks no TLS is sent away, and the listener goes on.
  const stranger = connect(listener.port ?? 0, '127.0.0.1')
  const gone = new Promise((resolve) => stranger.once('close', resolve))
  stranger.on('error', () => {}).write('EHLO mail.exemple.fr\r\n')
  stranger.resume()
  await gone
  await listener.stop()
  source.close()
})
