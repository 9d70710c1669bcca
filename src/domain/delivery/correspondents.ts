/** Whom an account has written to, remembered so that their addresses complete themselves. */
import { parseAddresses } from '#format/address/parse.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { foldAddress } from './envelope.ts'
import type { Mail } from './mail.ts'

/** A message to more people than this is a mailing: it tells nothing of whom its author writes to. */
const most = 50

const remember = statement((q, p: Params<{ account: number; address: string; name: string; at: number }>) =>
  q
    .insertInto('correspondent')
    .values({ account_id: p.account, address: p.address, name: p.name, last_at: p.at, uses: 1 })
    .onConflict((on) =>
      on.columns(['account_id', 'address']).doUpdateSet((e) => ({
        name: e.ref('excluded.name'),
        last_at: e.ref('excluded.last_at'),
        uses: e('correspondent.uses', '+', 1),
      })),
    ),
)

/** Within a transaction: the recipients of a submitted message, under the names its author gave them. */
export const rememberCorrespondents = async (tx: Writer, account: number, mail: Mail): Promise<void> => {
  if (mail.accepted.length > most) return
  const names = new Map(
    [...mail.header.all('to'), ...mail.header.all('cc')]
      .flatMap((value) => parseAddresses(value))
      .map(({ name, email }) => [foldAddress(email), name ?? '']),
  )
  for (const { address } of mail.accepted) {
    const folded = foldAddress(address)
    await tx.run(remember, { account, address: folded, name: names.get(folded)?.slice(0, 200) ?? '', at: mail.now })
  }
}
