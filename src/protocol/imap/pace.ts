/** Long work on the shared event loop gives way to others now and then (law 10). */
import { breathe } from '#domain/turn.ts'

/** Milliseconds of work in one go. */
const slice = 6

export interface Pace {
  /** True when it is time to give way. */
  readonly due: boolean
  /** Gives way; call it when `due`. */
  rest(): Promise<void>
}

export const startPace = (): Pace => {
  let since = performance.now()
  return {
    get due() {
      return performance.now() - since > slice
    },
    rest: async () => {
      await breathe()
      since = performance.now()
    },
  }
}
