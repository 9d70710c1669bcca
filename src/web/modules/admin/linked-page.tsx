/** Services and identity providers: what is linked to this sign-in, and whether it is open. */
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { loadContacts, loadProviders, loadServices, act as send } from './requests.ts'

const kinds = { services: loadServices, providers: loadProviders } as const

export const LinkedPage = ({ kind }: { kind: keyof typeof kinds }) => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded(kind, kinds[kind])
  return (
    <Section id={kind} intro={t(`admin.${kind}More`)}>
      <Loading of={loaded}>
        {(rows) => (
          <Items empty={t(`admin.${kind}None`)}>
            {rows.map((one) => (
              <Item
                key={one.id}
                title={one.name}
                tag={one.isActive ? t('admin.open') : t('admin.closed')}
                more={`${one.protocol.toUpperCase()} · ${one.more}`}
              >
                <Button
                  isDisabled={act.isBusy}
                  onPress={() =>
                    void act
                      .run(() =>
                        send(`${kind}/${one.id}/status`, { status: one.isActive ? 'disabled' : 'active' }, nothing),
                      )
                      .then((done) => (done === undefined ? undefined : loaded.reload()))
                  }
                >
                  {one.isActive ? t('admin.closeIt', { name: one.name }) : t('admin.openIt', { name: one.name })}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}

export const ContactsPage = () => {
  const { t } = useTranslation()
  const act = useAct()
  const loaded = useLoaded('contacts', loadContacts)
  return (
    <Section id="contacts" intro={t('admin.contactsMore')}>
      <Loading of={loaded}>
        {(contacts) => (
          <Items empty={t('admin.contactsNone')}>
            {contacts.map((one) => (
              <Item
                key={one.id}
                title={one.name}
                tag={one.profile === '*' ? t('admin.all') : one.profile}
                more={[one.department === '*' ? '' : one.department, one.phone, one.mail].filter(Boolean).join(' · ')}
              >
                <Button
                  aria-label={t('account.removeOf', { name: one.name })}
                  onPress={() =>
                    void act
                      .run(() => send(`contacts/${one.id}/remove`, {}, nothing))
                      .then((done) => (done === undefined ? undefined : loaded.reload()))
                  }
                >
                  {t('account.remove')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}
