import { useEffect, useState } from 'react'
import type { Audience } from '../../shell/preferences.ts'
import { type Contact, loadMethods } from './methods.ts'

/** Who can help people of this audience. */
export const useContacts = (audience: Audience): readonly Contact[] => {
  const [contacts, setContacts] = useState<readonly Contact[]>([])
  useEffect(() => {
    void loadMethods(audience).then((found) => setContacts(found.contacts))
  }, [audience])
  return contacts
}
