/** Files sent as links: what is shared, until when, how often it was fetched; and the end of a link. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatSize } from '../../i18n/format.ts'
import type { Answer } from '../../shell/request.ts'
import { toast } from '../../shell/toasts.tsx'
import { IconButton } from '../../ui/button.tsx'
import { dayOf } from '../mail/compose/day.ts'
import { endShared, listShared, type Shared } from '../mail/compose/shared-files.ts'
import css from './settings-screen.module.css'

export const FilesSection = () => {
  const { t, i18n } = useTranslation()
  const [answer, setAnswer] = useState<Answer<Shared>>()
  const load = useCallback(() => void listShared().then(setAnswer), [])
  useEffect(load, [load])
  const size = (bytes: number) => formatSize(bytes, t, i18n.language)
  const end = async (id: number) => {
    const ended = await endShared(id)
    if (ended.kind === 'ok') toast(t('compose.files.ended'), { ms: 3000 })
    else toast(t('problem.changeRefused'), { tone: 'problem' })
    load()
  }
  const shared = answer?.kind === 'ok' ? answer.value : undefined
  const used = shared?.files.reduce((sum, file) => sum + file.size, 0) ?? 0
  return (
    <section className={css.section} aria-labelledby="files">
      <h2 className={css.heading} id="files">
        {t('compose.files.title')}
      </h2>
      <p className={css.intro}>{t('compose.files.intro')}</p>
      {answer === undefined ? <p role="status">{t('app.loading')}</p> : null}
      {answer !== undefined && shared === undefined ? <p role="alert">{t('problem.loadFailed')}</p> : null}
      {shared?.files.length === 0 ? <p>{t('compose.files.none')}</p> : null}
      {shared !== undefined && shared.files.length > 0 ? (
        <>
          <ul className={css.plainList}>
            {shared.files.map((file) => (
              <li key={file.id} className={css.row}>
                <span className={css.fileText}>
                  <strong>{file.name}</strong>
                  <span>
                    {t('compose.files.until', { size: size(file.size), date: dayOf(file.expiresAt, i18n.language) })}
                    {' · '}
                    {t('compose.files.downloads', { count: file.downloads })}
                  </span>
                </span>
                <IconButton
                  icon="trash"
                  label={t('compose.files.end', { name: file.name })}
                  onPress={() => void end(file.id)}
                />
              </li>
            ))}
          </ul>
          <p className={css.intro}>{t('compose.files.used', { used: size(used), quota: size(shared.limits.quota) })}</p>
        </>
      ) : null}
    </section>
  )
}
