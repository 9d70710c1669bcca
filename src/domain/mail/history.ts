/** What has happened in an account since a state: the change log, as protocols may read it (law 2). */
export {
  type ChangePoint,
  type Changes,
  type ChangeType,
  changeTypes,
  readChanges,
  readState,
  typeBit,
  typesChangedSince,
  typesOf,
} from '#store/changes.ts'
