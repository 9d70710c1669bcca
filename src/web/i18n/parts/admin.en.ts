import type { texts as french } from './admin.fr.ts'

export const texts: typeof french = { admin: { title: 'Administration' } }
