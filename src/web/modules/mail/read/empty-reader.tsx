import { useTranslation } from 'react-i18next'
import { createValue, useLive } from '../../../shell/value.ts'
import type { ListState } from '../list/list-state.ts'
import { chosenIn, noSelection } from '../list/list-state.ts'
import { useList } from '../list/use-list.ts'
import css from './empty-reader.module.css'

const nothing = createValue(noSelection)

const NothingChosen = ({ state }: { state: ListState | undefined }) => {
  const { t } = useTranslation()
  useLive(state?.selection ?? nothing)
  useLive(state?.left ?? nothing)
  const size = state === undefined ? 0 : chosenIn(state)
  return (
    <div className={css.empty}>
      <svg className={css.art} viewBox="0 0 160 100" aria-hidden="true">
        {[10, 22, 34, 66, 78, 90].map((y) => (
          <path key={y} d={`M8 ${y}C60 ${y} 74 50 112 50`} />
        ))}
        <path d="M8 50h104" data-gold="" />
        <circle cx="122" cy="50" r="7" />
      </svg>
      <p className={css.title}>{size > 0 ? t('list.selected', { count: size }) : t('thread.none')}</p>
      <p className={css.more}>{size > 0 ? t('thread.selectedMore') : t('thread.noneMore')}</p>
    </div>
  )
}

const Beside = ({ state }: { state: ListState }) => {
  useList(state.list)
  // There is nothing to choose from; the list says so.
  return state.list.total === 0 ? <div className={css.empty} /> : <NothingChosen state={state} />
}

/** The reading pane before a conversation is chosen. */
export const EmptyReader = ({ state }: { state: ListState | undefined }) =>
  state === undefined ? <NothingChosen state={undefined} /> : <Beside state={state} />
