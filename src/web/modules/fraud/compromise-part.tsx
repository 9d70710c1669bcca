/** "I gave my password": out with everybody, a new password, what may have been left. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Answer, ask, type Body, list, momentOf, numberOr, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Note, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { PasswordPart } from '../account/security-part.tsx'
import { useWhen } from '../account/use-when.ts'
import help from '../help/help.module.css'

interface Left {
  readonly kind: string
  readonly id: number
  readonly name: string
  readonly address: string
  readonly own: boolean
  readonly copies: readonly string[]
  readonly at: number | undefined
}

const readLeft = (answer: Body): readonly Left[] =>
  records(answer.left).map((one) => ({
    kind: text(one.kind),
    id: numberOr(one.id, 0),
    name: text(one.name) || text(one.label) || text(one.mail),
    address: text(one.address) || text(one.email),
    own: one.own === true,
    copies: list(one.copies).map(text),
    at: momentOf(one.at),
  }))

const loadLeft = (): Promise<Answer<readonly Left[]>> => ask('/auth/compromise', undefined, readLeft)

const loadDevices = () =>
  ask('/auth/app-passwords', undefined, (answer) =>
    records(answer.appPasswords).map((one) => ({
      id: numberOr(one.id, 0),
      label: text(one.label),
    })),
  )

const PutOut = ({ onDone }: { onDone: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const devices = useLoaded('kept-devices', loadDevices)
  const [keep, setKeep] = useState<readonly number[]>([])
  const [done, setDone] = useState<{ sessions: number; apps: number; ticket: number }>()
  const put = async () => {
    const answer = await act.run(() =>
      ask('/auth/compromise', { keep }, (one) => ({
        sessions: numberOr(one.sessions, 0),
        apps: numberOr(one.apps, 0),
        ticket: numberOr(one.ticket, 0),
      })),
    )
    if (!answer) return
    setDone(answer.value)
    await devices.reload()
    onDone()
  }
  return (
    <Section id="out" title={t('fraud.gave.out')} intro={t('fraud.gave.outMore')}>
      {(devices.value ?? []).length === 0 ? null : (
        <fieldset className={help.pick}>
          <legend>{t('fraud.gave.keep')}</legend>
          <p>{t('fraud.gave.keepMore')}</p>
          <div className={help.choices}>
            {(devices.value ?? []).map(({ id, label }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={keep.includes(id)}
                  onChange={(event) => setKeep(event.target.checked ? [...keep, id] : keep.filter((one) => one !== id))}
                />
                {label}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div className={help.buttons}>
        <Button kind="danger" isDisabled={act.isBusy} onPress={() => void put()}>
          {t('fraud.gave.outGo')}
        </Button>
      </div>
      {done === undefined ? null : (
        <div className={help.tall}>
          <Note>
            <p>{t('fraud.gave.outDone', { count: done.sessions, apps: done.apps })}</p>
            {done.ticket === 0 ? null : (
              <p>
                <Link to="/tickets" search={{ id: String(done.ticket) }}>
                  {t('fraud.gave.ticket')}
                </Link>
              </p>
            )}
          </Note>
        </div>
      )}
    </Section>
  )
}

/** Where each thing that cannot be removed here is looked after. */
const places: Readonly<Record<string, string>> = {
  factor: 'security',
  app: 'devices',
  rescue: 'recovery',
  contact: 'recovery',
}

const LeftLine = ({ one, onRemove, isBusy }: { one: Left; onRemove: (body: Body) => void; isBusy: boolean }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const { kind, name, address, copies } = one
  const part = places[kind]
  if (kind === 'forward')
    return (
      <Item
        title={t('fraud.gave.forward', { address })}
        tag={t(one.own ? 'fraud.gave.forwardOwn' : 'fraud.gave.forwardOther')}
      />
    )
  if (kind === 'rules')
    return (
      <Item title={t('fraud.gave.rules', { name })}>
        <Link to="/rules">{t('fraud.gave.rulesLook')}</Link>
        <Button isDisabled={isBusy} onPress={() => onRemove({ what: 'rules' })}>
          {t('fraud.gave.rulesStop')}
        </Button>
      </Item>
    )
  if (kind === 'vacation')
    return (
      <Item title={t('fraud.gave.vacation')}>
        <Button isDisabled={isBusy} onPress={() => onRemove({ what: 'vacation' })}>
          {t('fraud.gave.vacationStop')}
        </Button>
      </Item>
    )
  if (kind === 'identity')
    return (
      <Item
        title={t('fraud.gave.identity', { name, email: address, interpolation: { escapeValue: false } })}
        more={copies.length === 0 ? '' : t('fraud.gave.identityCopies', { copies: copies.join(', ') })}
      >
        <Button isDisabled={isBusy} onPress={() => onRemove({ what: 'identity', id: one.id })}>
          {t('fraud.gave.identityRemove', { name: address })}
        </Button>
      </Item>
    )
  if (part === undefined) return null
  const title =
    kind === 'rescue'
      ? t('fraud.gave.rescue', { mail: name })
      : kind === 'contact'
        ? t('fraud.gave.contact', { name })
        : t(kind === 'app' ? 'fraud.gave.app' : 'fraud.gave.factor', { label: name })
  return (
    <Item title={title} more={when(one.at)}>
      <Link to="/account/$part" params={{ part }} aria-label={t('fraud.gave.lookOf', { name: title })}>
        {t('fraud.gave.look')}
      </Link>
    </Item>
  )
}

export const CompromisePart = () => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded('left', loadLeft)
  const remove = async (body: Body) => {
    const done = await act.run(() => ask('/auth/compromise/remove', body, readLeft), t('fraud.gave.removed'))
    if (done !== undefined) await loaded.reload()
  }
  return (
    <>
      <Section id="gave" intro={t('fraud.gave.intro')} />
      <PutOut onDone={() => void loaded.reload()} />
      <PasswordPart title={t('fraud.gave.change')} />
      <Section id="left" title={t('fraud.gave.left')} intro={t('fraud.gave.leftMore')}>
        <Loading of={loaded}>
          {(left) => (
            <Items empty={t('fraud.gave.leftNone')}>
              {left.map((one) => (
                <LeftLine
                  key={`${one.kind} ${one.id} ${one.name} ${one.address}`}
                  one={one}
                  isBusy={act.isBusy}
                  onRemove={(body) => void remove(body)}
                />
              ))}
            </Items>
          )}
        </Loading>
        <p>{t('fraud.gave.elsewhere')}</p>
      </Section>
    </>
  )
}
