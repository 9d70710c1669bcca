/** Who is acting, once proved. */
export interface Principal {
  readonly accountId: number
  readonly login: string
  readonly name: string
  /** Primary address; empty when the account has none. */
  readonly email: string
  readonly locale: string
  readonly admin: boolean
  /** The credential row that proved it. */
  readonly credentialId?: number
  /** The browser session it came by. */
  readonly sessionId?: string
}

/** The columns of an account that make a principal; `email` is its primary address. */
export interface PrincipalRow {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly locale: string
  readonly admin: number
  readonly email: string | null
}

export const principalOf = (
  row: PrincipalRow,
  proof: { readonly credentialId?: number; readonly sessionId?: string },
): Principal => ({
  accountId: row.id,
  login: row.login,
  name: row.name,
  email: row.email ?? '',
  locale: row.locale,
  admin: row.admin === 1,
  ...proof,
})
