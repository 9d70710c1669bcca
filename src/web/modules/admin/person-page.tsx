/** One person: what is known, and what the viewer may do about it. */
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Card, Item, Items, Note, Section, Stack } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loading } from '../account/loading.tsx'
import { useWhen } from '../account/use-when.ts'
import { factorKinds } from '../gate/requests.ts'
import { WaysBack } from '../help/ways-back.tsx'
import css from './admin.module.css'
import { CodeNote } from './code-note.tsx'
import { StateMark } from './people-page.tsx'
import { PostActs, Posts } from './posts.tsx'
import { type Code, giveCode, giveIdentifier, loadPerson, type PersonCard, act as send } from './requests.ts'

const Facts = ({ person }: { person: PersonCard }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const factorName = (kind: string): string => {
    const known = factorKinds.find((one) => one === kind)
    return known === undefined ? t('account.appPasswords') : t(`factor.${known}`)
  }
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('admin.state'), <StateMark key="state" state={person.state} />],
    [t('admin.login'), `${person.login} · ${person.email}`],
    [t('admin.born'), person.birthDate.split('-').reverse().join('/')],
    [t('admin.activatedAt'), when(person.activatedAt) || t('admin.never')],
    [t('admin.lastSignIn'), when(person.lastSignInAt) || t('admin.never')],
    [t('admin.protections'), person.factors.map(factorName).join(', ')],
    [t('admin.openSessions'), String(person.sessions)],
    [t('admin.rescue'), person.rescueMail],
    [t('admin.phone'), person.phone],
    [t('admin.source'), person.source],
    [t('admin.lockedUntil'), when(person.lockedUntil)],
    [t('admin.endsAt'), when(person.endsAt)],
    [t('admin.reason'), person.blockReason],
  ]
  return (
    <Card>
      <dl className={css.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </Card>
  )
}

/** Asks for one or two lines of text before something is done. */
const AskDialog = ({
  title,
  body,
  labels,
  initial,
  action,
  danger = false,
  children,
  onEnd,
}: {
  title: string
  body?: string
  labels: readonly string[]
  initial?: readonly string[]
  action: string
  danger?: boolean
  children?: ReactNode
  onEnd: (values: readonly string[] | undefined) => void
}) => {
  const { t } = useTranslation()
  const [values, setValues] = useState<readonly string[]>(initial ?? labels.map(() => ''))
  return (
    <Dialog title={title} isOpen onClose={() => onEnd(undefined)} closeLabel={t('app.close')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onEnd(values.map((value) => value.trim()))
        }}
      >
        <Stack>
          {body === undefined ? null : <p>{body}</p>}
          {labels.map((label, i) => (
            <Field
              key={label}
              label={label}
              value={values[i] ?? ''}
              onChange={(value) => setValues(values.map((old, at) => (at === i ? value : old)))}
              maxLength={300}
              autoFocus={i === 0}
            />
          ))}
          {children}
          <div className={css.buttons}>
            <Button kind={danger ? 'danger' : 'primary'} type="submit">
              {action}
            </Button>
            <Button onPress={() => onEnd(undefined)}>{t('admin.cancel')}</Button>
          </div>
        </Stack>
      </form>
    </Dialog>
  )
}

type Asking = 'block' | 'contact' | 'case'

const Acts = ({ person, onChanged }: { person: PersonCard; onChanged: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [code, setCode] = useState<Code>()
  const [identifier, setIdentifier] = useState<string>()
  const [asking, setAsking] = useState<Asking>()
  const [lost, setLost] = useState('access')
  const may = (task: string) => person.may.includes(task)
  const then = (done: unknown) => {
    if (done !== undefined) onChanged()
  }
  const give = async () => {
    const given = await act.run(() => giveCode(person.id))
    if (given !== undefined) setCode(given.value)
    then(given)
  }
  const tell = async () => {
    const told = await act.run(() => giveIdentifier(person.id))
    if (told !== undefined) setIdentifier(t('admin.identifierIs', told.value))
  }
  const answers: Readonly<Record<Asking, (values: readonly string[]) => Promise<unknown>>> = {
    block: ([reason = '']) =>
      act.run(() => send(`people/${person.id}/block`, { reason }, nothing), t('admin.blockedDone')),
    contact: ([rescueMail = '', phone = '']) =>
      act.run(() => send(`people/${person.id}/contact`, { rescueMail, phone }, nothing), t('admin.contactDone')),
    case: ([reason = '']) =>
      act.run(() => send('recovery-cases', { accountId: person.id, kind: lost, reason }, nothing), t('admin.caseSent')),
  }
  const end = (what: Asking) => (values: readonly string[] | undefined) => {
    setAsking(undefined)
    if (values !== undefined) void answers[what](values).then(then)
  }
  // A helper of the académie has none of these: their own way is below.
  if (!['identifier', 'code', 'sheets', 'reset', 'contact', 'block'].some(may)) return null
  return (
    <Section id="acts" title={t('admin.acts')}>
      <Stack>
        <div className={css.buttons}>
          {may('identifier') ? <Button onPress={() => void tell()}>{t('admin.identifier')}</Button> : null}
          {may('code') || may('sheets') ? <Button onPress={() => void give()}>{t('admin.code')}</Button> : null}
          {may('reset') ? <Button onPress={() => setAsking('case')}>{t('admin.reset')}</Button> : null}
          {may('contact') ? <Button onPress={() => setAsking('contact')}>{t('admin.contact')}</Button> : null}
          {!may('block') ? null : person.state === 'blocked' ? (
            <Button
              onPress={() =>
                void act
                  .run(() => send(`people/${person.id}/unblock`, {}, nothing), t('admin.unblockedDone'))
                  .then(then)
              }
            >
              {t('admin.unblock')}
            </Button>
          ) : (
            <Button kind="danger" onPress={() => setAsking('block')}>
              {t('admin.block')}
            </Button>
          )}
        </div>
        {identifier === undefined ? null : <Note>{identifier}</Note>}
        {code === undefined ? null : <CodeNote code={code} />}
      </Stack>
      {asking === 'block' ? (
        <AskDialog
          title={t('admin.blockTitle', { name: person.name })}
          body={t('admin.blockBody')}
          labels={[t('admin.blockReason')]}
          action={t('admin.block')}
          danger
          onEnd={end('block')}
        />
      ) : null}
      {asking === 'contact' ? (
        <AskDialog
          title={t('admin.contact')}
          labels={[t('admin.rescue'), t('admin.phone')]}
          initial={[person.rescueMail, person.phone]}
          action={t('admin.save')}
          onEnd={end('contact')}
        />
      ) : null}
      {asking === 'case' ? (
        <AskDialog
          title={t('admin.caseAsk')}
          body={t('admin.casesMore')}
          labels={[t('admin.reason')]}
          action={t('admin.caseAsk')}
          onEnd={end('case')}
        >
          <Select
            label={t('admin.caseKind')}
            value={lost}
            options={[
              { id: 'access', name: t('admin.caseAccess') },
              { id: 'factors', name: t('admin.caseFactors') },
            ]}
            onChange={setLost}
          />
        </AskDialog>
      ) : null}
    </Section>
  )
}

const Relatives = ({ id, title, people }: { id: string; title: string; people: PersonCard['children'] }) =>
  people.length === 0 ? null : (
    <Section id={id} title={title}>
      <Items>
        {people.map((one) => (
          <Item
            key={one.id}
            title={
              <Link to="/admin" search={{ page: 'people', id: String(one.id) }}>
                {one.name}
              </Link>
            }
            more={one.more}
          />
        ))}
      </Items>
    </Section>
  )

export const PersonPage = ({ id }: { id: string }) => {
  const { t } = useTranslation()
  const loaded = useLoaded(id, () => loadPerson(id))
  return (
    <Loading of={loaded}>
      {(person) => (
        <>
          <Section id="person" title={person.name}>
            <Stack>
              <Facts person={person} />
              <Posts person={person} onChanged={() => void loaded.reload()} />
            </Stack>
          </Section>
          <Acts person={person} onChanged={() => void loaded.reload()} />
          {person.may.includes('tickets') && !person.may.includes('reset') ? <WaysBack account={person.id} /> : null}
          <PostActs person={person} onChanged={() => void loaded.reload()} />
          <Relatives id="children" title={t('admin.children')} people={person.children} />
          <Relatives id="adults" title={t('admin.adults')} people={person.adults} />
          {person.groups.length === 0 ? null : (
            <Section id="groups" title={t('admin.groups')}>
              <p>{[...new Set(person.groups)].join(' · ')}</p>
            </Section>
          )}
          <p>
            <Link to="/admin" search={{ page: 'people' }}>
              {t('admin.back')}
            </Link>
          </p>
        </>
      )}
    </Loading>
  )
}
