/** Writing official notices: the drafts, what is on its way, what became of those that are out. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { NoticeEditor } from './notice-editor.tsx'
import { NoticeReport } from './notice-report.tsx'
import { inLanguage } from './notice-view.tsx'
import { loadNotice, loadNotices, loadReach, type NoticeLine, type Reach } from './requests.ts'
import { ToldPage, useMayWrite } from './told-nav.tsx'
import { useStatus } from './use-status.ts'

const List = () => {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const when = useWhen()
  const status = useStatus()
  const loaded = useLoaded('notices', loadNotices)
  const go = (n: string) => void navigate({ to: '/notices/write', search: { n } })
  const more = (one: NoticeLine) =>
    [
      one.sender,
      one.publishedAt !== undefined
        ? t('notices.published', { when: when(one.publishedAt) })
        : one.publishAt !== undefined && one.status === 'scheduled'
          ? t('notices.planned', { when: when(one.publishAt) })
          : t('notices.changed', { when: when(one.updatedAt) }),
      one.recipients > 0 ? t('notices.people', { count: one.recipients }) : '',
    ]
      .filter((part) => part !== '')
      .join(' · ')
  return (
    <Section id="notices" intro={t('notices.writeIntro')}>
      <p>
        <Button kind="primary" icon="plus" onPress={() => go('new')}>
          {t('notices.new')}
        </Button>
      </p>
      <Loading of={loaded}>
        {(notices) => (
          <Items empty={t('notices.noneWritten')}>
            {notices.map((one) => {
              const title = inLanguage(one.title, i18n.language)
              return (
                <Item key={one.id} title={title} tag={status(one.status)} more={more(one)}>
                  <Button aria-label={t('notices.openNamed', { title })} onPress={() => go(String(one.id))}>
                    {t('notices.open')}
                  </Button>
                </Item>
              )
            })}
          </Items>
        )}
      </Loading>
    </Section>
  )
}

const One = ({ id, reach }: { id: number; reach: Reach }) => {
  const loaded = useLoaded(`notice ${id}`, () => loadNotice(id))
  return (
    <Loading of={loaded}>
      {(notice) =>
        notice.status === 'draft' || notice.status === 'scheduled' ? (
          <NoticeEditor notice={notice} reach={reach} onChanged={() => void loaded.reload()} />
        ) : (
          <NoticeReport notice={notice} onChanged={() => void loaded.reload()} />
        )
      }
    </Loading>
  )
}

const Author = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { n } = useSearch({ from: '/notices/write' })
  const reach = useLoaded('reach', loadReach)
  return (
    <>
      {n === undefined ? null : (
        <p>
          <Button kind="quiet" icon="back" onPress={() => void navigate({ to: '/notices/write', search: {} })}>
            {t('notices.backToList')}
          </Button>
        </p>
      )}
      <Loading of={reach}>
        {(where) =>
          !where.everywhere && where.schools.length === 0 ? (
            <p>{t('notices.notAuthor')}</p>
          ) : n === undefined ? (
            <List />
          ) : n === 'new' ? (
            <NoticeEditor notice={undefined} reach={where} onChanged={() => undefined} />
          ) : (
            <One key={n} id={Number(n)} reach={where} />
          )
        }
      </Loading>
    </>
  )
}

export const AuthorScreen = () => {
  const { t } = useTranslation()
  return <ToldPage part="write">{useMayWrite() ? <Author /> : <p>{t('notices.notAuthor')}</p>}</ToldPage>
}
