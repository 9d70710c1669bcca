/** Waiting for a server that starts. */
import { connect } from 'node:net'

/** Resolves when something listens there; throws after a minute with what the log says. */
export const waitForPort = async (port: number, log: () => Promise<string>): Promise<void> => {
  const deadline = Date.now() + 120_000
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    if (Date.now() > deadline) throw new Error(`nothing listens on ${port}\n${await log()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
