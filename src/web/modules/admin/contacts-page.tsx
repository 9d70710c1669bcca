/** Whom people may ask: the contacts of the support. */
import { useTranslation } from 'react-i18next'
import { nothing } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from '../account/loading.tsx'
import { loadContacts, act as send } from './requests.ts'

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
