/** `convergence mta-sts`: what other domains ask of our connections to them, as it is kept, and forgetting it. */
import { domainToASCII } from 'node:url'
import { forgetPolicy, keptPolicies } from '#domain/delivery/sts/store.ts'
import { audit } from '#domain/people/audit.ts'
import { actor } from './account.ts'
import { type Command, UsageError, wordAt } from './command.ts'
import { table } from './terminal.ts'

const most = 1000

const moment = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

export const stsCommands: readonly Command[] = [
  {
    name: 'mta-sts',
    usage: '',
    about: 'Show which domains ask for verified TLS (MTA-STS), and until when that is kept',
    words: [0, 0],
    more: `At most ${most} domains. "convergence mta-sts forget DOMAIN" lets one be asked for anew.`,
    run: (invocation) =>
      invocation.withHouse(async ({ ctx }) => {
        const policies = await ctx.store.read((tx) => keptPolicies(tx, ctx.clock.now(), most))
        if (policies.length === 0) invocation.say('No policy is kept.')
        else
          invocation.say(
            table(
              ['DOMAIN', 'MODE', 'FETCHED (UTC)', 'UNTIL (UTC)', 'SERVERS'],
              policies.map(({ domain, mode, fetchedAt, expiresAt, mx }) => [
                domain,
                mode,
                moment(fetchedAt),
                moment(expiresAt),
                mx.join(' ').slice(0, 100),
              ]),
            ),
          )
        return 0
      }),
  },
  {
    name: 'mta-sts forget',
    usage: 'DOMAIN',
    about: 'Forget the policy of a domain; the next message asks for it anew',
    words: [1, 1],
    more: 'For a domain that has lost its policy without saying so. A running server notices within a minute.',
    run: (invocation) => {
      const domain = domainToASCII(wordAt(invocation, 0))
      if (domain === '') throw new UsageError('That is no domain.')
      return invocation.withHouse(async ({ ctx }) => {
        const found = await forgetPolicy(ctx, domain)
        if (found) await audit(ctx, { actor, action: 'queue.forget-policy', target: domain })
        invocation.say(found ? `The policy of ${domain} is forgotten.` : `No policy of ${domain} is kept.`)
        return found ? 0 : 1
      })
    },
  },
]
