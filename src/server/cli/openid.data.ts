/** Mail programs that can sign in by OAuth: public clients, whose way back is on the person's own device. */

export interface MailProgram {
  readonly clientId: string
  readonly name: string
  readonly redirects: readonly string[]
}

export const programs: Readonly<Record<string, MailProgram>> = {
  // Opens the page in a window of its own and takes the answer from the address.
  thunderbird: { clientId: 'thunderbird', name: 'Thunderbird', redirects: ['http://localhost', 'http://127.0.0.1'] },
  k9: {
    clientId: 'k9',
    name: 'Thunderbird pour Android, K-9',
    redirects: ['com.fsck.k9://oauth2redirect', 'net.thunderbird.android://oauth2redirect'],
  },
}
