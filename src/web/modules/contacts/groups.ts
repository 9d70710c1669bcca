/** Who is in a group: programs write the UIDs of its members with `urn:uuid:` before them, or without. */
import type { ContactCard } from '#format/jmap/contacts.ts'
import { inOrder } from '#format/jscontact/card.ts'

export const bareUid = (uid: string): string => uid.replace(/^urn:uuid:/i, '')

export const membersOf = (group: ContactCard, cards: readonly ContactCard[]): ContactCard[] => {
  const wanted = new Set(Object.keys(group.members ?? {}).map(bareUid))
  return cards.filter(({ uid }) => wanted.has(bareUid(uid)))
}

export const groupsOf = (card: ContactCard, cards: readonly ContactCard[]): ContactCard[] =>
  cards.filter(
    (one) =>
      one.kind === 'group' && Object.keys(one.members ?? {}).some((member) => bareUid(member) === bareUid(card.uid)),
  )

/** The first address of each member, once. */
export const addressesOf = (members: readonly ContactCard[]): string[] => [
  ...new Set(
    members.flatMap((card) =>
      inOrder(card.emails)
        .slice(0, 1)
        .map(({ address }) => address),
    ),
  ),
]
