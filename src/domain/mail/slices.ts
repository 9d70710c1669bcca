/** Long lists are worked on in slices so that one person's big change does not stop the others (law 10). */
import { breathe } from '../turn.ts'

const sliceLength = 500

/** The list in order, in slices, giving way to others between them. */
export async function* slices<T>(list: readonly T[], length = sliceLength): AsyncGenerator<readonly T[]> {
  for (let i = 0; i < list.length; i += length) {
    if (i > 0) await breathe()
    yield list.slice(i, i + length)
  }
}
