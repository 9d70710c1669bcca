/** The portal as a profile of a school sees it: to be looked at only. Nothing opens, and it is nobody's session. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tileCategories } from '#format/jmap/portal.ts'
import { kindName } from '../../../shell/profile-name.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import { iconPaths } from '../../../ui/icons.data.ts'
import { Item, Items, Line, Note, Section } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { Loading } from '../../account/loading.tsx'
import { useWhen } from '../../account/use-when.ts'
import { useOpening } from '../../gate/contacts-card.tsx'
import portal from '../../portal/portal.module.css'
import { useWords } from '../../portal/tile-card.tsx'
import { useAdminPlace } from '../use-place.ts'
import { useScope } from '../use-scope.ts'
import css from './preview.module.css'
import { loadPreview, type Preview, type PreviewTile, type Told } from './preview-requests.ts'

const Tile = ({ tile }: { tile: PreviewTile }) => {
  const { t } = useTranslation()
  const say = useWords()
  const icon = Object.hasOwn(iconPaths, tile.icon) ? (tile.icon as IconName) : 'grid'
  return (
    <li className={portal.tile} data-state={tile.state}>
      <div className={classes(portal.tileLink, css.tile)}>
        <span className={portal.tileIcon}>
          <Icon name={icon} size={24} />
        </span>
        <span className={portal.tileText}>
          <span className={css.name}>{say(tile.name)}</span>
          <span className={portal.tileMore}>{say(tile.description)}</span>
          {tile.state === 'service' ? null : (
            <span className={css.state}>
              <strong>{t(`portal.state.${tile.state}`)}</strong>
              {tile.message === null ? null : <span> {say(tile.message)}</span>}
            </span>
          )}
          <details className={css.why}>
            <summary>{t('preview.why')}</summary>
            {tile.why.map((words) => (
              <p key={words.fr}>{say(words)}</p>
            ))}
          </details>
        </span>
      </div>
    </li>
  )
}

const Tiles = ({ id, title, tiles }: { id: string; title: string; tiles: readonly PreviewTile[] }) =>
  tiles.length === 0 ? null : (
    <section className={portal.section} aria-labelledby={id}>
      <h3 className={css.heading} id={id}>
        {title}
      </h3>
      <ul className={portal.tiles}>
        {tiles.map((tile) => (
          <Tile key={tile.id} tile={tile} />
        ))}
      </ul>
    </section>
  )

const Status = ({ incidents, planned }: { incidents: readonly Told[]; planned: readonly Told[] }) => {
  const { t } = useTranslation()
  const when = useWhen()
  if (incidents.length + planned.length === 0) return <p className={css.soft}>{t('preview.statusNone')}</p>
  return (
    <Items>
      {[...incidents, ...planned].map((one) => (
        <Item
          key={`${one.title} ${one.since}`}
          title={one.title}
          more={[one.since === undefined ? '' : when(one.since), one.body].filter((part) => part !== '').join(' · ')}
        />
      ))}
    </Items>
  )
}

const Shown = ({ of }: { of: Preview }) => {
  const { t, i18n } = useTranslation()
  const say = useWords()
  const opening = useOpening()
  const when = useWhen()
  const root = i18n.language === 'en' ? '/help' : '/aide'
  return (
    <div className={css.frame} data-preview>
      <Note tone="mark">
        <p>
          <strong>{t('preview.mark', { profile: say(of.profile) })}</strong>
        </p>
        <p>{t('preview.markMore')}</p>
      </Note>
      <Section id="preview-services" title={t('preview.services')}>
        {of.tiles.length === 0 ? <p className={css.soft}>{t('portal.empty')}</p> : null}
        {tileCategories.map((category) => (
          <Tiles
            key={category}
            id={`preview-${category}`}
            title={t(`portal.category.${category}`)}
            tiles={of.tiles.filter((tile) => tile.category === category)}
          />
        ))}
        <Tiles id="preview-some" title={t('preview.some')} tiles={of.someTiles} />
      </Section>
      <Section id="preview-notices" title={t('preview.notices')}>
        <Items empty={t('preview.noticesNone')}>
          {of.notices.map((one) => (
            <Item
              key={`${one.title.fr} ${one.publishedAt}`}
              title={say(one.title)}
              tag={one.isForAll ? (one.isUrgent ? t('preview.urgent') : undefined) : t('preview.forSome')}
              more={[one.sender, one.publishedAt === undefined ? '' : when(one.publishedAt)]
                .filter((part) => part !== '')
                .join(' · ')}
            />
          ))}
        </Items>
      </Section>
      <Section id="preview-status" title={t('preview.status')}>
        <Status incidents={of.incidents} planned={of.planned} />
      </Section>
      <Section id="preview-contacts" title={t('preview.contacts')}>
        <Items empty={t('preview.contactsNone')}>
          {of.contacts.map((one) => (
            <Item
              key={`${one.name} ${one.phone}`}
              title={one.name}
              more={[opening(one), one.phone, one.mail].filter((part) => part !== '').join(' · ')}
            />
          ))}
        </Items>
      </Section>
      <Section id="preview-guides" title={t('preview.guides', { count: of.guides.length })}>
        <details>
          <summary>{t('preview.guidesShow')}</summary>
          <ul className={css.guides}>
            {of.guides.map(({ id, title }) => (
              <li key={id}>
                <a href={`${root}/${id}`}>{title}</a>
              </li>
            ))}
          </ul>
        </details>
      </Section>
    </div>
  )
}

const Loaded = ({ kind, uai }: { kind: string; uai: string }) => {
  const { i18n } = useTranslation()
  const loaded = useLoaded(`preview ${kind} ${uai} ${i18n.language}`, () => loadPreview(kind, uai))
  return <Loading of={loaded}>{(preview) => <Shown of={preview} />}</Loading>
}

export const PreviewPage = () => {
  const { t } = useTranslation()
  const { kinds, schools } = useScope()
  const { search, to } = useAdminPlace()
  const { kind: shown = '', uai: place = '' } = search
  const [kind, setKind] = useState(shown || (kinds[0] ?? 'teacher'))
  const [uai, setUai] = useState(shown === '' ? (schools[0]?.uai ?? '') : place)
  const look = (event: FormEvent) => {
    event.preventDefault()
    void to({ page: 'preview', kind, uai })
  }
  return (
    <>
      <Section id="preview" intro={t('preview.intro')}>
        <form onSubmit={look}>
          <Line>
            <Select
              label={t('admin.kind')}
              value={kind}
              options={kinds.map((id) => ({ id, name: kindName(id, t) }))}
              onChange={setKind}
            />
            <Select
              label={t('admin.school')}
              value={uai}
              options={[
                { id: '', name: t('preview.noSchool') },
                ...schools.map((one) => ({ id: one.uai, name: `${one.name} (${one.uai})` })),
              ]}
              onChange={setUai}
            />
            <Button kind="primary" icon="eye" type="submit">
              {t('preview.go')}
            </Button>
          </Line>
        </form>
      </Section>
      {shown === '' ? null : <Loaded kind={shown} uai={place} />}
    </>
  )
}
