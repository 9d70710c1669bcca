/** Editors' content as one file: taken out, and brought in after a trial that says what would become of it. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Body, numberOr, record, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Note, Section } from '../../ui/page.tsx'
import css from './content.module.css'
import { act as send, takeFile } from './requests.ts'
import { showFile } from './show-file.ts'

const sections = [
  'tiles',
  'officialAddresses',
  'contacts',
  'closures',
  'pictures',
  'guides',
  'errors',
  'components',
  'incidents',
  'notices',
  'requests',
] as const

interface Result {
  readonly faults: readonly { readonly path: string; readonly why: string }[]
  readonly rows: readonly {
    readonly section: (typeof sections)[number]
    readonly created: number
    readonly changed: number
    readonly unchanged: number
  }[]
}

const readResult = (answer: Body): Result => ({
  faults: records(answer.faults).map((one) => ({ path: text(one.path), why: text(one.why) })),
  rows: sections.flatMap((section) => {
    const counts = record(record(answer.counts)[section])
    const [created, changed] = [numberOr(counts.created, 0), numberOr(counts.changed, 0)]
    const unchanged = numberOr(counts.unchanged, 0)
    return created + changed + unchanged === 0 ? [] : [{ section, created, changed, unchanged }]
  }),
})

const bringIn = (content: unknown, dry: boolean) => send('content/import', { content, dry }, readResult)

/** The server reads no larger one from a page. */
const mostBytes = 8 * 1024 * 1024

const Table = ({ of }: { of: Result }) => {
  const { t } = useTranslation()
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t('content.part')}</th>
          <th scope="col">{t('content.created')}</th>
          <th scope="col">{t('content.changed')}</th>
          <th scope="col">{t('content.unchanged')}</th>
        </tr>
      </thead>
      <tbody>
        {of.rows.map(({ section, created, changed, unchanged }) => (
          <tr key={section}>
            <th scope="row">{t(`content.parts.${section}`)}</th>
            <td>{created}</td>
            <td>{changed}</td>
            <td>{unchanged}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Faults = ({ of }: { of: Result }) => {
  const { t } = useTranslation()
  return (
    <Note tone="problem">
      <p>
        <strong>{t('content.wrong', { count: of.faults.length })}</strong> {t('content.wrongMore')}
      </p>
      <ul className={css.faults}>
        {of.faults.map(({ path, why }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that is shown as it came
          <li key={at}>
            <code>{path}</code> {why}
          </li>
        ))}
      </ul>
    </Note>
  )
}

type Tried =
  | { readonly is: 'unread'; readonly why: 'large' | 'json' }
  | { readonly is: 'tried' | 'done'; readonly content: unknown; readonly result: Result }

const Import = () => {
  const { t } = useTranslation()
  const act = useAct()
  const id = useId()
  const [tried, setTried] = useState<Tried>()
  const tryFile = async (file: File | undefined) => {
    setTried(undefined)
    if (file === undefined) return
    if (file.size > mostBytes) return setTried({ is: 'unread', why: 'large' })
    let content: unknown
    try {
      content = JSON.parse(await file.text())
    } catch {
      return setTried({ is: 'unread', why: 'json' })
    }
    const answer = await act.run(() => bringIn(content, true))
    if (answer !== undefined) setTried({ is: 'tried', content, result: answer.value })
  }
  const bring = async (content: unknown) => {
    const answer = await act.run(() => bringIn(content, false), t('content.imported'))
    if (answer !== undefined) setTried({ is: 'done', content, result: answer.value })
  }
  return (
    <Section id="content-import" title={t('content.import')} intro={t('content.importMore')}>
      <p className={css.file}>
        <label htmlFor={id}>{t('content.file')}</label>
        <input
          id={id}
          type="file"
          accept="application/json,.json"
          onChange={(event) => void tryFile(event.target.files?.[0])}
        />
      </p>
      <div role="status">
        {tried?.is === 'unread' ? (
          <Note tone="mark">
            <p>{t(tried.why === 'large' ? 'content.tooLarge' : 'content.notJson')}</p>
          </Note>
        ) : null}
        {tried !== undefined && tried.is !== 'unread' && tried.result.faults.length === 0 ? (
          <>
            <p>{t(tried.is === 'tried' ? 'content.trial' : 'content.imported')}</p>
            <Table of={tried.result} />
          </>
        ) : null}
      </div>
      {tried !== undefined && tried.is !== 'unread' && tried.result.faults.length > 0 ? (
        <Faults of={tried.result} />
      ) : null}
      {tried?.is === 'tried' && tried.result.faults.length === 0 ? (
        <Button kind="primary" isDisabled={act.isBusy} onPress={() => void bring(tried.content)}>
          {t('content.bring')}
        </Button>
      ) : null}
    </Section>
  )
}

export const ContentPage = () => {
  const { t } = useTranslation()
  const act = useAct()
  const take = async () => {
    const made = await act.run(() => takeFile('content/export', {}, 'application/json'), t('content.exported'))
    if (made !== undefined) showFile(made.value, 'convergence-content.json')
  }
  return (
    <>
      <Section id="content" intro={t('content.intro')}>
        <Button kind="primary" icon="download" isDisabled={act.isBusy} onPress={() => void take()}>
          {t('content.export')}
        </Button>
      </Section>
      <Import />
    </>
  )
}
