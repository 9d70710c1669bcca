import { useTranslation } from 'react-i18next'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from './loading.tsx'
import { loadApps, revokeApp } from './requests.ts'
import { useWhen } from './use-when.ts'

/** The services to which one opened one's account. */
export const AppsPart = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('apps', loadApps)
  return (
    <Section id="apps" intro={t('account.appsMore')}>
      <Loading of={loaded}>
        {(apps) => (
          <Items empty={t('account.appsNone')}>
            {apps.map((one) => (
              <Item
                key={one.id}
                title={one.name}
                more={[
                  one.scopes.length === 0 ? '' : t('account.appMay', { scopes: one.scopes.join(', ') }),
                  one.since === undefined ? '' : t('account.appSince', { when: when(one.since) }),
                  one.lastUsedAt === undefined ? '' : t('account.used', { when: when(one.lastUsedAt) }),
                ]
                  .filter((part) => part !== '')
                  .join(' · ')}
              >
                <Button
                  aria-label={t('account.appRevokeOf', { name: one.name })}
                  onPress={() =>
                    void act
                      .run(() => revokeApp(one.id), t('account.appRevoked'))
                      .then((done) => (done === undefined ? undefined : loaded.reload()))
                  }
                >
                  {t('account.appRevoke')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}
