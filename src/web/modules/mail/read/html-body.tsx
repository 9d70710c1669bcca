/** The HTML of a message: its pictures when they may be shown, its colours on a dark screen, its sealed frame. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailBody, EmailSummary } from '../../../data/index.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Menu } from '../../../ui/menu.tsx'
import css from './html-body.module.css'
import { type Look, MessageFrame } from './message-frame.tsx'
import type { CleanHtml } from './sanitise.ts'
import { useFailed, useImages } from './use-images.ts'

const ImageBar = ({ email, images }: { email: EmailSummary; images: ReturnType<typeof useImages> }) => {
  const { t } = useTranslation()
  const sender = (email.from?.[0]?.email ?? '').toLowerCase()
  const { state, canTrust } = images
  const tellFailed = () => void toast(t('thread.failed'), { tone: 'problem' })
  const trust = async (who: string): Promise<void> => {
    const takeBack = await images.trust(who)
    if (!takeBack) return tellFailed()
    const undo = () => void takeBack().then((done) => done || tellFailed())
    toast(who === '*' ? t('reading.imagesAll') : t('reading.imagesTrusted', { sender: who }), { undo })
  }
  if (state === 'shown') return null
  return (
    <div className={css.bar}>
      <Icon name="image" size={18} />
      <p className={css.text}>{state === 'off' ? t('reading.imagesOff') : t('reading.imagesBlocked')}</p>
      {state === 'off' ? null : (
        <>
          <Button kind="quiet" onPress={images.once}>
            {t('reading.imagesOnce')}
          </Button>
          <Menu
            label={t('reading.imagesChoose')}
            trigger={<IconButton icon="more" label={t('reading.imagesChoose')} />}
            entries={[
              {
                id: 'sender',
                label: t('reading.imagesSender'),
                disabled: !canTrust || sender === '',
                onAction: () => void trust(sender),
              },
              { id: 'always', label: t('reading.imagesAlways'), onAction: () => void trust('*') },
            ]}
          />
        </>
      )}
    </div>
  )
}

export const HtmlBody = ({
  email,
  body,
  clean,
  look,
  onLook,
}: {
  email: EmailSummary
  body: EmailBody
  clean: CleanHtml
  look: Look
  /** Changes between the colours of paper and those of a dark screen; undefined where there is nothing to change. */
  onLook: (() => void) | undefined
}) => {
  const { t } = useTranslation()
  const images = useImages(email.id, (email.from?.[0]?.email ?? '').toLowerCase(), body.reading)
  const [failed, setFailed] = useFailed(email.id)
  const onFailed = useCallback((count: number) => setFailed(count), [setFailed])
  const isShown = images.state === 'shown'
  return (
    <>
      {clean.remote.length > 0 ? <ImageBar email={email} images={images} /> : null}
      {onLook ? (
        <p className={css.colours}>
          <Button kind="quiet" icon="sun" onPress={onLook}>
            {look === 'dark' ? t('reading.coloursOriginal') : t('reading.coloursDark')}
          </Button>
        </p>
      ) : null}
      <MessageFrame
        key={`${look}${images.takenBack}`}
        clean={clean}
        body={body}
        showImages={isShown}
        look={look}
        onFailed={onFailed}
      />
      {isShown && failed > 0 ? (
        <p className={css.failed} role="status">
          {t('reading.imagesFailed', { count: failed })}
        </p>
      ) : null}
    </>
  )
}
