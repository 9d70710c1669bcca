/** Where the journeys of one run keep the academy that the first of them filled (rig.ts); thrown away at the end. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const setup = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'convergence-academy-'))
  process.env.JOURNEY_ACADEMY = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
