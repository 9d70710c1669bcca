/** The same actions above the list (on a selection) and above a conversation. */
import { useTexts } from '../../../i18n/use-texts.ts'
import { useLive } from '../../../shell/value.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import {
  archive,
  askLabels,
  askMove,
  askSnooze,
  isMuted,
  isUnread,
  junk,
  markRead,
  target,
  toggleFlag,
  toggleMute,
  toggleRead,
  trash,
  unsnooze,
} from './act.ts'
import { useActs } from './use-acts.ts'

export const ActionButtons = ({ isOpenThread = false }: { isOpenThread?: boolean }) => {
  const { t } = useTexts()
  const acts = useActs()
  const mayWrite = useLive(acts.client.session)?.mayWrite !== false
  const role = acts.place.mailbox?.role ?? null
  const which = target(acts)
  const unread = which !== undefined && isUnread(acts, which)
  const isWhole = which?.allBut !== undefined
  const isFlagged = which?.emails.some((id) => acts.client.email(id).get()?.keywords.$flagged) ?? false
  // Of a mailbox that one may only read, nothing can be changed.
  if (!mayWrite) return null
  return (
    <>
      {role === 'archive' || role === 'trash' || role === 'drafts' ? null : (
        <IconButton icon="archive" label={t('action.archive')} shortcut="E" onPress={() => archive(acts)} />
      )}
      <IconButton
        icon="trash"
        label={role === 'trash' ? t('action.destroy') : t('action.trash')}
        shortcut="#"
        onPress={() => trash(acts)}
      />
      <IconButton icon="move" label={t('action.move')} shortcut="V" onPress={() => askMove(acts)} />
      {isOpenThread ? (
        <IconButton icon="unread" label={t('action.markUnread')} shortcut="U" onPress={() => markRead(acts, false)} />
      ) : (
        <IconButton
          icon={unread ? 'read' : 'unread'}
          label={unread ? t('action.markRead') : t('action.markUnread')}
          shortcut="U"
          onPress={() => toggleRead(acts)}
        />
      )}
      <Menu
        label={t('app.more')}
        trigger={<IconButton icon="more" label={t('app.more')} />}
        entries={[
          ...(isWhole
            ? [
                {
                  id: 'unread',
                  label: t('action.markUnread'),
                  icon: 'unread' as const,
                  onAction: () => markRead(acts, false),
                },
                {
                  id: 'flag',
                  label: t('action.flag'),
                  icon: 'flag' as const,
                  onAction: () => toggleFlag(acts, which, true),
                },
                {
                  id: 'unflag',
                  label: t('action.unflag'),
                  icon: 'flag' as const,
                  onAction: () => toggleFlag(acts, which, false),
                },
              ]
            : [
                {
                  id: 'flag',
                  label: isFlagged ? t('action.unflag') : t('action.flag'),
                  icon: 'flag' as const,
                  shortcut: 'S',
                  onAction: () => toggleFlag(acts),
                },
              ]),
          {
            id: 'label',
            label: t('action.label'),
            icon: 'label',
            shortcut: 'L',
            onAction: () => askLabels(acts),
          },
          ...(role === 'drafts' || role === 'sent' || role === 'trash' || isWhole
            ? []
            : [
                role === 'snoozed'
                  ? {
                      id: 'unsnooze',
                      label: t('action.unsnooze'),
                      icon: 'inbox' as const,
                      onAction: () => unsnooze(acts),
                    }
                  : {
                      id: 'snooze',
                      label: t('action.snooze'),
                      icon: 'clock' as const,
                      shortcut: 'H',
                      onAction: () => askSnooze(acts),
                    },
                {
                  id: 'mute',
                  label: which !== undefined && isMuted(acts, which) ? t('action.unmute') : t('action.mute'),
                  icon: 'mute' as const,
                  shortcut: 'M',
                  onAction: () => toggleMute(acts),
                },
              ]),
          {
            id: 'junk',
            label: role === 'junk' ? t('action.notJunk') : t('action.junk'),
            icon: 'junk',
            shortcut: '!',
            onAction: () => junk(acts),
          },
        ]}
      />
    </>
  )
}
