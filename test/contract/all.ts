/** Every driver that can run here. */
import { type Driver, sqliteDriver } from './drivers.ts'

export const drivers: readonly Driver[] = [sqliteDriver]
