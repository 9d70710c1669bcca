/** An invitation told above the words of its message, with its answers: nobody looks for it among the files. */
import { useTranslation } from 'react-i18next'
import type { EmailBodyPart } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useBytes, useText } from './attachment-bytes.ts'
import { EventView } from './card-view.tsx'
import css from './invitation-card.module.css'
import { longest } from './viewable.ts'

const Told = ({ blob, blobId }: { blob: Blob; blobId: string }) => {
  const text = useText(blob, longest.event)
  return text === undefined ? null : <EventView text={text} blobId={blobId} />
}

export const InvitationCard = ({ part }: { part: EmailBodyPart }) => {
  const { t } = useTranslation()
  const client = useClient()
  const blobId = part.blobId ?? ''
  const loaded = useBytes(client.downloadUrl(blobId, 'invitation.ics', 'application/octet-stream'))
  // It is among the files all the same.
  if (loaded.kind === 'failed') return null
  return (
    <section className={css.card} aria-label={t('reading.invitation')} aria-busy={loaded.kind === 'loading'}>
      {loaded.kind === 'ready' ? <Told blob={loaded.blob} blobId={blobId} /> : null}
    </section>
  )
}
