/** Puts the watch together: probes of the doors that are open, the static copy, the standby beside. */
import type { Log } from '#base/log.ts'
import { readBrand } from '../brand/brand.ts'
import type { House } from '../house.ts'
import type { Listener } from '../listeners.ts'
import { startStandby } from './child.ts'
import { statusEndpoint, statusFolder } from './place.ts'
import { createProbes, doorOf } from './probes.ts'
import { startWatch } from './runner.ts'
import { createStaticCopy } from './static-copy.ts'

/** Not while everybody waits for the server to start. */
const first = 3000

/** Starts the watch, when there is to be one; and the standby, when there is a place for it. */
export const openStatus = async (
  house: House,
  log: Log,
  listeners: readonly Listener[],
): Promise<{ readonly stop: () => Promise<void> }> => {
  const { config, people } = house
  const interval = config['status.interval-seconds'] * 1000
  if (interval === 0) return { stop: async () => {} }
  const find = (name: string): Listener | undefined => listeners.find((one) => one.name === name)
  const door = doorOf(find('http'), false) ?? doorOf(find('https'), true)
  const copy = createStaticCopy(
    people,
    statusFolder(config),
    () => (door && 'port' in door ? door : undefined),
    readBrand(config.brand).brand,
  )
  const endpoint = statusEndpoint(config)
  if (endpoint !== 'off' && config['status.start-standby']) {
    const pid = await startStandby(config, endpoint)
    log.info('status.standby', pid === undefined ? { was: 'there' } : { pid })
  }
  const probes = createProbes({ people, listeners })
  return startWatch({ people, probes, log: log.with({ room: 'status' }), interval, first, publish: copy.publish })
}
