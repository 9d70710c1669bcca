/** A process that publishes notices and empties the outbox on a data folder, until it is done or killed. */
import { silentLog } from '#base/log.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { runOutbox } from '#domain/notify/outbox.ts'
import { loadConfig } from '#server/config.ts'
import { openHouse } from '#server/house.ts'

const data = process.argv[2] ?? ''
const config = loadConfig({ data, environment: { CONVERGENCE_DOMAINS: 'crash.test' }, folder: data })
const house = await openHouse(config, silentLog, { role: 'server' })
process.stdout.write('begun\n')
await Promise.all([runNotices(house.people), runOutbox(house.people)])
process.stdout.write('done\n')
await house.close()
