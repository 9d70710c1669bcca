/** The picture of a contact, or its initials; and a picture made small enough to keep. */
import { useTranslation } from 'react-i18next'
import { inOrder, type JsCard, nameOf } from '#format/jscontact/card.ts'
import { useClient } from '../../shell/client.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import css from './contacts.module.css'

export const ContactPhoto = ({ card, size }: { card: JsCard; size: number }) => {
  const { t } = useTranslation()
  const client = useClient()
  const name = nameOf(card)
  if (card.kind === 'group') return <Icon name="people" size={size} />
  const photo = inOrder(card.media).find((one) => one.kind === 'photo')
  const { blobId, mediaType = 'image/jpeg', uri } = photo ?? {}
  // A picture elsewhere would tell its host that the card was opened.
  const source = blobId
    ? client.downloadUrl(blobId, 'photo', mediaType)
    : uri?.startsWith('data:image/')
      ? uri
      : undefined
  if (source === undefined) return <Avatar name={name} email={inOrder(card.emails)[0]?.address ?? ''} size={size} />
  return (
    <img
      className={css.photo}
      src={source}
      alt={t('contacts.photoOf', { name })}
      width={size}
      height={size}
      loading="lazy"
    />
  )
}

const LONGEST = 512

/** A square JPEG of at most 512 pixels as a `data:` URI. Rejects for what is no picture. */
export const smallPhoto = async (file: Blob): Promise<string> => {
  const image = await createImageBitmap(file)
  const side = Math.min(image.width, image.height)
  const size = Math.min(LONGEST, side)
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, size, size)
  image.close()
  return canvas.toDataURL('image/jpeg', 0.85)
}
