/** The message as it arrived: its headers one by one, or its first bytes. */
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

/** The fields of the header block, unfolded, in their order. */
const fieldsOf = (source: string): (readonly [name: string, value: string])[] =>
  (source.split(/\r?\n\r?\n/, 1)[0] ?? '')
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => [line.slice(0, Math.max(0, line.indexOf(':'))), line.slice(line.indexOf(':') + 1).trim()] as const)
    .filter(([name]) => name !== '')

export const SourceDialog = ({
  email,
  part,
  onClose,
}: {
  email: EmailSummary
  part: 'all' | 'headers'
  onClose: () => void
}) => {
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
      title={part === 'headers' ? t('message.headers') : t('message.source')}
      isOpen
      wide
      onClose={onClose}
      closeLabel={t('app.close')}
      footer={
        <Button
          icon={copied ? 'check' : 'copy'}
          onPress={() => {
            const copy = part === 'headers' ? (text ?? '').split(/\r?\n\r?\n/, 1)[0] : text
            void navigator.clipboard.writeText(copy ?? '').then(() => setCopied(true))
          }}
        >
          {copied ? t('message.copied') : t('message.copy')}
        </Button>
      }
    >
      {part === 'headers' && text !== undefined ? (
        <dl className={css.fields} tabIndex={0}>
          {fieldsOf(text).map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a field may be there several times
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre className={css.source} tabIndex={0}>
          {text ?? t('app.loading')}
        </pre>
      )}
    </Dialog>
  )
}
