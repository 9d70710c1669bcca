/** Reading/get: what is known of emails beyond their own words (our own, `urn:convergence:reading`). */
import { readEmail } from '#domain/reading/read.ts'
import { READING, type Reading } from '#format/jmap/reading.ts'
import { list, text } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'

/** Emails of one call: each may cost a search. */
const maxReadings = 50

export const readingGet = accountMethod('Reading/get', READING, { ids: list(text) }, async (args, call) => {
  if (args.ids.length > maxReadings) throw new MethodFault('requestTooLarge', `At most ${maxReadings} at a time`)
  const { found, notFound } = splitIds('email', args.ids, call)
  const readings: Reading[] = []
  for (const { id, number } of found) {
    const reading = await readEmail(call.delivery.people, call.account, number, call.remoteImages)
    if (reading) readings.push(reading)
    else notFound.push(id)
  }
  return { list: readings, notFound }
})
