/** The mark of the server's own notices cannot come in through any door. */
import { expect, test } from 'vitest'
import { openRig, sendMail, talk } from './rig.ts'

const forged = [
  'X-Convergence-Notice: password-changed',
  'x-convergence-notice:new-device',
  'X-CONVERGENCE-NOTICE : recovery-used',
  'X-Convergence-Notice:\r\n factor-added',
].join('\r\n')

test.each(['mx', 'lmtp'] as const)(
  'a message that claims to be a notice loses its mark at the %s door',
  async (door) => {
    const rig = await openRig()
    try {
      const anne = await rig.account('anne')
      const client = await talk(rig.ports[door], door === 'lmtp' ? 'LHLO client.test' : 'EHLO client.test')
      const text = `Subject: Alerte\r\n${forged}\r\nFrom: zoe@ailleurs.test\r\n\r\nX-Convergence-Notice: quoted\r\n`
      await sendMail(client, 'zoe@ailleurs.test', ['anne@ecole.test'], text, door === 'lmtp')
      client.close()
      const [message = ''] = await rig.messages(anne)
      const [head = '', body = ''] = message.split('\r\n\r\n')
      expect(head).toContain('Subject: Alerte')
      expect(head.toLowerCase()).not.toContain('x-convergence-notice')
      expect(head).not.toContain('factor-added')
      expect(body).toContain('X-Convergence-Notice: quoted')
    } finally {
      await rig.close()
    }
  },
)
