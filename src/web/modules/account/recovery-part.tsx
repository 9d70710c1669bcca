/** What helps on the day the password is lost: an address outside, people who vouch. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Line, Section, Stack } from '../../ui/page.tsx'
import { Loading } from './loading.tsx'
import {
  addContact,
  answerContact,
  confirmRescue,
  loadContacts,
  loadRescue,
  removeContact,
  removeRescue,
  sendRescue,
} from './requests.ts'

const RescueForm = ({ onDone }: { onDone: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [mail, setMail] = useState('')
  const [sentTo, setSentTo] = useState<string>()
  const [code, setCode] = useState('')
  const own = useLive(session)?.email.split('@')[1] ?? ''
  // A mailbox of ours cannot be opened by whoever forgot how to open it.
  const isInside = own !== '' && mail.trim().toLowerCase().endsWith(`@${own}`)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    const address = mail.trim()
    if (address !== '' && (await act.run(() => sendRescue(address))) !== undefined) setSentTo(address)
  }
  const check = async (event: FormEvent) => {
    event.preventDefault()
    const clean = code.replace(/\s/g, '')
    if (clean === '' || (await act.run(() => confirmRescue(clean), t('account.rescueDone'))) === undefined) return
    setSentTo(undefined)
    setMail('')
    setCode('')
    onDone()
  }
  return sentTo === undefined ? (
    <form onSubmit={send} noValidate>
      <Line>
        <Field
          label={t('account.rescueNew')}
          type="email"
          autoComplete="email"
          value={mail}
          onChange={setMail}
          note={isInside ? t('account.rescueInside') : null}
        />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || isInside || mail.trim() === ''}>
          {t('account.rescueSend')}
        </Button>
      </Line>
    </form>
  ) : (
    <form onSubmit={check} noValidate>
      <Line>
        <Field
          label={t('account.rescueCode', { mail: sentTo })}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          onChange={setCode}
          maxLength={20}
          autoFocus
        />
        <Button kind="primary" type="submit" isDisabled={act.isBusy || code.trim() === ''}>
          {t('account.rescueConfirm')}
        </Button>
        <Button onPress={() => setSentTo(undefined)}>{t('account.cancel')}</Button>
      </Line>
    </form>
  )
}

const RescuePart = () => {
  const { t } = useTranslation()
  const act = useAct()
  const rescue = useLoaded('rescue', loadRescue)
  const remove = async () => {
    if ((await act.run(removeRescue)) !== undefined) await rescue.reload()
  }
  return (
    <Section id="rescue" title={t('account.rescue')} intro={t('account.rescueMore')}>
      <Stack>
        <Loading of={rescue}>
          {({ mail, isVerified }) => (
            <Items empty={t('account.rescueNone')}>
              {mail === ''
                ? []
                : [
                    <Item
                      key="mail"
                      title={mail}
                      tag={isVerified ? t('account.rescueVerified') : t('account.rescueUnverified')}
                    >
                      <Button onPress={() => void remove()}>{t('account.remove')}</Button>
                    </Item>,
                  ]}
            </Items>
          )}
        </Loading>
        <RescueForm onDone={() => void rescue.reload()} />
      </Stack>
    </Section>
  )
}

const ContactsPart = () => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded('contacts', loadContacts)
  const [address, setAddress] = useState('')
  const then = async (done: { value: undefined } | undefined) => {
    if (done !== undefined) await loaded.reload()
  }
  const add = async (event: FormEvent) => {
    event.preventDefault()
    const clean = address.trim()
    if (clean === '') return
    const done = await act.run(() => addContact(clean), t('account.contactAdded'))
    if (done !== undefined) setAddress('')
    await then(done)
  }
  return (
    <Section id="contacts" title={t('account.contacts')} intro={t('account.contactsMore')}>
      <Stack>
        <Loading of={loaded}>
          {({ contacts, helps }) => (
            <Stack>
              <Items empty={t('account.contactsNone')}>
                {contacts.map((one) => (
                  <Item
                    key={one.accountId}
                    title={one.name}
                    tag={one.isAccepted ? t('account.contactAccepted') : t('account.contactAsked')}
                    more={one.email}
                  >
                    <Button onPress={() => void act.run(() => removeContact(one.accountId)).then(then)}>
                      {t('account.remove')}
                    </Button>
                  </Item>
                ))}
              </Items>
              {helps.length === 0 ? null : (
                <>
                  <h3>{t('account.helps')}</h3>
                  <Items>
                    {helps.map((one) => (
                      <Item
                        key={one.accountId}
                        title={one.name}
                        tag={one.isAccepted ? t('account.contactAccepted') : undefined}
                        more={one.email}
                      >
                        {one.isAccepted ? null : (
                          <Button
                            kind="primary"
                            onPress={() => void act.run(() => answerContact(one.accountId, true)).then(then)}
                          >
                            {t('account.accept')}
                          </Button>
                        )}
                        <Button onPress={() => void act.run(() => answerContact(one.accountId, false)).then(then)}>
                          {one.isAccepted ? t('account.remove') : t('account.refuse')}
                        </Button>
                      </Item>
                    ))}
                  </Items>
                </>
              )}
            </Stack>
          )}
        </Loading>
        <form onSubmit={add} noValidate>
          <Line>
            <Field
              label={t('account.contactNew')}
              type="email"
              autoComplete="off"
              value={address}
              onChange={setAddress}
            />
            <Button kind="primary" type="submit" isDisabled={act.isBusy || address.trim() === ''}>
              {t('account.add')}
            </Button>
          </Line>
        </form>
      </Stack>
    </Section>
  )
}

export const RecoveryPart = () => (
  <>
    <RescuePart />
    <ContactsPart />
  </>
)
