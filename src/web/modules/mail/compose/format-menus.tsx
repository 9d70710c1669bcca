/** The menus of the format bar: what a paragraph is, colours, tables. */
import type { Editor } from '@tiptap/react'
import { useEditorState } from '@tiptap/react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../../ui/menu.tsx'
import { grounds, inks } from './colours.ts'
import css from './editor.module.css'
import { changeTable, insertTable, type TableAct } from './editor-table.ts'

/** Acts, then gives the keyboard back to the text: the menu gives it to its button first, when it has gone. */
const acting = (editor: Editor, act: () => unknown) => () => {
  act()
  setTimeout(() => editor.commands.focus(), 80)
}

const StyleMenu = ({ editor }: { editor: Editor }) => {
  const { t } = useTranslation()
  const active = useEditorState({
    editor,
    selector: ({ editor: now }) => {
      const level = now.isActive('heading') ? Number(now.getAttributes('heading').level) : 0
      const side = String(now.getAttributes(level > 0 ? 'heading' : 'paragraph').side ?? '')
      return `${level} ${side} ${now.isActive('blockquote') ? 'quote' : ''} ${now.isActive('strike') ? 'strike' : ''}`
    },
  })
  const [level, side, quote, strike] = active.split(' ')
  const turn = (change: (chain: ReturnType<Editor['chain']>) => ReturnType<Editor['chain']>) =>
    acting(editor, () => change(editor.chain()).run())
  const block = (id: string, wanted: number, label: string): MenuEntry => ({
    id,
    label,
    checked: level === String(wanted),
    onAction: turn((chain) =>
      wanted === 0 ? chain.setNode('paragraph') : chain.setNode('heading', { level: wanted }),
    ),
  })
  const align = (wanted: string, label: string, apart: boolean): MenuEntry => ({
    id: `side-${wanted}`,
    label,
    apart,
    checked: side === wanted,
    onAction: turn((chain) => {
      const value = { side: wanted === '' ? null : wanted }
      return chain.updateAttributes('paragraph', value).updateAttributes('heading', value)
    }),
  })
  return (
    <Menu
      label={t('compose.style')}
      trigger={<IconButton icon="style" size={18} label={t('compose.style')} className={css.mark} />}
      entries={[
        block('text', 0, t('compose.styleText')),
        block('title', 2, t('compose.styleTitle')),
        block('subtitle', 3, t('compose.styleSubtitle')),
        {
          id: 'quote',
          label: t('compose.quote'),
          checked: quote === 'quote',
          onAction: turn((chain) => chain.toggleBlockquote()),
        },
        align('', t('compose.sideStart'), true),
        align('center', t('compose.sideCenter'), false),
        align('right', t('compose.sideEnd'), false),
        {
          id: 'strike',
          label: t('compose.strike'),
          apart: true,
          checked: strike === 'strike',
          onAction: turn((chain) => chain.toggleStrike()),
        },
        { id: 'clear', label: t('compose.clear'), onAction: turn((chain) => chain.clearNodes().unsetAllMarks()) },
      ]}
    />
  )
}

const ColourMenu = ({ editor }: { editor: Editor }) => {
  const { t } = useTranslation()
  const active = useEditorState({
    editor,
    selector: ({ editor: now }) =>
      `${now.getAttributes('ink').colour ?? ''} ${now.getAttributes('ground').colour ?? ''}`,
  })
  const [ink, ground] = active.split(' ')
  const paint = (mark: 'ink' | 'ground', colour: string | undefined) =>
    acting(editor, () =>
      colour === undefined ? editor.chain().unsetMark(mark).run() : editor.chain().setMark(mark, { colour }).run(),
    )
  const entry = (mark: 'ink' | 'ground', name: string, colour: string | undefined, label: string): MenuEntry => ({
    id: `${mark}-${name}`,
    label,
    apart: mark === 'ground' && colour === undefined,
    checked: (mark === 'ink' ? ink : ground) === (colour ?? ''),
    ...(colour === undefined ? {} : { swatch: colour }),
    onAction: paint(mark, colour),
  })
  return (
    <Menu
      label={t('compose.colour')}
      trigger={<IconButton icon="ink" size={18} label={t('compose.colour')} className={css.mark} />}
      entries={[
        entry('ink', 'none', undefined, t('compose.inkNone')),
        ...Object.entries(inks).map(([name, colour]) =>
          entry('ink', name, colour, t(`compose.ink.${name as keyof typeof inks}`)),
        ),
        entry('ground', 'none', undefined, t('compose.groundNone')),
        ...Object.entries(grounds).map(([name, colour]) =>
          entry('ground', name, colour, t(`compose.ground.${name as keyof typeof grounds}`)),
        ),
      ]}
    />
  )
}

const TableMenu = ({ editor }: { editor: Editor }) => {
  const { t } = useTranslation()
  const isInside = useEditorState({ editor, selector: ({ editor: now }) => now.isActive('table') })
  const change = (act: TableAct, apart = false): MenuEntry => ({
    id: act,
    label: t(`compose.table.${act}`),
    apart,
    onAction: acting(editor, () => changeTable(editor, act)),
  })
  return (
    <Menu
      label={t('compose.tables')}
      trigger={<IconButton icon="table" size={18} label={t('compose.tables')} className={css.mark} />}
      entries={
        isInside
          ? [
              change('row'),
              change('column'),
              change('deleteRow', true),
              change('deleteColumn'),
              change('deleteTable', true),
            ]
          : [{ id: 'insert', label: t('compose.table.insert'), onAction: acting(editor, () => insertTable(editor)) }]
      }
    />
  )
}

export const FormatMenus = ({ editor }: { editor: Editor }) => (
  <>
    <StyleMenu editor={editor} />
    <ColourMenu editor={editor} />
    <TableMenu editor={editor} />
  </>
)
