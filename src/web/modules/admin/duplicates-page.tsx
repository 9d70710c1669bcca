import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { kindName } from '../../shell/profile-name.ts'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section, Stack } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import css from './admin.module.css'
import { loadDuplicates, loadMerges, type Pair, type Person, act as send } from './requests.ts'
import { SchoolSelect } from './school-select.tsx'
import { useAdminPlace } from './use-place.ts'
import { useScope } from './use-scope.ts'

const describe = ({ login, birthDate, profiles }: Person, t: TFunction): string =>
  [
    login,
    birthDate.split('-').reverse().join('/'),
    ...profiles.map(({ title, kind, schoolName, classes }) =>
      [title || kindName(kind, t), schoolName, ...classes].join(', '),
    ),
  ]
    .filter((part) => part.trim() !== '')
    .join(' · ')

const PairPart = ({ pair, onMerged }: { pair: Pair; onMerged: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const keep = async (kept: Person) => {
    const other = pair.people.find(({ id }) => id !== kept.id)
    if (other === undefined) return
    const question = {
      title: t('admin.keep', { name: `${kept.name} (${kept.login})` }),
      body: t('admin.duplicatesMore'),
      action: t('admin.keep', { name: kept.login }),
    }
    if (!(await confirm(question))) return
    const done = await act.run(() => send('merge', { keep: kept.id, merge: other.id }, nothing), t('admin.merged'))
    if (done !== undefined) onMerged()
  }
  return (
    <Items>
      {pair.people.map((person) => (
        <Item
          key={person.id}
          title={person.name}
          tag={pair.reason === 'mail' ? t('admin.sameMail') : t('admin.sameName')}
          more={describe(person, t)}
        >
          <Button
            isDisabled={act.isBusy}
            aria-label={t('admin.keep', { name: person.login })}
            onPress={() => void keep(person)}
          >
            {t('admin.keep', { name: person.login })}
          </Button>
        </Item>
      ))}
    </Items>
  )
}

/** One person with two records: one is kept, what the other had is added to it. */
export const DuplicatesPage = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const { schools } = useScope()
  const { search, to } = useAdminPlace()
  const uai = search.uai ?? schools[0]?.uai ?? ''
  const pairs = useLoaded(`pairs ${uai}`, () => loadDuplicates(uai))
  const merges = useLoaded(`merges ${uai}`, () => loadMerges(uai))
  const again = () => {
    void pairs.reload()
    void merges.reload()
  }
  return (
    <>
      {schools.length < 2 ? null : (
        <div className={css.filters}>
          <SchoolSelect value={uai} onChange={(next) => void to({ page: 'duplicates', uai: next })} needed />
        </div>
      )}
      <Section id="pairs" intro={t('admin.duplicatesMore')}>
        <Loading of={pairs}>
          {(found) =>
            found.length === 0 ? (
              <Items empty={t('admin.duplicatesNone')}>{[]}</Items>
            ) : (
              <Stack>
                {found.map((pair) => (
                  <PairPart key={pair.people.map(({ id }) => id).join()} pair={pair} onMerged={again} />
                ))}
              </Stack>
            )
          }
        </Loading>
      </Section>
      <Loading of={merges}>
        {(done) =>
          done.length === 0 ? null : (
            <Section id="merges" title={t('admin.merges')}>
              <Items>
                {done.map((one) => (
                  <Item
                    key={one.id}
                    title={t('admin.mergedInto', { merged: one.merged, kept: one.kept })}
                    more={`${one.actor} · ${when(one.at)}`}
                    tag={one.isUndone ? t('admin.undone') : undefined}
                  >
                    {one.isUndone ? null : (
                      <div className={css.buttons}>
                        <Button
                          onPress={() =>
                            void act
                              .run(() => send(`merges/${one.id}/undo`, {}, nothing), t('admin.undone'))
                              .then((ok) => (ok === undefined ? undefined : again()))
                          }
                        >
                          {t('admin.undo')}
                        </Button>
                      </div>
                    )}
                  </Item>
                ))}
              </Items>
            </Section>
          )
        }
      </Loading>
    </>
  )
}
