/**
 * `oidc-provider`, loaded in silence: it says at import that it does not know a runtime without the name of a long-term
 * line, and would say so before every command. Our runtime is pinned, and tested with it.
 */
const { warn } = console
console.warn = () => {}
const library = await import('oidc-provider')
console.warn = warn

export const { errors, interactionPolicy, Provider } = library
