import type { House } from '../house.ts'
import type { Demo } from './demo.ts'

export const fillDemo = async (_house: House, _say: (text: string) => void): Promise<Demo> => ({
  accounts: [],
  password: '',
})
