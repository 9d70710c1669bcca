import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Section } from '../../ui/page.tsx'
import { useActDetail } from './act-detail.ts'
import { useActionName } from './action-name.ts'
import { Loading } from './loading.tsx'
import { loadActivity } from './requests.ts'
import { useWhen } from './use-when.ts'

/** What happened on one's account: the owner's own lines of the audit log. */
export const ActivityPart = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const actionName = useActionName()
  const detailOf = useActDetail()
  const loaded = useLoaded('activity', loadActivity)
  return (
    <Section id="activity" intro={t('account.activityMore')}>
      <Loading of={loaded}>
        {(lines) => (
          <DataTable
            label={t('account.activity')}
            empty={t('account.activityNone')}
            columns={[t('account.when'), t('account.what'), t('account.where')]}
            rows={lines.map((line, i) => ({
              id: `${line.at} ${i}`,
              cells: [
                when(line.at),
                [actionName(line.action), detailOf(line)].filter(Boolean).join(colon()),
                [line.ip, line.country].filter(Boolean).join(' · '),
              ],
            }))}
          />
        )}
      </Loading>
    </Section>
  )
}
