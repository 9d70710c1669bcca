import { useTranslation } from 'react-i18next'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { Loading } from './loading.tsx'
import { loadApps, loadLinks, removeLink, revokeApp } from './requests.ts'
import { useWhen } from './use-when.ts'

/** The services to which one opened one's account. */
const Apps = () => {
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

/** The identities elsewhere that open this account. */
const Links = () => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const loaded = useLoaded('links', loadLinks)
  return (
    <Section id="links" title={t('account.links')} intro={t('account.linksMore')}>
      <Loading of={loaded}>
        {(links) => (
          <Items empty={t('account.linksNone')}>
            {links.map((one) => (
              <Item
                key={one.provider}
                title={one.name}
                more={[
                  one.since === undefined ? '' : t('account.linkSince', { when: when(one.since) }),
                  one.lastUsedAt === undefined ? '' : t('account.used', { when: when(one.lastUsedAt) }),
                ]
                  .filter((part) => part !== '')
                  .join(' · ')}
              >
                <Button
                  aria-label={t('account.linkRemoveOf', { name: one.name })}
                  onPress={() =>
                    void act
                      .run(() => removeLink(one.provider), t('account.linkRemoved'))
                      .then((done) => (done === undefined ? undefined : loaded.reload()))
                  }
                >
                  {t('account.linkRemove')}
                </Button>
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}

export const AppsPart = () => (
  <>
    <Apps />
    <Links />
  </>
)
