/** Invitations in mail (`urn:convergence:invitations`), shared by the server and the web app. */
export const INVITATIONS = 'urn:convergence:invitations'

export const answers = ['accepted', 'tentative', 'declined'] as const
export type InvitationAnswer = (typeof answers)[number]

/** A type and no interface: an answer of JMAP, whose members are not known, is seen as one. */
export type InvitationInfo = {
  readonly method: 'REQUEST' | 'CANCEL' | 'REPLY'
  readonly title: string
  readonly attendee: string | null
  readonly status: string | null
  readonly isKnown: boolean
  readonly isOutdated: boolean
  readonly isGenuine: boolean
  readonly conflicts: readonly { readonly title: string; readonly utcStart: string; readonly utcEnd: string }[]
}
