import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { useActDetail } from '../account/act-detail.ts'
import { useActionName } from '../account/action-name.ts'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import css from './admin.module.css'
import { AuditChanges, changesOf } from './audit-changes.tsx'
import { loadAudit } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useAdminPlace } from './use-place.ts'
import { useScope } from './use-scope.ts'

/** An act and what it adds; what a program wrote of it (a rule, a table) is apart. */
const What = ({ action, detail }: { action: string; detail: string }) => {
  const changes = changesOf(detail)
  if (changes !== undefined)
    return (
      <>
        {action}
        <AuditChanges changes={changes} />
      </>
    )
  return /^[[{]/.test(detail) ? (
    <>
      {action}
      <code className={css.written}>{detail}</code>
    </>
  ) : (
    [action, detail].filter(Boolean).join(colon())
  )
}

/** What names itself by a number or a code of ours (a session, a kind of proof) is said by the action, or is nothing to read. */
const isPlain = ({ action }: { readonly action: string }): boolean => !/^(?:session|factor)\./.test(action)

/** Who did what, to whom, from where; the newest first. */
export const AuditPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const actionName = useActionName()
  const detailOf = useActDetail()
  const scope = useScope()
  const { search, to } = useAdminPlace()
  const [actor, setActor] = useState(search.actor ?? '')
  // A head of school sees the lines of the school only.
  const uai = search.uai ?? (scope.isPlatform ? '' : (scope.schools[0]?.uai ?? ''))
  const asked = { actor: search.actor, before: search.before, uai, limit: '100' }
  const loaded = useLoaded(JSON.stringify(asked), () => loadAudit(asked))
  const nameOf = (one: string): string => {
    const number = /^account (\d+)$/.exec(one)?.[1]
    if (number !== undefined) return t('admin.actorAccount', { number })
    return one === 'stranger' ? t('admin.actorStranger') : one
  }
  const filter = (event: FormEvent) => {
    event.preventDefault()
    void to({ page: 'audit', uai, actor: actor.trim() })
  }
  return (
    <Section id="audit" intro={t('admin.auditMore')}>
      <form className={css.filters} onSubmit={filter}>
        <Field label={t('admin.filterActor')} value={actor} onChange={setActor} autoCapitalize="none" />
        <SchoolSelect value={uai} onChange={(next) => void to({ page: 'audit', uai: next, actor: actor.trim() })} />
        <Button type="submit">{t('admin.filter')}</Button>
      </form>
      <Loading of={loaded}>
        {({ entries, next }) => (
          <>
            <DataTable
              label={t('admin.audit')}
              empty={t('admin.auditNone')}
              columns={[t('admin.when'), t('admin.actor'), t('admin.action'), t('admin.target'), t('admin.from')]}
              rows={entries.map((line) => ({
                id: String(line.id),
                cells: [
                  when(line.at),
                  nameOf(line.actor),
                  <What key="what" action={actionName(line.action)} detail={detailOf(line)} />,
                  isPlain(line) ? line.target : '',
                  line.ip,
                ],
              }))}
            />
            {next === undefined ? null : (
              <p className={css.bar}>
                <Button onPress={() => void to({ page: 'audit', uai, actor: actor.trim(), before: String(next) })}>
                  {t('admin.older')}
                </Button>
              </p>
            )}
          </>
        )}
      </Loading>
    </Section>
  )
}
