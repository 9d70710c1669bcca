/** A few lines spoken with a server, to hear whether it answers as its protocol says; bounded in time and octets. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A door to knock at. */
export type Door = ({ readonly host: string; readonly port: number } | { readonly path: string }) & {
  readonly tls: boolean
}

/** What we say, and what the answer must look like; the greeting comes before anything is said. */
export interface Line {
  readonly say?: string
  readonly expect: RegExp
}

const mostHeard = 16 * 1024

const open = (door: Door): Socket => {
  const where = 'path' in door ? { path: door.path } : { host: door.host, port: door.port }
  // We knock at our own door: whether the certificate is a good one is another question.
  return door.tls ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where)
}

/** Resolves when every line was answered as expected. Throws Error that says what was heard instead. */
export const talk = (door: Door, lines: readonly Line[], timeout: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = open(door)
    let heard = ''
    let at = 0
    const end = (error?: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    const timer = setTimeout(() => end(new Error('no answer in time')), timeout)
    socket.setEncoding('utf8')
    socket.on('error', (error) => end(error))
    socket.on('close', () => end(new Error('the connection was closed')))
    socket.on('data', (chunk: string) => {
      heard += chunk
      if (heard.length > mostHeard) return end(new Error('too much was said'))
      const line = lines[at]
      if (!line || !heard.endsWith('\n')) return
      if (!line.expect.test(heard)) {
        // An answer of several lines: the last one decides, when it has come.
        if (/^(?:[45]\d\d[ -]|\S+ (?:NO|BAD)|\* BYE)/m.test(heard)) end(new Error(`heard ${heard.slice(0, 80).trim()}`))
        return
      }
      heard = ''
      const next = lines[++at]
      if (!next) return end()
      if (next.say !== undefined) socket.write(`${next.say}\r\n`)
    })
  })
