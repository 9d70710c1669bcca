/** Asking for documents, and following who has answered. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { loadReach, type Reach } from '../notices/requests.ts'
import { ToldPage, useMayWrite } from '../notices/told-nav.tsx'
import { Editor } from './ask-editor.tsx'
import { Follow, useStatus } from './ask-follow.tsx'
import { loadAsked, loadOne } from './requests.ts'

const List = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const when = useWhen()
  const status = useStatus()
  const loaded = useLoaded('asked', loadAsked)
  const go = (n: string) => void navigate({ to: '/requests/ask', search: { n } })
  return (
    <Section id="asked" intro={t('notices.askIntro')}>
      <p>
        <Button kind="primary" icon="plus" onPress={() => go('new')}>
          {t('notices.newRequest')}
        </Button>
      </p>
      <Loading of={loaded}>
        {(requests) => (
          <Items empty={t('notices.noneAsked')}>
            {requests.map((one) => (
              <Item
                key={one.id}
                title={one.title}
                tag={status(one.status)}
                more={[one.sender, t('notices.due', { when: when(one.dueAt) })].join(' · ')}
              >
                <Button aria-label={t('notices.openNamed', { title: one.title })} onPress={() => go(String(one.id))}>
                  {t('notices.open')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}

const One = ({ id, reach }: { id: number; reach: Reach }) => {
  const loaded = useLoaded(`request ${id}`, () => loadOne(id))
  const reload = () => void loaded.reload()
  return (
    <Loading of={loaded}>
      {(request) =>
        request.status === 'draft' ? (
          <Editor request={request} reach={reach} onOpened={reload} />
        ) : (
          <Follow request={request} onChanged={reload} />
        )
      }
    </Loading>
  )
}

const Asking = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { n } = useSearch({ from: '/requests/ask' })
  const reach = useLoaded('reach', loadReach)
  return (
    <>
      {n === undefined ? null : (
        <p>
          <Button kind="quiet" icon="back" onPress={() => void navigate({ to: '/requests/ask', search: {} })}>
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
            <Editor request={undefined} reach={where} onOpened={() => undefined} />
          ) : (
            <One key={n} id={Number(n)} reach={where} />
          )
        }
      </Loading>
    </>
  )
}

export const AskScreen = () => {
  const { t } = useTranslation()
  return <ToldPage part="ask">{useMayWrite() ? <Asking /> : <p>{t('notices.notAuthor')}</p>}</ToldPage>
}
