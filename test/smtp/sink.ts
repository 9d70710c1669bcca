/** Another mail server, in a few lines: it keeps what it is sent and answers as a test tells it. */
import { createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

export interface Caught {
  readonly from: string
  readonly to: readonly string[]
  readonly data: string
  readonly encrypted: boolean
}

export interface SinkOptions {
  /** Lines of the EHLO reply after the first. */
  readonly extensions?: readonly string[]
  /** Reply to a command (`RCPT TO:<...>`), or undefined for the usual one; `drop` closes the connection. */
  readonly answer?: (command: string) => string | undefined
  /** Reply after the final dot. */
  readonly final?: (caught: Caught) => string | undefined
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly port?: number
}

export interface Sink {
  readonly port: number
  readonly caught: Caught[]
  /** Commands in the order they came. */
  readonly commands: string[]
  options: SinkOptions
  /** Most connections that were in use at the same time. */
  readonly peak: number
  /** Connections so far. */
  readonly connections: number
  /** Closes every connection, as a server that restarts does. */
  drop(): void
  close(): void
}

export const openSink = async (options: SinkOptions = {}): Promise<Sink> => {
  const caught: Caught[] = []
  const commands: string[] = []
  let peak = 0
  let connections = 0
  const sockets = new Set<Socket>()
  /** Those that have not said QUIT: its sender may open the next before we see the last one close. */
  const talking = new Set<Socket>()
  const serve = (socket: Socket, greet: boolean): void => {
    let buffer = ''
    let from = ''
    let to: string[] = []
    let data = false
    const say = (text: string) => socket.write(`${text}\r\n`)
    const finish = (text: string): void => {
      const message: Caught = { from, to, data: text, encrypted: socket instanceof TLSSocket }
      const reply = sink.options.final?.(message) ?? '250 2.0.0 Ok'
      if (reply === 'drop') return void socket.destroy()
      if (reply.startsWith('2')) caught.push(message)
      say(reply)
    }
    const usual = (verb: string): string => {
      if (verb === 'EHLO') {
        const list = ['sink.test', ...(sink.options.extensions ?? ['PIPELINING', '8BITMIME', 'SMTPUTF8'])]
        if (sink.options.tls && !(socket instanceof TLSSocket)) list.push('STARTTLS')
        return list.map((text, i) => `250${i === list.length - 1 ? ' ' : '-'}${text}`).join('\r\n')
      }
      return verb === 'DATA' ? '354 go' : verb === 'QUIT' ? '221 bye' : verb === 'STARTTLS' ? '220 go' : '250 2.1.0 Ok'
    }
    const command = (line: string): void => {
      commands.push(line)
      const verb = line.split(/[ :]/)[0]!.toUpperCase()
      const reply = sink.options.answer?.(line) ?? usual(verb)
      if (reply === 'drop') return void socket.destroy()
      if (reply.startsWith('2') && verb === 'MAIL') {
        from = /<(.*?)>/.exec(line)?.[1] ?? ''
        to = []
      }
      if (reply.startsWith('2') && verb === 'RCPT') to.push(/<(.*?)>/.exec(line)?.[1] ?? '')
      data = reply.startsWith('354')
      say(reply)
      if (verb === 'QUIT') {
        talking.delete(socket)
        socket.end()
      }
      if (verb === 'STARTTLS' && reply.startsWith('220') && sink.options.tls) {
        socket.removeAllListeners('data')
        const secureContext = createSecureContext(sink.options.tls)
        serve(new TLSSocket(socket, { isServer: true, secureContext }), false)
      }
    }
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      buffer += chunk.toString('utf8')
      for (;;) {
        const mark = data ? '\r\n.\r\n' : '\r\n'
        if (data && buffer.startsWith('.\r\n')) {
          data = false
          buffer = buffer.slice(3)
          finish('')
          continue
        }
        const end = buffer.indexOf(mark)
        if (end < 0) return
        const text = buffer.slice(0, end)
        buffer = buffer.slice(end + mark.length)
        if (data) {
          data = false
          finish(`${text}\r\n`.replace(/(^|\r\n)\./g, '$1'))
        } else command(text)
      }
    })
    if (greet) say('220 sink.test ESMTP')
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    connections++
    peak = Math.max(peak, talking.add(socket).size)
    socket.on('close', () => {
      talking.delete(socket)
      sockets.delete(socket)
    })
    serve(socket, true)
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  const sink: Sink = {
    port,
    caught,
    commands,
    options,
    get peak() {
      return peak
    },
    get connections() {
      return connections
    },
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
  return sink
}
