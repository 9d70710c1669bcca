import { useLocation } from '@tanstack/react-router'
import { accountIn } from './function-place.ts'

/**
 * The account that the address names; undefined for one's own. What is around the mail reads no more of the address:
 * opening a message changes it too, and would render the whole frame.
 */
export const useAccountHere = (): string | undefined =>
  useLocation({ select: ({ pathname, searchStr }) => accountIn({ pathname, search: searchStr }) })
