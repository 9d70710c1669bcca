/** What waits for the network to be sent, each with a way to keep it back. */
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Item, Items } from '../ui/page.tsx'
import { useClient } from './client.tsx'
import { toast } from './toasts.tsx'
import { useLive } from './value.ts'

export const OutboxDialog = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const waiting = useLive(useClient().waiting) ?? []
  return (
    <Dialog title={t('device.outbox')} isOpen onClose={onClose} closeLabel={t('app.close')}>
      <Items empty={t('device.outboxEmpty')}>
        {waiting.map((message) => (
          <Item key={message.key} title={message.subject || t('list.noSubject')} more={message.to}>
            <Button
              onPress={() => {
                const isBack = message.cancel()
                toast(t(isBack ? 'device.outboxBack' : 'device.outboxLate'))
              }}
            >
              {t('device.outboxKeep')}
            </Button>
          </Item>
        ))}
      </Items>
    </Dialog>
  )
}
