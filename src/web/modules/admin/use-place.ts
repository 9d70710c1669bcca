import { useNavigate, useSearch } from '@tanstack/react-router'

/** Where one is in the administration: everything in the query, so that a page can be sent to a colleague. */
export const useAdminPlace = () => {
  const navigate = useNavigate()
  const search: Readonly<Record<string, string>> = useSearch({ from: '/admin' })
  return {
    search,
    /** Goes to a part, or changes what it shows. Empty values leave the address. */
    to: (next: Readonly<Record<string, string>>) =>
      navigate({
        to: '/admin',
        search: Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')),
      }),
  }
}
