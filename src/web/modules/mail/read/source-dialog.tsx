/** The message as it arrived: its headers, then its first bytes. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailSummary } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import css from './source-dialog.module.css'

/** Bytes shown; the whole is downloaded. */
const SHOWN = 256 * 1024

const firstBytes = async (url: string, signal: AbortSignal): Promise<string> => {
  const response = await fetch(url, { signal })
  if (!response.ok || response.body === null) throw new Error(String(response.status))
  const decoder = new TextDecoder('utf-8')
  const reader = response.body.getReader()
  let text = ''
  for (let size = 0; size < SHOWN; ) {
    const { done, value } = await reader.read()
    if (done) return text
    size += value.length
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return `${text.slice(0, SHOWN)}\n[…]`
}

export const SourceDialog = ({ email, onClose }: { email: EmailSummary; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [text, setText] = useState<string>()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    const stop = new AbortController()
    firstBytes(client.downloadUrl(email.blobId, 'message.txt', 'text/plain'), stop.signal).then(setText, () => {
      if (!stop.signal.aborted) setText(t('thread.failed'))
    })
    return () => stop.abort()
  }, [client, email.blobId, t])
  return (
    <Dialog
      title={t('message.source')}
      isOpen
      wide
      onClose={onClose}
      closeLabel={t('app.close')}
      footer={
        <Button
          icon={copied ? 'check' : 'copy'}
          onPress={() => {
            void navigator.clipboard.writeText(text ?? '').then(() => setCopied(true))
          }}
        >
          {copied ? t('message.copied') : t('message.copy')}
        </Button>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre className={css.source} tabIndex={0}>
        {text ?? t('app.loading')}
      </pre>
    </Dialog>
  )
}
