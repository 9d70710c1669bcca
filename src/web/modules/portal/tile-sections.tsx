/** The tiles by section, and what a person may do to them: by drag, or by the menu of each tile. */
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortalArrangement, Tile, TileCategory, TileGroup } from '#format/jmap/portal.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { hide, moveToGroup, moveWithin, newGroup, sectionsOf, type TileSection, toggleFavourite } from './layout.ts'
import css from './portal.module.css'
import { TileCard, useWords } from './tile-card.tsx'
import type { Portal } from './use-portal.ts'

type Naming = { readonly is: 'new'; readonly tile: Tile } | { readonly is: 'rename'; readonly group: TileGroup }

/** What the menu of a tile offers, in one section. */
const useEntries = (
  portal: Portal,
  arrangement: PortalArrangement,
  sections: readonly TileSection[],
  name: (naming: Naming) => void,
) => {
  const { t } = useTranslation()
  const say = useWords()
  const place = (section: TileSection, tile: Tile, to: number) => {
    const change = moveWithin(sections, arrangement, section.key, tile.id, to)
    const count = section.tiles.length
    if (change) portal.change(change, t('portal.moved', { name: say(tile.name), place: to + 1, count }))
  }
  const entries = (section: TileSection, tile: Tile): MenuEntry[] => {
    const at = section.tiles.indexOf(tile)
    const last = section.tiles.length - 1
    const isFavourite = arrangement.favourites.includes(tile.id)
    const own = arrangement.groups.find((group) => group.tileIds.includes(tile.id))
    const others = arrangement.groups.filter((group) => group !== own)
    const tell = (key: 'didFavourite' | 'didUnfavourite' | 'didHide' | 'didUngroup') =>
      t(`portal.${key}`, { name: say(tile.name) })
    return [
      {
        id: 'favourite',
        label: t(isFavourite ? 'portal.removeFavourite' : 'portal.addFavourite'),
        icon: 'star',
        onAction: () =>
          portal.change(toggleFavourite(arrangement, tile.id), tell(isFavourite ? 'didUnfavourite' : 'didFavourite')),
      },
      {
        id: 'first',
        label: t('portal.first'),
        icon: 'up',
        disabled: at <= 0,
        apart: true,
        onAction: () => place(section, tile, 0),
      },
      {
        id: 'earlier',
        label: t('portal.earlier'),
        icon: 'back',
        disabled: at <= 0,
        onAction: () => place(section, tile, at - 1),
      },
      {
        id: 'later',
        label: t('portal.later'),
        icon: 'next',
        disabled: at >= last,
        onAction: () => place(section, tile, at + 1),
      },
      ...others.map((group) => ({
        id: `to-${group.id}`,
        label: t('portal.toGroup', { name: group.name }),
        icon: 'folder' as const,
        onAction: () =>
          portal.change(
            moveToGroup(arrangement, tile.id, group.id),
            t('portal.didGroup', { name: say(tile.name), group: group.name }),
          ),
      })),
      ...(own
        ? [
            {
              id: 'out',
              label: t('portal.outOfGroup'),
              icon: 'move' as const,
              onAction: () => portal.change(moveToGroup(arrangement, tile.id, undefined), tell('didUngroup')),
            },
          ]
        : []),
      { id: 'new-group', label: t('portal.newGroup'), icon: 'plus', onAction: () => name({ is: 'new', tile }) },
      {
        id: 'hide',
        label: t('portal.hide'),
        icon: 'eyeOff',
        apart: true,
        onAction: () => portal.change(hide(arrangement, tile.id), tell('didHide')),
      },
    ]
  }
  return { entries, place }
}

const NameDialog = ({
  naming,
  onClose,
  onName,
}: {
  naming: Naming
  onClose: () => void
  onName: (name: string) => void
}) => {
  const { t } = useTranslation()
  const [name, setName] = useState(naming.is === 'rename' ? naming.group.name : '')
  const tidy = name.trim().slice(0, 60)
  return (
    <Dialog
      title={t(naming.is === 'rename' ? 'portal.groupRename' : 'portal.newGroup')}
      isOpen
      onClose={onClose}
      closeLabel={t('portal.close')}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (tidy !== '') onName(tidy)
        }}
      >
        <Field label={t('portal.groupName')} value={name} onChange={setName} maxLength={60} autoFocus />
        <div className={css.buttons}>
          <Button onPress={onClose}>{t('portal.cancel')}</Button>
          <Button kind="primary" type="submit" isDisabled={tidy === ''}>
            {t(naming.is === 'rename' ? 'portal.save' : 'portal.groupCreate')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const GroupMenu = ({
  group,
  arrangement,
  portal,
  onRename,
}: {
  group: TileGroup
  arrangement: PortalArrangement
  portal: Portal
  onRename: () => void
}) => {
  const { t } = useTranslation()
  return (
    <Menu
      label={t('portal.menuTitle')}
      trigger={<IconButton icon="more" size={18} label={t('portal.groupMenu', { name: group.name })} />}
      entries={[
        { id: 'rename', label: t('portal.groupRename'), icon: 'write', onAction: onRename },
        {
          id: 'remove',
          label: t('portal.groupRemove'),
          icon: 'trash',
          onAction: () =>
            portal.change(
              { groups: arrangement.groups.filter((one) => one.id !== group.id) },
              t('portal.didGroupRemove', { name: group.name }),
            ),
        },
      ]}
    />
  )
}

export const TileSections = ({
  tiles,
  arrangement,
  portal,
}: {
  tiles: readonly Tile[]
  arrangement: PortalArrangement
  portal: Portal
}) => {
  const { t } = useTranslation()
  const [naming, setNaming] = useState<Naming>()
  const dragged = useRef<{ readonly section: TileSection; readonly tile: Tile }>(undefined)
  const sections = sectionsOf(tiles, arrangement)
  const { entries, place } = useEntries(portal, arrangement, sections, setNaming)
  const say = useWords()
  const drop = (section: TileSection, target: Tile) => {
    const from = dragged.current
    dragged.current = undefined
    if (!from) return
    if (from.section.key === section.key) return place(section, from.tile, section.tiles.indexOf(target))
    const name = say(from.tile.name)
    if (section.key === 'favourites') {
      if (!arrangement.favourites.includes(from.tile.id))
        portal.change(toggleFavourite(arrangement, from.tile.id), t('portal.didFavourite', { name }))
      return
    }
    const group = arrangement.groups.find((one) => `group:${one.id}` === section.key)
    if (group)
      portal.change(moveToGroup(arrangement, from.tile.id, group.id), t('portal.didGroup', { name, group: group.name }))
  }
  const nameIt = (name: string) => {
    setNaming(undefined)
    if (naming?.is === 'new') {
      const change = newGroup(arrangement, name, crypto.randomUUID().slice(0, 8), naming.tile.id)
      portal.change(change, t('portal.didGroup', { name: say(naming.tile.name), group: name }))
    }
    if (naming?.is === 'rename') {
      const groups = arrangement.groups.map((one) => (one.id === naming.group.id ? { ...one, name } : one))
      portal.change({ groups }, t('portal.didGroupRename', { name }))
    }
  }
  return (
    <>
      {sections.map((section) => {
        const group = arrangement.groups.find((one) => `group:${one.id}` === section.key)
        const title =
          section.name ??
          (section.key === 'favourites' ? t('portal.favourites') : t(`portal.category.${section.key as TileCategory}`))
        const id = `section-${section.key.replace(':', '-')}`
        return (
          <section key={section.key} className={css.section} aria-labelledby={id}>
            <div className={css.sectionHead}>
              <h2 className={css.heading} id={id}>
                {title}
              </h2>
              {group ? (
                <GroupMenu
                  group={group}
                  arrangement={arrangement}
                  portal={portal}
                  onRename={() => setNaming({ is: 'rename', group })}
                />
              ) : null}
            </div>
            {section.tiles.length === 0 ? (
              <p className={css.faint}>{t('portal.groupEmpty')}</p>
            ) : (
              <ul className={css.tiles}>
                {section.tiles.map((tile) => (
                  <TileCard
                    key={tile.id}
                    tile={tile}
                    actions={{
                      entries: (one) => entries(section, one),
                      onDragStart: (one) => {
                        dragged.current = { section, tile: one }
                      },
                      onDrop: (target) => drop(section, target),
                    }}
                  />
                ))}
              </ul>
            )}
          </section>
        )
      })}
      <HiddenTiles tiles={tiles} arrangement={arrangement} portal={portal} />
      {naming === undefined ? null : (
        <NameDialog naming={naming} onClose={() => setNaming(undefined)} onName={nameIt} />
      )}
    </>
  )
}

const HiddenTiles = ({
  tiles,
  arrangement,
  portal,
}: {
  tiles: readonly Tile[]
  arrangement: PortalArrangement
  portal: Portal
}) => {
  const { t } = useTranslation()
  const say = useWords()
  const hidden = tiles.filter(({ id }) => arrangement.hidden.includes(id))
  if (hidden.length === 0) return null
  return (
    <details className={css.hidden}>
      <summary>{t('portal.hidden', { count: hidden.length })}</summary>
      <ul>
        {hidden.map((tile) => {
          const name = say(tile.name)
          return (
            <li key={tile.id}>
              <Button
                icon="eye"
                onPress={() =>
                  portal.change(
                    { hidden: arrangement.hidden.filter((id) => id !== tile.id) },
                    t('portal.didUnhide', { name }),
                  )
                }
              >
                {t('portal.unhide', { name })}
              </Button>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
