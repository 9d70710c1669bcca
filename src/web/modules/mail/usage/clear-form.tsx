/** Old and large messages to the trash, with what that gains told before it is done. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type MailUsage, type UsageAmount, usageSizes } from '#format/jmap/organising.ts'
import { formatSize } from '../../../i18n/format.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { searchIn } from '../../../shell/function-place.ts'
import { Button } from '../../../ui/button.tsx'
import { Stack } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { runJob } from '../organise/bulk.ts'
import { percentOf, type Room } from '../organise/quota-room.ts'
import css from './usage.module.css'
import {
  type AtLeast,
  type Before,
  beginnings,
  chosenAmount,
  chosenFilter,
  chosenSearch,
  noAmount,
  plus,
} from './usage-sums.ts'

const ANY = 'any'

/** What the mailbox would hold without it. */
const After = ({ room, gone }: { room: Room; gone: number }) => {
  const { t, i18n } = useTranslation()
  const after = { used: Math.max(0, room.used - gone), limit: room.limit }
  const size = (octets: number) => formatSize(octets, t, i18n.language)
  const values = { used: size(after.used), limit: size(after.limit), percent: percentOf(after) }
  return <p>{t('usage.after', values)}</p>
}

export const ClearForm = ({
  usage,
  room,
  trashed,
  onDone,
}: {
  usage: MailUsage
  room: Room | undefined
  /** What lies in the trash already. */
  trashed: UsageAmount
  onDone: () => void
}) => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const mailboxes = useMailboxes()
  const years = beginnings(usage.months, new Date())
  const [before, setBefore] = useState<Before>(years[1] ?? years[0])
  const [atLeast, setAtLeast] = useState<AtLeast>(years.length === 0 ? 1_000_000 : 0)
  const [isBusy, setBusy] = useState(false)
  const size = (octets: number) => formatSize(octets, t, i18n.language)
  const isEverything = before === undefined && atLeast === 0
  const chosen = isEverything ? noAmount : chosenAmount(usage, before, atLeast)
  const clear = async () => {
    setBusy(true)
    const filter = chosenFilter(mailboxes, before, atLeast)
    await runJob({ client, t }, { kind: 'trash' }, filter, chosen.emails)
    setBusy(false)
    onDone()
  }
  return (
    <Stack>
      <div className={css.choices}>
        <Select
          label={t('usage.age')}
          value={before === undefined ? ANY : String(before)}
          options={[
            ...years.map((year) => ({ id: String(year), name: t('usage.before', { year }) })),
            { id: ANY, name: t('usage.anyAge') },
          ]}
          onChange={(id) => setBefore(id === ANY ? undefined : Number(id))}
        />
        <Select
          label={t('usage.size')}
          value={String(atLeast)}
          options={usageSizes.map((octets) => ({
            id: String(octets),
            name: octets === 0 ? t('usage.anySize') : t('usage.atLeast', { size: size(octets) }),
          }))}
          onChange={(id) => setAtLeast(usageSizes.find((octets) => String(octets) === id) ?? 0)}
        />
      </div>
      <div role="status">
        <p>
          {isEverything
            ? t('usage.choose')
            : chosen.emails === 0
              ? t('usage.none')
              : t('usage.chosen', { count: chosen.emails, size: size(chosen.octets) })}
        </p>
        {room === undefined || chosen.emails === 0 ? null : <After room={room} gone={plus(chosen, trashed).octets} />}
      </div>
      <div className={css.acts}>
        <Button kind="primary" icon="trash" isDisabled={chosen.emails === 0 || isBusy} onPress={() => void clear()}>
          {t('usage.clear')}
        </Button>
        {chosen.emails === 0 ? null : (
          <Link to="/search" search={searchIn(client.account, chosenSearch(before, atLeast, i18n.language))}>
            {t('usage.see')}
          </Link>
        )}
      </div>
    </Stack>
  )
}
