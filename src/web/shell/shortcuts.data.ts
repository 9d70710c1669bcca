/** Every keyboard shortcut, once: the sheet (key ?) and the command palette are drawn from it. Letters are Gmail's. */
import type { ParseKeys } from 'i18next'
import type { IconName } from '../ui/icon.tsx'

export interface Shortcut {
  /** As it is pressed: keys that follow each other are apart by a space. */
  readonly keys: string
  /** Names of keys that differ by language. */
  readonly named?: 'enter' | 'esc' | 'shiftDown' | 'ctrlEnter' | 'ctrlK'
  readonly text: ParseKeys
  /** In the palette too: what it does makes sense without looking where the cursor is. */
  readonly icon?: IconName
}

export interface ShortcutGroup {
  readonly title: ParseKeys
  readonly shortcuts: readonly Shortcut[]
}

export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    title: 'keys.moving',
    shortcuts: [
      { keys: 'J', text: 'keys.next', icon: 'down' },
      { keys: 'K', text: 'keys.prev', icon: 'up' },
      { keys: 'Enter', named: 'enter', text: 'keys.open' },
      { keys: 'Escape', named: 'esc', text: 'keys.close' },
      { keys: '/', text: 'keys.search', icon: 'search' },
      { keys: 'G I', text: 'keys.goInbox', icon: 'inbox' },
      { keys: 'G D', text: 'keys.goDrafts', icon: 'drafts' },
      { keys: 'G T', text: 'keys.goSent', icon: 'sent' },
      { keys: 'G A', text: 'keys.goArchive', icon: 'archive' },
      { keys: 'G H', text: 'keys.goHome', icon: 'home' },
      { keys: 'G S', text: 'keys.goSettings', icon: 'settings' },
      { keys: 'Ctrl K', named: 'ctrlK', text: 'keys.palette' },
      { keys: '?', text: 'settings.shortcuts', icon: 'keyboard' },
    ],
  },
  {
    title: 'keys.acting',
    shortcuts: [
      { keys: 'E', text: 'action.archive', icon: 'archive' },
      { keys: '#', text: 'action.trash', icon: 'trash' },
      { keys: 'V', text: 'action.move', icon: 'move' },
      { keys: 'L', text: 'action.label', icon: 'label' },
      { keys: 'H', text: 'action.snooze', icon: 'clock' },
      { keys: 'M', text: 'action.mute', icon: 'mute' },
      { keys: 'S', text: 'action.flag', icon: 'flag' },
      { keys: 'U', text: 'action.markUnread', icon: 'unread' },
      { keys: '!', text: 'action.junk', icon: 'junk' },
      { keys: 'X', text: 'keys.select', icon: 'check' },
      { keys: 'Shift+ArrowDown', named: 'shiftDown', text: 'keys.selectRange' },
      { keys: 'Z', text: 'keys.undo', icon: 'back' },
    ],
  },
  {
    title: 'keys.writing',
    shortcuts: [
      { keys: 'C', text: 'action.compose', icon: 'write' },
      { keys: 'R', text: 'action.reply', icon: 'reply' },
      { keys: 'A', text: 'action.replyAll', icon: 'replyAll' },
      { keys: 'F', text: 'action.forward', icon: 'forward' },
      { keys: 'Ctrl Enter', named: 'ctrlEnter', text: 'keys.send' },
    ],
  },
]
