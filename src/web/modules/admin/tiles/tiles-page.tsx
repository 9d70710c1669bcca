/** The portal's services: who sees each, in words, their order, and one of them to change. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../../shell/toasts.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Item, Items, Line, Section } from '../../../ui/page.tsx'
import { Loading } from '../../account/loading.tsx'
import { useWords } from '../../portal/tile-card.tsx'
import { useAdminPlace } from '../use-place.ts'
import { useRuleSentence } from './rule-sentence.ts'
import { TileForm } from './tile-form.tsx'
import { byCategory, moved } from './tile-order.ts'
import { type AdminTile, loadReach, loadTiles, orderTiles } from './tile-requests.ts'

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

const TileList = ({ tiles, onReload }: { tiles: readonly AdminTile[]; onReload: () => Promise<void> }) => {
  const { t } = useTranslation()
  const say = useWords()
  const sentence = useRuleSentence()
  const act = useAct()
  const { to } = useAdminPlace()
  const reach = useLoaded('tiles-reach', loadReach)
  const [typed, setTyped] = useState('')
  const found = tiles.filter((tile) => fold(`${say(tile.name)} ${tile.key}`).includes(fold(typed.trim())))
  const order = async (ids: readonly number[]): Promise<boolean> => {
    const done = await act.run(() => orderTiles(ids))
    await onReload()
    return done !== undefined
  }
  const move = async (tile: AdminTile, by: -1 | 1) => {
    const before = tiles.map(({ id }) => id)
    if (await order(moved(tiles, tile.id, by).map(({ id }) => id)))
      toast(t('tiles.didMove', { name: say(tile.name) }), { undo: () => void order(before) })
  }
  const people = (id: number): string => {
    const count = reach.value?.get(id)
    return count === undefined ? '' : t('tiles.people', { count })
  }
  return (
    <>
      <Section id="tiles" intro={t('tiles.intro')}>
        <Line>
          <Field label={t('tiles.find')} value={typed} onChange={setTyped} type="search" maxLength={60} />
          <Button kind="primary" icon="plus" onPress={() => void to({ page: 'tiles', id: 'new' })}>
            {t('tiles.new')}
          </Button>
        </Line>
      </Section>
      {found.length === 0 ? (
        <Items empty={tiles.length === 0 ? t('tiles.none') : t('tiles.noneFound')}>{[]}</Items>
      ) : null}
      {byCategory(found).map(([category, inside]) => (
        <Section key={category} id={`tiles-${category}`} title={t(`portal.category.${category}`)}>
          <Items>
            {inside.map((tile, at) => (
              <Item
                key={tile.id}
                title={say(tile.name)}
                tag={tile.state === 'service' ? undefined : t(`tiles.states.${tile.state}`)}
                more={[people(tile.id), sentence(tile.ruleWords)].filter((part) => part !== '').join(' · ')}
              >
                {typed.trim() !== '' ? null : (
                  <>
                    <IconButton
                      icon="up"
                      label={t('tiles.earlier', { name: say(tile.name) })}
                      isDisabled={at === 0 || act.isBusy}
                      onPress={() => void move(tile, -1)}
                    />
                    <IconButton
                      icon="down"
                      label={t('tiles.later', { name: say(tile.name) })}
                      isDisabled={at === inside.length - 1 || act.isBusy}
                      onPress={() => void move(tile, 1)}
                    />
                  </>
                )}
                <Button
                  aria-label={t('tiles.changeOf', { name: say(tile.name) })}
                  onPress={() => void to({ page: 'tiles', id: String(tile.id) })}
                >
                  {t('tiles.change')}
                </Button>
              </Item>
            ))}
          </Items>
        </Section>
      ))}
    </>
  )
}

export const TilesPage = () => {
  const { search, to } = useAdminPlace()
  const loaded = useLoaded('tiles', loadTiles)
  const at = search.id
  return (
    <Loading of={loaded}>
      {({ tiles, parties }) => {
        const tile = tiles.find(({ id }) => String(id) === at)
        if (at !== 'new' && tile === undefined) return <TileList tiles={tiles} onReload={loaded.reload} />
        return (
          <TileForm
            key={at}
            tile={tile}
            parties={parties}
            last={Math.max(0, ...tiles.map(({ sortOrder }) => sortOrder))}
            onBack={() => void to({ page: 'tiles' })}
            onSaved={loaded.reload}
          />
        )
      }}
    </Loading>
  )
}
