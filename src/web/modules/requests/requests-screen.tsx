/** Documents that one is asked for: handed in, replaced until the date, with the receipt. */
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentRequest } from '#format/jmap/notices.ts'
import { formatSize, longDate } from '../../i18n/format.ts'
import { useClient } from '../../shell/client.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLive } from '../../shell/value.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/page.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import css from '../notices/notices.module.css'
import { uploadFile } from '../notices/requests.ts'
import { ToldPage } from '../notices/told-nav.tsx'
import { type Portal, usePortal } from '../portal/use-portal.ts'
import { handIn } from './requests.ts'

const kinds = ['pdf', 'image', 'office', 'text'] as const
const accepts: Readonly<Record<string, string>> = {
  pdf: '.pdf',
  image: 'image/*',
  office: '.doc,.docx,.odt,.xls,.xlsx,.ods,.ppt,.pptx,.odp',
  text: '.txt,.csv,.md',
}

const useKinds = () => {
  const { t } = useTranslation()
  return (asked: readonly string[]): string =>
    asked.length === 0
      ? t('notices.anyKind')
      : kinds
          .filter((kind) => asked.includes(kind))
          .map((kind) => t(`notices.kind.${kind}`))
          .join(', ')
}

const HandIn = ({ request, portal, onDone }: { request: DocumentRequest; portal: Portal; onDone: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId ?? ''
  const act = useAct()
  const [keep, setKeep] = useState(request.files.map(({ n }) => n))
  const [files, setFiles] = useState<readonly File[]>([])
  const [remark, setRemark] = useState(request.remark)
  const field = useRef<HTMLInputElement>(null)
  const kept = request.files.filter(({ n }) => keep.includes(n))
  const count = kept.length + files.length
  const send = async (event: FormEvent) => {
    event.preventDefault()
    const uploads: { blobId: string; name: string }[] = []
    for (const file of files) {
      const uploaded = await act.run(() => uploadFile(accountId, file))
      if (!uploaded) return
      uploads.push({ blobId: uploaded.value, name: file.name })
    }
    const given = { keep, files: uploads, remark }
    if (!(await act.run(() => handIn(request.id, given), t('notices.handed')))) return
    portal.retry()
    onDone()
  }
  const id = `files-${request.id}`
  return (
    <form className={css.form} onSubmit={(event) => void send(event)}>
      <div className={css.area}>
        <label htmlFor={id}>{t('notices.chooseFiles', { count: request.maxFiles })}</label>
        <input
          id={id}
          ref={field}
          type="file"
          multiple={request.maxFiles > 1}
          accept={request.kinds.map((kind) => accepts[kind] ?? '').join(',')}
          onChange={(event) => {
            setFiles([...files, ...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </div>
      {count === 0 ? null : (
        <ul className={css.files} aria-label={t('notices.toHandIn')}>
          {kept.map((file) => (
            <li key={`k${file.n}`}>
              {file.name}
              <IconButton
                icon="close"
                size={16}
                label={t('notices.removeFile', { name: file.name })}
                onPress={() => setKeep(keep.filter((n) => n !== file.n))}
              />
            </li>
          ))}
          {files.map((file, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name
            <li key={`f${i}`}>
              {file.name}
              <IconButton
                icon="close"
                size={16}
                label={t('notices.removeFile', { name: file.name })}
                onPress={() => setFiles(files.filter((_one, at) => at !== i))}
              />
            </li>
          ))}
        </ul>
      )}
      {request.asksRemark ? (
        <TextArea label={t('notices.remark')} value={remark} onChange={setRemark} maxLength={2000} rows={3} />
      ) : null}
      <div className={css.actions}>
        <Button kind="primary" type="submit" isDisabled={act.isBusy || count === 0 || count > request.maxFiles}>
          {request.handedAt === null ? t('notices.handIn') : t('notices.replace')}
        </Button>
        {request.handedAt === null ? null : <Button onPress={onDone}>{t('app.cancel')}</Button>}
      </div>
    </form>
  )
}

const Receipt = ({ request }: { request: DocumentRequest }) => {
  const { t, i18n } = useTranslation()
  if (request.handedAt === null) return null
  return (
    <div role="status">
      <p className={css.done}>
        <Icon name="check" size={18} />
        {t('notices.handedAt', { when: longDate(request.handedAt, i18n.language) })}
      </p>
      <p>{t('notices.receipt', { receipt: request.receipt })}</p>
      <ul className={css.files} aria-label={t('notices.handedFiles')}>
        {request.files.map((file) => (
          <li key={file.n}>
            <a href={file.url} download={file.name}>
              <Icon name="attach" size={16} />
              {file.name} ({formatSize(file.size, t, i18n.language)})
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

const One = ({ request, portal }: { request: DocumentRequest; portal: Portal }) => {
  const { t, i18n } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const kindsOf = useKinds()
  const isClosed = request.isClosed || Date.parse(request.dueAt) <= Date.now()
  const due = longDate(request.dueAt, i18n.language)
  return (
    <article className={css.notice} aria-labelledby={`request-${request.id}`}>
      <p className={css.head}>
        <span className={css.mark}>
          <Icon name="file" size={16} />
          {request.sender}
        </span>
        <strong>{isClosed ? t('notices.dueWas', { when: due }) : t('notices.due', { when: due })}</strong>
      </p>
      <h2 className={css.title} id={`request-${request.id}`}>
        {request.title}
      </h2>
      {request.text === '' ? null : <p className={css.body}>{request.text}</p>}
      <p className={css.soft}>
        {t('notices.limits', {
          kinds: kindsOf(request.kinds),
          count: request.maxFiles,
          size: formatSize(request.maxBytes, t, i18n.language),
        })}{' '}
        {t('notices.kept', { when: longDate(request.keptUntil, i18n.language) })}
      </p>
      <Receipt request={request} />
      {isClosed ? (
        request.handedAt === null ? (
          <p className={css.note}>{t('notices.tooLate')}</p>
        ) : null
      ) : request.handedAt === null || isOpen ? (
        <HandIn key={request.receipt} request={request} portal={portal} onDone={() => setOpen(false)} />
      ) : (
        <div className={css.actions}>
          <Button onPress={() => setOpen(true)}>{t('notices.replaceOpen')}</Button>
        </div>
      )}
    </article>
  )
}

export const RequestsScreen = () => {
  const { t } = useTranslation()
  const portal = usePortal()
  const { view, isOld } = portal
  const requests = (view?.requests ?? []).toSorted(
    (a, b) => Number(a.handedAt !== null) - Number(b.handedAt !== null) || (a.dueAt < b.dueAt ? -1 : 1),
  )
  return (
    <ToldPage part="requests">
      {isOld ? (
        <Note tone="mark">
          <p>{view === undefined ? t('notices.failed') : t('notices.old')}</p>
          <Button onPress={portal.retry}>{t('notices.retry')}</Button>
        </Note>
      ) : null}
      {view === undefined ? (
        isOld ? null : (
          <p className={css.soft} aria-busy="true" role="status">
            {t('app.loading')}
          </p>
        )
      ) : requests.length === 0 ? (
        <Note>{t('notices.noRequest')}</Note>
      ) : (
        requests.map((request) => <One key={request.id} request={request} portal={portal} />)
      )}
    </ToldPage>
  )
}
