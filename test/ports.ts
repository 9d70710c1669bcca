/**
 * Ports for the programs that tests start. They are chosen below those that the system gives by itself to clients and to
 * listeners on port 0: between the choice and the program's own listening, which takes seconds, nobody is given them.
 */
import { createServer } from 'node:net'

const first = 20_000
/** Workers of a run have numbers that follow each other: each has a slice of its own, and goes round in it. */
const slice = 200
const slices = 60
const start = first + (process.pid % slices) * slice

let next = 0

/** Whether nobody listens there, on any address. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)))
  })

/** A port where nobody listens, with as many after it; none of them is chosen again before two hundred others. */
export const freePort = async (more = 0): Promise<number> => {
  for (let tries = 0; tries < 1000; tries++) {
    if (next + more >= slice) next = 0
    const port = start + next
    next += more + 1
    const wanted = Array.from({ length: more + 1 }, (_, i) => port + i)
    if ((await Promise.all(wanted.map(isFree))).every((free) => free)) return port
  }
  throw new Error(`no port is free from ${start} to ${start + slice}`)
}
