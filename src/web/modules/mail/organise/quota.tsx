/** How much of the mailbox's room is used; when little is left, what to do. */
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatSize } from '../../../i18n/format.ts'
import { useClient } from '../../../shell/client.tsx'
import { boxOf, joinPlace } from '../../../shell/function-place.ts'
import { drawerOpen } from '../../../shell/open-parts.ts'
import { useLive } from '../../../shell/value.ts'
import { fullness, percentOf, type Room, roomOf } from './quota-room.ts'
import css from './sidebar-more.module.css'

const EVERY_MS = 60_000

const useRoom = (): Room | undefined => {
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const [room, setRoom] = useState<Room>()
  useEffect(() => {
    if (accountId === undefined) return
    let isGone = false
    const ask = () =>
      roomOf(client).then(
        (now) => isGone || setRoom(now),
        () => undefined,
      )
    void ask()
    const timer = setInterval(() => void ask(), EVERY_MS)
    return () => {
      isGone = true
      clearInterval(timer)
    }
  }, [client, accountId])
  return room
}

export const Quota = () => {
  const { t, i18n } = useTranslation()
  const { account } = useClient()
  const room = useRoom()
  if (room === undefined) return null
  const size = (bytes: number) => formatSize(bytes, t, i18n.language)
  const full = fullness(room)
  const close = () => drawerOpen.set(false)
  return (
    <section className={css.box} aria-label={t('organise.quota')}>
      <meter
        min={0}
        max={100}
        low={80}
        high={95}
        optimum={0}
        value={percentOf(room)}
        aria-label={t('organise.quota')}
      />
      <p>
        <Link to="/usage" search={boxOf(account)} onClick={close} title={t('organise.quotaWhat')}>
          {t('organise.quotaLine', { used: size(room.used), limit: size(room.limit) })}
        </Link>
      </p>
      {full === undefined ? null : (
        <div className={css.full} data-full={full}>
          <p>{full === 'now' ? t('organise.quotaNow') : t('organise.quotaSoon')}</p>
          <p>
            <Link to="/usage" search={boxOf(account)} onClick={close}>
              {t('organise.quotaWhat')}
            </Link>
          </p>
          <p>
            <Link to="/mail/$mailbox" params={{ mailbox: joinPlace(account, 'trash') }} onClick={close}>
              {t('organise.quotaTrash')}
            </Link>
          </p>
        </div>
      )}
    </section>
  )
}
