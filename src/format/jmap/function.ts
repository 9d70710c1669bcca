/** The mailbox of a function among the accounts of a person (account capability `urn:convergence:function`). */

export const FUNCTION = 'urn:convergence:function'

export type FunctionRole = 'reader' | 'member' | 'on-behalf' | 'send-as' | 'owner'

export interface FunctionCapability {
  /** What the person may do in it: docs/function-mailboxes.md. */
  readonly role: FunctionRole
  /** Name of the function as people read it; the account's own name is its address. */
  readonly name: string
}
