/** A relay of bytes between a program and a door of the server: when each connection began, and which side ended it. */
import { connect, createServer, type Socket } from 'node:net'

export interface RelayedConnection {
  /** When the server ended it, by `performance.now()`; undefined while it stands, or when the program ended it. */
  readonly endedByServer: Promise<number>
  readonly open: boolean
}

export interface Relay {
  readonly port: number
  readonly connections: readonly RelayedConnection[]
  close(): Promise<void>
}

/** Opens a door of its own that leads to `port` of this machine. */
export const openRelay = async (port: number): Promise<Relay> => {
  const connections: RelayedConnection[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (program) => {
    const door = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    const state = { open: true }
    let leftByProgram = false
    const endedByServer = new Promise<number>((resolve) => {
      for (const event of ['end', 'close'] as const)
        door.once(event, () => {
          if (state.open && !leftByProgram) resolve(performance.now())
          state.open = false
        })
    })
    program.once('end', () => {
      leftByProgram = state.open
    })
    for (const socket of [program, door]) {
      sockets.add(socket)
      socket.on('error', () => {
        program.destroy()
        door.destroy()
      })
      socket.once('close', () => sockets.delete(socket))
    }
    program.pipe(door)
    door.pipe(program)
    connections.push({
      endedByServer,
      get open() {
        return state.open
      },
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
