/**
 * The document in which HTML is shown, fetched once by a frame like those that show messages. No worker serves a sealed
 * frame (it has no origin), and browsers keep what frames load apart: only so is it there without a network.
 */
import frameUrl from './message-frame.html?url'

const GIVE_UP_MS = 10_000

export const warmFrame = (): Promise<void> =>
  new Promise((resolve) => {
    const frame = document.createElement('iframe')
    const end = () => {
      clearTimeout(timer)
      frame.remove()
      resolve()
    }
    const timer = setTimeout(end, GIVE_UP_MS)
    frame.sandbox.add('allow-scripts')
    frame.hidden = true
    frame.title = ''
    frame.addEventListener('load', end, { once: true })
    frame.src = frameUrl
    document.body.append(frame)
  })
