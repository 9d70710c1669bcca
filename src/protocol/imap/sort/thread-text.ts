/** Threads as THREAD tells them (RFC 5256 §5, `thread-list`), written without recursion: a chain may be thousands long. */
import { startPace } from '../pace.ts'

/** A message and its answers in order. `uid` 0 stands for one that is not there and holds several together. */
export interface Thread {
  readonly uid: number
  readonly children: readonly Thread[]
}

/** `(3 6 (4 23)(44 7 96))(2)`; `numberOf` gives the number that the client is told for a UID. */
export const threadText = async (threads: readonly Thread[], numberOf: (uid: number) => number): Promise<string> => {
  const pace = startPace()
  let text = ''
  for (const thread of threads) {
    const stack: (Thread | '(' | ')')[] = [')', thread, '(']
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (typeof next === 'string') {
        text += next
        continue
      }
      const { uid, children } = next
      if (uid !== 0) text += children.length === 0 ? numberOf(uid) : `${numberOf(uid)} `
      if (children.length === 1) stack.push(children[0]!)
      else for (let i = children.length - 1; i >= 0; i--) stack.push(')', children[i]!, '(')
      if (pace.due) await pace.rest()
    }
  }
  return text
}
