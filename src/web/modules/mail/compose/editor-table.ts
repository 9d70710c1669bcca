/**
 * Tables of a message: those pasted from a spreadsheet or a letter stay tables, and new ones are drawn. The editing of
 * cells is ProseMirror's own (prosemirror-tables); borders are written into each cell, as mail programs know no other way.
 */

import { TextSelection } from '@tiptap/pm/state'
import {
  addColumnAfter,
  addRowAfter,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  tableEditing,
} from '@tiptap/pm/tables'
import type { Editor } from '@tiptap/react'
import { Extension, Node } from '@tiptap/react'
import { safeColour } from './colours.ts'

type CellAttributes = Readonly<Record<'ground' | 'align', string | null>>

const CELL = 'border:1px solid #9aa5b1;padding:4px 8px;vertical-align:top'

const cellStyle = ({ ground, align }: CellAttributes): string =>
  [CELL, ground && `background-color:${ground}`, align && `text-align:${align}`].filter(Boolean).join(';')

const span = (name: 'colspan' | 'rowspan') => ({
  default: 1,
  parseHTML: (cell: HTMLElement) => Math.min(100, Math.max(1, Number(cell.getAttribute(name)) || 1)),
})

const cell = (name: 'tableCell' | 'tableHeader', tag: 'td' | 'th') =>
  Node.create({
    name,
    content: 'block+',
    isolating: true,
    addAttributes: () => ({
      colspan: span('colspan'),
      rowspan: span('rowspan'),
      colwidth: { default: null, rendered: false },
      ground: {
        default: null,
        rendered: false,
        parseHTML: (one: HTMLElement) => safeColour(one.style.backgroundColor || one.getAttribute('bgcolor')),
      },
      align: {
        default: null,
        rendered: false,
        parseHTML: (one: HTMLElement) =>
          /^(?:center|right)$/.exec(one.style.textAlign || one.getAttribute('align') || '')?.[0] ?? null,
      },
    }),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes, node }) => [
      tag,
      { ...HTMLAttributes, style: cellStyle(node.attrs as CellAttributes) },
      0,
    ],
  })

const roles: Readonly<Record<string, string>> = {
  table: 'table',
  tableRow: 'row',
  tableCell: 'cell',
  tableHeader: 'header_cell',
}

const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  isolating: true,
  // How prosemirror-tables knows the four nodes.
  extendNodeSchema: ({ name }) => (roles[name] === undefined ? {} : { tableRole: roles[name] }),
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: () => ['table', { style: 'border-collapse:collapse' }, ['tbody', 0]],
})

const TableRow = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)*',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: () => ['tr', 0],
})

const TableEditing = Extension.create({
  name: 'tableEditing',
  addProseMirrorPlugins: () => [tableEditing()],
  addKeyboardShortcuts() {
    const { editor } = this
    const go = (step: 1 | -1) => () => goToNextCell(step)(editor.state, editor.view.dispatch)
    return {
      // At the last cell a row is added, as everywhere.
      Tab: () => go(1)() || (editor.isActive('table') && addRowAfter(editor.state, editor.view.dispatch) && go(1)()),
      'Shift-Tab': go(-1),
    }
  },
})

export const tableParts = [Table, TableRow, cell('tableCell', 'td'), cell('tableHeader', 'th'), TableEditing]

const NEW_SIZE = 3

/** An empty table under the cursor, which goes into its first cell. */
export const insertTable = (editor: Editor): void => {
  const paragraph = { type: 'paragraph' }
  const row = {
    type: 'tableRow',
    content: Array.from({ length: NEW_SIZE }, () => ({ type: 'tableCell', content: [paragraph] })),
  }
  const at = editor.state.selection.from
  editor
    .chain()
    .insertContent([{ type: 'table', content: Array.from({ length: NEW_SIZE }, () => row) }, paragraph])
    .command(({ tr, dispatch }) => {
      if (!dispatch) return true
      // The first cell that begins where the table was put, or just after.
      let first: number | undefined
      tr.doc.nodesBetween(Math.max(0, at - 2), Math.min(tr.doc.content.size, at + 8), (node, pos) => {
        if (first === undefined && node.type.name === 'tableCell') first = pos + 2
        return first === undefined
      })
      if (first !== undefined) tr.setSelection(TextSelection.create(tr.doc, first))
      return true
    })
    .run()
}

export type TableAct = 'row' | 'column' | 'deleteRow' | 'deleteColumn' | 'deleteTable'

const acts = {
  row: addRowAfter,
  column: addColumnAfter,
  deleteRow,
  deleteColumn,
  deleteTable,
} as const

/** Changes the table that the cursor is in. */
export const changeTable = (editor: Editor, act: TableAct): void => {
  acts[act](editor.state, editor.view.dispatch)
}
